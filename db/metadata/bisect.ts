import { type DatabaseError, isDataError } from '../errors.ts';
import type { Queryable } from '../session.ts';

/** Writes a run of items inside the open transaction. */
export type WriteItems<T> = (items: readonly T[]) => Promise<void>;

/**
 * Writes `items` behind a savepoint; when the data is refused (SQLSTATE 22, 23) rolls back to it and tries each half,
 * down to the single items at fault, which go to `onRejected`. Everything else lands, in the same transaction. Other
 * errors are thrown.
 */
export async function bisect<T>(
  session: Queryable,
  items: readonly T[],
  write: WriteItems<T>,
  onRejected: (item: T, error: DatabaseError) => void,
): Promise<void> {
  const [first] = items;
  if (first === undefined) return;
  await session.query('SAVEPOINT part');
  try {
    await write(items);
    await session.query('RELEASE SAVEPOINT part');
    return;
  } catch (error) {
    if (!isDataError(error)) throw error;
    await session.query('ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part');
    if (items.length === 1) {
      onRejected(first, error);
      return;
    }
  }
  const middle = items.length >> 1;
  await bisect(session, items.slice(0, middle), write, onRejected);
  await bisect(session, items.slice(middle), write, onRejected);
}
