import type { CancelTimer, Clock } from '../../gateway/clock.ts';

interface FakeTimer {
  dueMs: number;
  task: () => void;
}

export interface FakeClockOptions {
  /** What `now()` says at first. */
  startMs?: number;
  /** Fires every timer this much too early, as the real ones may by up to a millisecond. */
  earlyMs?: number;
}

/** A clock that stands still until a test moves it. Timers run in the order of their due times, then of their setting. */
export class FakeClock implements Clock {
  #nowMs: number;
  readonly #earlyMs: number;
  readonly #timers = new Set<FakeTimer>();

  constructor(options: FakeClockOptions = {}) {
    this.#nowMs = options.startMs ?? 0;
    this.#earlyMs = options.earlyMs ?? 0;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): CancelTimer {
    // A timer set for less than that is exact: else one that re-arms itself for the rest would never get there.
    const actualMs = delayMs > this.#earlyMs ? delayMs - this.#earlyMs : delayMs;
    const timer = { dueMs: this.#nowMs + Math.max(0, actualMs), task };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers wait. */
  get timers(): number {
    return this.#timers.size;
  }

  /** When the next timer is due, or null when none waits. */
  get nextDueMs(): number | null {
    return this.#next()?.dueMs ?? null;
  }

  /** Lets time pass without running any timer: what work or a stall of the process looks like. */
  elapse(ms: number): void {
    this.#nowMs += ms;
  }

  /** Moves on by `ms`, running on the way every timer that falls due, without leaving the present turn. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    while (this.#runNext(endMs));
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }

  /** Like {@link advance}, but waits for the promises that stand ready before the first and after every timer. */
  async run(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settled();
    while (this.#runNext(endMs)) await settled();
    this.#nowMs = Math.max(this.#nowMs, endMs);
    await settled();
  }

  #runNext(endMs: number): boolean {
    const timer = this.#next();
    if (timer === undefined || timer.dueMs > endMs) return false;
    this.#timers.delete(timer);
    this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
    timer.task();
    return true;
  }

  #next(): FakeTimer | undefined {
    let next: FakeTimer | undefined;
    for (const timer of this.#timers) if (next === undefined || timer.dueMs < next.dueMs) next = timer;
    return next;
  }
}

/** One turn of the event loop: everything that promises have made ready by now has run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
