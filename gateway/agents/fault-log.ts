import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { RefusedReason } from '../metrics.ts';
import type { AgentConnection } from './connection.ts';

/** At most one line per agent and this long: an agent that errs each second must not fill the log. */
const LOG_INTERVAL_MS = 60_000;

/** Tells the operator which agents send values that had to be put right or refused. */
export class FaultLog {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #loggedAt = new WeakMap<AgentConnection, number>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  note(connection: AgentConnection, reason: RefusedReason, key: string): void {
    const last = this.#loggedAt.get(connection);
    if (last !== undefined && this.#clock.now() - last < LOG_INTERVAL_MS) return;
    this.#loggedAt.set(connection, this.#clock.now());
    const { agentId, name } = connection.identity;
    this.#log.warn({ agent: agentId, name, key, reason }, 'a reported value was refused or put right');
  }
}
