import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseError } from './errors.ts';
import type { Queryable, Session } from './session.ts';

/** Beside this module, in the sources as in what ships. */
export const MIGRATIONS_DIR = fileURLToPath(new URL('./migrations', import.meta.url));

/** The advisory lock under which migrations run: `tide` in ASCII, and 1 for "migrations". */
const LOCK = '1953064037, 1';

export interface Migration {
  version: number;
  /** The file's name. */
  name: string;
  sql: string;
}

export interface MigrateOptions {
  /** Default {@link MIGRATIONS_DIR}. */
  directory?: string;
  /**
   * Runs once at the end, in a transaction that holds the migration lock, whether or not something was applied: for what
   * has to be put right before any gateway uses the schema.
   */
  afterMigrate?(transaction: Queryable): Promise<void>;
}

export interface MigrateResult {
  /** Names of the files applied by this call, in order. */
  applied: string[];
  /** The schema's version now. */
  version: number;
}

/**
 * Brings the schema up to date: each missing file in a transaction of its own, in order. Several gateways may do this at
 * once. The lock belongs to each transaction, not to the session, so that it also holds through a pooler.
 *
 * Throws `schema_newer` when the schema knows a migration that we do not, `migration_failed` when the server refuses one.
 */
export async function migrate(session: Session, options: MigrateOptions = {}): Promise<MigrateResult> {
  const known = await readMigrations(options.directory ?? MIGRATIONS_DIR);
  const applied: string[] = [];
  for (;;) {
    const step = await session.transaction('BEGIN', async (transaction) => {
      const version = await lockAndReadVersion(transaction);
      const next = nextMigration(known, version);
      if (next !== null) await apply(transaction, next);
      else await options.afterMigrate?.(transaction);
      return { next, version };
    });
    if (step.next === null) return { applied, version: step.version };
    applied.push(step.next.name);
  }
}

/** The files of a directory by number. Throws `migration_failed` when a name is not `NNNN_name.sql` or a number is missing or double. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const version = Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1] ?? Number.NaN);
      if (version !== index + 1) {
        const expected = `${String(index + 1).padStart(4, '0')}_name.sql`;
        throw new DatabaseError('migration_failed', `The migration ${name} stands where ${expected} was expected.`, {
          detail: name,
        });
      }
      return { version, name, sql: await readFile(join(directory, name), 'utf8') };
    }),
  );
}

/** Waits for the lock, then reads behind it: what another gateway has applied meanwhile is seen. */
async function lockAndReadVersion(transaction: Queryable): Promise<number> {
  await transaction.query('SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0');
  await transaction.query(`SELECT pg_advisory_xact_lock(${LOCK})`);
  const [table] = await transaction.query<{ present: boolean }>(
    `SELECT to_regclass('tidegate.schema_migrations') IS NOT NULL AS present`,
  );
  if (!table?.present) {
    await transaction.query('CREATE SCHEMA IF NOT EXISTS tidegate');
    await transaction.query(`CREATE TABLE tidegate.schema_migrations (
      version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
  }
  const [row] = await transaction.query<{ version: number }>(
    'SELECT coalesce(max(version), 0) AS version FROM tidegate.schema_migrations',
  );
  return row?.version ?? 0;
}

function nextMigration(known: Migration[], version: number): Migration | null {
  if (version > known.length) {
    const message = `The database's schema is at version ${version}, and this release knows versions up to ${known.length}: start a newer release.`;
    throw new DatabaseError('schema_newer', message, { detail: String(version) });
  }
  return known[version] ?? null;
}

async function apply(transaction: Queryable, migration: Migration): Promise<void> {
  try {
    await transaction.query(migration.sql);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.sqlState === null) throw error;
    const message = `The migration ${migration.name} was refused by the database: ${error.message}.`;
    throw new DatabaseError('migration_failed', message, {
      cause: error,
      sqlState: error.sqlState,
      detail: migration.name,
    });
  }
  await transaction.query('INSERT INTO tidegate.schema_migrations (version, name) VALUES ($1, $2)', [
    migration.version,
    migration.name,
  ]);
}
