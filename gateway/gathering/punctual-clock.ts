import type { CancelTimer, Clock } from '../clock.ts';

/**
 * A clock for what is due at a promised time: no pause runs over one of its timers. What has arrived during the pause before
 * is read ahead of the task, as it would have been without the pause.
 */
export class PunctualClock implements Clock {
  readonly #clock: Clock;
  readonly #nextTurn: (task: () => void) => void;
  readonly #due = new Set<{ readonly atMs: number }>();

  constructor(clock: Clock, nextTurn: (task: () => void) => void = setImmediate) {
    this.#clock = clock;
    this.#nextTurn = nextTurn;
  }

  /** When the first of its timers is due; infinite where there is none. */
  get nextDueMs(): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { atMs } of this.#due) nextMs = Math.min(nextMs, atMs);
    return nextMs;
  }

  now(): number {
    return this.#clock.now();
  }

  after(delayMs: number, task: () => void): CancelTimer {
    const timer = { atMs: this.now() + delayMs };
    this.#due.add(timer);
    const cancelTimer = this.#clock.after(delayMs, () => {
      this.#nextTurn(() => {
        if (this.#due.delete(timer)) task();
      });
    });
    return () => {
      this.#due.delete(timer);
      cancelTimer();
    };
  }
}
