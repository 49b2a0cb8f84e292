import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseError } from '../errors.ts';
import { startMark } from './processes.ts';

/** One gateway owns a data directory: whose process number and start stand in this file of it. */
export const LOCK_FILE = 'gateway.lock';

/** Others may take the place of a dead owner at the same moment; each round one of them gets ahead. */
const MAX_ATTEMPTS = 20;

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
    await clearStale(file, found);
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

/** Moves the stale file aside before it goes: if a faster one has put its own there meanwhile, that one is put back. */
async function clearStale(file: string, stale: string): Promise<void> {
  const aside = `${file}.stale.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== stale) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

async function releaseOwn(file: string, content: string): Promise<void> {
  const found = await readFile(file, 'utf8').catch(() => null);
  if (found === content) await rm(file, { force: true });
}
