import type { AgentError } from './error.ts';
import type { AgentManifest } from './manifest.ts';
import type { ValueBatch } from './pending-values.ts';

/**
 * - `stopped`: `start()` was not called yet, or `close()` was.
 * - `connecting`: an attempt is under way.
 * - `connected`: calls can be made.
 * - `waiting`: the connection is lost or could not be had; the next attempt comes in `retryInMs`.
 * - `refused`: the gateway will not have this agent (`error.isFinal`); no further attempt is made.
 */
export type AgentState =
  | { state: 'stopped' | 'connecting' | 'connected' }
  | { state: 'waiting'; error: AgentError; retryInMs: number }
  | { state: 'refused'; error: AgentError };

/** One report: the values of one call. */
export interface AgentReport {
  /** By key. Read it, keep nothing of it: what fails is sent again from the same map. */
  readonly values: Readonly<Pick<ValueBatch, 'size' | 'get' | 'has' | 'keys' | 'forEach'>> &
    Iterable<[string, { value: string; error: string; collectedAtMs: number }]>;
  /** When the call began, on the timers' monotonic clock in milliseconds. */
  readonly sentAtMs: number;
}

export interface AcknowledgedReport extends AgentReport {
  /** From the beginning of the call to the gateway's answer, in milliseconds. */
  readonly tookMs: number;
}

/** What an agent tells its owner. Only `onStateChange` may be called from within `start` and `close`. */
export interface AgentEvents {
  onStateChange?(state: AgentState): void;
  /** Once for each connection: what the gateway wants collected. */
  onManifest?(manifest: AgentManifest): void;
  /** A report is on its way. */
  onSent?(report: AgentReport): void;
  /** The gateway has answered: by default settings this says that the values are in the database. */
  onAcknowledged?(report: AcknowledgedReport): void;
  /** The connection broke before the answer: whether the gateway has the values is unknown. They are sent again. */
  onUnacknowledged?(report: AgentReport, error: AgentError): void;
}
