import type { CancelTimer, Clock } from './clock.ts';

/** How often PostgreSQL is asked whether it is there. */
const PROBE_INTERVAL_MS = 1_000;
/** How often it is looked at how long ago that was answered. */
const CHECK_INTERVAL_MS = 250;
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
  #cancelProbe: CancelTimer = () => {};
  #cancelCheck: CancelTimer = () => {};
  #stopped = false;

  constructor(options: DatabaseHealthOptions) {
    this.#options = options;
    this.#lastOkMs = options.clock.now();
  }

  get available(): boolean {
    return this.#available;
  }

  start(): void {
    this.#probe();
    this.#check();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelProbe();
    this.#cancelCheck();
  }

  #probe(): void {
    const { clock, probe } = this.#options;
    const again = () => {
      if (!this.#stopped) this.#cancelProbe = clock.after(PROBE_INTERVAL_MS, () => this.#probe());
    };
    probe().then(
      () => {
        this.#lastOkMs = clock.now();
        this.#set(true);
        again();
      },
      () => again(),
    );
  }

  /** Looks at the time by itself: a frozen PostgreSQL leaves a probe without any answer for long. */
  #check(): void {
    const { clock } = this.#options;
    if (clock.now() - this.#lastOkMs >= AWAY_AFTER_MS) this.#set(false);
    this.#cancelCheck = clock.after(CHECK_INTERVAL_MS, () => this.#check());
  }

  #set(available: boolean): void {
    if (this.#stopped || available === this.#available) return;
    this.#available = available;
    this.#options.onChange(available);
  }
}
