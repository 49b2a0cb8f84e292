import { FrameType, type GoAwayCode, HEADER_BYTES } from './frame.ts';
import type { YamuxLimits } from './limits.ts';
import type { YamuxStream } from './stream.ts';
import { FrameWriter } from './writer.ts';

/** Numbers a queued control frame takes: type and flags in one, stream id, length. */
const CONTROL_FIELDS = 3;

/** One for the process: a message is built and taken without a break. */
const writer = new FrameWriter();

/** No streams: stands for an array that nothing has been put in, so that most messages allocate none. */
const NONE: YamuxStream[] = [];

/**
 * What a session has to send: control frames in order, and the streams that have something, taking turns. Builds one
 * message of it when the session asks. While the transport is full only control frames, flags and credit go out.
 */
export class Outbox {
  readonly #limits: YamuxLimits;
  /** Control frames of no live stream (pings, refusals, go-aways), flat; allocated when the first one comes. */
  #control: number[] | null = null;
  #turns: YamuxStream[] = [];
  #drained: YamuxStream[] = NONE;
  /** The transport has said that it is full and not yet that it has drained. */
  held = false;
  #heldControlBytes = 0;

  /** Asks for {@link Outbox.collect} at the end of this turn. */
  readonly wake: () => void;

  constructor(limits: YamuxLimits, wake: () => void) {
    this.#limits = limits;
    this.wake = wake;
  }

  control(type: number, flags: number, streamId: number, length: number): void {
    this.#control ??= [];
    this.#control.push((type << 16) | flags, streamId, length);
    this.wake();
  }

  stream(stream: YamuxStream): void {
    // Also for one that stands here already: its data may be held back, but the credit it now owes is not.
    this.wake();
    if (stream.hasTurn) return;
    stream.hasTurn = true;
    this.#turns.push(stream);
  }

  /** Control frames that wait, in bytes. */
  get controlBytes(): number {
    return this.#control === null ? 0 : (this.#control.length / CONTROL_FIELDS) * HEADER_BYTES;
  }

  /** True where another message could leave at once: the last one was full. */
  get hasMore(): boolean {
    return !this.held && this.#turns.length > 0;
  }

  /**
   * All that may leave now, as one message behind so many free bytes, with a fatal go-away at its end; null where nothing
   * may.
   */
  collect(nowMs: number, lastWord: GoAwayCode | null, headroomBytes: number): Uint8Array | null {
    writer.begin(headroomBytes);
    this.#writeControl();
    this.#writeStreams(nowMs);
    if (lastWord !== null) writer.header(FrameType.goAway, 0, 0, lastWord);
    const message = writer.take();
    if (message.length === 0) return null;
    if (this.held) this.#heldControlBytes += message.length;
    return message;
  }

  /** More control has gone to a full transport than an honest peer can cause. */
  get isOverflowing(): boolean {
    return this.#heldControlBytes > this.#limits.maxHeldControlBytes;
  }

  release(): void {
    this.held = false;
    this.#heldControlBytes = 0;
  }

  /** The streams whose users wait to hear that all of theirs has left, each once. */
  takeDrained(): readonly YamuxStream[] {
    const drained = this.#drained;
    this.#drained = NONE;
    return drained;
  }

  #writeControl(): void {
    const control = this.#control;
    if (control === null) return;
    this.#control = null;
    for (let at = 0; at < control.length; at += CONTROL_FIELDS) {
      const [typeAndFlags = 0, streamId = 0, length = 0] = control.slice(at, at + CONTROL_FIELDS);
      writer.header(typeAndFlags >>> 16, typeAndFlags & 0xffff, streamId, length);
    }
  }

  /** One Data frame for each stream in turn until the budget is spent; who was not served stands first next time. */
  #writeStreams(nowMs: number): void {
    const { maxFlushBytes, maxDataFrameBytes } = this.#limits;
    const turns = this.#turns;
    let budgetBytes = this.held ? 0 : maxFlushBytes;
    let unserved = NONE;
    for (let at = 0; at < turns.length; at++) {
      const stream = turns[at] as YamuxStream;
      const sentBytes = stream.emit(writer, Math.min(budgetBytes, maxDataFrameBytes), nowMs);
      budgetBytes -= sentBytes;
      if (stream.takeDrained()) this.#drained = appended(this.#drained, stream);
      if (!stream.waitsForTransport) stream.hasTurn = false;
      else if (sentBytes > 0 || budgetBytes > 0) turns.push(stream);
      else unserved = appended(unserved, stream);
    }
    if (unserved === NONE) turns.length = 0;
    else this.#turns = unserved;
  }
}

function appended(list: YamuxStream[], stream: YamuxStream): YamuxStream[] {
  if (list === NONE) return [stream];
  list.push(stream);
  return list;
}
