import type { ByteStream, ByteStreamEvents } from '../byte-stream.ts';
import type { ByteBudget } from './byte-budget.ts';
import { DrpcError, type DrpcErrorCode, encodeErrorBody } from './error.ts';
import { Kind } from './frame.ts';
import type { Call } from './handlers.ts';
import { decodeMetadata } from './metadata.ts';
import { type Packet, PacketReader } from './reader.ts';
import { type BoundMethod, type CallOwner, ServerCall } from './server-call.ts';
import { decodeMessage, encodeMessage } from './service.ts';
import { PacketWriter } from './writer.ts';

const utf8 = new TextDecoder();

/** What is looked at of the name in an Invoke, in bytes: no method's name is as long, and an error repeats it. */
export const maxRpcNameBytes = 512;

/** How a call ended: answered, answered with an error, or given up by the client. */
export type CallOutcome = 'ok' | 'error' | 'cancelled';

/** What is kept of an Invoke: its packet may be as large as a message. */
interface Invocation {
  streamId: number;
  rpc: string;
}

/** What all connections of a server share. */
export interface ServerCore<Context> {
  readonly methods: ReadonlyMap<string, BoundMethod<Context>>;
  /** Answers for every name that `methods` does not have. */
  readonly unknownMethod: BoundMethod<Context>;
  readonly maxMessageBytes: number;
  readonly admit?: ((rpc: string, context: Context) => Promise<void> | undefined) | undefined;
  readonly onOutcome?: ((call: Call<Context>, outcome: CallOutcome) => void) | undefined;
  readonly onHandlerError?: ((cause: unknown, call: Call<Context>) => void) | undefined;
  readonly onViolation?: ((error: DrpcError, context: Context) => void) | undefined;
  /** The connection is over. */
  forget(connection: ServerConnection<Context>): void;
}

/** Errors whose text is meant for the client; of any other it learns only that there was one. */
const toldToClient: ReadonlySet<DrpcErrorCode> = new Set([
  'refused',
  'unknown_rpc',
  'unimplemented',
  'malformed_message',
  'protocol',
  'too_large',
]);

const answered = () => new DrpcError('closed', 'the call has been answered');

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/**
 * Serves the calls of one stream, one after the other, as Go's server does: a later call has a higher stream id.
 *
 * The answer of a call is followed by nothing: the client finishes its direction and only then do we finish ours, at
 * once. (Finishing first makes some of Go's calls fail, finishing late makes them hang.) The end of the client's
 * direction, Close, Cancel, Error and a reset all abort a running handler.
 */
export class ServerConnection<Context> implements ByteStreamEvents, CallOwner<Context> {
  readonly #core: ServerCore<Context>;
  readonly #stream: ByteStream;
  readonly #reader: PacketReader;
  readonly context: Context;
  readonly writer: PacketWriter;
  /** The latest call, running or over. */
  #call: ServerCall<Context> | null = null;
  #metadata: { streamId: number; pairs: Map<string, string> } | null = null;
  /** An invocation that waits: for the stream to drain, or to be admitted. The stream is not read meanwhile. */
  #heldInvoke: Invocation | null = null;
  #admitting = false;
  #pumping = false;
  /** After a violation: what still comes is dropped until the client finishes. */
  #discarding = false;
  #closed = false;
  /** No call was running at the last sweep. */
  #idleAtSweep = false;

  constructor(core: ServerCore<Context>, stream: ByteStream, context: Context, unfinished: ByteBudget | null) {
    this.#core = core;
    this.#stream = stream;
    this.#reader = new PacketReader(core.maxMessageBytes, unfinished);
    this.context = context;
    this.writer = new PacketWriter(stream);
  }

  /** True while a call is being received, delayed or served. */
  get busy(): boolean {
    return this.#admitting || (this.#call !== null && !this.#call.over);
  }

