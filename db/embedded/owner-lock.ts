import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from '../errors.ts';
import { startMark } from './processes.ts';

/** One gateway owns a data directory: whose process number and start stand in this file of it. */
export const LOCK_FILE = 'gateway.lock';

/** A stale lock is cleared by one process at a time; the others look again after this pause, for two seconds at most. */
const RETRY_MS = 10;
const MAX_ATTEMPTS = 200;

export interface OwnerLock {
  /** Removes the file, unless somebody else's stands there by now. */
  release(): Promise<void>;
}

interface Owner {
  pid: number;
  started: string;
}

/**
 * Takes the lock of a data directory. A lock whose process is gone, or whose number another process has by now, is taken
 * over. Throws `data_dir_in_use` while its owner lives (this process included).
 */
export async function takeOwnership(dataDir: string): Promise<OwnerLock> {
  const file = join(dataDir, LOCK_FILE);
  const content = JSON.stringify({ pid: process.pid, started: (await startMark(process.pid)) ?? '' });
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    if (await createWhole(file, content)) return { release: () => releaseOwn(file, content) };
    const found = await readFile(file, 'utf8').catch(() => null);
    if (found === null) continue;
    const pid = await livingOwner(found);
    if (pid !== null) {
      const message = `The data directory ${dataDir} is in use by another gateway (process ${pid}).`;
      throw new DatabaseError('data_dir_in_use', message, { detail: String(pid) });
    }
    await clearStale(file, found, content);
  }
  throw new DatabaseError(
    'data_dir_in_use',
    `The data directory ${dataDir} is being taken by several gateways at once.`,
  );
}

/** Creates the file with its content in one step, so that no reader finds it half written. False when it exists. */
async function createWhole(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, content, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    return createPlain(file, content);
  } finally {
    await rm(draft, { force: true });
  }
}

/** For file systems without hard links. */
async function createPlain(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function livingOwner(content: string): Promise<number | null> {
  const owner = parseOwner(content);
  if (owner === null) return null;
  return (await startMark(owner.pid)) === owner.started ? owner.pid : null;
}

function parseOwner(content: string): Owner | null {
  try {
    const { pid, started } = JSON.parse(content) as Partial<Owner>;
    return Number.isSafeInteger(pid) && Number(pid) > 0 && typeof started === 'string'
      ? { pid: Number(pid), started }
      : null;
  } catch {
    return null;
  }
}

/**
 * Removes a stale lock. One process at a time does that, holding a file of its own, and looks again first: otherwise a slow
 * one would remove the lock that a faster one has just put in the stale one's place.
 */
async function clearStale(file: string, stale: string, own: string): Promise<void> {
  const permit = `${file}.clearing`;
  if (await createWhole(permit, own)) {
    try {
      if ((await readFile(file, 'utf8').catch(() => null)) === stale) await rm(file, { force: true });
    } finally {
      await rm(permit, { force: true });
    }
    return;
  }
  const holder = await readFile(permit, 'utf8').catch(() => null);
  if (holder !== null && (await livingOwner(holder)) === null) await rm(permit, { force: true });
  else await delay(RETRY_MS);
}

async function releaseOwn(file: string, content: string): Promise<void> {
  const found = await readFile(file, 'utf8').catch(() => null);
  if (found === content) await rm(file, { force: true });
}
