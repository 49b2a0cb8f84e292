/** How many of the last readings the estimate looks at. */
const READINGS = 16;

/**
 * The gateway's collection clock as seen from here, for a machine whose own clock may be wrong.
 *
 * A reading is what the gateway's clock said when a message left, against our monotonic clock when it arrived; the way
 * between makes it look earlier than it is, so the largest of the last readings is the best.
 */
export class ServerClock {
  readonly #monotonicNow: () => number;
  readonly #offsets: number[] = [];

  /** @param monotonicNow milliseconds since any start, never going back */
  constructor(monotonicNow: () => number) {
    this.#monotonicNow = monotonicNow;
  }

  /** Takes the `now` of a message that has just arrived. */
  read(serverNowMs: number): void {
    this.#offsets.push(serverNowMs - this.#monotonicNow());
    if (this.#offsets.length > READINGS) this.#offsets.shift();
  }

  /** Another gateway may answer next, and its clock is its own. */
  reset(): void {
    this.#offsets.length = 0;
  }

  /** Milliseconds since 1970 on the gateway's clock, or null before the first reading. */
  nowMs(): number | null {
    return this.#offsets.length === 0 ? null : this.#monotonicNow() + Math.max(...this.#offsets);
  }
}
