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

/** A call that goes on when its handler has returned. */
export interface HeldCall<Reply, Context> extends StreamingCall<Reply, Context> {
  /** Answers the call: no reply follows. Harmless once it is over. */
  finish(): void;
}

/**
 * Serves calls that are held open for hours, by being told of their requests. A function that awaits the end of its call
 * keeps a kilobyte of promises for as long; a call that is only told of keeps nothing but its own state.
 *
 * The call goes on when `onRequest` has returned: until {@link HeldCall.finish}, until the client gives it up, or, where
 * it is bidirectional, until the client has sent its last request. What `onRequest` throws ends the call with an error. No
 * further request is read while replies wait for the stream, so that nobody has to wait for `send`.
 */
export interface HeldHandler<Request, Reply, Context> {
  /** A request has come: the only one, or of a bidirectional call each of them. Not async: nothing would wait for it. */
  onRequest(request: Request, call: HeldCall<Reply, Context>): undefined;
}

type Awaitable<T> = T | Promise<T>;

/** Takes the request's bytes undecoded; they are a view on what was received, to be copied if kept. */
export interface RawHandler<Reply, Context> {
  raw(request: Uint8Array, call: Call<Context>): Awaitable<Reply>;
}

export type UnaryHandler<Request, Reply, Context> =
  | ((request: Request, call: Call<Context>) => Awaitable<Reply>)
  | RawHandler<Reply, Context>;

export type StreamHandler<Request, Reply, Context> =
  | ((request: Request, call: StreamingCall<Reply, Context>) => Awaitable<void>)
  | HeldHandler<Request, Reply, Context>;

export type BidiHandler<Request, Reply, Context> =
  | ((call: BidiCall<Request, Reply, Context>) => Awaitable<void>)
  | HeldHandler<Request, Reply, Context>;

export type HandlerOf<Method extends MethodDescriptor, Context> = Method['kind'] extends 'unary'
  ? UnaryHandler<DecodedOf<Method['request']>, EncodableOf<Method['reply']>, Context>
  : Method['kind'] extends 'serverStream'
    ? StreamHandler<DecodedOf<Method['request']>, EncodableOf<Method['reply']>, Context>
    : BidiHandler<DecodedOf<Method['request']>, EncodableOf<Method['reply']>, Context>;

/**
 * The handlers of a service. A method left out is answered with "Unimplemented". What a handler throws ends the call with
 * an error: a `DrpcError` of code `refused` reaches the client with its text and number, anything else only as
 * "internal error".
 */
export type ServiceHandlers<Service extends ServiceDescriptor, Context> = {
  readonly [Name in keyof Service['methods']]?: HandlerOf<Service['methods'][Name], Context>;
};
