import type { Queryable } from '../session.ts';

/** The transaction that holds the cursor back: the oldest one of the whole server that has an xid and has not ended. */
export interface CursorPin {
  kind: 'session' | 'prepared';
  /** Of a session; null for a prepared transaction. */
  pid: number | null;
  /** Of a prepared transaction: what COMMIT PREPARED or ROLLBACK PREPARED takes. */
  gid: string | null;
  user: string | null;
  database: string | null;
  applicationName: string | null;
  state: string | null;
  transactionAgeMs: number;
}

/**
 * Who pins the cursor, or null when nobody does. Only transactions with an xid count: a read-only one, however long,
 * and a replication slot hold back vacuum but not the snapshot's xmin.
 */
export async function findCursorPin(db: Queryable): Promise<CursorPin | null> {
  const [pin] = await db.query<CursorPin>(
    `SELECT kind, pid, gid, "user", database, "applicationName", state,
       (extract(epoch from clock_timestamp() - started_at) * 1000)::float8 AS "transactionAgeMs"
     FROM (
       SELECT 'session' AS kind, pid, NULL AS gid, usename::text AS "user", datname::text AS database,
         application_name AS "applicationName", state, xact_start AS started_at, backend_xid AS xid
       FROM pg_stat_activity WHERE backend_xid IS NOT NULL
       UNION ALL
       SELECT 'prepared', NULL, gid, owner::text, database::text, NULL, NULL, prepared, transaction
       FROM pg_prepared_xacts
     ) holders
     ORDER BY age(xid) DESC LIMIT 1`,
  );
  return pin ?? null;
}
