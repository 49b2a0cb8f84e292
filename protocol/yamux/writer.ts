import { encodeHeader, HEADER_BYTES } from './frame.ts';
import type { SendQueue } from './send-queue.ts';

/** Memory is taken in slabs of this size: one allocation serves many small messages. */
const SLAB_BYTES = 64 * 1024;

/**
 * Builds one message out of frames. Messages are cut from a common slab, so a small one costs no allocation of its
 * own; what {@link FrameWriter.take} returned is never written to again.
 */
export class FrameWriter {
  #slab = new Uint8Array(0);
  #start = 0;
  #end = 0;

  /** Starts a message, forgetting one that was begun and not taken. */
  begin(): void {
    this.#end = this.#start;
  }

  header(type: number, flags: number, streamId: number, length: number): void {
    this.#reserve(HEADER_BYTES);
    encodeHeader(this.#slab, this.#end, type, flags, streamId, length);
    this.#end += HEADER_BYTES;
  }

  /** Moves the next `bytes` of `queue` into the message. */
  payload(queue: SendQueue, bytes: number): void {
    this.#reserve(bytes);
    queue.moveTo(this.#slab, this.#end, bytes);
    this.#end += bytes;
  }

  /** The message built since {@link FrameWriter.begin}; empty where nothing was written. It is the caller's. */
  take(): Uint8Array {
    const message = this.#slab.subarray(this.#start, this.#end);
    this.#start = this.#end;
    // A slab made larger for one big message would otherwise stay for small ones.
    if (this.#slab.length > SLAB_BYTES) this.#replaceSlab(new Uint8Array(0), 0);
    return message;
  }

  #reserve(bytes: number): void {
    if (this.#slab.length - this.#end >= bytes) return;
    const written = this.#end - this.#start;
    const slab = new Uint8Array(Math.max(SLAB_BYTES, 2 * (written + bytes)));
    slab.set(this.#slab.subarray(this.#start, this.#end));
    this.#replaceSlab(slab, written);
  }

  #replaceSlab(slab: Uint8Array<ArrayBuffer>, written: number): void {
    this.#slab = slab;
    this.#start = 0;
    this.#end = written;
  }
}
