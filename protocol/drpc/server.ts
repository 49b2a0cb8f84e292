import type { ByteStream } from '../byte-stream.ts';
import type { ByteBudget } from './byte-budget.ts';
import { DrpcError, unimplementedWireCode } from './error.ts';
import type { Call, HeldHandler, RawHandler, ServiceHandlers } from './handlers.ts';
import { defaultMaxPacketBytes } from './reader.ts';
import type { BoundMethod, ServerCall } from './server-call.ts';
import { type CallOutcome, ServerConnection, type ServerCore } from './server-connection.ts';
import { bidi, type MethodDescriptor, rpcName, type ServiceDescriptor } from './service.ts';

export interface DrpcServerOptions<Context> {
  /** Largest message that is read, in bytes (4 MiB, as Coder's and Go's own). A longer one ends its stream. */
  maxMessageBytes?: number;
  /**
   * Asked before each call, once its name is known: a promise delays the call until it settles, however it settles. The
   * stream is not read meanwhile, so the client is held back; nothing is refused.
   */
  admit?(rpc: string, context: Context): Promise<void> | undefined;
  /** Told once for each call whose method was looked up, however it ended. */
  onOutcome?(call: Call<Context>, outcome: CallOutcome): void;
  /** What a handler threw and the client learns only as "internal error". */
  onHandlerError?(cause: unknown, call: Call<Context>): void;
  /** A client broke the wire format; its stream is ended. */
  onViolation?(error: DrpcError, context: Context): void;
}

type ErasedHandler = (...parameters: unknown[]) => unknown;

function isRaw(handler: unknown): handler is RawHandler<unknown, unknown> {
  return typeof handler === 'object' && handler !== null && 'raw' in handler;
}

function isHeld(handler: unknown): handler is HeldHandler<unknown, unknown, unknown> {
  return typeof handler === 'object' && handler !== null && 'onRequest' in handler;
}

/** How a handler is invoked, whatever its shape. */
function bind<Context>(
  { kind }: MethodDescriptor,
  handlers: object,
  handler: unknown,
): Pick<BoundMethod<Context>, 'raw' | 'held' | 'invoke'> {
  if (isHeld(handler)) return { raw: false, held: true, invoke: (request, call) => handler.onRequest(request, call) };
  if (isRaw(handler)) {
    return { raw: true, held: false, invoke: (request, call) => handler.raw(request as Uint8Array, call) };
  }
  if (typeof handler !== 'function') return { raw: true, held: false, invoke: answerUnimplemented };
  const call = handler.bind(handlers) as ErasedHandler;
  if (kind === 'bidi') return { raw: true, held: false, invoke: (_request, serverCall) => call(serverCall) };
  return { raw: false, held: false, invoke: call };
}

function answerUnimplemented(_request: unknown, _call: ServerCall<never>): never {
  throw new DrpcError('unimplemented', 'Unimplemented', { wireCode: unimplementedWireCode });
}

const emptyCodec = { encode: () => ({ finish: () => new Uint8Array(0) }), decode: () => null };

/** Bidirectional, since a call of an unknown method is answered before any request has come. */
const unknownMethod = bidi(emptyCodec, emptyCodec);

function answerUnknown(_request: unknown, call: ServerCall<never>): never {
  throw new DrpcError('unknown_rpc', `protocol error: unknown rpc: ${JSON.stringify(call.rpc)}`);
}

/**
 * Serves any number of services on any number of streams. `Context` is what handlers learn of the connection that a
 * stream belongs to.
 */
export class DrpcServer<Context> {
  readonly #methods = new Map<string, BoundMethod<Context>>();
  readonly #connections = new Set<ServerConnection<Context>>();
  readonly #core: ServerCore<Context>;

  constructor(options: DrpcServerOptions<Context> = {}) {
    this.#core = {
      methods: this.#methods,
      unknownMethod: { method: unknownMethod, rpc: null, raw: true, held: false, invoke: answerUnknown },
      maxMessageBytes: options.maxMessageBytes ?? defaultMaxPacketBytes,
      admit: options.admit?.bind(options),
      onOutcome: options.onOutcome?.bind(options),
      onHandlerError: options.onHandlerError?.bind(options),
      onViolation: options.onViolation?.bind(options),
      forget: (connection) => this.#connections.delete(connection),
    };
  }

  /** Serves a service; its methods without a handler answer "Unimplemented" (code 12). */
  add<Service extends ServiceDescriptor>(service: Service, handlers: ServiceHandlers<Service, Context>): this {
    for (const [name, method] of Object.entries(service.methods)) {
      const rpc = rpcName(service, name);
      this.#methods.set(rpc, { method, rpc, ...bind(method, handlers, Reflect.get(handlers, name)) });
    }
    return this;
  }

  /**
   * Serves the calls that come on a stream until it ends. Streams that share `unfinished` may hold so much of messages that
   * have begun and not ended; the one whose message would pass it is ended.
   */
  serve(stream: ByteStream, context: Context, unfinished: ByteBudget | null = null): void {
    const connection = new ServerConnection(this.#core, stream, context, unfinished);
    this.#connections.add(connection);
    stream.listen(connection);
  }

  /** Streams that have not ended. */
  get openStreams(): number {
    return this.#connections.size;
  }

  /**
   * Resets every stream on which no call has been running since the sweep before: clients that had their answer and
   * never finished. To be called regularly; the period is the least such a client is given, twice the period the most.
   */
  sweep(): void {
    for (const connection of this.#connections) connection.sweep();
  }
}
