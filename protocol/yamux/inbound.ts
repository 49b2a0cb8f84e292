import type { YamuxLimits } from './limits.ts';
import type { YamuxStream } from './stream.ts';

/** Slots for the streams that the peer opens: some are served, some wait un-ACKed, the rest is refused. */
export class InboundSlots {
  readonly #limits: YamuxLimits;
  /** Streams that hold a slot. */
  served = 0;
  /** In the order of their SYNs; allocated when the first one has to wait. */
  #waiting: Set<YamuxStream> | null = null;
  /** What the waiting streams buffer together. */
  waitingBytes = 0;

  constructor(limits: YamuxLimits) {
    this.#limits = limits;
  }

  get waiting(): number {
    return this.#waiting === null ? 0 : this.#waiting.size;
  }

  /** What becomes of a new stream. One that waits already goes first. */
  get verdict(): 'serve' | 'wait' | 'refuse' {
    const free = this.#limits.maxServedStreams - this.served;
    if (this.waiting === 0 && free > 0) return 'serve';
    // Slots that are free go to those who wait at the end of the turn, which may be some turns away: they wait no longer.
    return this.waiting - free < this.#limits.maxWaitingStreams ? 'wait' : 'refuse';
  }

  /** A stream of verdict `serve` takes its slot. */
  take(): void {
    this.served++;
  }

  queue(stream: YamuxStream): void {
    this.#waiting ??= new Set();
    this.#waiting.add(stream);
  }

  /** Judges payload for a stream that waits, and counts it. False: the stream has to go. */
  buffer(lengthBytes: number): boolean {
    if (this.waitingBytes + lengthBytes > this.#limits.maxWaitingBytes) return false;
    this.waitingBytes += lengthBytes;
    return true;
  }

  /** The stream that may be served next, off the queue and counted as served; or null. */
  next(): YamuxStream | null {
    if (this.#waiting === null || this.served >= this.#limits.maxServedStreams) return null;
    for (const stream of this.#waiting) {
      this.#leaveQueue(stream);
      this.served++;
      return stream;
    }
    return null;
  }

  /** The stream is gone: its slot, or its place in the queue, is free. */
  release(stream: YamuxStream): void {
    if (stream.waitsForSlot) this.#leaveQueue(stream);
    else this.served--;
  }

  #leaveQueue(stream: YamuxStream): void {
    if (this.#waiting?.delete(stream)) this.waitingBytes -= stream.bufferedBytes;
  }
}
