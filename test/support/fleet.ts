import { randomUUID } from 'node:crypto';
import { createAgents, hashToken } from '../../db/agents.ts';
import type { Database } from '../../db/pool.ts';
import type { AgentId, FlushBatch, FlushValue } from '../../db/types.ts';

/** Any instant: 2026-01-05 in microseconds. */
export const BASE_US = 1_767_607_200_000_000;

/** Agents with random names and tokens, in the order of their ids. */
export async function someAgents(db: Database, count: number): Promise<AgentId[]> {
  const agents = Array.from({ length: count }, () => ({
    name: `agent-${randomUUID()}`,
    labels: {},
    metadata: [],
    tokenHash: hashToken(randomUUID()),
  }));
  return (await createAgents(db, agents)).map(({ id }) => id).sort();
}

export function aValue(agentId: AgentId, key: string, value: string, atUs = BASE_US): FlushValue {
  return { agentId, key, value, error: '', collectedAtUs: atUs, agentCollectedAtUs: null };
}

/** A batch as the batcher hands it over: sorted. */
export function batchOf(...values: FlushValue[]): FlushBatch {
  const place = ({ agentId, key }: FlushValue) => `${agentId} ${key}`;
  return { values: [...values].sort((a, b) => (place(a) < place(b) ? -1 : 1)), agents: [] };
}

/** A signal that never aborts. */
export const never = new AbortController().signal;
