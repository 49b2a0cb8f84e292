interface Link {
  readonly bytes: Uint8Array;
  next: Link | null;
}

/** Bytes a stream has been given to send, in order. Keeps the arrays as they are and counts what is left of them. */
export class SendQueue {
  /** Bytes that wait. */
  waitingBytes = 0;
  #head: Link | null = null;
  #tail: Link | null = null;
  /** How much of the head has left already. */
  #headOffset = 0;

  push(bytes: Uint8Array): void {
    const link: Link = { bytes, next: null };
    if (this.#tail === null) this.#head = link;
    else this.#tail.next = link;
    this.#tail = link;
    this.waitingBytes += bytes.length;
  }

  /** Takes the first `count` bytes out and writes them at `offset` of `target`. At most `waitingBytes`. */
  moveTo(target: Uint8Array, offset: number, count: number): void {
    this.waitingBytes -= count;
    let left = count;
    while (left > 0 && this.#head !== null) {
      const { bytes, next } = this.#head;
      const take = Math.min(left, bytes.length - this.#headOffset);
      const whole = take === bytes.length;
      target.set(whole ? bytes : bytes.subarray(this.#headOffset, this.#headOffset + take), offset + count - left);
      left -= take;
      this.#headOffset += take;
      if (this.#headOffset === bytes.length) {
        this.#head = next;
        this.#headOffset = 0;
      }
    }
    if (this.#head === null) this.#tail = null;
  }
}
