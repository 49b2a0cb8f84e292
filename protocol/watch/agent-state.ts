import { freshnessLimits } from './freshness.ts';
import type { WatchedAgent } from './state.ts';

/** An agent's state is that of its worst value; who is not connected is offline whatever its values were. */
export const agentStates = ['fine', 'failing', 'late', 'stale', 'offline'] as const;
export type AgentState = (typeof agentStates)[number];

export interface JudgedState {
  state: AgentState;
  /** When this judgement becomes too good if nothing arrives, in milliseconds of the collection clock. */
  dueAtMs: number;
}

/** Judges one agent once, for as long as nothing of it changes before `dueAtMs`. */
export function judgeAgent(agent: WatchedAgent, nowMs: number, flushIntervalMs: number): JudgedState {
  if (agent.status !== 'connected') return { state: 'offline', dueAtMs: Number.POSITIVE_INFINITY };
  let failing = false;
  let late = false;
  let stale = false;
  let dueAtMs = Number.POSITIVE_INFINITY;
  for (const [key, value] of agent.values) {
    if (value.error !== '') failing = true;
    const limits = freshnessLimits(agent.keys.get(key), flushIntervalMs);
    if (limits === null) continue;
    const ageMs = nowMs - value.at;
    if (ageMs > limits.staleAfterMs) {
      stale = true;
      continue;
    }
    if (ageMs > limits.lateAfterMs) late = true;
    dueAtMs = Math.min(dueAtMs, value.at + (late ? limits.staleAfterMs : limits.lateAfterMs));
  }
  const state = failing ? 'failing' : stale ? 'stale' : late ? 'late' : 'fine';
  return { state, dueAtMs };
}

export type StateCounts = Record<AgentState, number>;

export function noAgents(): StateCounts {
  return { fine: 0, failing: 0, late: 0, stale: 0, offline: 0 };
}
