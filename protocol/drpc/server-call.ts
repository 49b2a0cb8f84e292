import { DrpcError } from './error.ts';
import { Kind } from './frame.ts';
import type { BidiCall } from './handlers.ts';
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
  /** The request is handed over undecoded. */
  readonly raw: boolean;
  /** `request` is null for a bidirectional method. */
  invoke(request: unknown, call: ServerCall<Context>): unknown;
}

export interface ServerCallOptions<Context> {
  readonly streamId: number;
  readonly rpc: string;
  readonly bound: BoundMethod<Context>;
  readonly context: Context;
  readonly metadata: ReadonlyMap<string, string> | null;
  readonly writer: PacketWriter;
  /** Told when a bidirectional handler has taken a message. */
  readonly onTaken: () => void;
}

/**
 * One call being served, and what its handler sees of it. Everything that not every handler needs (signal, promise,
 * inbox) is made when first asked for, since agents hold calls open for hours.
 */
export class ServerCall<Context> implements BidiCall<unknown, unknown, Context> {
  readonly streamId: number;
  readonly rpc: string;
  readonly bound: BoundMethod<Context>;
  readonly context: Context;
  readonly metadata: ReadonlyMap<string, string>;
  readonly inbox: Inbox | null;
  readonly #writer: PacketWriter;
  /** The answer has been sent or nobody waits for one: nothing of this call goes out any more. */
  over = false;
  /** The single request of a unary or server-streaming call has come. */
  requested = false;
  #aborted = false;
  #controller: AbortController | null = null;
  #ended: { promise: Promise<void>; resolve: () => void } | null = null;

  constructor(options: ServerCallOptions<Context>) {
    this.streamId = options.streamId;
    this.rpc = options.rpc;
    this.bound = options.bound;
    this.context = options.context;
    this.metadata = options.metadata ?? noMetadata;
    this.#writer = options.writer;
    this.inbox = options.bound.method.kind === 'bidi' ? new Inbox(options.onTaken) : null;
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
    this.inbox?.fail(cancelled());
    this.#writer.fail(cancelled());
    this.#ended?.resolve();
    this.#controller?.abort(cancelled());
  }

  send(reply: unknown): Promise<void> {
    if (this.over) return handled(Promise.reject(cancelled()));
    try {
      this.#writer.send({ kind: Kind.message, data: encodeMessage(this.bound.method.reply, reply) });
    } catch (cause) {
      return handled(Promise.reject(DrpcError.from(cause)));
    }
    return handled(this.#writer.ready());
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
