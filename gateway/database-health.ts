import type { CancelTimer, Clock } from './clock.ts';

/** How often PostgreSQL is asked whether it is there. */
const PROBE_INTERVAL_MS = 1_000;
/** A probe without an answer for this long has failed. */
const PROBE_TIMEOUT_MS = 3_000;
/** Failing for this long, PostgreSQL counts as away; shorter gaps (a restart, a failover) are nobody's business. */
export const AWAY_AFTER_MS = 5_000;

export interface DatabaseHealthOptions {
  clock: Clock;
  /** Rejects while PostgreSQL cannot be used. */
  probe(): Promise<unknown>;
  onChange(available: boolean): void;
}

/** Knows whether PostgreSQL can be reached. */
export class DatabaseHealth {
  readonly #options: DatabaseHealthOptions;
  #lastOkMs: number;
  #available = true;
  #cancel: CancelTimer = () => {};
  #stopped = false;

  constructor(options: DatabaseHealthOptions) {
    this.#options = options;
    this.#lastOkMs = options.clock.now();
  }

  get available(): boolean {
    return this.#available;
  }

  start(): void {
    this.#cancel = this.#options.clock.after(PROBE_INTERVAL_MS, () => {
      void this.#probe().then(() => {
        if (!this.#stopped) this.start();
      });
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async #probe(): Promise<void> {
    const { clock, probe } = this.#options;
    const answered = await new Promise<boolean>((resolve) => {
      const cancel = clock.after(PROBE_TIMEOUT_MS, () => resolve(false));
      probe()
        .then(
          () => resolve(true),
          () => resolve(false),
        )
        .finally(cancel);
    });
    if (answered) this.#lastOkMs = clock.now();
    this.#set(answered || (this.#available && clock.now() - this.#lastOkMs < AWAY_AFTER_MS));
  }

  #set(available: boolean): void {
    if (this.#stopped || available === this.#available) return;
    this.#available = available;
    this.#options.onChange(available);
  }
}
