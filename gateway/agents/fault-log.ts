import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { RefusedReason } from '../metrics.ts';
import type { AgentConnection } from './connection.ts';

/** At most one line per agent and this long: an agent that errs each second must not fill the log. */
const LOG_INTERVAL_MS = 60_000;

/** Tells the operator which agents send what had to be put right or refused. */
export class FaultLog {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #loggedAt = new WeakMap<AgentConnection, number>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** A value was refused or put right. */
  note(connection: AgentConnection, reason: RefusedReason, key: string): void {
    if (!this.#isDue(connection)) return;
    this.#log.warn({ ...naming(connection), key, reason }, 'a reported value was refused or put right');
  }

  /** A stream was ended for what came on it. */
  violation(connection: AgentConnection, why: string): void {
    if (this.#isDue(connection)) this.#log.info({ ...naming(connection), why }, 'an agent broke the RPC protocol');
  }

  #isDue(connection: AgentConnection): boolean {
    const last = this.#loggedAt.get(connection);
    if (last !== undefined && this.#clock.now() - last < LOG_INTERVAL_MS) return false;
    this.#loggedAt.set(connection, this.#clock.now());
    return true;
  }
}

function naming({ identity: { agentId, name } }: AgentConnection) {
  return { agent: agentId, name };
}
