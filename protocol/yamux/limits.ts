import { YamuxError } from './error.ts';
import { INITIAL_WINDOW_BYTES } from './frame.ts';

/** Everything a session bounds. Made by {@link yamuxLimits}, once for all sessions of a process. */
export interface YamuxLimits {
  /** Streams opened by the peer that are served at the same time. Further ones wait, un-ACKed. */
  readonly maxServedStreams: number;
  /** Streams opened by the peer that may wait for a slot while none is free. The next one is answered with RST. */
  readonly maxWaitingStreams: number;
  /** How long a stream may wait for a slot, in milliseconds; then RST. */
  readonly maxWaitingMs: number;
  /**
   * What all waiting streams of a session may buffer together, until the end of the turn in which they find a slot. The
   * stream whose data would pass it gets RST.
   */
  readonly maxWaitingBytes: number;
  /** Streams opened here that the peer has not ACKed yet. Further ones keep their SYN and their data until one is. */
  readonly maxUnackedOpens: number;
  /** How long a stream opened here may stay un-ACKed, in milliseconds; then RST. */
  readonly openTimeoutMs: number;
  /** How long a writer may stand before an empty send window, in milliseconds; then RST. */
  readonly writeStallMs: number;
  /** How long a stream that we have finished waits for the peer's FIN, in milliseconds; then RST. */
  readonly closeLingerMs: number;
  /** Silence after which a ping is sent, in milliseconds. 0 turns keep-alive off. */
  readonly keepAliveIntervalMs: number;
  /** How long a ping may go unanswered, in milliseconds. Nothing heard meanwhile: the session closes. */
  readonly keepAliveTimeoutMs: number;
  /** Payload of one Data frame that we send. */
  readonly maxDataFrameBytes: number;
  /** Payload of all Data frames that leave in one turn; the rest goes in the next, the streams taking turns. */
  readonly maxFlushBytes: number;
  /** Control frames sent to a transport that has said it is full, in bytes. Above it the session closes. */
  readonly maxHeldControlBytes: number;
}

export const DEFAULT_YAMUX_LIMITS: YamuxLimits = Object.freeze({
  // What Go's accept backlog allows; an agent uses a handful.
  maxServedStreams: 256,
  // A burst as large as what is served, so that a peer's queue can be emptied once without an error.
  maxWaitingStreams: 256,
  // Below the 75 s after which Go closes its whole session over one un-ACKed stream.
  maxWaitingMs: 60_000,
  // Four windows: calls are small, and 256 waiting windows would be 64 MiB per agent.
  maxWaitingBytes: 1024 * 1024,
  // Go refuses the 257th un-accepted stream.
  maxUnackedOpens: 256,
  // Go's StreamOpenTimeout.
  openTimeoutMs: 75_000,
  // A peer may drop a stream without a word and discard what follows without credit.
  writeStallMs: 60_000,
  // Go's StreamCloseTimeout.
  closeLingerMs: 300_000,
  // Go's KeepAliveInterval and ConnectionWriteTimeout.
  keepAliveIntervalMs: 30_000,
  keepAliveTimeoutMs: 10_000,
  // Some peers refuse frames above 1 MiB; at 64 KiB the 12 bytes of header no longer matter.
  maxDataFrameBytes: 64 * 1024,
  // One window: keeps a turn short and a WebSocket message below every peer's limit.
  maxFlushBytes: INITIAL_WINDOW_BYTES,
  // 5,461 frames, far above what an honest peer causes while its socket is full.
  maxHeldControlBytes: 64 * 1024,
});

/** Limits for which 0 has a meaning: none may wait, none may buffer, keep-alive off. */
const MAY_BE_ZERO: ReadonlySet<string> = new Set(['maxWaitingStreams', 'maxWaitingBytes', 'keepAliveIntervalMs']);

/**
 * The defaults with `changes` applied.
 * @throws YamuxError `BAD_LIMIT` for an unknown name, or a value that is not a whole number in its range.
 */
export function yamuxLimits(changes: Partial<YamuxLimits> = {}): YamuxLimits {
  for (const [name, value] of Object.entries(changes)) {
    if (!(name in DEFAULT_YAMUX_LIMITS)) throw new YamuxError('BAD_LIMIT', `${name} is not a limit of a yamux session`);
    const least = MAY_BE_ZERO.has(name) ? 0 : 1;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new YamuxError('BAD_LIMIT', `${name} is ${value}; allowed is a whole number of at least ${least}`);
    }
  }
  return Object.freeze({ ...DEFAULT_YAMUX_LIMITS, ...changes });
}
