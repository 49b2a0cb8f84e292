import type { Queryable } from './session.ts';

/** What a server and its schema say of themselves, for whoever looks for the cause of trouble. */
export interface ServerFacts {
  /** As the server names it, say `18.4`. */
  version: string;
  /** True on a standby, where nothing can be written. */
  inRecovery: boolean;
  fsync: string;
  fullPageWrites: string;
  synchronousCommit: string;
  /** Numbered migrations applied; 0 before the first. */
  schemaVersion: number;
  /** Whether the table of values outlives a crash; null while there is none. */
  valuesLogged: boolean | null;
}

/** Reads without changing anything; works on a database that holds no schema of ours yet. */
export async function readServerFacts(db: Queryable): Promise<ServerFacts> {
  const [row] = await db.query<Omit<ServerFacts, 'schemaVersion'> & { migrated: boolean }>(
    `SELECT split_part(current_setting('server_version'), ' ', 1) AS version, pg_is_in_recovery() AS "inRecovery",
       current_setting('fsync') AS fsync, current_setting('full_page_writes') AS "fullPageWrites",
       current_setting('synchronous_commit') AS "synchronousCommit",
       (SELECT relpersistence = 'p' FROM pg_class WHERE oid = to_regclass('tidegate.agent_metadata')) AS "valuesLogged",
       to_regclass('tidegate.schema_migrations') IS NOT NULL AS migrated`,
  );
  if (row === undefined) throw new Error('a SELECT without FROM gave no row');
  const { migrated, ...facts } = row;
  return { ...facts, schemaVersion: migrated ? await readSchemaVersion(db) : 0 };
}

async function readSchemaVersion(db: Queryable): Promise<number> {
  const [row] = await db.query<{ version: number }>(
    'SELECT coalesce(max(version), 0) AS version FROM tidegate.schema_migrations',
  );
  return row?.version ?? 0;
}
