import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findBinaries, program } from './binaries.ts';
import { POLL_MS, type RunningServer } from './launch.ts';
import type { Place } from './place.ts';
import { hasEnded, isPostmasterOf } from './postmaster.ts';

/** How long a fast shutdown may take; after it the server is stopped without its last checkpoint, and its next start recovers. */
export const STOP_TIMEOUT_MS = 30_000;

/** PostgreSQL's names: `fast` rolls back what is open and writes a checkpoint, `immediate` only ends. Nothing committed is lost. */
type Mode = 'fast' | 'immediate';

const SIGNALS: Record<Mode, NodeJS.Signals> = { fast: 'SIGINT', immediate: 'SIGQUIT' };

/** Stops the server and waits until it has gone. */
export async function stopServer(place: Place, server: RunningServer): Promise<void> {
  for (const mode of ['fast', 'immediate'] as const) {
    // Its number may be another's by now.
    if (hasEnded(server.pid, server.child) || !(await isPostmasterOf(place.clusterDir, server.pid))) return;
    await request(place, server, mode);
    const deadline = performance.now() + STOP_TIMEOUT_MS;
    while (!hasEnded(server.pid, server.child) && performance.now() < deadline) await delay(POLL_MS);
  }
}

async function request(place: Place, server: RunningServer, mode: Mode): Promise<void> {
  if (process.platform !== 'win32') {
    process.kill(server.pid, SIGNALS[mode]);
    return;
  }
  // Windows knows no such signals; PostgreSQL's own program delivers them there.
  const { root } = await findBinaries();
  await promisify(execFile)(program(root, 'pg_ctl'), ['stop', '-D', place.clusterDir, '-m', mode, '-W']);
}
