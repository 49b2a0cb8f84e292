import type { Clock } from '../clock.ts';
import { hashToken, isSecretOf, newToken } from './token.ts';

/** How long the link that `serve` and `demo` print works: long enough to click it, too short to be found in a scrollback. */
export const CODE_LIFETIME_MS = 10 * 60_000;

/** Codes that sign in once, as the printed link carries them. They live in this process alone. */
export class OneTimeCodes {
  readonly #clock: Clock;
  readonly #codes = new Set<{ hash: Uint8Array; expiresAtMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(): string {
    const code = newToken('tgc');
    this.#codes.add({ hash: hashToken(code), expiresAtMs: this.#clock.now() + CODE_LIFETIME_MS });
    return code;
  }

  /**
   * Spends a code that was issued, has not been redeemed and has not expired, and returns how to give it back for what
   * is left of its time; null for any other.
   */
  redeem(code: string): (() => void) | null {
    const now = this.#clock.now();
    for (const known of this.#codes) if (known.expiresAtMs <= now) this.#codes.delete(known);
    const found = [...this.#codes].filter(({ hash }) => isSecretOf(hash, code));
    for (const known of found) this.#codes.delete(known);
    if (found.length === 0) return null;
    return () => {
      for (const known of found) this.#codes.add(known);
    };
  }
}
