import { concat } from './yamux-wire.ts';

/** Protobuf by hand, so that it can be wrong. */
export function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(rest)]);
}

export const tag = (field: number, wireType: number) => varint((BigInt(field) << 3n) | BigInt(wireType));

/** A field with a length: text, bytes, or a message of other fields. */
export function field(number: number, ...content: (Uint8Array | string)[]): Uint8Array {
  const bytes = concat(content.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  return concat([tag(number, 2), varint(bytes.length), bytes]);
}

export const number = (fieldNumber: number, value: number | bigint) => concat([tag(fieldNumber, 0), varint(value)]);

export interface RawMetadata {
  key: Uint8Array | string;
  value?: Uint8Array | string;
  error?: Uint8Array | string;
  /** The body of a Timestamp. */
  at?: Uint8Array;
}

/** A BatchUpdateMetadataRequest. */
export function report(...values: RawMetadata[]): Uint8Array {
  return concat(
    values.map(({ key, value = '', error = '', at }) =>
      field(2, field(1, key), field(2, ...(at === undefined ? [] : [field(1, at)]), field(3, value), field(4, error))),
    ),
  );
}
