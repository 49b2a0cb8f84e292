import { setTimeout as pause } from 'node:timers/promises';
import type { FleetFigures } from '../load/fleet.ts';
import type { Dialect } from '../load/peers.ts';
import type { WatcherFigures } from '../load/watchers.ts';
import type { Program } from './program.ts';
import type { Database } from './stage.ts';

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

export interface Loads {
  fleet: Program;
  watchers: Program;
}

export interface FleetOptions {
  keys: number;
  /** What each watcher watches; null is everything. */
  watched: (string[] | null)[];
  connectsPerSecond?: number;
  /** How many keys have a new value in each report; default all. */
  freshKeys?: number;
}

export async function connect(subject: Subject, { fleet, watchers }: Loads, options: FleetOptions): Promise<void> {
  const { name, dialect, url, tokens, token } = subject;
  const { keys, watched, connectsPerSecond = CONNECTS_PER_SECOND, freshKeys } = options;
  const held = dialect === 'gateway';
  await fleet.ask('open', { name, dialect, url, tokens, keys, held, connectsPerSecond, freshKeys });
  await watchers.ask('open', { name, dialect, url, token, watched });
}

export interface BlockOptions {
  ms: number;
  intervalMs: number;
  burst?: boolean;
  /** Waits for all answers, so that nothing of this block is done in the next one. */
  settle?: boolean;
  /** Looks at the event loop meanwhile, which itself wakes it a hundred times a second. */
  stalls?: boolean;
  /** Runs meanwhile. */
  during?(): Promise<void>;
}

/** What one subject did and used in one block of time. */
export interface Block {
  fleet: FleetFigures;
  watchers: WatcherFigures;
  seconds: number;
  /** In microseconds a report. */
  cpuUs: number;
  databaseCpuUs: number;
  /** How late the event loop came round, in milliseconds; empty where nobody looked. */
  stallsMs: number[];
}

/** Between two reports of an agent while a subject warms up: 600 agents make 600 a second, which every server takes. */
const WARM_UP_INTERVAL_MS = 1_000;

/**
 * Brings a subject to the state in which it spends its days: what it does all the time is compiled. At 60 reports a second
 * that takes a quarter of an hour, in which compiling is a tenth of what the gateway does.
 */
export async function warmUp(
  { name }: Subject,
  { fleet }: Loads,
  { ms, intervalMs = WARM_UP_INTERVAL_MS }: { ms: number; intervalMs?: number },
): Promise<void> {
  await fleet.ask('start', { name, intervalMs, burst: false });
  await pause(ms);
  await fleet.ask('stop', { name, settleMs: SETTLE_MS });
}

/** Lets the subject's fleet report for a while, and measures what that costs. */
export async function measureBlock(subject: Subject, loads: Loads, options: BlockOptions): Promise<Block> {
  const { name, program, database } = subject;
  await loads.watchers.ask('begin', { name });
  if (options.stalls) await program.probe('watchStalls');
  const cpuBefore = await program.cpuSeconds();
  const databaseBefore = database?.cpuSeconds() ?? 0;
  const begun = performance.now();
  await loads.fleet.ask('start', { name, intervalMs: options.intervalMs, burst: options.burst ?? false });
  await Promise.all([pause(options.ms), options.during?.()]);
  const stopped = loads.fleet.ask<FleetFigures>('stop', { name, settleMs: options.settle === false ? 0 : SETTLE_MS });
  const fleet = await stopped;
  const cpu = (await program.cpuSeconds()) - cpuBefore;
  const databaseCpu = (database?.cpuSeconds() ?? 0) - databaseBefore;
  return {
    fleet,
    watchers: await loads.watchers.ask<WatcherFigures>('figures', { name }),
    seconds: (performance.now() - begun) / 1_000,
    cpuUs: (cpu / fleet.reports) * 1e6,
    databaseCpuUs: (databaseCpu / fleet.reports) * 1e6,
    stallsMs: options.stalls ? await program.probe<number[]>('stalls') : [],
  };
}
