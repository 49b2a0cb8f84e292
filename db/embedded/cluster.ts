import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseError } from '../errors.ts';
import { type Account, identity } from './account.ts';
import { PASSWORD_FILE, type Place } from './place.ts';

/** The database's own superuser, and the database that is made for us. */
export const DATABASE_USER = 'tidegate';
export const DATABASE_NAME = 'tidegate';

/** What this release's binaries can open; PostgreSQL's data of another major version has to be dumped and restored. */
const MAJOR_VERSION = '18';

/**
 * Written into postgresql.conf of a new cluster, where its owner may change them. Everything about durability stays at
 * PostgreSQL's safe defaults.
 */
const INITIAL_SETTINGS: Record<string, string> = {
  // A fleet's values and their indexes fit; PostgreSQL's own default of 128 MB begins to evict at some 300,000 rows.
  shared_buffers: '256MB',
  // A gateway holds fewer than ten; the rest is for programs that look at the same database.
  max_connections: '100',
  // A flush may rewrite 36 MB every few seconds: fewer checkpoints write each page less often.
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  // Values are rewritten all the time: look for dead rows more often than once a minute.
  autovacuum_naptime: '15s',
  // Its statements are short; compiling them costs more than it saves.
  jit: 'off',
  log_checkpoints: 'off',
};

/**
 * The password, made before the cluster is. The file is ours alone; the server holds only what SCRAM keeps. Throws
 * `data_dir_unusable` when a cluster is there and its password is not.
 */
export async function clusterPassword(place: Place): Promise<string> {
  const file = join(place.dataDir, PASSWORD_FILE);
  const found = await readFile(file, 'utf8').catch(() => '');
  if (found.trim() !== '') return found.trim();
  if (await hasCluster(place.clusterDir)) {
    throw new DatabaseError(
      'data_dir_unusable',
      `The database in ${place.dataDir} cannot be opened: its password file ${file} is missing or cannot be read.`,
    );
  }
  const password = randomBytes(24).toString('base64url');
  await writeFile(`${file}.new`, `${password}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return password;
}

/** Whether a cluster is there. Throws `data_dir_unusable` when it is one of another major version. */
export async function hasCluster(clusterDir: string): Promise<boolean> {
  const version = await readFile(join(clusterDir, 'PG_VERSION'), 'utf8').catch(() => null);
  if (version === null) return false;
  if (version.trim() === MAJOR_VERSION) return true;
  const message = `The data directory ${clusterDir} was made by PostgreSQL ${version.trim()}, and this release runs PostgreSQL ${MAJOR_VERSION}: dump it with the old release and restore it with this one.`;
  throw new DatabaseError('data_dir_unusable', message);
}

/** Makes a cluster beside its place and moves it there whole, so that an interrupted one is made again. */
export async function createCluster(place: Place, native: string, password: string): Promise<void> {
  const draft = `${place.clusterDir}.new`;
  const passwordFile = `${draft}.password`;
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    await give(draft, place.account);
    await give(passwordFile, place.account);
    await initdb(native, draft, passwordFile, place.account);
    await rename(draft, place.clusterDir);
  } catch (error) {
    if (error instanceof DatabaseError) throw error;
    const message = `The embedded PostgreSQL could not be set up in ${place.clusterDir}: ${(error as Error).message}.`;
    throw new DatabaseError('embedded_failed', message, { cause: error });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** The environment of PostgreSQL's programs: nothing of ours that would steer them. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG|NODE_)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}

async function give(path: string, account: Account | null): Promise<void> {
  if (account !== null) await chown(path, account.uid, account.gid);
  else await chmod(path, path.endsWith('.password') ? 0o600 : 0o700);
}

async function initdb(native: string, directory: string, passwordFile: string, account: Account | null): Promise<void> {
  const settings = Object.entries(INITIAL_SETTINGS).map(([name, value]) => `--set=${name}=${value}`);
  const args = [
    `--pgdata=${directory}`,
    `--username=${DATABASE_USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same order on every machine, whatever its C library: an index survives a move.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    ...settings,
  ];
  const child = spawn(join(native, 'bin', 'initdb'), args, {
    ...identity(account),
    cwd: directory,
    env: serverEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) throw new Error(lastComplaint(said) ?? `initdb ended with status ${status}`);
}

/** What a PostgreSQL program complained of last, without its prefix; null when it did not. */
export function lastComplaint(text: string): string | null {
  const found = [...text.matchAll(/(?:error|FATAL|PANIC): +(.+)/g)].at(-1)?.[1];
  return found?.trim().replace(/\.$/, '') ?? null;
}
