import type { ByteStream } from '../byte-stream.ts';
import { type CancelMode, ClientCall, type ClientCallOptions } from './client-call.ts';
import { DrpcError } from './error.ts';
import { defaultMaxPacketBytes } from './reader.ts';
import {
  type DecodedOf,
  type EncodableOf,
  encodeMessage,
  type MethodDescriptor,
  rpcName,
  type ServiceDescriptor,
} from './service.ts';

export interface CallOptions {
  /** Gives the call up; a deadline is `AbortSignal.timeout(ms)`. The call fails with a `cancelled` error. */
  signal?: AbortSignal;
  /** Pairs sent ahead of the call. */
  metadata?: Iterable<readonly [string, string]>;
}

export interface ClientOptions {
  /** Opens the stream of one call; the call finishes it. */
  openStream(): ByteStream | Promise<ByteStream>;
  /** Largest message that is read, in bytes (4 MiB, as Coder's and Go's own). */
  maxMessageBytes?: number;
  /** How a call that is given up tells the server. Default `finish`, as Coder's client does. */
  cancel?: CancelMode;
}

/** The replies of a call, in order, to be iterated once. Leaving the loop early gives the call up. */
export interface ReplyStream<Reply> extends AsyncIterable<Reply> {
  /** The next reply, or null at the end. Rejects as the call fails. */
  receive(): Promise<Reply | null>;
  /** Gives the call up. */
  cancel(): void;
}

export interface BidiStream<Request, Reply> extends ReplyStream<Reply> {
  /** Sends a request; resolves when the stream takes another. */
  send(request: Request): Promise<void>;
  /** No more requests follow. */
  closeSend(): void;
}

type ClientMethod<Method extends MethodDescriptor> = Method['kind'] extends 'unary'
  ? (request: EncodableOf<Method['request']>, options?: CallOptions) => Promise<DecodedOf<Method['reply']>>
  : Method['kind'] extends 'serverStream'
    ? (
        request: EncodableOf<Method['request']>,
        options?: CallOptions,
      ) => Promise<ReplyStream<DecodedOf<Method['reply']>>>
    : (options?: CallOptions) => Promise<BidiStream<EncodableOf<Method['request']>, DecodedOf<Method['reply']>>>;

/** One function per method of a service. */
export type ServiceClient<Service extends ServiceDescriptor> = {
  readonly [Name in keyof Service['methods']]: ClientMethod<Service['methods'][Name]>;
};

/** Calls of one service, each on a stream of its own. Every failure is a `DrpcError`. */
export function createClient<Service extends ServiceDescriptor>(
  service: Service,
  options: ClientOptions,
): ServiceClient<Service> {
  const methods = Object.entries(service.methods).map(([name, method]) => [
    name,
    clientMethod(options, rpcName(service, name), method),
  ]);
  return Object.fromEntries(methods) as ServiceClient<Service>;
}

function clientMethod(client: ClientOptions, rpc: string, method: MethodDescriptor) {
  const withRequest = (request: unknown, options?: CallOptions) =>
    open(client, { rpc, method, request: encodeMessage(method.request, request) }, options);
  switch (method.kind) {
    case 'unary':
      return async (request: unknown, options?: CallOptions) => (await withRequest(request, options)).result();
    case 'serverStream':
      return async (request: unknown, options?: CallOptions) => withRequest(request, options);
    case 'bidi':
      return (options?: CallOptions) => open(client, { rpc, method, request: null }, options);
  }
}

async function open(
  client: ClientOptions,
  call: Pick<ClientCallOptions, 'rpc' | 'method' | 'request'>,
  { signal, metadata }: CallOptions = {},
): Promise<ClientCall> {
  if (signal?.aborted) throw new DrpcError('cancelled', 'the call was given up', { cause: signal.reason });
  const { cancel = 'finish', maxMessageBytes = defaultMaxPacketBytes } = client;
  const stream = await openStream(client);
  return new ClientCall(stream, { ...call, signal, metadata, cancel, maxMessageBytes });
}

async function openStream(client: ClientOptions): Promise<ByteStream> {
  try {
    return await client.openStream();
  } catch (cause) {
    throw new DrpcError('closed', 'no stream could be opened', { cause });
  }
}
