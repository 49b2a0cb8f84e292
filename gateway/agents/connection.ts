import type { AgentIdentity } from '../auth/identity.ts';
import type { CollectionClock } from '../collection-clock.ts';
import type { Allowance } from './allowances.ts';
import type { Ending } from './endings.ts';

/** What carries a connection. */
export interface Carrier {
  closeAs(ending: Ending): void;
}

export interface ConnectionOptions {
  /** False for a helper that dials with an agent's token: served, but its coming and going is not the agent's. */
  monitored: boolean;
  allowance: Allowance;
  collectionClock: CollectionClock;
  carrier: Carrier;
}

/** One connected agent: who it is, which of its connections this is, and what its reports are measured against. */
export class AgentConnection {
  readonly identity: AgentIdentity;
  readonly monitored: boolean;
  readonly allowance: Allowance;
  /** The start on the collection clock in microseconds, above every earlier connection of the agent. */
  readonly number: number;

  readonly #carrier: Carrier;
  #ending: Ending | null = null;
  readonly #collectionClock: CollectionClock;
  /** The newest collection time given out for this agent. */
  #newestAtUs: number;

  constructor(identity: AgentIdentity, { monitored, allowance, collectionClock, carrier }: ConnectionOptions) {
    this.identity = identity;
    this.monitored = monitored;
    this.allowance = allowance;
    this.#carrier = carrier;
    this.#collectionClock = collectionClock;
    this.#newestAtUs = identity.newestCollectedAtUs;
    this.number = Math.max(collectionClock.nowUs(), identity.connectionNumber + 1);
  }

  /** Why it ended or is about to: what was first to end it. Null while it lasts. */
  get ending(): Ending | null {
    return this.#ending;
  }

  end(ending: Ending): void {
    this.ended(ending);
    this.#carrier.closeAs(ending);
  }

  /** It has ended without our doing, unless we were ending it already. */
  ended(ending: Ending): void {
    this.#ending ??= ending;
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
