import { setTimeout as pause } from 'node:timers/promises';
import type { Dialect } from '../load/dialects.ts';
import type { FleetFigures } from '../load/fleet.ts';
import type { WatcherFigures } from '../load/watchers.ts';
import { INTERVAL_MS, KEYS } from '../workload.ts';
import type { Database } from './postgres.ts';
import type { Program } from './program.ts';
import type { Stage } from './stage.ts';

/** Below the gateway's default of 500 upgrades a second and address, so that none waits. */
const CONNECTS_PER_SECOND = 400;
/** For the last reports to be answered: a flush, and the spreading of its replies. */
const SETTLE_MS = 15_000;

/** A server with a fleet and watchers connected to it, whose cost is to be measured. */
export interface Subject {
  name: string;
  dialect: Dialect;
  url: string;
  program: Program;
  /** What its work costs in PostgreSQL counts too. */
  database?: Database;
  tokens: string[];
  /** For watchers. */
  token: string;
}

/** The processes that are agents and watchers. */
export interface Loads {
  fleet: Program;
  watchers: Program;
}

export function startLoads(stage: Stage): Loads {
  return {
    fleet: stage.script('fleet', 'load/fleet.ts'),
    watchers: stage.script('watchers', 'load/watchers.ts'),
  };
}

export interface FleetOptions {
  /** What each watcher watches: ids of agents; null is everything. */
  watched: (string[] | null)[];
  connectsPerSecond?: number;
  /** How many keys have a new value in each report; default all. */
  freshKeys?: number;
}

export async function connect(subject: Subject, loads: Loads, options: FleetOptions): Promise<void> {
  const { name, dialect, url, tokens } = subject;
  const { watched, connectsPerSecond = CONNECTS_PER_SECOND, freshKeys } = options;
  const held = dialect === 'gateway';
  await loads.fleet.ask('open', { name, dialect, url, tokens, keys: KEYS, held, connectsPerSecond, freshKeys });
  await connectWatchers(subject, loads, watched);
}

export async function connectWatchers(
  { name, dialect, url, token }: Subject,
  { watchers }: Loads,
  watched: (string[] | null)[],
): Promise<void> {
  await watchers.ask('open', { name, dialect, url, token, watched });
}

export interface BlockOptions {
  ms: number;
  /** For so long the fleet reports before what it does is measured; default 0. */
  leadMs?: number;
  intervalMs?: number;
  burst?: boolean;
  /** Looks at the event loop meanwhile, which itself wakes it a hundred times a second. */
  stalls?: boolean;
}

/** What one subject did and used in one block of time. */
export interface Block {
  fleet: FleetFigures;
  watchers: WatcherFigures;
  seconds: number;
  /** Of the server, in microseconds a report. */
  cpuUs: number;
  databaseCpuUs: number;
  /** How late the event loop came round, in milliseconds; empty where nobody looked. */
  stallsMs: number[];
}

/** Lets the subject's fleet report for a while, outside of all figures; returns when all of it is answered. */
export async function warmUp(
  { name }: Subject,
  { fleet }: Loads,
  { ms, intervalMs }: { ms: number; intervalMs: number },
): Promise<void> {
  await fleet.ask('start', { name, intervalMs, burst: false });
  await pause(ms);
  await fleet.ask('stop', { name, settleMs: SETTLE_MS });
}

/** Throws when agents or watchers have lost their connection: a server that had fewer of them than is said would be measured. */
export async function assertConnected(load: Program, name: string): Promise<void> {
  const closed = await load.ask<number>('closed', { name });
  if (closed > 0) throw new Error(`${closed} connections of ${load.name} to ${name} were lost`);
}

/** Lets the subject's fleet report for a while until all is answered, and measures what that costs. */
export async function measureBlock(
  { name, program, database }: Subject,
  { fleet, watchers }: Loads,
  { ms, leadMs = 0, intervalMs = INTERVAL_MS, burst = false, stalls = false }: BlockOptions,
): Promise<Block> {
  if (leadMs > 0) {
    await fleet.ask('start', { name, intervalMs, burst });
    await pause(leadMs);
  }
  await watchers.ask('begin', { name });
  if (stalls) await program.probe('watchStalls');
  const cpuBefore = await program.cpuSeconds();
  const databaseBefore = database?.cpuSeconds() ?? 0;
  const begun = performance.now();
  if (leadMs > 0) await fleet.ask('begin', { name });
  else await fleet.ask('start', { name, intervalMs, burst });
  await pause(ms);
  const reported = await fleet.ask<FleetFigures>('stop', { name, settleMs: SETTLE_MS });
  const cpuSeconds = (await program.cpuSeconds()) - cpuBefore;
  const databaseSeconds = (database?.cpuSeconds() ?? 0) - databaseBefore;
  for (const load of [fleet, watchers]) await assertConnected(load, name);
  return {
    fleet: reported,
    watchers: await watchers.ask<WatcherFigures>('figures', { name }),
    seconds: (performance.now() - begun) / 1_000,
    cpuUs: (cpuSeconds / reported.reports) * 1e6,
    databaseCpuUs: (databaseSeconds / reported.reports) * 1e6,
    stallsMs: stalls ? await program.probe<number[]>('stalls') : [],
  };
}
