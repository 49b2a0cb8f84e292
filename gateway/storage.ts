import { connect } from '../db/connect.ts';
import { locate } from '../db/embedded/place.ts';
import { findEmbedded, startEmbedded } from '../db/embedded/server.ts';
import { rewriteForeignRevisions } from '../db/metadata/after-restore.ts';
import { type MigrateResult, migrate } from '../db/migrate.ts';
import type { Config } from './config/settings.ts';

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
 * The database of a command that works beside a gateway: the one that is named, else the embedded server that runs, else
 * one that is started for the command.
 * @throws {DatabaseError} one sentence
 */
export async function joinStorage(options: StorageOptions): Promise<Storage> {
  const { config, explicitDataDir } = options;
  const place = { dataDir: config.dataDir, explicitDataDir };
  const running = config.databaseUrl === undefined ? await findEmbedded(place) : null;
  if (running === null) return openStorage(options);
  const { dataDir } = await locate(place);
  return { url: running, dataDir, embedded: true, stop: async () => {} };
}

/**
 * Brings the schema up to date.
 * @throws {DatabaseError} when the server cannot be reached, is too old, or its schema is newer than this release
 */
export async function prepareSchema(url: string): Promise<MigrateResult> {
  const session = await connect({ url, applicationName: 'tidegate migrate' });
  try {
    return await migrate(session, {
      afterMigrate: async (transaction) => {
        await rewriteForeignRevisions(transaction);
      },
    });
  } finally {
    await session.close();
  }
}
