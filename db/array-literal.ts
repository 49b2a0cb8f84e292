const NEEDS_ESCAPE = /["\\]/;
const ESCAPED = /["\\]/g;

const isBare = (item: string | null | undefined): boolean => typeof item === 'string' && !NEEDS_ESCAPE.test(item);
const quoted = (item: string | null | undefined): string =>
  typeof item === 'string' ? `"${item.replace(ESCAPED, '\\$&')}"` : 'NULL';

/**
 * Text of a PostgreSQL array, to be sent as one parameter and cast in the statement (`$1::text[]`). Building the text
 * here spares the client library's generic serialiser, which costs a closure and two replacements per element.
 */
export function textArray(items: readonly (string | null)[]): string {
  if (items.length === 0) return '{}';
  // One join makes one string; piece by piece there would be three more for each element, for the collector to find.
  return items.every(isBare) ? `{"${items.join('","')}"}` : `{${items.map(quoted).join(',')}}`;
}

/** As {@link textArray} for numbers, booleans and UUIDs, which need no quotes. */
export function plainArray(items: readonly (string | number | bigint | boolean | null)[]): string {
  return `{${(items.includes(null) ? items.map((item) => item ?? 'NULL') : items).join(',')}}`;
}

/** As {@link textArray} for `bytea[]`. */
export function byteaArray(items: readonly Uint8Array[]): string {
  return hexArray(items.map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')));
}

/** As {@link byteaArray} for bytes that are given in hex. */
export function hexArray(items: readonly string[]): string {
  return textArray(items.map((hex) => `\\x${hex}`));
}
