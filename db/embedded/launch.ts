import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from '../errors.ts';
import { answersFrom } from './handshake.ts';
import type { Place } from './place.ts';
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

/** How often a server that starts or stops is looked at: it tells nobody by itself. */
export const POLL_MS = 20;

/**
 * Tries of a start that something passing stands in the way of: another program that took the free port first, or backends of
 * a killed server that have not noticed yet. With the pauses between them, some five seconds.
 */
const MAX_STARTS = 12;
const MAX_PAUSE_MS = 640;

/** A server of ours that takes connections. */
export interface RunningServer {
  pid: number;
  port: number;
  /** Null when another gateway started it. */
  child: ChildProcess | null;
}

/**
 * The server that runs in this cluster, if one does: the process of its postmaster.pid must be one, answer there, and say that
 * this is its cluster. One that is starting or stopping is waited for.
 */
export async function adoptServer(place: Place, password: string): Promise<RunningServer | null> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const state = await readPostmasterState(place.clusterDir);
    if (state === null || !(await isPostmasterOf(place.clusterDir, state.pid))) return null;
    if (state.status === 'ready' && (await answersFrom({ port: state.port, password }, place.clusterDir))) {
      return { pid: state.pid, port: state.port, child: null };
    }
    if (performance.now() > deadline) {
      const message = `The PostgreSQL server that runs in ${place.clusterDir} (process ${state.pid}) does not answer.`;
      throw new DatabaseError('embedded_failed', message);
    }
    await delay(POLL_MS);
  }
}

/** Starts the cluster's server, on a free port unless `port` says which. Throws `embedded_failed` with its complaint. */
export async function launchServer(place: Place, native: string, port?: number): Promise<RunningServer> {
  for (let start = 1; ; start += 1) {
    const outcome = await tryLaunch(place, native, port ?? (await freePort(place.clusterDir)));
    if ('server' in outcome) return outcome.server;
    if (start === MAX_STARTS || !isPassing(outcome.complaint)) {
      const message = `The embedded PostgreSQL in ${place.clusterDir} did not start: ${outcome.complaint}.`;
      throw new DatabaseError('embedded_failed', message);
    }
    await delay(Math.min(POLL_MS * 2 ** start, MAX_PAUSE_MS));
  }
}

/** PostgreSQL gives no code for these, only words; it runs with LC_ALL=C, so they are always the same. */
function isPassing(complaint: string): boolean {
  return /could not create any TCP\/IP sockets|pre-existing shared memory block/.test(complaint);
}

async function tryLaunch(
  place: Place,
  native: string,
  port: number,
): Promise<{ server: RunningServer } | { complaint: string }> {
  if ((await readPostmasterState(place.clusterDir)) !== null) await disownStalePid(place.clusterDir);
  const logged = await logSize(place.dataDir);
  const child = await spawnPostmaster(place, native, port);
  const pid = child.pid ?? 0;
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (hasEnded(pid, child))
      return { complaint: (await complaintSince(place.dataDir, logged)) ?? 'it ended without a word' };
    const state = await readPostmasterState(place.clusterDir);
    if (state?.pid === pid && state.status === 'ready') return { server: { pid, port, child } };
    await delay(POLL_MS);
  }
  child.kill('SIGQUIT');
  return { complaint: `it was not ready after ${START_TIMEOUT_MS / 1000} s` };
}
