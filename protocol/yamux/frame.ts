/**
 * The yamux frame header: constants and a pure codec. Source: hashicorp/yamux `spec.md` and `const.go`.
 *
 * Twelve bytes, big-endian: version u8 (0), type u8, flags u16, stream id u32, length u32. Only a Data frame is
 * followed by `length` bytes of payload; in the other types the field is a number of its own.
 */

/** Length of a header on the wire. */
export const HEADER_BYTES = 12;

/** The only version there is. */
export const PROTOCOL_VERSION = 0;

/**
 * What each side may send on a new stream before it needs credit. Fixed by the protocol: there is no negotiation.
 */
export const INITIAL_WINDOW_BYTES = 256 * 1024;

/** Largest value of a 32-bit field; a send window stops growing here. */
export const MAX_U32 = 0xffff_ffff;

export const FrameType = {
  /** `length` bytes of a stream follow. */
  data: 0,
  /** `length` is credit added to the receiver's send window; 0 where only the flags matter. */
  windowUpdate: 1,
  /** `length` is an opaque id: SYN asks, ACK answers with the same id. */
  ping: 2,
  /** `length` is a {@link GoAwayCode}. */
  goAway: 3,
} as const;

export const Flag = {
  /** Opens the stream (or asks, on a ping). */
  syn: 1,
  /** Accepts the stream (or answers, on a ping). */
  ack: 2,
  /** The sender's last frame on this stream. */
  fin: 4,
  /** The stream is gone, both ways, at once. */
  rst: 8,
} as const;

export const GoAwayCode = { normal: 0, protocolError: 1, internalError: 2 } as const;
export type GoAwayCode = (typeof GoAwayCode)[keyof typeof GoAwayCode];

export interface FrameHeader {
  version: number;
  type: number;
  flags: number;
  streamId: number;
  length: number;
}

/** A header to decode into: one object serves a whole connection, so that no frame costs an allocation. */
export function emptyHeader(): FrameHeader {
  return { version: 0, type: 0, flags: 0, streamId: 0, length: 0 };
}

/** Writes a header of the present version at `offset`; the caller has made sure that {@link HEADER_BYTES} fit. */
export function encodeHeader(
  target: Uint8Array,
  offset: number,
  type: number,
  flags: number,
  streamId: number,
  length: number,
): void {
  target[offset] = PROTOCOL_VERSION;
  target[offset + 1] = type;
  target[offset + 2] = flags >>> 8;
  target[offset + 3] = flags;
  writeU32(target, offset + 4, streamId);
  writeU32(target, offset + 8, length);
}

/** Reads the header at `offset` into `into`. Judges nothing: an unknown version or type is the session's to refuse. */
export function decodeHeader(bytes: Uint8Array, offset: number, into: FrameHeader): void {
  into.version = byteAt(bytes, offset);
  into.type = byteAt(bytes, offset + 1);
  into.flags = (byteAt(bytes, offset + 2) << 8) | byteAt(bytes, offset + 3);
  into.streamId = readU32(bytes, offset + 4);
  into.length = readU32(bytes, offset + 8);
}

function writeU32(target: Uint8Array, offset: number, value: number): void {
  target[offset] = value >>> 24;
  target[offset + 1] = value >>> 16;
  target[offset + 2] = value >>> 8;
  target[offset + 3] = value;
}

function readU32(bytes: Uint8Array, offset: number): number {
  // `>>> 0` because a shift into bit 31 makes a negative number.
  return (
    ((byteAt(bytes, offset) << 24) |
      (byteAt(bytes, offset + 1) << 16) |
      (byteAt(bytes, offset + 2) << 8) |
      byteAt(bytes, offset + 3)) >>>
    0
  );
}

function byteAt(bytes: Uint8Array, offset: number): number {
  return bytes[offset] as number;
}
