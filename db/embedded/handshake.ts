import { realpath } from 'node:fs/promises';
import { DatabaseError } from '../errors.ts';
import { Session } from '../session.ts';
import { DATABASE_NAME, DATABASE_USER } from './cluster.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Exists in every cluster, also before ours is made. */
const ADMIN_DATABASE = 'postgres';

/** How to reach a server of ours. */
export interface Access {
  port: number;
  password: string;
}

/** The URL that programs use, password included. */
export function databaseUrl(access: Access, database = DATABASE_NAME): string {
  return `postgres://${DATABASE_USER}:${encodeURIComponent(access.password)}@127.0.0.1:${access.port}/${database}`;
}

/**
 * Whether a server answers there that is the one of `clusterDir`. Throws `data_dir_unusable` when it does not take the
 * password: waiting would not help.
 */
export async function answersFrom(access: Access, clusterDir: string): Promise<boolean> {
  try {
    const [row] = await ask<{ setting: string }>(access, `SELECT current_setting('data_directory') AS setting`);
    return row !== undefined && (await realpath(row.setting)) === (await realpath(clusterDir));
  } catch (error) {
    if (!(error instanceof DatabaseError) || !error.sqlState?.startsWith('28')) return false;
    throw new DatabaseError(
      'data_dir_unusable',
      `The database in ${clusterDir} does not take the password kept beside it.`,
      { cause: error },
    );
  }
}

/** Makes our database where it is missing. */
export async function ensureDatabase(access: Access): Promise<void> {
  const found = await ask(access, `SELECT 1 FROM pg_database WHERE datname = '${DATABASE_NAME}'`);
  if (found.length === 0) await ask(access, `CREATE DATABASE ${DATABASE_NAME}`);
}

async function ask<R>(access: Access, statement: string): Promise<R[]> {
  const url = databaseUrl(access, ADMIN_DATABASE);
  const session = await Session.open({ url, applicationName: 'tidegate start', queryTimeoutMs: HANDSHAKE_TIMEOUT_MS });
  try {
    return await session.query<R>(statement);
  } finally {
    await session.close();
  }
}
