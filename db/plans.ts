/**
 * What a transaction's statements are held to, where the planner's own choice could be a bad one. While a table counts as
 * empty (it was when it was last analysed, or when the plan that is kept was made), walking all of it for each row of an
 * input looks cheapest, all the more where an index has pages left of rows that are gone. With a fleet that comes after
 * another has been deleted, each statement on many agents would then take seconds to minutes.
 *
 * The settings are local to the transaction, so that they hold through a pooler. A statement always runs under the same
 * ones, so that a plan that is kept was made under them too.
 */

type Join = 'nestloop' | 'hashjoin' | 'mergejoin';
type Access = 'bitmapscan' | 'indexscan' | 'indexonlyscan' | 'seqscan';

const JOINS: Join[] = ['nestloop', 'hashjoin', 'mergejoin'];
const ACCESSES: Access[] = ['bitmapscan', 'indexscan', 'indexonlyscan', 'seqscan'];

/** Columns of a SELECT that leave the planner this way to join and these ways into a table. */
function heldTo(join: Join, ...accesses: Access[]): string {
  const allowed: string[] = [join, ...accesses];
  const switches = [...JOINS, ...ACCESSES].map(
    (name) => `set_config('enable_${name}', '${allowed.includes(name) ? 'on' : 'off'}', true)`,
  );
  return [...switches, "set_config('jit', 'off', true)"].join(', ');
}

/**
 * A nested loop from the input into an index, by bitmaps of a row or two: the only access that cannot walk a whole table. A
 * bitmap costs no more than the index by itself.
 */
export const ROW_BY_ROW = heldTo('nestloop', 'bitmapscan');

/** As {@link ROW_BY_ROW} for what is wanted in the order of an index, of which bitmaps know nothing. */
export const IN_INDEX_ORDER = heldTo('nestloop', 'indexscan', 'indexonlyscan');

/** Each table is read once, whole or what a bitmap leaves of it, and joined by hashing. */
export const EACH_TABLE_ONCE = heldTo('hashjoin', 'seqscan', 'bitmapscan');

/** For `transaction` and `queryWithin`: begins one whose statements are held to this. */
export const beginHeldTo = (plan: string): string => `BEGIN; SELECT ${plan}`;

/**
 * `column = value`, written so that the planner makes bitmaps for it. From a plain comparison of two columns it would
 * conclude that the index is of use for its order as well, and then it makes none for a table that it takes for one row.
 */
export const foundBy = (column: string, value: string): string => `${column} BETWEEN ${value} AND ${value}`;
