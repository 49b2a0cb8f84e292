export interface BackoffOptions {
  /** Longest first pause in milliseconds. */
  baseMs: number;
  /** Longest pause at all in milliseconds. */
  maxMs: number;
  /** Between 0 and 1. */
  random: () => number;
}

/** Full jitter: each pause is drawn between nothing and a bound that doubles, so that those who were cut off together do not return together. */
export class Backoff {
  #attempt = 0;
  readonly #options: BackoffOptions;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** The next pause in milliseconds. */
  next(): number {
    const { baseMs, maxMs, random } = this.#options;
    const boundMs = Math.min(maxMs, baseMs * 2 ** this.#attempt);
    this.#attempt += 1;
    return random() * boundMs;
  }

  /** Success: the next pause is drawn from the first bound again. */
  reset(): void {
    this.#attempt = 0;
  }
}
