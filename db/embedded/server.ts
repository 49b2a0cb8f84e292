import type { ChildProcess } from 'node:child_process';
import { execFile } from 'node:child_process';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DatabaseError } from '../errors.ts';
import { findBinaries, usableBinaries } from './binaries.ts';
import { clusterPassword, createCluster, DATABASE_NAME, DATABASE_USER, hasCluster } from './cluster.ts';
import { answersFrom, ensureDatabase } from './handshake.ts';
import { type OwnerLock, takeOwnership } from './owner-lock.ts';
import { type Place, preparePlace, SYSTEM_DIR, URL_FILE } from './place.ts';
import {
  complaintSince,
  disownStalePid,
  freePort,
  hasEnded,
  isPostmasterOf,
  logSize,
  readPostmasterState,
  spawnPostmaster,
} from './postmaster.ts';

/** How long a start may take: a crash recovery reads all that was written since the last checkpoint. */
export const START_TIMEOUT_MS = 120_000;

/** How long a fast shutdown may take before the server is stopped without its last checkpoint (its next start recovers). */
export const STOP_TIMEOUT_MS = 30_000;

/** How often the state of a server that is starting or stopping is looked at; it tells nobody by itself. */
const POLL_MS = 20;

/** Another program may take the free port before the server does, and a killed server's backends need a moment to notice. */
const MAX_STARTS = 10;

export interface EmbeddedOptions {
  /** Made when missing; relative to the working directory. */
  dataDir: string;
  /** Whether somebody chose `dataDir`. If not, root's server may be put elsewhere. */
  explicitDataDir: boolean;
  /** Takes one sentence for people, for what is worth knowing and is no failure. */
  log(message: string): void;
}

export interface EmbeddedServer {
  /** With the password in it. */
  url: string;
  /** Where it really is: absolute. */
  dataDir: string;
  /** Whether a server was found running and taken over. */
  adopted: boolean;
  /** Fast shutdown: open transactions are rolled back, everything committed is kept. Idempotent. */
  stop(): Promise<void>;
}

interface Running {
  pid: number;
  port: number;
  child: ChildProcess | null;
}

/**
 * Starts PostgreSQL in `dataDir`, or adopts the one that a killed gateway left running there. Its URL stands in the file
 * `database-url` while it runs. Throws `data_dir_in_use`, `data_dir_unusable`, `embedded_unavailable` or `embedded_failed`.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const place = await preparePlace(options);
  const lock = await takeOwnership(place.dataDir);
  try {
    const password = await clusterPassword(place.dataDir);
    const adopted = await adopt(place, password);
    const running = adopted ?? (await startNew(place, password, options));
    const url = urlOf(running.port, password, DATABASE_NAME);
    await ensureDatabase(urlOf(running.port, password, 'postgres'), DATABASE_NAME);
    await writeUrl(place.dataDir, url);
    return { url, dataDir: place.dataDir, adopted: adopted !== null, stop: once(() => stop(place, running, lock)) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The running server of this cluster, if there is one. One that is starting or stopping is waited for. */
async function adopt(place: Place, password: string): Promise<Running | null> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const state = await readPostmasterState(place.clusterDir);
    if (state === null || !(await isPostmasterOf(place.clusterDir, state.pid))) return null;
    const url = urlOf(state.port, password, 'postgres');
    if (state.status === 'ready' && (await answersFrom(url, place.clusterDir))) {
      return { pid: state.pid, port: state.port, child: null };
    }
    if (performance.now() > deadline) {
      const message = `The PostgreSQL server that runs in ${place.clusterDir} (process ${state.pid}) does not answer.`;
      throw new DatabaseError('embedded_failed', message);
    }
    await delay(POLL_MS);
  }
}

async function startNew(place: Place, password: string, options: EmbeddedOptions): Promise<Running> {
  const copyTo = place.account === null ? place.dataDir : SYSTEM_DIR;
  const native = await usableBinaries(await findBinaries(), { account: place.account, copyTo, log: options.log });
  if (!(await hasCluster(place.clusterDir))) await createCluster(place, native, password);
  for (let start = 1; ; start += 1) {
    const outcome = await tryStart(place, native);
    if (typeof outcome !== 'string') return outcome;
    if (start === MAX_STARTS || !/address|in use|already|exist/i.test(outcome)) {
      throw new DatabaseError(
        'embedded_failed',
        `The embedded PostgreSQL in ${place.clusterDir} did not start: ${outcome}.`,
      );
    }
    await delay(POLL_MS * 2 ** Math.min(start, 5));
  }
}

/** One try on one port: the running server, or what it complained of. */
async function tryStart(place: Place, native: string): Promise<Running | string> {
  if ((await readPostmasterState(place.clusterDir)) !== null) await disownStalePid(place.clusterDir);
  const logged = await logSize(place.dataDir);
  const port = await freePort();
  const child = await spawnPostmaster(place, native, port);
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (hasEnded(child.pid ?? 0, child))
      return (await complaintSince(place.dataDir, logged)) ?? 'it ended without a word';
    const state = await readPostmasterState(place.clusterDir);
    if (state?.pid === child.pid && state?.status === 'ready') return { pid: child.pid ?? 0, port, child };
    await delay(POLL_MS);
  }
  child.kill('SIGQUIT');
  return `it was not ready after ${START_TIMEOUT_MS / 1000} s`;
}

async function stop(place: Place, running: Running, lock: OwnerLock): Promise<void> {
  await rm(join(place.dataDir, URL_FILE), { force: true });
  await signalAndWait(place, running, 'SIGINT');
  if (!hasEnded(running.pid, running.child)) await signalAndWait(place, running, 'SIGQUIT');
  await lock.release();
}

async function signalAndWait(place: Place, running: Running, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (hasEnded(running.pid, running.child)) return;
  if (!(await isPostmasterOf(place.clusterDir, running.pid))) return;
  await send(place, running, signal);
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  while (!hasEnded(running.pid, running.child) && performance.now() < deadline) await delay(POLL_MS);
}

/** Windows knows no such signals; there PostgreSQL's own program delivers them. */
async function send(place: Place, running: Running, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (process.platform !== 'win32') {
    process.kill(running.pid, signal);
    return;
  }
  const { root } = await findBinaries();
  const mode = signal === 'SIGINT' ? 'fast' : 'immediate';
  await promisify(execFile)(join(root, 'native', 'bin', 'pg_ctl'), ['stop', '-D', place.clusterDir, '-m', mode, '-W']);
}

/** In one step and for our eyes alone, since the password is in it. */
async function writeUrl(dataDir: string, url: string): Promise<void> {
  const file = join(dataDir, URL_FILE);
  await rm(`${file}.new`, { force: true });
  await writeFile(`${file}.new`, `${url}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function urlOf(port: number, password: string, database: string): string {
  return `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/${database}`;
}

function once(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => {
    running ??= task();
    return running;
  };
}
