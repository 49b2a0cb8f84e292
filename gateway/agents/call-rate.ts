import type { Clock } from '../clock.ts';

/** Bursts of this many seconds' calls go through undelayed, so that a reconnecting agent's first calls do. */
const BURST_SECONDS = 2;

/**
 * Delays an agent's calls over its rate. Nothing is refused: the caller waits with reading the stream, and yamux's window
 * holds the agent back.
 */
export class CallRate {
  readonly #clock: Clock;
  readonly #perSecond: number;
  /** The instant at which the allowance is full again; a call moves it on by its share of a second. */
  #fullAt = 0;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
  }

  /** Counts one call in; returns for how many milliseconds it has to wait, 0 for none. */
  take(): number {
    const now = this.#clock.now();
    this.#fullAt = Math.max(this.#fullAt, now) + 1_000 / this.#perSecond;
    return Math.max(0, this.#fullAt - now - BURST_SECONDS * 1_000);
  }
}
