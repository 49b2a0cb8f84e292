import { decodeHeader, emptyHeader, type FrameHeader, FrameType, HEADER_BYTES } from './frame.ts';

/** One for the process: a header is decoded and handed over without a break. */
const decoded = emptyHeader();

/** Who hears of the frames in a byte stream. */
export interface FrameSink {
  /** A whole header has arrived. The object is used again for the next one, of any reader: take what is needed first. */
  onHeader(header: FrameHeader): void;
  /**
   * Bytes `start` to `end` of `chunk` belong to the Data frame whose header came last; `leftBytes` of it are still to
   * come. Never called for an empty payload.
   */
  onPayload(chunk: Uint8Array, start: number, end: number, leftBytes: number): void;
}

/**
 * Finds the frames in a byte stream, however it is cut. Keeps at most the beginning of one header: payload is passed
 * on in the pieces it came in, so a declared length costs no memory.
 */
export class FrameReader {
  readonly #sink: FrameSink;
  /** A header that was cut, and how much of it is there; allocated when that first happens. */
  #partial: Uint8Array | null = null;
  #partialBytes = 0;
  #payloadLeft = 0;
  #stopped = false;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Ignores everything from here on, the rest of the chunk being read included. */
  stop(): void {
    this.#stopped = true;
  }

  feed(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && !this.#stopped) {
      if (this.#payloadLeft > 0) at = this.#takePayload(chunk, at);
      else if (this.#partialBytes === 0 && chunk.length - at >= HEADER_BYTES) {
        decodeHeader(chunk, at, decoded);
        at += HEADER_BYTES;
        this.#announce();
      } else at = this.#takePartial(chunk, at);
    }
  }

  #takePayload(chunk: Uint8Array, at: number): number {
    const end = Math.min(chunk.length, at + this.#payloadLeft);
    this.#payloadLeft -= end - at;
    this.#sink.onPayload(chunk, at, end, this.#payloadLeft);
    return end;
  }

  #takePartial(chunk: Uint8Array, at: number): number {
    this.#partial ??= new Uint8Array(HEADER_BYTES);
    const end = Math.min(chunk.length, at + HEADER_BYTES - this.#partialBytes);
    for (let from = at; from < end; from++) this.#partial[this.#partialBytes++] = chunk[from] as number;
    if (this.#partialBytes === HEADER_BYTES) {
      this.#partialBytes = 0;
      decodeHeader(this.#partial, 0, decoded);
      this.#announce();
    }
    return end;
  }

  #announce(): void {
    this.#payloadLeft = decoded.type === FrameType.data ? decoded.length : 0;
    this.#sink.onHeader(decoded);
  }
}
