import type { FleetRead } from '../types.ts';

/**
 * The cursor of a read: the smaller of its snapshot's xmin (everything below it had ended) and one above the largest
 * revision committed in it (only such xids survive a crash: one above them may be given out again).
 */
export function cursorOf(xmin: bigint, maxRevision: bigint): bigint {
  const next = maxRevision + 1n;
  return next < xmin ? next : xmin;
}

/**
 * Whether a reader with this cursor can go on from it. If not it must read everything: its cursor is from before the
 * last purge of tombstones (it would never learn of those deletions), or above the present xmin (from another server's
 * past, or from before a restore).
 */
export function isResumable(cursor: bigint, present: Pick<FleetRead, 'xmin' | 'purgedBefore'>): boolean {
  return cursor >= present.purgedBefore && cursor <= present.xmin;
}

/** Reads a cursor that came from outside: null unless it is a plain decimal xid8. */
export function parseCursor(text: string): bigint | null {
  if (!/^(0|[1-9]\d{0,19})$/.test(text)) return null;
  const cursor = BigInt(text);
  return cursor < 1n << 64n ? cursor : null;
}
