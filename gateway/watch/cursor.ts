/** What a watcher's cursor says to the gateway; opaque to everyone else. */
export interface Cursor {
  /** Everything below this transaction id has been seen. */
  revision: bigint;
  /** The run of the gateway that gave it out. */
  run: string;
  /** The subscription that it belongs to. */
  subscription: string;
  /** The database's history to which the transaction id belongs. */
  history: string;
}

const MAX_REVISION = 2n ** 64n - 1n;
const PATTERN = /^(\d{1,20})-([0-9a-z]+)-([0-9a-f]+)-([0-9a-z]+)$/;

export function encodeCursor({ revision, run, subscription, history }: Cursor): string {
  return `${revision}-${run}-${subscription}-${history}`;
}

/** Null for anything that no gateway gave out. */
export function decodeCursor(text: string): Cursor | null {
  const [, digits, run, subscription, history] = PATTERN.exec(text) ?? [];
  if (digits === undefined || run === undefined || subscription === undefined || history === undefined) return null;
  const revision = BigInt(digits);
  return revision > MAX_REVISION ? null : { revision, run, subscription, history };
}
