import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseError } from '../errors.ts';
import { identity } from './account.ts';
import { lastComplaint, serverEnvironment } from './cluster.ts';
import { LOG_FILE, type Place } from './place.ts';
import { isAlive, processFacts } from './processes.ts';

/** What PostgreSQL's postmaster.pid says (miscadmin.h: lines 1, 4 and 8). */
export interface PostmasterState {
  pid: number;
  port: number;
  /** `starting`, `ready`, `stopping` or `standby`. */
  status: string;
}

/** A log larger than this is moved aside at the next start. */
const LOG_KEEP_BYTES = 16 * 1024 * 1024;

/** What must hold whatever the configuration file says. */
const FORCED_SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  full_page_writes: 'on',
  logging_collector: 'off',
  log_destination: 'stderr',
  restart_after_crash: 'on',
};

export async function readPostmasterState(clusterDir: string): Promise<PostmasterState | null> {
  const text = await readFile(pidFile(clusterDir), 'utf8').catch(() => null);
  if (text === null) return null;
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  return { pid, port: Number.parseInt(lines[3] ?? '', 10) || 0, status: lines[7] ?? 'starting' };
}

/** Whether the process is a server of this cluster, and not a later process that was given the same number. */
export async function isPostmasterOf(clusterDir: string, pid: number): Promise<boolean> {
  const facts = await processFacts(pid);
  if (facts === null) return false;
  const directory = await realpath(clusterDir);
  // The server walks into its cluster; and it was told where that is.
  if (facts.directory !== null) return /postgres/.test(facts.command) && facts.directory === directory;
  return /postgres/.test(facts.command) && (facts.command.includes(clusterDir) || facts.command.includes(directory));
}

/**
 * Makes a postmaster.pid that names a stranger's process harmless. PostgreSQL refuses to start while a process of that number
 * lives, unless it is its own parent: which we are about to be. Its other lines stay, since by them PostgreSQL finds
 * backends that outlived their server.
 */
export async function disownStalePid(clusterDir: string): Promise<void> {
  const text = await readFile(pidFile(clusterDir), 'utf8');
  await writeFile(pidFile(clusterDir), [String(process.pid), ...text.split('\n').slice(1)].join('\n'));
}

/**
 * A port of 127.0.0.1 that was free a moment ago: the one that the cluster's server had last, so that URLs which others
 * hold stay good across a restart, or else any.
 */
export async function freePort(clusterDir: string): Promise<number> {
  const options = await readFile(join(clusterDir, 'postmaster.opts'), 'utf8').catch(() => '');
  const last = Number(/"port=(\d+)"/.exec(options)?.[1] ?? 0);
  return probePort(last).catch(() => probePort(0));
}

/** The port, or one that the system chooses for 0. Rejects when it is taken. */
async function probePort(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Starts the server in a session of its own, its words going to the log file of the data directory. */
export async function spawnPostmaster(place: Place, native: string, port: number): Promise<ChildProcess> {
  const settings = Object.entries({ ...FORCED_SETTINGS, port: String(port) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const logFile = join(place.dataDir, LOG_FILE);
  if (((await stat(logFile).catch(() => null))?.size ?? 0) > LOG_KEEP_BYTES) await rename(logFile, `${logFile}.1`);
  const log = await open(logFile, 'a', 0o600);
  try {
    const child = spawn(join(native, 'bin', 'postgres'), ['-D', place.clusterDir, ...settings], {
      ...identity(place.account),
      cwd: place.clusterDir,
      env: serverEnvironment(),
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    return child;
  } catch (error) {
    const message = `The embedded PostgreSQL does not run on this system: ${(error as Error).message}.`;
    throw new DatabaseError('embedded_unavailable', message, { cause: error });
  } finally {
    await log.close();
  }
}

/** The end of the log, from `sinceBytes` on: what this start has said. */
export async function complaintSince(dataDir: string, sinceBytes: number): Promise<string | null> {
  const text = await readFile(join(dataDir, LOG_FILE)).catch(() => Buffer.alloc(0));
  return lastComplaint(text.subarray(Math.min(sinceBytes, text.length)).toString('utf8'));
}

export async function logSize(dataDir: string): Promise<number> {
  return (await stat(join(dataDir, LOG_FILE)).catch(() => null))?.size ?? 0;
}

/** Whether it has gone: a child that nobody has waited for yet still has its number. */
export function hasEnded(pid: number, child: ChildProcess | null): boolean {
  return child === null ? !isAlive(pid) : child.exitCode !== null || child.signalCode !== null;
}

function pidFile(clusterDir: string): string {
  return join(clusterDir, 'postmaster.pid');
}
