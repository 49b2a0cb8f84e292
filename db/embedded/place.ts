import { chmod, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DatabaseError } from '../errors.ts';
import { type Account, accountFor, canEnter } from './account.ts';
import { makeEnterable } from './binaries.ts';
import { LOCK_FILE } from './owner-lock.ts';

/** Where root's server goes when its account cannot enter the place that nobody asked for by name. */
export const SYSTEM_DIR = '/var/lib/tidegate';

/** What stands in a data directory. */
export const CLUSTER_DIR = 'postgres';
export const LOG_FILE = 'postgres.log';
export const URL_FILE = 'database-url';
export const PASSWORD_FILE = 'postgres-password';
/** The gateway's own, here only to know a directory of ours by it. */
const ADMIN_TOKEN_FILE = 'admin-token';

export interface PlaceOptions {
  dataDir: string;
  /** Whether somebody chose `dataDir`: then it is that one or none. */
  explicitDataDir: boolean;
  /** Default {@link SYSTEM_DIR}. */
  systemDir?: string;
}

export interface Place {
  dataDir: string;
  clusterDir: string;
  /** Who runs the server; null: we do. */
  account: Account | null;
  /** Not the place that was asked for. */
  moved: boolean;
}

/** Says where the data directory is, or will be, without making anything. Throws as {@link preparePlace}. */
export async function locate(options: PlaceOptions): Promise<Place> {
  const asked = placeAt(resolve(options.dataDir));
  const existing = await nearestExisting(asked.dataDir);
  if (canEnter(asked.account, existing) || (existing === asked.dataDir && (await mayOpen(existing)))) return asked;
  if (!options.explicitDataDir && asked.account !== null) {
    return { ...placeAt(`${options.systemDir ?? SYSTEM_DIR}/data`), moved: true };
  }
  const who = asked.account === null ? 'this user' : `${asked.account.name}, which PostgreSQL runs as under root,`;
  const message = `The data directory ${asked.dataDir} cannot be used: ${who} cannot enter ${existing}.`;
  throw new DatabaseError('data_dir_unusable', message);
}

/** Makes the data directory where {@link locate} says. Throws `data_dir_unusable`. */
export async function preparePlace(options: PlaceOptions & { log(message: string): void }): Promise<Place> {
  const place = await locate(options);
  if (place.moved) {
    const who = place.account?.name ?? 'the server';
    options.log(
      `The data directory is ${place.dataDir}, because ${who}, which PostgreSQL runs as under root, cannot enter ${resolve(options.dataDir)}.`,
    );
  }
  try {
    await makeEnterable(dirname(place.dataDir));
    await mkdir(place.dataDir, { recursive: true, mode: 0o700 });
    // Passing through is all the server's account needs; what lies here is guarded by modes of its own.
    if (place.account !== null && !canEnter(place.account, place.dataDir)) await chmod(place.dataDir, 0o711);
    await requireOwnCluster(place);
    // One name for one directory, whichever way somebody came: the server is known by it.
    return { ...placeAt(await realpath(place.dataDir)), moved: place.moved };
  } catch (error) {
    if (error instanceof DatabaseError) throw error;
    const message = `The data directory ${place.dataDir} cannot be made: ${(error as Error).message}.`;
    throw new DatabaseError('data_dir_unusable', message, { cause: error });
  }
}

function placeAt(dataDir: string): Place {
  const clusterDir = `${dataDir}/${CLUSTER_DIR}`;
  return { dataDir, clusterDir, account: accountFor(clusterDir), moved: false };
}

/** A user cannot run what another user's server has written. */
async function requireOwnCluster({ clusterDir, account }: Place): Promise<void> {
  const owner = (await stat(clusterDir).catch(() => null))?.uid;
  if (owner === undefined || account !== null || process.getuid === undefined || owner === process.getuid()) return;
  throw new DatabaseError(
    'data_dir_unusable',
    `The database in ${clusterDir} belongs to another user (number ${owner}).`,
  );
}

async function nearestExisting(directory: string): Promise<string> {
  for (let at = directory; ; at = dirname(at)) {
    const found = await stat(at).catch(() => null);
    if (found?.isDirectory() || dirname(at) === at) return at;
    if (found !== null)
      throw new DatabaseError(
        'data_dir_unusable',
        `The data directory ${directory} cannot be used: ${at} is not a directory.`,
      );
  }
}

/** A closed directory of our own may be opened for the server if nothing but ours lies in it, and the way to it is free. */
async function mayOpen(directory: string): Promise<boolean> {
  const account = accountFor(`${directory}/${CLUSTER_DIR}`);
  if (account === null || !canEnter(account, dirname(directory))) return false;
  if ((await stat(directory)).uid !== process.getuid?.()) return false;
  const entries = await readdir(directory);
  return entries.length === 0 || [CLUSTER_DIR, LOCK_FILE, ADMIN_TOKEN_FILE].some((name) => entries.includes(name));
}
