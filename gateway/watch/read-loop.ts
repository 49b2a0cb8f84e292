import { fullJitterMs } from '../batcher/backoff.ts';
import type { CancelTimer, Clock } from '../clock.ts';

export interface ReadLoopOptions {
  clock: Clock;
  /** Reads and takes in; rejects when the database cannot be read. */
  read: () => Promise<void>;
  spacingMs: number;
  retryMaxMs: number;
  random: () => number;
  onFailed: (error: unknown) => void;
}

/**
 * Turns wake-ups into reads: one at a time, their starts at least `spacingMs` apart. A wake-up during a read leads to
 * another one behind it, since the running one may have looked too early. A failed read is tried again.
 */
export class ReadLoop {
  readonly #options: ReadLoopOptions;
  #cancelTimer: CancelTimer | null = null;
  #dueMs = Number.POSITIVE_INFINITY;
  #lastStartMs = Number.NEGATIVE_INFINITY;
  #reading = false;
  #failures = 0;
  #stopped = false;

  constructor(options: ReadLoopOptions) {
    this.#options = options;
  }

  /** A read is due in `delayMs`, or as soon after that as the spacing allows. */
  wake(delayMs = 0): void {
    const { clock, spacingMs } = this.#options;
    const dueMs = Math.max(clock.now() + delayMs, this.#lastStartMs + spacingMs);
    if (dueMs >= this.#dueMs || this.#stopped) return;
    this.#dueMs = dueMs;
    if (!this.#reading) this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #arm(): void {
    this.#cancelTimer?.();
    const { clock } = this.#options;
    this.#cancelTimer = clock.after(Math.max(0, this.#dueMs - clock.now()), () => void this.#read());
  }

  async #read(): Promise<void> {
    this.#cancelTimer = null;
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#lastStartMs = this.#options.clock.now();
    this.#reading = true;
    try {
      await this.#options.read();
      this.#failures = 0;
    } catch (error) {
      this.#failed(error);
    }
    this.#reading = false;
    if (this.#dueMs < Number.POSITIVE_INFINITY && !this.#stopped) this.#arm();
  }

  #failed(error: unknown): void {
    const { random, retryMaxMs: capMs, onFailed } = this.#options;
    this.#failures += 1;
    onFailed(error);
    this.wake(fullJitterMs(this.#failures, { floorMs: capMs / 32, capMs }, random));
  }
}
