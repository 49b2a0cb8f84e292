const NEEDS_ESCAPE = /["\\]/;
const ESCAPED = /["\\]/g;

/**
 * Text of a PostgreSQL array, to be sent as one parameter and cast in the statement (`$1::text[]`). Building the text
 * here spares the client library's generic serialiser, which costs a closure and two replacements per element.
 */
export function textArray(items: readonly (string | null)[]): string {
  let out = '{';
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i];
    if (i > 0) out += ',';
    if (item === null || item === undefined) out += 'NULL';
    else out += NEEDS_ESCAPE.test(item) ? `"${item.replace(ESCAPED, '\\$&')}"` : `"${item}"`;
  }
  return `${out}}`;
}

/** As {@link textArray} for numbers, booleans and UUIDs, which need no quotes. */
export function plainArray(items: readonly (string | number | bigint | boolean | null)[]): string {
  let out = '{';
  for (let i = 0; i < items.length; i += 1) {
    if (i > 0) out += ',';
    out += items[i] ?? 'NULL';
  }
  return `${out}}`;
}

/** As {@link textArray} for `bytea[]`. */
export function byteaArray(items: readonly Uint8Array[]): string {
  return textArray(
    items.map((bytes) => `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`),
  );
}
