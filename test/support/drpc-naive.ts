/** A second DRPC codec, as plain as can be, that the real one is compared with: it reads everything from the start each time. */

export const INVOKE = 1;
export const MESSAGE = 2;
export const ERROR = 3;
export const CANCEL = 4;
export const CLOSE = 5;
export const CLOSE_SEND = 6;
export const METADATA = 7;

export interface NaiveFrame {
  kind: number;
  done?: boolean;
  control?: boolean;
  streamId: number;
  messageId: number;
  data: Uint8Array;
}

export interface NaivePacket {
  kind: number;
  control: boolean;
  streamId: number;
  messageId: number;
  data: Uint8Array;
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}

export function encodeFrame({ kind, done = true, control = false, streamId, messageId, data }: NaiveFrame): Uint8Array {
  const controlByte = (control ? 0x80 : 0) | (kind << 1) | (done ? 1 : 0);
  return Uint8Array.from([controlByte, ...varint(streamId), ...varint(messageId), ...varint(data.length), ...data]);
}

class NeedsMore extends Error {}

/**
 * The packets of a byte string, where each ends, and the code of the error that ends it all; what is cut at the end is
 * left out.
 */
export function decodePackets(
  bytes: Uint8Array,
  maxPacketBytes: number,
): { packets: NaivePacket[]; ends: number[]; error: 'protocol' | 'too_large' | null } {
  const packets: NaivePacket[] = [];
  const ends: number[] = [];
  let at = 0;
  const readVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new NeedsMore();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw 'protocol';
  };
  let last = { stream: 1n, message: 1n };
  let open: NaivePacket | null = null;
  try {
    while (at < bytes.length) {
      const control = bytes[at++] as number;
      const [stream, message, length] = [readVarint(), readVarint(), readVarint()];
      if ([stream, message, length].some((value) => value > BigInt(Number.MAX_SAFE_INTEGER))) throw 'protocol';
      if (stream < last.stream || (stream === last.stream && message < last.message)) throw 'protocol';
      const goesOn: boolean = open !== null && stream === last.stream && message === last.message;
      const kind = (control >> 1) & 0x3f;
      if (!goesOn)
        open = { kind, control: false, streamId: Number(stream), messageId: Number(message), data: new Uint8Array() };
      if (open === null || open.kind !== kind) throw 'protocol';
      if (open.data.length + Number(length) > maxPacketBytes) throw 'too_large';
      last = { stream, message };
      open.control ||= (control & 0x80) !== 0;
      const data = bytes.slice(at, at + Number(length));
      if (data.length < Number(length)) throw new NeedsMore();
      at += data.length;
      open.data = Uint8Array.from([...open.data, ...data]);
      if ((control & 1) === 0) continue;
      packets.push(open);
      ends.push(at);
      open = null;
      last = { stream, message: message + 1n };
    }
  } catch (reason) {
    if (reason instanceof NeedsMore) return { packets, ends, error: null };
    if (reason === 'protocol' || reason === 'too_large') return { packets, ends, error: reason };
    throw reason;
  }
  return { packets, ends, error: null };
}

/** The pairs of an InvokeMetadata packet, or null where it is none. */
export function decodePairs(body: Uint8Array): Map<string, string> | null {
  const pairs = new Map<string, string>();
  let at = 0;
  const piece = (tag: number, end: number): [number, number] | null => {
    if (bodyAt(at++) !== tag) return null;
    let length = 0;
    let byte = 0x80;
    for (let i = 0; byte >= 0x80; i += 1) {
      if (i === 5 || at >= end) return null;
      byte = bodyAt(at++);
      length += (byte & 0x7f) * 128 ** i;
    }
    return at + length > end ? null : [at, at + length];
  };
  const bodyAt = (index: number) => body[index] ?? -1;
  const text = ([start, end]: [number, number]) => {
    at = end;
    return new TextDecoder().decode(body.subarray(start, end));
  };
  while (at < body.length) {
    const entry = piece(0x0a, body.length);
    if (entry === null) return null;
    const key = piece(0x0a, entry[1]);
    if (key === null) return null;
    const keyText = text(key);
    const value = piece(0x12, entry[1]);
    if (value === null) return null;
    pairs.set(keyText, text(value));
    if (at !== entry[1]) return null;
  }
  return pairs;
}

/** What has come on a stream, from which packets are taken one by one, each read again from the first byte. */
export class NaiveInput {
  /** Nothing more will come. */
  ended = false;
  readonly #maxPacketBytes: number;
  #bytes = new Uint8Array(0);
  /** Where the pieces that came end, and how far the reader has taken them off the stream. */
  #pieceEnds: number[] = [];
  #pulled = 0;
  #taken = 0;

  constructor(maxPacketBytes: number) {
    this.#maxPacketBytes = maxPacketBytes;
  }

  add(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      this.#bytes = Uint8Array.from([...this.#bytes, ...piece]);
      this.#pieceEnds.push(this.#bytes.length);
    }
  }

  /** The next packet; what is wrong with what has come; null where neither is there yet. */
  take(): NaivePacket | 'protocol' | 'too_large' | null {
    const { packets, ends, error } = decodePackets(this.#bytes, this.#maxPacketBytes);
    const packet = packets[this.#taken];
    const end = ends[this.#taken] ?? this.#bytes.length;
    this.#pulled = Math.max(this.#pulled, this.#pieceEnds.find((pieceEnd) => pieceEnd >= end) ?? 0);
    if (packet === undefined) return error;
    this.#taken += 1;
    return packet;
  }

  /** Takes everything off the stream unread. */
  discard(): void {
    this.#pulled = this.#bytes.length;
  }

  /** True when everything that came is off the stream. */
  get isPulled(): boolean {
    return this.#pulled === this.#bytes.length;
  }
}
