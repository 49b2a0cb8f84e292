import type { CreatedAgent, TestGateway } from '../support/gateway.ts';
import type { HostileSession } from '../support/hostile-agent.ts';

/** What an attack has to work with. */
export interface Attack {
  gateway: TestGateway;
  /** An agent of this case's own, whose token is good. */
  agent: CreatedAgent;
  /** Connects as it; dropped when the case is over. */
  dial(): Promise<HostileSession>;
  /** Waits until the database has so many of the agent's values; by key, `value|error`. */
  stored(values: number): Promise<Record<string, string>>;
}

/** Its name, what it has to come to, and what is done. */
export type HostileCase = readonly [name: string, comesTo: unknown, run: (attack: Attack) => Promise<unknown>];
