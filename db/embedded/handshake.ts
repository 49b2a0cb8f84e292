import { realpath } from 'node:fs/promises';
import { Session } from '../session.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Whether the server at `url` takes our password and is the one of `clusterDir`. */
export async function answersFrom(url: string, clusterDir: string): Promise<boolean> {
  try {
    const [row] = await ask<{ setting: string }>(url, `SELECT current_setting('data_directory') AS setting`);
    return row !== undefined && (await realpath(row.setting)) === (await realpath(clusterDir));
  } catch {
    return false;
  }
}

/** Makes the database where it is missing. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  const found = await ask(adminUrl, `SELECT 1 FROM pg_database WHERE datname = '${name}'`);
  if (found.length === 0) await ask(adminUrl, `CREATE DATABASE ${name}`);
}

async function ask<R>(url: string, statement: string): Promise<R[]> {
  const session = await Session.open({ url, applicationName: 'tidegate start', queryTimeoutMs: HANDSHAKE_TIMEOUT_MS });
  try {
    return await session.query<R>(statement);
  } finally {
    await session.close();
  }
}
