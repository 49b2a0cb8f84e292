/** Puts packets together from frames that arrive cut anywhere. Source: storj/drpc `drpcwire/reader.go`. */
import type { ByteBudget } from './byte-budget.ts';
import { DrpcError } from './error.ts';
import { type FrameHeader, maxHeaderBytes, parseFrameHeader } from './frame.ts';

/** The largest packet of Go's reader and of Coder's transport, in bytes. */
export const defaultMaxPacketBytes = 4 * 1024 * 1024;

export interface Packet {
  kind: number;
  /** One of its frames was marked as one that may be ignored. */
  control: boolean;
  streamId: number;
  messageId: number;
  data: Uint8Array;
}

/** Where the bytes come from; null when none wait. */
export interface ByteSource {
  read(): Uint8Array | null;
}

/**
 * Reads packets by pull, so that nothing is taken from the source before the last packet has been dealt with. Holds at
 * most the rest of one chunk and, for a packet that is not complete, a buffer of at most twice the bytes received.
 *
 * Ids only grow: a lower one is a `protocol` error, a higher one discards what was not finished. All frames of a packet
 * have one kind. A packet over the limit is a `too_large` error, given before a byte of the offending frame is kept.
 * What unfinished packets hold counts against a budget that may be shared; passing it is a `too_large` error too. After an
 * error the reader must not be used again, and {@link PacketReader.close} gives back what it holds.
 */
export class PacketReader {
  readonly #maxPacketBytes: number;
  readonly #budget: ByteBudget | null;
  #chunk: Uint8Array | null = null;
  #offset = 0;
  /** The start of a header that the last chunk cut. */
  #headerStart: Uint8Array | null = null;
  /** The frame whose data is being read, and how much of it is still to come. */
  #frame: FrameHeader | null = null;
  #missingBytes = 0;
  /** The lowest ids that the next frame may have. */
  #streamId = 1;
  #messageId = 1;
  /** The unfinished packet: its kind (null when there is none) and what has been gathered of it. */
  #kind: number | null = null;
  #control = false;
  #gathered: Uint8Array | null = null;
  #gatheredBytes = 0;

  constructor(maxPacketBytes = defaultMaxPacketBytes, budget: ByteBudget | null = null) {
    this.#maxPacketBytes = maxPacketBytes;
    this.#budget = budget;
  }

  /** Lets go of an unfinished packet. Nothing more is read. */
  close(): void {
    this.#chunk = null;
    this.#letGo();
  }

  /** The next packet, or null when the source has no more bytes for now. A packet's data may be a view on a chunk. */
  next(source: ByteSource): Packet | null {
    for (;;) {
      const chunk = this.#chunk ?? source.read();
      if (chunk === null) return null;
      this.#chunk = chunk;
      const packet = this.#readChunk(chunk);
      if (packet !== null) return packet;
      this.#chunk = null;
      this.#offset = 0;
    }
  }

