import type { CancelTimer, Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { networkOf } from '../network.ts';

/** One second's worth of burst would punish a typo; a minute's worth does not. */
const BURST_MS = 60_000;
/** How often addresses without a debt are forgotten, and a log line is written at most. */
const SWEEP_INTERVAL_MS = 60_000;

export interface FailedSignInsOptions {
  clock: Clock;
  /** Failures per minute and address that are answered at once. */
  perMinute: number;
  /** Longest time for which the answer of one is held back, in milliseconds. */
  maxDelayMs: number;
  /** Called once for each failure. */
  onFailed(): void;
  log: Log;
}

interface Address {
  /** The moment at which all failures so far are paid off, at the rate that is allowed. */
  paidAtMs: number;
  failures: number;
  loggedAtMs: number | null;
}

interface Held {
  resolve(): void;
  cancel: CancelTimer;
}

/**
 * Slows down whoever tries tokens. Only the answers of failures are held back, and each token is checked on its own first,
 * so a valid one is never slower or refused because of another's failures, from the same address or not.
 */
export class FailedSignIns {
  readonly #options: FailedSignInsOptions;
  readonly #intervalMs: number;
  readonly #addresses = new Map<string, Address>();
  readonly #held = new Set<Held>();
  #cancelSweep: CancelTimer | null = null;
  #closed = false;

  constructor(options: FailedSignInsOptions) {
    this.#options = options;
    this.#intervalMs = BURST_MS / options.perMinute;
  }

  /** Addresses that still pay for earlier failures. */
  get size(): number {
    return this.#addresses.size;
  }

  /** A token or code of this address was not good. Resolves when that may be answered. */
  async failed(from: string): Promise<void> {
    const { clock, maxDelayMs, onFailed } = this.#options;
    onFailed();
    const now = clock.now();
    const address = this.#address(networkOf(from));
    address.failures += 1;
    address.paidAtMs = Math.max(address.paidAtMs, now) + this.#intervalMs;
    const delayMs = address.paidAtMs - now - BURST_MS;
    if (delayMs <= 0 || this.#closed) return;
    // Waiting longer than this is owed by nobody: a forgotten token in a script recovers as soon as it is put right.
    address.paidAtMs = Math.min(address.paidAtMs, now + BURST_MS + maxDelayMs);
    this.#say(from, address, now);
    await this.#hold(Math.min(delayMs, maxDelayMs));
  }

  /** Answers what is held back, and all that comes from now on at once. */
  close(): void {
    this.#closed = true;
    this.#cancelSweep?.();
    for (const { resolve, cancel } of this.#held) {
      cancel();
      resolve();
    }
    this.#held.clear();
  }

  #address(key: string): Address {
    let address = this.#addresses.get(key);
    if (address === undefined) {
      address = { paidAtMs: 0, failures: 0, loggedAtMs: null };
      this.#addresses.set(key, address);
      this.#cancelSweep ??= this.#options.clock.after(SWEEP_INTERVAL_MS, () => this.#sweep());
    }
    return address;
  }

  #hold(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(delayMs, () => {
        this.#held.delete(held);
        resolve();
      });
      const held: Held = { resolve, cancel };
      this.#held.add(held);
    });
  }

  #say(from: string, address: Address, now: number): void {
    if (address.loggedAtMs !== null && now - address.loggedAtMs < SWEEP_INTERVAL_MS) return;
    address.loggedAtMs = now;
    this.#options.log.warn(
      { address: from, failures: address.failures },
      'failed sign-ins of an address are slowed down',
    );
  }

  #sweep(): void {
    this.#cancelSweep = null;
    const now = this.#options.clock.now();
    for (const [key, { paidAtMs }] of this.#addresses) if (paidAtMs <= now) this.#addresses.delete(key);
    if (this.#addresses.size > 0 && !this.#closed) {
      this.#cancelSweep = this.#options.clock.after(SWEEP_INTERVAL_MS, () => this.#sweep());
    }
  }
}
