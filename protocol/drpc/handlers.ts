/** What a service's implementation looks like: the handlers that follow from its table. */
import type { DecodedOf, EncodableOf, MethodDescriptor, ServiceDescriptor } from './service.ts';

/** What a handler knows of the call it serves. `Context` is whatever the owner of the connection gave to `serve`. */
export interface Call<Context> {
  readonly context: Context;
  /** As invoked, such as `/coder.agent.v2.Agent/GetManifest`. */
  readonly rpc: string;
  /** Pairs that the client sent ahead of the call. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Aborted when the client gives the call up. Made when first asked for: a handler that does not, costs none. */
  readonly signal: AbortSignal;
  /** Resolves when the client gives the call up; a handler that holds a call open awaits it. */
  readonly aborted: Promise<void>;
}

/** A call with more than one reply. */
export interface StreamingCall<Reply, Context> extends Call<Context> {
  /**
   * Sends a reply; resolves when the stream takes another one. Rejects with a `cancelled` error once the client has
   * given the call up.
   */
  send(reply: Reply): Promise<void>;
}

/** A call with more than one request; iterating takes them. */
export interface BidiCall<Request, Reply, Context> extends StreamingCall<Reply, Context>, AsyncIterable<Request> {
  /**
   * The next request, or null when the client has sent its last. The stream is not read while one waits here, so a
   * handler that stops taking them also stops hearing that the client is gone: take them to the end. Rejects with
   * `cancelled` once the client has given the call up, and with `malformed_message`.
   */
  receive(): Promise<Request | null>;
}

type Awaitable<T> = T | Promise<T>;

/** Takes the request's bytes undecoded; they are a view on what was received, to be copied if kept. */
export interface RawHandler<Reply, Context> {
  raw(request: Uint8Array, call: Call<Context>): Awaitable<Reply>;
}

export type UnaryHandler<Request, Reply, Context> =
  | ((request: Request, call: Call<Context>) => Awaitable<Reply>)
  | RawHandler<Reply, Context>;

export type HandlerOf<Method extends MethodDescriptor, Context> = Method['kind'] extends 'unary'
  ? UnaryHandler<DecodedOf<Method['request']>, EncodableOf<Method['reply']>, Context>
  : Method['kind'] extends 'serverStream'
    ? (
        request: DecodedOf<Method['request']>,
        call: StreamingCall<EncodableOf<Method['reply']>, Context>,
      ) => Awaitable<void>
    : (call: BidiCall<DecodedOf<Method['request']>, EncodableOf<Method['reply']>, Context>) => Awaitable<void>;

/**
 * The handlers of a service. A method left out is answered with "Unimplemented". What a handler throws ends the call with
 * an error: a `DrpcError` of code `refused` reaches the client with its text and number, anything else only as
 * "internal error".
 */
export type ServiceHandlers<Service extends ServiceDescriptor, Context> = {
  readonly [Name in keyof Service['methods']]?: HandlerOf<Service['methods'][Name], Context>;
};
