import type { AgentId } from '../../db/types.ts';
import { ByteBudget } from '../../protocol/drpc/byte-budget.ts';
import type { AgentIdentity } from '../auth/identity.ts';
import type { Clock } from '../clock.ts';
import { CallRate } from './call-rate.ts';
import { KnownKeys } from './known-keys.ts';

/** How long an agent's allowance outlives its last connection: until what it reported has long been stored. */
const LINGER_MS = 120_000;

/** What one agent may do, over all of its connections. */
export interface Allowance {
  readonly keys: KnownKeys;
  readonly rate: CallRate;
  /** What its messages that have begun and not ended may hold. */
  readonly unfinished: ByteBudget;
}

interface Entry extends Allowance {
  connections: number;
}

export interface AllowancesOptions {
  clock: Clock;
  callsPerSecond: number;
  keysPerAgent: number;
  unfinishedBytes: number;
  declaredKeysOnly: boolean;
}

/**
 * Keeps each agent's allowance while it is connected and for a while after: reconnecting gives no agent a second one
 * before the database knows what came under the first.
 */
export class Allowances {
  readonly #options: AllowancesOptions;
  readonly #entries = new Map<AgentId, Entry>();
  /** Agents without a connection, longest gone first. */
  readonly #gone = new Map<AgentId, number>();

  constructor(options: AllowancesOptions) {
    this.#options = options;
  }

  /** A connection of the agent begins. */
  take(identity: AgentIdentity): Allowance {
    const { clock, callsPerSecond, keysPerAgent, unfinishedBytes, declaredKeysOnly } = this.#options;
    const { agentId, descriptions, storedKeys } = identity;
    this.#gone.delete(agentId);
    let entry = this.#entries.get(agentId);
    if (entry === undefined) {
      const keys = new KnownKeys({ limit: keysPerAgent, declaredOnly: declaredKeysOnly });
      const [rate, unfinished] = [new CallRate(clock, callsPerSecond), new ByteBudget(unfinishedBytes)];
      entry = { keys, rate, unfinished, connections: 0 };
      this.#entries.set(agentId, entry);
    }
    entry.keys.learn({ declared: descriptions, stored: storedKeys });
    entry.connections += 1;
    return entry;
  }

  /** A connection of the agent has ended. */
  giveBack(agentId: AgentId): void {
    const entry = this.#entries.get(agentId);
    if (entry === undefined) return;
    entry.connections -= 1;
    if (entry.connections === 0) this.#gone.set(agentId, this.#options.clock.now());
  }

  /** Forgets the agents that have been gone for long. */
  sweep(): void {
    const before = this.#options.clock.now() - LINGER_MS;
    for (const [agentId, since] of this.#gone) {
      if (since > before) return;
      this.#gone.delete(agentId);
      this.#entries.delete(agentId);
    }
  }
}
