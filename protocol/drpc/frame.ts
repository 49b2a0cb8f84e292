/**
 * DRPC frames as bytes: `control:u8 | streamId:varint | messageId:varint | length:varint | data`.
 * Source: storj/drpc `drpcwire/packet.go`, `drpcwire/varint.go`.
 */
import { DrpcError } from './error.ts';

/** What a packet is; bits 1 to 6 of the control byte. */
export const Kind = {
  /** The name of the method to call. */
  invoke: 1,
  message: 2,
  /** u64 code and text; ends the call. */
  error: 3,
  /** Gives the call up; sent with the control bit. */
  cancel: 4,
  /** Ends both directions. */
  close: 5,
  /** Ends the sender's direction. */
  closeSend: 6,
  /** Pairs of text, ahead of the invoke of the same stream id. */
  invokeMetadata: 7,
} as const;

const doneBit = 0b0000_0001;
const controlBit = 0b1000_0000;
const kindMask = 0b0111_1110;

/** Of 64 bits in groups of 7. */
const maxVarintBytes = 10;
/** No header is longer: with this many bytes at hand a header is complete or malformed. */
export const maxHeaderBytes = 1 + 3 * maxVarintBytes;

export interface FrameHeader {
  /** One of {@link Kind}, or a number that is not known yet. */
  kind: number;
  /** The last frame of its packet. */
  done: boolean;
  /** A receiver that does not know the kind ignores the packet. */
  control: boolean;
  streamId: number;
  messageId: number;
  dataBytes: number;
}

/** Where a varint that starts at `start` ends, or -1 when it goes on behind the end of `bytes`. */
function varintEnd(bytes: Uint8Array, start: number): number {
  for (let i = start; i < start + maxVarintBytes; i++) {
    const byte = bytes[i];
    if (byte === undefined) return -1;
    if (byte < 0x80) return i + 1;
  }
  throw new DrpcError('protocol', `varint too long: more than ${maxVarintBytes} bytes`);
}

function varintValue(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = end - 1; i >= start; i--) value = value * 128 + ((bytes[i] ?? 0) & 0x7f);
  if (value > Number.MAX_SAFE_INTEGER) throw new DrpcError('protocol', 'varint too large: more than 2^53 - 1');
  return value;
}

/**
 * Reads the header of the frame that starts at `offset`. Null means that more bytes are needed. Numbers above
 * 2^53 - 1 and varints of more than 10 bytes throw a `protocol` error.
 */
export function parseFrameHeader(bytes: Uint8Array, offset = 0): { header: FrameHeader; headerBytes: number } | null {
  const control = bytes[offset];
  if (control === undefined) return null;
  const streamIdEnd = varintEnd(bytes, offset + 1);
  if (streamIdEnd === -1) return null;
  const messageIdEnd = varintEnd(bytes, streamIdEnd);
  if (messageIdEnd === -1) return null;
  const lengthEnd = varintEnd(bytes, messageIdEnd);
  if (lengthEnd === -1) return null;
  const header = {
    kind: (control & kindMask) >> 1,
    done: (control & doneBit) !== 0,
    control: (control & controlBit) !== 0,
    streamId: varintValue(bytes, offset + 1, streamIdEnd),
    messageId: varintValue(bytes, streamIdEnd, messageIdEnd),
    dataBytes: varintValue(bytes, messageIdEnd, lengthEnd),
  };
  return { header, headerBytes: lengthEnd - offset };
}

export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}

function writeVarint(target: Uint8Array, offset: number, value: number): number {
  let at = offset;
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) target[at++] = (rest % 0x80) | 0x80;
  target[at++] = rest;
  return at;
}

export function frameHeaderBytes(header: FrameHeader): number {
  return 1 + varintBytes(header.streamId) + varintBytes(header.messageId) + varintBytes(header.dataBytes);
}

/** Writes a header at `offset` and returns where its data goes. */
export function writeFrameHeader(target: Uint8Array, offset: number, header: FrameHeader): number {
  target[offset] = (header.kind << 1) | (header.done ? doneBit : 0) | (header.control ? controlBit : 0);
  let at = writeVarint(target, offset + 1, header.streamId);
  at = writeVarint(target, at, header.messageId);
  return writeVarint(target, at, header.dataBytes);
}
