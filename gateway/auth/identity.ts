import type { AgentId, MetadataDescription } from '../../db/types.ts';

/** Someone whom a token has shown to be who they are. */
export type Identity = AgentIdentity | PersonIdentity;

export interface PersonIdentity {
  role: 'admin' | 'viewer';
  tokenId: string;
  name: string;
  /** A viewer limited to agents with all of these labels; null for all agents. */
  labels: Record<string, string> | null;
}

/** Where a token was found, which decides what it may be and what else is checked: a cookie travels by itself. */
export interface PresentedToken {
  token: string;
  fromCookie: boolean;
}

/** The labels that an agent must have to be seen by this identity; null where it sees every agent. */
export function labelLimits(identity: Identity | null): Readonly<Record<string, string>> | null {
  return identity?.role === 'viewer' ? identity.labels : null;
}

/** Whether an agent with these labels is within the limits. */
export function withinLimits(
  labels: Readonly<Record<string, string>>,
  limits: Readonly<Record<string, string>> | null,
): boolean {
  return Object.entries(limits ?? {}).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/** An agent, with what the gateway needs to take its connection. */
export interface AgentIdentity {
  role: 'agent';
  agentId: AgentId;
  /** SHA-256 of the token that was shown, in hex: a small buffer would be a slice of a far larger one. */
  tokenHash: string;
  name: string;
  labels: Record<string, string>;
  /** In display order: what the manifest tells the agent to collect. */
  descriptions: MetadataDescription[];
  /** Grows when the descriptions change. */
  manifestNumber: number;
  /** Keys that the database holds values for; they count against the agent's limit. */
  storedKeys: string[];
  /** The number of the agent's newest connection so far; 0 for none. */
  connectionNumber: number;
  /** The newest stored collection time in microseconds; 0 for none. */
  newestCollectedAtUs: number;
}