  /** Resets the stream if no call has been running since the sweep before. */
  sweep(): void {
    if (this.busy) this.#idleAtSweep = false;
    else if (this.#idleAtSweep) this.#reset();
    else this.#idleAtSweep = true;
  }

  onReadable(): void {
    this.#pump();
  }

  onDrain(): void {
    this.writer.drained();
    this.#pump();
  }

  onReset(): void {
    this.#close();
  }

  onTaken(): void {
    this.#pump();
  }

  onFinished(call: ServerCall<Context>): void {
    this.#answer(call, undefined);
  }

  /** Handles what has come, until something has to be waited for. Never entered twice. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#step());
    } catch (cause) {
      this.#violation(DrpcError.from(cause));
    } finally {
      this.#pumping = false;
    }
    if (this.#stream.readEnded && !this.#closed) this.#finish();
  }

  #step(): boolean {
    if (this.#closed || this.#admitting) return false;
    if (this.#discarding) return this.#stream.read() !== null;
    if (this.#heldInvoke !== null) return this.#retryInvoke(this.#heldInvoke);
    if (this.#call?.full) return false;
    const packet = this.#reader.next(this.#stream);
    if (packet === null) return false;
    this.#handle(packet);
    return true;
  }

  #handle(packet: Packet): void {
    if (this.#call !== null && packet.streamId === this.#call.streamId) this.#handleInCall(this.#call, packet);
    else this.#handleBetweenCalls(packet);
  }

  #handleInCall(call: ServerCall<Context>, packet: Packet): void {
    if (call.over) return;
    switch (packet.kind) {
      case Kind.message:
        this.#onMessage(call, packet.data);
        return;
      case Kind.closeSend:
        this.#onCloseSend(call);
        return;
      case Kind.close:
      case Kind.cancel:
      case Kind.error:
        this.#abort(call);
        return;
      case Kind.invoke:
        throw new DrpcError('protocol', 'invoke on a stream id that has a call');
      default:
        this.#ignoreUnknown(packet);
    }
  }

  #handleBetweenCalls(packet: Packet): void {
    switch (packet.kind) {
      case Kind.invokeMetadata:
        this.#abortRunning();
        this.#metadata = { streamId: packet.streamId, pairs: decodeMetadata(packet.data) };
        return;
      case Kind.invoke:
        this.#abortRunning();
        this.#heldInvoke = {
          streamId: packet.streamId,
          rpc: utf8.decode(packet.data.subarray(0, maxRpcNameBytes)),
        };
        return;
      case Kind.close:
      case Kind.cancel:
        // Given up before it was invoked: there is nothing to give up.
        return;
      case Kind.message:
      case Kind.closeSend:
      case Kind.error:
        throw new DrpcError('protocol', `packet of kind ${packet.kind} for a stream id without a call`);
      default:
        this.#ignoreUnknown(packet);
    }
  }

  #ignoreUnknown(packet: Packet): void {
    if (!packet.control) throw new DrpcError('protocol', `unknown packet kind: ${packet.kind}`);
  }

  /** Starts the call unless it has to wait: a peer that does not take answers gets no further ones to pile up. */
  #retryInvoke({ streamId, rpc }: Invocation): boolean {
    if (this.writer.blocked) return false;
    this.#heldInvoke = null;
    const pairs = this.#metadata?.streamId === streamId ? this.#metadata.pairs : null;
    this.#metadata = null;
    const admission = this.#core.admit?.(rpc, this.context);
    if (admission === undefined) {
      this.#startCall(streamId, rpc, pairs);
      return true;
    }
    this.#admitting = true;
    const go = () => {
      this.#admitting = false;
      if (this.#closed) return;
      this.#startCall(streamId, rpc, pairs);
      this.#pump();
    };
    // An admission that fails is no reason to fail the call.
    admission.then(go, go);
    return false;
  }

  #startCall(streamId: number, rpc: string, metadata: ReadonlyMap<string, string> | null): void {
    this.writer.startCall(streamId);
    this.#idleAtSweep = false;
    const bound = this.#core.methods.get(rpc) ?? this.#core.unknownMethod;
    const call = new ServerCall(this, { streamId, rpc, bound, metadata });
    this.#call = call;
    if (call.inbox !== null) this.#run(call, null);
  }

