import type { Clock } from '../clock.ts';

/** What the sweep looks after: one socket with a keep-alive of its own protocol. */
export interface Swept {
  /** When bytes last came in, on the sweep's clock. */
  lastHeardMs: number;
  /** Asks the peer for a sign of life. */
  ping(): void;
  /** Frees what has waited too long in this session. */
  sweep(nowMs: number): void;
  /** No sign of life came in time. */
  dead(): void;
}

export interface SweepOptions {
  clock: Clock;
  /** Silence after which a peer is pinged, and how often after that. */
  pingAfterMs: number;
  /** Silence after which it counts as dead. */
  deadAfterMs: number;
}

const SWEEP_INTERVAL_MS = 1_000;
/** A sweep that comes later than this was held up by the process itself, so silence says nothing about the peers. */
const OWN_STALL_MS = 3_000;

/** One timer that keeps all sockets of a kind alive, instead of one each. */
export class Sweep {
  readonly #options: SweepOptions;
  readonly #all = new Set<Swept>();
  #lastSweepMs: number;
  #cancel: () => void;

  constructor(options: SweepOptions) {
    this.#options = options;
    this.#lastSweepMs = options.clock.now();
    this.#cancel = options.clock.after(SWEEP_INTERVAL_MS, () => this.#run());
  }

  add(swept: Swept): void {
    this.#all.add(swept);
  }

  remove(swept: Swept): void {
    this.#all.delete(swept);
  }

  stop(): void {
    this.#cancel();
    this.#all.clear();
  }

  #run(): void {
    const { clock, pingAfterMs, deadAfterMs } = this.#options;
    const now = clock.now();
    const stalled = now - this.#lastSweepMs > SWEEP_INTERVAL_MS + OWN_STALL_MS;
    const sinceLast = now - this.#lastSweepMs;
    this.#lastSweepMs = now;
    for (const swept of this.#all) {
      // Whoever was silent while we did not listen gets a full period from now on.
      if (stalled) swept.lastHeardMs = now;
      const silence = now - swept.lastHeardMs;
      if (silence >= deadAfterMs) {
        swept.dead();
        continue;
      }
      const pingsDue = Math.floor(silence / pingAfterMs) - Math.floor((silence - sinceLast) / pingAfterMs);
      if (stalled || (silence >= pingAfterMs && pingsDue > 0)) swept.ping();
      swept.sweep(now);
    }
    this.#cancel = clock.after(SWEEP_INTERVAL_MS, () => this.#run());
  }
}
