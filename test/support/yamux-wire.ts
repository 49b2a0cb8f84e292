/** A second yamux codec, as plain as can be, that the real one is compared with; and frames as text for assertions. */

export const DATA = 0;
export const WINDOW = 1;
export const PING = 2;
export const GO_AWAY = 3;
export const SYN = 1;
export const ACK = 2;
export const FIN = 4;
export const RST = 8;
export const WINDOW_BYTES = 262_144;

export interface WireFrame {
  version?: number;
  type: number;
  flags?: number;
  id?: number;
  /** Of a Data frame without one: the payload's. */
  length?: number;
  payload?: Uint8Array;
}

export function encodeNaively(frame: WireFrame): Uint8Array {
  const payload = frame.payload ?? new Uint8Array(0);
  const bytes = new Uint8Array(12 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, frame.version ?? 0);
  view.setUint8(1, frame.type);
  view.setUint16(2, frame.flags ?? 0);
  view.setUint32(4, frame.id ?? 0);
  view.setUint32(8, frame.length ?? payload.length);
  bytes.set(payload, 12);
  return bytes;
}

export type DecodedFrame = Required<WireFrame>;

/** All frames of a byte string that ends with a whole one. */
export function decodeNaively(bytes: Uint8Array): DecodedFrame[] {
  const frames: DecodedFrame[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    if (rest.length < 12) throw new Error(`${rest.length} bytes are left over, no header`);
    const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength);
    const [type, length] = [view.getUint8(1), view.getUint32(8)];
    const end = 12 + (type === DATA ? length : 0);
    if (rest.length < end) throw new Error(`a payload of ${length} bytes is cut at ${rest.length - 12}`);
    const payload = rest.slice(12, end);
    frames.push({ version: view.getUint8(0), type, flags: view.getUint16(2), id: view.getUint32(4), length, payload });
    rest = rest.subarray(end);
  }
  return frames;
}

/** `data ack|fin 1 5`, `window syn 3 0`, `ping ack 0 7`, `go-away - 0 1`: type, flags, stream, length. */
export function show(frame: DecodedFrame): string {
  const names = ['syn', 'ack', 'fin', 'rst'].filter((_, bit) => (frame.flags & (1 << bit)) !== 0);
  const type = ['data', 'window', 'ping', 'go-away'][frame.type] ?? `type ${frame.type}`;
  return `${type} ${names.join('|') || '-'} ${frame.id} ${frame.length}`;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Equality of long byte strings, which a matcher would compare element by element. */
export function sameBytes(some: Uint8Array, others: Uint8Array): boolean {
  return Buffer.compare(some, others) === 0;
}

export function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replace(/\s/g, ''), 'hex'));
}

/** A repeatable run of bytes in which a lost or doubled one shows. */
export function pattern(length: number, seed = 0): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) bytes[at] = (at * 31 + (at >>> 8) * 7 + seed) & 0xff;
  return bytes;
}

/** Numbers from 0 to below 1 that a seed repeats (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Cuts bytes at random places into pieces of memory of their own, as a transport delivers them. */
export function cutAtRandom(bytes: Uint8Array, random: () => number, longest = 40): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + Math.floor(random() * longest));
    pieces.push(bytes.slice(at, end));
    at = end;
  }
  return pieces;
}
