/** The smallest and the largest block that bytes are gathered in. */
const MIN_BLOCK_BYTES = 256;
const MAX_BLOCK_BYTES = 16 * 1024;

interface Block {
  readonly memory: Uint8Array;
  usedBytes: number;
  next: Block | null;
}

/**
 * Received bytes that nobody has read yet. They come as views of whatever the transport delivered, and a view of one
 * byte may hold 64 KiB alive; so small pieces are gathered in blocks of our own, whose sizes grow with what is kept.
 * Memory stays within a small multiple of the bytes, whatever pieces a peer chooses to send.
 */
export class KeptBytes {
  #head: Block | null = null;
  #tail: Block | null = null;
  #bytes = 0;

  append(piece: Uint8Array): void {
    this.#bytes += piece.length;
    if (isWorthKeepingAsItIs(piece)) this.#link({ memory: piece, usedBytes: piece.length, next: null });
    else this.#gather(piece);
  }

  /** The next bytes in order, or null. The memory is the caller's from then on. */
  shift(): Uint8Array | null {
    const block = this.#head;
    if (block === null) return null;
    this.#head = block.next;
    if (this.#head === null) this.#tail = null;
    this.#bytes -= block.usedBytes;
    return block.memory.subarray(0, block.usedBytes);
  }

  get isEmpty(): boolean {
    return this.#head === null;
  }

  #gather(piece: Uint8Array): void {
    const fits = this.#tail === null ? 0 : Math.min(piece.length, this.#tail.memory.length - this.#tail.usedBytes);
    if (this.#tail !== null && fits > 0) {
      this.#tail.memory.set(piece.subarray(0, fits), this.#tail.usedBytes);
      this.#tail.usedBytes += fits;
    }
    if (fits === piece.length) return;
    const rest = piece.subarray(fits);
    // As much again as is kept already: few blocks for many small pieces, at most half of the memory unused.
    const size = Math.max(rest.length, Math.min(MAX_BLOCK_BYTES, Math.max(MIN_BLOCK_BYTES, this.#bytes)));
    const memory = new Uint8Array(size);
    memory.set(rest);
    this.#link({ memory, usedBytes: rest.length, next: null });
  }

  #link(block: Block): void {
    if (this.#tail === null) this.#head = block;
    else this.#tail.next = block;
    this.#tail = block;
  }
}

/** A large view that is at least half of its memory costs less to keep than to copy. */
function isWorthKeepingAsItIs(piece: Uint8Array): boolean {
  return piece.length >= MAX_BLOCK_BYTES && piece.length * 2 >= piece.buffer.byteLength;
}
