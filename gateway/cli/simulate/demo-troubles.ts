import type { ReportedValue } from '../../../protocol/agent/agent.ts';
import type { Fleet } from './fleet.ts';
import type { FleetKey } from './values.ts';

/** A trouble that comes and goes for one agent of every so many. */
interface Trouble {
  /** One agent of this many has it. */
  everyAgents: number;
  /** Which of them, so that no agent has two troubles. */
  agent: number;
  /** It comes once in this time, at another moment for each agent. */
  everyMs: number;
  lastsMs: number;
}

const FAILING: Trouble = { everyAgents: 60, agent: 17, everyMs: 120_000, lastsMs: 60_000 };
const SILENT: Trouble = { everyAgents: 75, agent: 44, everyMs: 150_000, lastsMs: 75_000 };
const AWAY: Trouble = { everyAgents: 100, agent: 71, everyMs: 90_000, lastsMs: 40_000 };
/** A script that takes three times as long as it should is late again and again. */
const SLOW = { everyAgents: 100, agent: 8, rounds: 3 };

const DISK_ERROR = 'df: /data: Input/output error\nexit status 1';

/** What an agent of the demo says in place of `value`: an error, nothing, or just that. */
export function troubled(agent: number, key: FleetKey, round: number, value: string): ReportedValue | null {
  const elapsedMs = round * key.intervalMs;
  if (isIn(SILENT, agent, elapsedMs)) return null;
  if (key.name !== 'disk') return value;
  if (agent % SLOW.everyAgents === SLOW.agent && round % SLOW.rounds !== 0) return null;
  return isIn(FAILING, agent, elapsedMs) ? { value: '', error: DISK_ERROR } : value;
}

/** Which of `count` agents are away `elapsedMs` after the start. */
export function awayAgents(count: number, elapsedMs: number): Set<number> {
  const away = new Set<number>();
  for (let agent = AWAY.agent; agent < count; agent += AWAY.everyAgents) {
    if (isIn(AWAY, agent, elapsedMs)) away.add(agent);
  }
  return away;
}

const LOOK_MS = 1_000;

/** Lets agents of a running fleet leave and come back, until the returned function is called. */
export function comeAndGo(fleet: Fleet, count: number): () => void {
  const begun = performance.now();
  let away = new Set<number>();
  const timer = setInterval(() => {
    const now = awayAgents(count, performance.now() - begun);
    for (const agent of now) if (!away.has(agent)) void fleet.agent(agent)?.close();
    for (const agent of away) if (!now.has(agent)) fleet.agent(agent)?.start();
    away = now;
  }, LOOK_MS);
  return () => clearInterval(timer);
}

function isIn({ everyAgents, agent: which, everyMs, lastsMs }: Trouble, agent: number, elapsedMs: number): boolean {
  if (agent % everyAgents !== which) return false;
  const begins = (Math.floor(agent / everyAgents) * 37_000 + 20_000) % everyMs;
  return (elapsedMs - begins + everyMs) % everyMs < lastsMs && elapsedMs >= begins;
}
