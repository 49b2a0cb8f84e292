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
  /** Where what has been taken ends. */
  #taken = 0;
  /** Where the message begins: its headroom lies between. */
  #start = 0;
  #end = 0;

  /** Starts a message with free bytes in front of it, forgetting one that was begun and not taken. */
  begin(headroomBytes: number): void {
    this.#start = this.#taken + headroomBytes;
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
    // Where nothing was written its headroom is free again.
    if (message.length > 0) this.#taken = this.#end;
    // A slab made larger for one big message would otherwise stay for small ones.
    if (this.#slab.length > SLAB_BYTES) this.#replaceSlab(new Uint8Array(0), { headroomBytes: 0, messageBytes: 0 });
    return message;
  }

  #reserve(bytes: number): void {
    if (this.#slab.length - this.#end >= bytes) return;
    const headroomBytes = this.#start - this.#taken;
    const messageBytes = this.#end - this.#start;
    const slab = new Uint8Array(Math.max(SLAB_BYTES, headroomBytes + 2 * (messageBytes + bytes)));
    slab.set(this.#slab.subarray(this.#start, this.#end), headroomBytes);
    this.#replaceSlab(slab, { headroomBytes, messageBytes });
  }

  #replaceSlab(slab: Uint8Array<ArrayBuffer>, kept: { headroomBytes: number; messageBytes: number }): void {
    this.#slab = slab;
    this.#taken = 0;
    this.#start = kept.headroomBytes;
    this.#end = kept.headroomBytes + kept.messageBytes;
  }
}