  /** Reads up to the end of a packet, or to the end of the chunk (null). */
  #readChunk(chunk: Uint8Array): Packet | null {
    for (;;) {
      const frame = this.#frame ?? this.#readHeader(chunk);
      if (frame === null) return null;
      const data = this.#readData(chunk, frame);
      if (data === null) return null;
      this.#frame = null;
      if (frame.done) return this.#finish(frame, data);
    }
  }

  #readHeader(chunk: Uint8Array): FrameHeader | null {
    const start = this.#headerStart;
    const parsed = start === null ? parseFrameHeader(chunk, this.#offset) : this.#readCutHeader(chunk, start);
    if (parsed === null) {
      if (start === null && this.#offset < chunk.length)
        this.#headerStart = new Uint8Array(chunk.subarray(this.#offset));
      return null;
    }
    this.#offset += parsed.headerBytes - (start?.length ?? 0);
    this.#headerStart = null;
    this.#accept(parsed.header);
    return parsed.header;
  }

  #readCutHeader(chunk: Uint8Array, start: Uint8Array): ReturnType<typeof parseFrameHeader> {
    const more = chunk.subarray(this.#offset, this.#offset + maxHeaderBytes - start.length);
    const joined = new Uint8Array(start.length + more.length);
    joined.set(start);
    joined.set(more, start.length);
    const parsed = parseFrameHeader(joined);
    if (parsed === null) this.#headerStart = joined;
    return parsed;
  }

  /** Judges a header by the ids and bytes before it. */
  #accept(header: FrameHeader): void {
    const { streamId, messageId, kind } = header;
    if (streamId < this.#streamId || (streamId === this.#streamId && messageId < this.#messageId)) {
      throw new DrpcError(
        'protocol',
        `id monotonicity violation: ${streamId}.${messageId} after ${this.#streamId}.${this.#messageId}`,
      );
    }
    if (this.#kind === null || streamId !== this.#streamId || messageId !== this.#messageId) {
      this.#startPacket(header);
    } else if (kind !== this.#kind) {
      throw new DrpcError('protocol', `packet kind change: ${this.#kind} to ${kind}`);
    }
    if (this.#gatheredBytes + header.dataBytes > this.#maxPacketBytes) {
      throw new DrpcError('too_large', `data overflow: a packet may have ${this.#maxPacketBytes} bytes`);
    }
    this.#control ||= header.control;
    this.#frame = header;
    this.#missingBytes = header.dataBytes;
  }

  #startPacket(header: FrameHeader): void {
    this.#streamId = header.streamId;
    this.#messageId = header.messageId;
    this.#kind = header.kind;
    this.#control = false;
    this.#letGo();
  }

  #letGo(): void {
    if (this.#gathered !== null) this.#budget?.giveBack(this.#gathered.length);
    this.#gathered = null;
    this.#gatheredBytes = 0;
  }

  /** The packet's data up to the end of this frame, or null when the frame goes on behind the chunk. */
  #readData(chunk: Uint8Array, frame: FrameHeader): Uint8Array | null {
    const end = Math.min(chunk.length, this.#offset + this.#missingBytes);
    const piece = chunk.subarray(this.#offset, end);
    this.#offset = end;
    const whole = piece.length === frame.dataBytes && frame.done && this.#gatheredBytes === 0;
    if (whole) return piece;
    this.#missingBytes -= piece.length;
    const gathered = this.#gather(piece, frame);
    return this.#missingBytes === 0 ? gathered : null;
  }

  /** Appends to a buffer that doubles, so that a packet in many pieces is copied a bounded number of times. */
  #gather(piece: Uint8Array, frame: FrameHeader): Uint8Array {
    const bytes = this.#gatheredBytes + piece.length;
    let buffer = this.#gathered ?? new Uint8Array(0);
    if (bytes > buffer.length) {
      const most = frame.done ? bytes + this.#missingBytes : this.#maxPacketBytes;
      const size = Math.min(most, Math.max(bytes, buffer.length * 2));
      if (this.#budget?.take(size - buffer.length) === false) {
        throw new DrpcError('too_large', `unfinished messages may hold ${this.#budget.maxBytes} bytes together`);
      }
      const grown = new Uint8Array(size);
      grown.set(buffer.subarray(0, this.#gatheredBytes));
      buffer = grown;
    }
    buffer.set(piece, this.#gatheredBytes);
    this.#gathered = buffer;
    this.#gatheredBytes = bytes;
    return buffer.subarray(0, bytes);
  }

  #finish(frame: FrameHeader, data: Uint8Array): Packet {
    const packet = {
      kind: frame.kind,
      control: this.#control,
      streamId: frame.streamId,
      messageId: frame.messageId,
      data,
    };
    // No further frame may have this id.
    this.#messageId++;
    this.#kind = null;
    this.#letGo();
    return packet;
  }
}
