import type { Clock } from '../clock.ts';
import { hashToken, newToken } from './token.ts';

/** How long the link that `serve` and `demo` print works: long enough to click it, too short to be found in a scrollback. */
export const CODE_LIFETIME_MS = 10 * 60_000;

/** Codes that sign in once, as the printed link carries them. They live in this process alone. */
export class OneTimeCodes {
  readonly #clock: Clock;
  readonly #expiryByHash = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(): string {
    const code = newToken('tgc');
    this.#expiryByHash.set(hashToken(code).toString('hex'), this.#clock.now() + CODE_LIFETIME_MS);
    return code;
  }

  /** True for a code that was issued, has not been redeemed and has not expired; it is spent by this call. */
  redeem(code: string): boolean {
    const hash = hashToken(code).toString('hex');
    const expiry = this.#expiryByHash.get(hash);
    this.#expiryByHash.delete(hash);
    return expiry !== undefined && expiry > this.#clock.now();
  }
}
