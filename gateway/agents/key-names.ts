/** A fleet has few distinct keys; so many are remembered, in as many places. */
const PLACES = 4_096;
/** Longer keys are not remembered. */
const MAX_REMEMBERED_BYTES = 64;

/** The last key seen of each hash, plain ASCII without NUL. */
const names: (string | undefined)[] = new Array(PLACES).fill(undefined);

/**
 * The key that stands in `bytes`, as one string for all reports of all agents where it has come lately: comparing it with
 * another, or finding it in a map, then takes no look at its characters, and what holds values holds no keys of its own.
 * Null where it has to be decoded; say what that gave with {@link rememberKey}.
 */
export function rememberedKey(bytes: Uint8Array, start: number, end: number): string | null {
  if (end - start > MAX_REMEMBERED_BYTES) return null;
  const name = names[placeOf(bytes, start, end)];
  return name !== undefined && stands(name, bytes, start, end) ? name : null;
}

/** Takes a key that was decoded from these bytes; one that is not plain ASCII is decoded each time. */
export function rememberKey(name: string, bytes: Uint8Array, start: number, end: number): void {
  if (end - start > MAX_REMEMBERED_BYTES || !stands(name, bytes, start, end)) return;
  names[placeOf(bytes, start, end)] = name;
}

function stands(name: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i += 1) {
    const byte = bytes[start + i] as number;
    if (byte !== name.charCodeAt(i) || byte >= 0x80) return false;
  }
  return true;
}

/** FNV-1a. */
function placeOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i += 1) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return (hash ^ (hash >>> 16)) & (PLACES - 1);
}
