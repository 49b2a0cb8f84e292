import type { Batcher } from './batcher/batcher.ts';
import type { CancelTimer, Clock } from './clock.ts';

const CHECK_INTERVAL_MS = 1_000;
/** A flush may take a while, and one may fail and go through a moment later: only what is older than this is behind. */
const ALLOWANCE_MS = 5_000;

export interface FlushHealthOptions {
  clock: Clock;
  batcher: Pick<Batcher, 'oldestChangeAtMs'>;
  flushIntervalMs: number;
  onChange(behind: boolean): void;
}

/** Knows whether values wait longer for their flush than they should. */
export class FlushHealth {
  readonly #options: FlushHealthOptions;
  #behind = false;
  #cancel: CancelTimer = () => {};

  constructor(options: FlushHealthOptions) {
    this.#options = options;
  }

  start(): void {
    this.#cancel = this.#options.clock.after(CHECK_INTERVAL_MS, () => {
      this.#check();
      this.start();
    });
  }

  stop(): void {
    this.#cancel();
  }

  #check(): void {
    const { clock, batcher, flushIntervalMs, onChange } = this.#options;
    const oldest = batcher.oldestChangeAtMs;
    const behind = oldest !== null && clock.now() - oldest > 2 * flushIntervalMs + ALLOWANCE_MS;
    if (behind === this.#behind) return;
    this.#behind = behind;
    onChange(behind);
  }
}
