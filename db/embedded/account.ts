import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';

/** The system account that the server runs as. Null where it runs as ourselves: only root has to give up its rights. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/** In this order; PostgreSQL refuses to run as root. */
const CANDIDATES = ['postgres', 'nobody'];

/**
 * The account for a server whose cluster lies, or will lie, in `clusterDir`. A cluster that exists decides: its owner runs
 * it, so that it can be started by root today and by its owner tomorrow.
 */
export function accountFor(clusterDir: string): Account | null {
  if (process.getuid?.() !== 0) return null;
  const owner = ownerOf(clusterDir);
  if (owner !== null && owner.uid !== 0) return owner;
  for (const name of CANDIDATES) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid !== null && uid !== 0 && gid !== null) return { name, uid, gid };
  }
  // The number that every Unix system sets aside for it, in images too small to have a list of accounts.
  return { name: 'nobody', uid: 65534, gid: 65534 };
}

/** Whether `account` (null: ourselves) can walk into `directory`: asked of the system itself, whatever its rules are. */
export function canEnter(account: Account | null, directory: string): boolean {
  if (account === null) return canAccess(directory);
  return runsAs(account, '/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory]);
}

/** Whether the program can be run by `account` and ends well. */
export function runsAs(account: Account | null, program: string, args: string[]): boolean {
  return spawnSync(program, args, { ...identity(account), cwd: '/', stdio: 'ignore' }).status === 0;
}

/** The spawn options that make a child run as `account`. */
export function identity(account: Account | null): { uid: number; gid: number } | Record<string, never> {
  return account === null ? {} : { uid: account.uid, gid: account.gid };
}

function canAccess(directory: string): boolean {
  try {
    accessSync(directory, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function ownerOf(directory: string): Account | null {
  try {
    const { uid, gid } = statSync(directory);
    return { name: `user ${uid}`, uid, gid };
  } catch {
    return null;
  }
}

function idOf(flag: '-u' | '-g', name: string): number | null {
  try {
    const answer = execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const id = Number.parseInt(answer, 10);
    return Number.isSafeInteger(id) ? id : null;
  } catch {
    return null;
  }
}
