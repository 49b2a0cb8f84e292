import { YamuxError } from './error.ts';
import { MAX_U32 } from './frame.ts';
import type { YamuxLimits } from './limits.ts';
import type { YamuxStream } from './stream.ts';

/** Ids and un-ACKed slots for the streams that this side opens. */
export class OutboundSlots {
  readonly #limits: YamuxLimits;
  #nextId: number;
  /** Streams whose SYN has a slot and whose ACK has not come. */
  unacked = 0;
  /** In the order of `openStream`; allocated when the first one has to wait. */
  #waiting: Set<YamuxStream> | null = null;

  /** The client's ids are odd, the server's even. */
  constructor(limits: YamuxLimits, role: 'client' | 'server') {
    this.#limits = limits;
    this.#nextId = role === 'client' ? 1 : 2;
  }

  /**
   * The next id that `isTaken` does not know (a peer may have used one of ours).
   * @throws YamuxError `IDS_EXHAUSTED` when all 2^31 have been given out.
   */
  takeId(isTaken: (id: number) => boolean): number {
    while (isTaken(this.#nextId)) this.#nextId += 2;
    if (this.#nextId > MAX_U32) throw new YamuxError('IDS_EXHAUSTED', 'the session has used all of its stream ids');
    const id = this.#nextId;
    this.#nextId += 2;
    return id;
  }

  get waiting(): number {
    return this.#waiting === null ? 0 : this.#waiting.size;
  }

  queue(stream: YamuxStream): void {
    this.#waiting ??= new Set();
    this.#waiting.add(stream);
  }

  /** The stream that may send its SYN next, off the queue and counted as un-ACKed; or null. */
  next(): YamuxStream | null {
    if (this.#waiting === null || this.unacked >= this.#limits.maxUnackedOpens) return null;
    for (const stream of this.#waiting) {
      this.#waiting.delete(stream);
      this.unacked++;
      return stream;
    }
    return null;
  }

  /** The stream is gone before it was ACKed: its slot, or its place in the queue, is free. */
  release(stream: YamuxStream): void {
    if (stream.waitsForSlot) this.#waiting?.delete(stream);
    else if (stream.isUnacked) this.unacked--;
  }
}
