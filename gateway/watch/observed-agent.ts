import type { AgentId, AgentStatus } from '../../db/types.ts';
import type { AgentFacts } from './agent-facts.ts';

/** One agent's values as a part of the gateway that follows it sees them. */
export interface ObservedAgent {
  id: AgentId;
  name: string;
  labels: Readonly<Record<string, string>>;
  status: AgentStatus;
  /** Changes when the agent's keys are described otherwise. */
  keysVersion: number;
  values: { key: string; value: string; error: string; collectedAtUs: number }[];
}

export function observedAgent(agent: AgentFacts): ObservedAgent {
  const { id, name, labels, status, keysSeq } = agent;
  const values = [...agent.values].map(([key, { value, error, atUs }]) => ({ key, value, error, collectedAtUs: atUs }));
  return { id, name, labels, status, keysVersion: keysSeq, values };
}

/** Called with the agent's present state, and with null when there is no such agent. */
export type AgentObserver = (agent: ObservedAgent | null) => void;
