import type { AgentIdentity } from '../auth/identity.ts';
import type { CollectionClock } from '../collection-clock.ts';
import type { Allowance } from './allowances.ts';

export interface ConnectionOptions {
  /** False for a helper that dials with an agent's token: served, but its coming and going is not the agent's. */
  monitored: boolean;
  allowance: Allowance;
  collectionClock: CollectionClock;
  /** Ends the connection with a WebSocket close code. */
  end(code: number, reason: string): void;
}

/** One connected agent: who it is, which of its connections this is, and what its reports are measured against. */
export class AgentConnection {
  readonly identity: AgentIdentity;
  readonly monitored: boolean;
  readonly allowance: Allowance;
  /** The start on the collection clock in microseconds, above every earlier connection of the agent. */
  readonly number: number;
  readonly end: (code: number, reason: string) => void;

  readonly #collectionClock: CollectionClock;
  /** The newest collection time given out for this agent. */
  #newestAtUs: number;

  constructor(identity: AgentIdentity, { monitored, allowance, collectionClock, end }: ConnectionOptions) {
    this.identity = identity;
    this.monitored = monitored;
    this.allowance = allowance;
    this.end = end;
    this.#collectionClock = collectionClock;
    this.#newestAtUs = identity.newestCollectedAtUs;
    this.number = Math.max(collectionClock.nowUs(), identity.connectionNumber + 1);
  }

  /**
   * The collection time of a report that arrives now, in microseconds: above the newest one stored when the agent
   * connected, so that another gateway's faster clock never makes a new value look old.
   */
  stampUs(): number {
    this.#newestAtUs = Math.max(this.#newestAtUs + 1, this.#collectionClock.nowUs());
    return this.#newestAtUs;
  }
}
