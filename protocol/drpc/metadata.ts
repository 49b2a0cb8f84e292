/**
 * The body of an InvokeMetadata packet: `0x0a len { 0x0a keyLen key 0x12 valueLen value }`, repeated. These are protobuf
 * map entries, but only in exactly this order. Source: storj/drpc `drpcmetadata/serialize.go`.
 */
import { DrpcError } from './error.ts';

/** Far above what a tracer sends; keeps a peer from holding a map of half a million keys for each stream. In bytes. */
export const maxMetadataBytes = 64 * 1024;

/** A map costs many times the bytes of its pairs. */
export const maxMetadataPairs = 1_000;

const entryTag = 0x0a;
const keyTag = 0x0a;
const valueTag = 0x12;
const maxLengthBytes = 5;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const malformed = (what: string) => new DrpcError('protocol', `malformed metadata: ${what}`);

/** Reads `tag length bytes` pieces one after the other. */
class PieceReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }

  piece(tag: number): Uint8Array {
    if (this.#bytes[this.#offset] !== tag) throw malformed(`expected byte ${tag} at ${this.#offset}`);
    this.#offset++;
    const length = this.#length();
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw malformed('a length reaches behind the end');
    const piece = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return piece;
  }

  #length(): number {
    let value = 0;
    for (let i = 0; i < maxLengthBytes; i++) {
      const byte = this.#bytes[this.#offset++];
      if (byte === undefined) throw malformed('a length is cut');
      value += (byte & 0x7f) * 128 ** i;
      if (byte < 0x80) return value;
    }
    throw malformed('a length is too long');
  }
}

/** Later pairs win. Ill-formed UTF-8 is replaced. Throws a `protocol` or `too_large` error. */
export function decodeMetadata(body: Uint8Array): Map<string, string> {
  if (body.length > maxMetadataBytes) {
    throw new DrpcError('too_large', `metadata of ${body.length} bytes, at most ${maxMetadataBytes} are allowed`);
  }
  const pairs = new Map<string, string>();
  const entries = new PieceReader(body);
  while (!entries.atEnd) {
    const entry = new PieceReader(entries.piece(entryTag));
    const key = decoder.decode(entry.piece(keyTag));
    const value = decoder.decode(entry.piece(valueTag));
    if (!entry.atEnd) throw malformed('bytes behind a value');
    pairs.set(key, value);
    if (pairs.size > maxMetadataPairs) {
      throw new DrpcError('too_large', `metadata of more than ${maxMetadataPairs} pairs`);
    }
  }
  return pairs;
}

function taggedPiece(tag: number, content: number[]): number[] {
  const length: number[] = [];
  let rest = content.length;
  for (; rest >= 0x80; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return [tag, ...length, rest, ...content];
}

export function encodeMetadata(pairs: Iterable<readonly [string, string]>): Uint8Array {
  const body: number[] = [];
  for (const [key, value] of pairs) {
    const entry = [
      ...taggedPiece(keyTag, [...encoder.encode(key)]),
      ...taggedPiece(valueTag, [...encoder.encode(value)]),
    ];
    for (const byte of taggedPiece(entryTag, entry)) body.push(byte);
  }
  return Uint8Array.from(body);
}