  #onMessage(call: ServerCall<Context>, data: Uint8Array): void {
    if (call.inbox !== null) {
      call.inbox.offer(data);
      return;
    }
    // A further message of a call with one request has no taker.
    if (call.requested && call.bound.method.kind !== 'bidi') return;
    call.requested = true;
    this.#run(call, data);
  }

  #onCloseSend(call: ServerCall<Context>): void {
    if (call.inbox !== null) call.inbox.end();
    else if (call.bound.method.kind === 'bidi') this.onFinished(call);
    else if (!call.requested) this.#fail(call, new DrpcError('protocol', 'protocol error: no request in the call'));
  }

  #run(call: ServerCall<Context>, data: Uint8Array | null): void {
    const { bound } = call;
    try {
      const request = data === null || bound.raw ? data : decodeMessage(bound.method.request, data);
      const result = bound.invoke(request, call);
      if (bound.held) return;
      if (isPromise(result)) {
        result.then(
          (reply) => this.#answer(call, reply),
          (cause: unknown) => this.#fail(call, cause),
        );
      } else this.#answer(call, result);
    } catch (cause) {
      this.#fail(call, cause);
    }
  }

  #answer(call: ServerCall<Context>, reply: unknown): void {
    if (call.over) return;
    try {
      const last = { kind: Kind.closeSend };
      if (call.bound.method.kind !== 'unary') this.writer.send(last);
      else this.writer.send({ kind: Kind.message, data: encodeMessage(call.bound.method.reply, reply) }, last);
      this.#conclude(call, 'ok');
    } catch (cause) {
      this.#fail(call, cause);
    }
  }

  #fail(call: ServerCall<Context>, cause: unknown): void {
    if (call.over) return;
    const error = DrpcError.from(cause);
    const told = toldToClient.has(error.code);
    if (!told) this.#core.onHandlerError?.(cause, call);
    const answer = told ? error : new DrpcError('internal', 'internal error');
    this.writer.send({ kind: Kind.error, data: encodeErrorBody(answer) });
    this.#conclude(call, 'error');
  }

  /** Marks the call as answered; what is left of its request has no taker. */
  #conclude(call: ServerCall<Context>, outcome: CallOutcome): void {
    call.over = true;
    call.inbox?.fail(answered);
    this.#idleAtSweep = false;
    this.#core.onOutcome?.(call, outcome);
    // A message that nobody will take held the stream up.
    this.#pump();
  }

  #abort(call: ServerCall<Context>, outcome: CallOutcome = 'cancelled'): void {
    call.abort();
    this.#core.onOutcome?.(call, outcome);
  }

  #abortRunning(): void {
    if (this.#call !== null && !this.#call.over) this.#abort(this.#call);
  }

  /** The client has finished its direction: finish ours at once. */
  #finish(): void {
    this.#close();
    if (!this.#discarding) this.#stream.end();
  }

  /** The client broke the format: a running call is told why, then nothing more is read as packets. */
  #violation(error: DrpcError): void {
    this.#core.onViolation?.(error, this.context);
    this.#reader.close();
    const call = this.#call;
    if (call === null || call.over) {
      this.#reset();
      return;
    }
    this.writer.send({ kind: Kind.error, data: encodeErrorBody(error) });
    this.#abort(call, 'error');
    // Behind an Error packet our end does no harm; a reset could overtake it.
    this.#stream.end();
    this.#discarding = true;
    while (this.#step());
  }

  #reset(): void {
    this.#close();
    this.#stream.reset();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#heldInvoke = null;
    this.#reader.close();
    this.#abortRunning();
    this.#core.forget(this);
  }
}
