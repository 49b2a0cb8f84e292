import type { FlushFigures } from './flush-audit.ts';
import type { LogLine } from './gateway-process.ts';
import type { AgentEvent, SoakAgent } from './go-fleet.ts';
import type { MemoryFigures } from './memory.ts';

/** A time in which something was away. */
export interface Outage {
  fromMs: number;
  toMs: number;
}

/** One life of the gateway. */
export interface GatewayLife {
  livedMs: number;
  exit: number | string;
  /** From SIGTERM to the end. */
  endedAfterMs: number;
  memory: MemoryFigures;
  stalls: StallFigures;
  /** The longest that the soak itself stood still meanwhile, in seconds: it has little to do, so the machine did. */
  standstillSeconds: number;
  log: LogLine[];
  acksCommitted: number;
  acksAccepted: number;
}

/** How late the event loop was, by the histogram of /metrics: upper bounds of buckets, in seconds. */
export interface StallFigures {
  p99: number;
  /** Infinity where it was more than the largest bucket. */
  max: number;
}

export interface SoakFindings {
  agents: SoakAgent[];
  events: AgentEvent[];
  /** From SIGTERM until every agent was back. */
  gatewayRestart: Outage;
  databaseRestart: Outage;
  lives: GatewayLife[];
  flushIntervalMs: number;
  flushes: FlushFigures;
  /** Acknowledged values of which neither they nor newer ones were stored, said where and when. */
  lost: string[];
  watchers: number;
  watchersExact: number;
}

/** What Go's agents allow a ping is 10 s: a loop that stands still for a quarter of it is ill. */
const LONGEST_STALL_SECONDS = 2.5;
/** A machine that stands still for so long says nothing of a gateway's own stalls. */
const STANDSTILL_SECONDS = 1;
/** The most that is said of one kind of violation. */
const MOST_EXAMPLES = 5;

/** Each sentence is a promise that was broken; none is what a soak is for. */
export function violations(findings: SoakFindings): string[] {
  return [
    ...ofAgents(findings),
    ...some(findings.lost),
    ...ofFlushes(findings),
    ...findings.lives.flatMap((life, i) => ofLife(life, { number: i + 1, databaseRestart: findings.databaseRestart })),
    ...(findings.watchersExact === findings.watchers
      ? []
      : [`${findings.watchersExact} of ${findings.watchers} watchers ended with what is stored`]),
  ];
}

/** Only the gateway's restart may cut an agent off, once, and with it the one report that it had under way. */
function ofAgents({ agents, events, gatewayRestart }: SoakFindings): string[] {
  const found: string[] = [];
  const outside = events.filter((event) => CUTS.has(event.kind) && !within(gatewayRestart, event));
  found.push(...some(outside.map(({ kind, agent, atMs, error }) => `${kind} of ${agent} at ${time(atMs)}: ${error}`)));
  for (const kind of ['no-goodbye', 'log-limit']) {
    const [first, ...more] = events.filter((event) => event.kind === kind);
    if (first !== undefined) found.push(`${1 + more.length} agents: ${kind} (${first.error})`);
  }
  const strangers = agents.filter(({ result }) => result.connects !== 2 || result.failedReports > 1);
  const says = ({ id, result }: SoakAgent) =>
    `agent ${id} connected ${result.connects} times and had ${result.failedReports} reports cut; allowed are 2 and 1`;
  const unheard = agents.filter(({ result }) => result.acknowledged === 0);
  return [...found, ...some(strangers.map(says)), ...some(unheard.map(({ id }) => `agent ${id} was never answered`))];
}

const within = ({ fromMs, toMs }: Outage, { atMs }: { atMs: number }) => atMs >= fromMs && atMs <= toMs;

const CUTS = new Set(['disconnected', 'report-failed', 'tolerated']);

function ofFlushes({ flushes, flushIntervalMs, lives }: SoakFindings): string[] {
  const found = some(flushes.mismatches);
  for (const [i, count] of flushes.flushesOfGateways.entries()) {
    // One more for its first change and one at shutdown.
    const allowed = Math.floor((lives[i]?.livedMs ?? 0) / flushIntervalMs) + 2;
    if (count > allowed) found.push(`${count} flushes in life ${i + 1} of the gateway; ${allowed} are allowed`);
  }
  if (flushes.flushes === 0) found.push('nothing was flushed');
  return found;
}

/** That PostgreSQL is away is an error worth a line, and no fault of the gateway. */
function ofLife(life: GatewayLife, { number, databaseRestart }: { number: number; databaseRestart: Outage }): string[] {
  const errors = life.log.filter((line) => line.level === 'error' && !within(databaseRestart, line));
  const found = some(errors.map(({ text }) => `life ${number} of the gateway logged an error: ${text}`));
  if (life.exit !== 0) found.push(`life ${number} of the gateway ended with ${life.exit}`);
  if (life.memory.flat === false) found.push(`memory grew in life ${number} of the gateway`);
  if (life.stalls.max > LONGEST_STALL_SECONDS && life.standstillSeconds < STANDSTILL_SECONDS) {
    found.push(`the event loop of life ${number} stood still for more than ${LONGEST_STALL_SECONDS} s`);
  }
  return found;
}

function some(sentences: string[]): string[] {
  const rest = sentences.length - MOST_EXAMPLES;
  return rest > 0 ? [...sentences.slice(0, MOST_EXAMPLES), `… and ${rest} more of these`] : sentences;
}

const time = (ms: number): string => new Date(ms).toISOString().slice(11, 23);

/** Reads `tidegate_event_loop_stall_seconds` out of what /metrics says. */
export function stallFigures(metrics: string): StallFigures {
  const buckets = [...metrics.matchAll(/^tidegate_event_loop_stall_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm)].map(
    ([, le, count]) => ({ seconds: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), count: Number(count) }),
  );
  const total = buckets.at(-1)?.count ?? 0;
  const atLeast = (share: number) => buckets.find(({ count }) => count >= share * total)?.seconds ?? Number.NaN;
  return { p99: atLeast(0.99), max: atLeast(1) };
}
