import type { Queryable } from '../../db/session.ts';

/**
 * How many sessions of the database wait for a lock: all, or those whose application's name and statement are like these
 * (`LIKE` of SQL). To be asked on a session that waits for none.
 */
export async function lockWaits(db: Queryable, { application = '%', statement = '%' } = {}): Promise<number> {
  const waiting = await db.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
       AND application_name LIKE $1 AND query LIKE $2`,
    [application, statement],
  );
  return waiting.length;
}
