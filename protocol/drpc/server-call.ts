import { DrpcError } from './error.ts';
import { Kind } from './frame.ts';
import type { BidiCall, HeldCall } from './handlers.ts';
import { Inbox } from './inbox.ts';
import { decodeMessage, encodeMessage, type MethodDescriptor } from './service.ts';
import type { PacketWriter } from './writer.ts';

const noMetadata: ReadonlyMap<string, string> = new Map();

/** A handler may send without waiting: the rejection that it does not look at must not end the process. */
function handled(promise: Promise<void>): Promise<void> {
  promise.catch(() => {});
  return promise;
}

const cancelled = () => new DrpcError('cancelled', 'the client gave the call up');

/** A method with what serves it. */
export interface BoundMethod<Context> {
  readonly method: MethodDescriptor;
  /** The name that it is invoked by; null where it serves any. */
  readonly rpc: string | null;
  /** The request is handed over undecoded. */
  readonly raw: boolean;
  /** The call goes on when `invoke` has returned; where it is bidirectional, `invoke` is called with each request. */
  readonly held: boolean;
  /** `request` is null for a bidirectional method that takes its requests itself. */
  invoke(request: unknown, call: ServerCall<Context>): unknown;
}

/** The connection that a call came on. */
export interface CallOwner<Context> {
  readonly context: Context;
  readonly writer: PacketWriter;
  /** A bidirectional handler has taken a message. */
  onTaken(): void;
  /** The handler of a held call has no more to say. */
  onFinished(call: ServerCall<Context>): void;
}

export interface ServerCallOptions<Context> {
  readonly streamId: number;
  readonly rpc: string;
  readonly bound: BoundMethod<Context>;
  readonly metadata: ReadonlyMap<string, string> | null;
}

/**
 * One call being served, and what its handler sees of it. Everything that not every handler needs (signal, promise,
 * inbox) is made when first asked for, since agents hold calls open for hours.
 */
export class ServerCall<Context> implements BidiCall<unknown, unknown, Context>, HeldCall<unknown, Context> {
  readonly streamId: number;
  readonly rpc: string;
  readonly bound: BoundMethod<Context>;
  readonly metadata: ReadonlyMap<string, string>;
  /** Where requests wait for a handler that takes them itself. */
  readonly inbox: Inbox | null;
  readonly #owner: CallOwner<Context>;
  /** The answer has been sent or nobody waits for one: nothing of this call goes out any more. */
  over = false;
  /** The single request of a unary or server-streaming call has come. */
  requested = false;
  #aborted = false;
  #controller: AbortController | null = null;
  #ended: { promise: Promise<void>; resolve: () => void } | null = null;

  constructor(owner: CallOwner<Context>, options: ServerCallOptions<Context>) {
    const { streamId, rpc, bound, metadata } = options;
    this.#owner = owner;
    this.streamId = streamId;
    // One string for all calls of a method: that of an Invoke would live as long as its call.
    this.rpc = bound.rpc ?? rpc;
    this.bound = bound;
    this.metadata = metadata ?? noMetadata;
    this.inbox = bound.method.kind === 'bidi' && !bound.held ? new Inbox(() => owner.onTaken()) : null;
  }

  get context(): Context {
    return this.#owner.context;
  }

  /** No further message may be handed to it for now. */
  get full(): boolean {
    if (this.over) return false;
    if (this.inbox !== null) return this.inbox.full;
    // Where no further request can come there is nothing to hold back, and a cancel is to be heard.
    return this.bound.held && this.bound.method.kind === 'bidi' && this.#owner.writer.blocked;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#aborted) this.#controller.abort(cancelled());
    return this.#controller.signal;
  }

  get aborted(): Promise<void> {
    if (this.#ended === null) {
      let resolve = () => {};
      const promise = new Promise<void>((settle) => {
        resolve = settle;
      });
      this.#ended = { promise, resolve };
      if (this.#aborted) resolve();
    }
    return this.#ended.promise;
  }

  /** The client has given the call up. */
  abort(): void {
    if (this.over) return;
    this.over = true;
    this.#aborted = true;
    this.inbox?.fail(cancelled);
    this.#owner.writer.fail(cancelled);
    this.#ended?.resolve();
    this.#controller?.abort(cancelled());
  }

  send(reply: unknown): Promise<void> {
    if (this.over) return handled(Promise.reject(cancelled()));
    try {
      this.#owner.writer.send({ kind: Kind.message, data: encodeMessage(this.bound.method.reply, reply) });
    } catch (cause) {
      return handled(Promise.reject(DrpcError.from(cause)));
    }
    return handled(this.#owner.writer.ready());
  }

  finish(): void {
    this.#owner.onFinished(this);
  }

  receive(): Promise<unknown> {
    if (this.inbox === null) return Promise.resolve(null);
    const { request } = this.bound.method;
    return this.inbox.take().then((message) => (message === null ? null : decodeMessage(request, message)));
  }

  /** No generator: one that waits costs half a kilobyte, for each agent's held call. */
  [Symbol.asyncIterator](): AsyncIterator<unknown, undefined> {
    return {
      next: () =>
        this.receive().then((value) => (value === null ? { done: true, value: undefined } : { done: false, value })),
    };
  }
}
