import type { AgentIdentity } from '../auth/identity.ts';
import type { Clock } from '../clock.ts';
import type { CollectionClock } from '../collection-clock.ts';
import { CallRate } from './call-rate.ts';
import { KnownKeys } from './known-keys.ts';

export interface ConnectionOptions {
  clock: Clock;
  collectionClock: CollectionClock;
  callsPerSecond: number;
  keysPerAgent: number;
  declaredKeysOnly: boolean;
}

/** One connected agent: who it is, which of its connections this is, and what its reports are measured against. */
export class AgentConnection {
  readonly identity: AgentIdentity;
  /** False for a helper that dials with an agent's token: served, but its coming and going is not the agent's. */
  readonly monitored: boolean;
  /** The start on the collection clock in microseconds, above every earlier connection of the agent. */
  readonly number: number;
  readonly keys: KnownKeys;
  readonly rate: CallRate;
  /** Ends the connection with a WebSocket close code. */
  readonly end: (code: number, reason: string) => void;

  readonly #collectionClock: CollectionClock;
  /** The newest collection time given out for this agent. */
  #newestAtUs: number;

  constructor(
    identity: AgentIdentity,
    options: ConnectionOptions & { monitored: boolean; end(code: number, reason: string): void },
  ) {
    this.identity = identity;
    this.monitored = options.monitored;
    this.end = options.end;
    this.#collectionClock = options.collectionClock;
    this.#newestAtUs = identity.newestCollectedAtUs;
    this.number = Math.max(options.collectionClock.nowUs(), identity.connectionNumber + 1);
    this.rate = new CallRate(options.clock, options.callsPerSecond);
    this.keys = new KnownKeys({
      declared: identity.descriptions.map((description) => description.key),
      stored: identity.storedKeys,
      limit: options.keysPerAgent,
      declaredOnly: options.declaredKeysOnly,
    });
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
