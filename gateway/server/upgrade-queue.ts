import type { CancelTimer, Clock } from '../clock.ts';
import { networkOf } from '../network.ts';

export interface UpgradeQueueOptions {
  clock: Clock;
  /** Upgrades per second and address that go through at once. */
  perSecond: number;
  /** How long one may wait for its turn, in milliseconds. */
  maxWaitMs: number;
}

/** One upgrade that asks for its turn: it is admitted or refused, once, or neither where whoever asked has gone. */
export interface UpgradeRequest {
  admit(): void;
  /** Its turn did not come within the wait that is allowed. */
  refuse(): void;
  /** True when whoever asked has gone; such a request is dropped without using up a turn. */
  gone(): boolean;
}

interface Address {
  /** Turns left, refilled continuously up to one second's worth. */
  turns: number;
  refilledAt: number;
  waiting: { request: UpgradeRequest; since: number }[];
}

/** How often waiting upgrades are looked at: 10 of 500 a second at a time, so that no turn of the event loop takes in too many. */
const DRAIN_INTERVAL_MS = 20;

/**
 * Spreads upgrades in time, per address: a fleet that returns in one instant is queued, not refused, and an address that
 * asks too much delays only itself.
 */
export class UpgradeQueue {
  readonly #options: UpgradeQueueOptions;
  readonly #addresses = new Map<string, Address>();
  #timer: CancelTimer | null = null;
  #waiting = 0;

  constructor(options: UpgradeQueueOptions) {
    this.#options = options;
  }

  /** Upgrades that wait for their turn. */
  get waiting(): number {
    return this.#waiting;
  }

  enter(from: string, request: UpgradeRequest): void {
    const now = this.#options.clock.now();
    const address = this.#address(networkOf(from), now);
    this.#refill(address, now);
    if (address.waiting.length === 0 && address.turns >= 1) {
      address.turns -= 1;
      this.#arm();
      request.admit();
      return;
    }
    address.waiting.push({ request, since: now });
    this.#waiting += 1;
    this.#arm();
  }

  /** Refuses all that wait. */
  close(): void {
    this.#timer?.();
    this.#timer = null;
    const all = [...this.#addresses.values()].flatMap((address) => address.waiting);
    this.#addresses.clear();
    this.#waiting = 0;
    for (const { request } of all) if (!request.gone()) request.refuse();
  }

  #address(from: string, now: number): Address {
    let address = this.#addresses.get(from);
    if (address === undefined) {
      address = { turns: this.#options.perSecond, refilledAt: now, waiting: [] };
      this.#addresses.set(from, address);
    }
    return address;
  }

  #refill(address: Address, now: number): void {
    const { perSecond } = this.#options;
    address.turns = Math.min(perSecond, address.turns + ((now - address.refilledAt) / 1_000) * perSecond);
    address.refilledAt = now;
  }

  #arm(): void {
    this.#timer ??= this.#options.clock.after(DRAIN_INTERVAL_MS, () => {
      this.#timer = null;
      this.#drain();
    });
  }

  #drain(): void {
    const now = this.#options.clock.now();
    for (const [from, address] of this.#addresses) {
      this.#refill(address, now);
      this.#drainAddress(address, now);
      // An address that is back at its full allowance is as good as one never seen.
      if (address.waiting.length === 0 && address.turns >= this.#options.perSecond) this.#addresses.delete(from);
    }
    if (this.#addresses.size > 0) this.#arm();
  }

  #drainAddress(address: Address, now: number): void {
    // Those behind who has to wait as well: of whoever comes and goes all the time, each upgrade would else be held until its turn.
    const here = address.waiting.filter(({ request }) => !request.gone());
    this.#waiting -= address.waiting.length - here.length;
    address.waiting = here;
    let served = 0;
    for (const { request, since } of here) {
      const late = now - since > this.#options.maxWaitMs;
      if (!late && address.turns < 1) break;
      served += 1;
      if (late) {
        request.refuse();
      } else {
        address.turns -= 1;
        request.admit();
      }
    }
    if (served > 0) here.splice(0, served);
    this.#waiting -= served;
  }
}
