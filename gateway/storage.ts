import { locate } from '../db/embedded/place.ts';
import { startEmbedded } from '../db/embedded/server.ts';
import { DatabaseError } from '../db/errors.ts';
import { rewriteForeignRevisions } from '../db/metadata/after-restore.ts';
import { type MigrateResult, migrate } from '../db/migrate.ts';
import { Session } from '../db/session.ts';
import type { Config } from './config/settings.ts';

/** The oldest major version that is tested. */
const MIN_SERVER_VERSION = 15;

/** Where the fleet is kept: a PostgreSQL that someone runs, or the embedded one. */
export interface Storage {
  url: string;
  /** Where the admin token is kept; absolute. */
  dataDir: string;
  embedded: boolean;
  /** After the last flush. */
  stop(): Promise<void>;
}

export interface StorageOptions {
  config: Pick<Config, 'databaseUrl' | 'dataDir'>;
  /** Whether someone chose the data directory. */
  explicitDataDir: boolean;
  /** Takes one sentence for people. */
  say(message: string): void;
}

/**
 * Finds or starts PostgreSQL.
 * @throws {DatabaseError} one sentence
 */
export async function openStorage({ config, explicitDataDir, say }: StorageOptions): Promise<Storage> {
  if (config.databaseUrl === undefined) {
    const server = await startEmbedded({ dataDir: config.dataDir, explicitDataDir, log: say });
    return { url: server.url, dataDir: server.dataDir, embedded: true, stop: () => server.stop() };
  }
  const { dataDir } = await locate({ dataDir: config.dataDir, explicitDataDir });
  return { url: config.databaseUrl, dataDir, embedded: false, stop: async () => {} };
}

/**
 * Brings the schema up to date.
 * @throws {DatabaseError} when the server cannot be reached, is too old, or its schema is newer than this release
 */
export async function prepareSchema(url: string): Promise<MigrateResult> {
  const session = await openSession(url);
  try {
    const [row] = await session.query<{ version: string }>("SELECT current_setting('server_version_num') AS version");
    const major = Math.floor(Number(row?.version) / 10_000);
    if (major < MIN_SERVER_VERSION) {
      throw new DatabaseError(
        'query_failed',
        `The database is PostgreSQL ${major}; Tidegate needs ${MIN_SERVER_VERSION} or newer.`,
      );
    }
    return await migrate(session, {
      afterMigrate: async (transaction) => {
        await rewriteForeignRevisions(transaction);
      },
    });
  } finally {
    await session.close();
  }
}

async function openSession(url: string): Promise<Session> {
  try {
    return await Session.open({ url, applicationName: 'tidegate migrate' });
  } catch (cause) {
    const { host, pathname } = new URL(url);
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DatabaseError(
      'connection_lost',
      `PostgreSQL cannot be reached at ${host}${pathname}: ${why.replace(/\.$/, '')}; check --database-url.`,
      { cause },
    );
  }
}
