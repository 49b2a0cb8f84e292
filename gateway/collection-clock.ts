import type { CancelTimer, Clock } from './clock.ts';
import { within } from './within.ts';

export interface CollectionClockOptions {
  clock: Clock;
  /** Asks the database for its time: microseconds since 1970, as its `clock_timestamp()` says. */
  probe: () => Promise<number>;
  /** Microseconds since 1970 on this machine, read once, for the time before the first probe succeeds. */
  wallClockUs?: () => number;
  /** Told of a probe that failed, hung, or answered nonsense. */
  onProbeFailed?: (error: unknown) => void;
  settings?: Partial<CollectionClockSettings>;
}

export interface CollectionClockSettings {
  /** Time between two measurements. Monotonic clocks drift by up to about 100 ppm: 6 ms a minute. */
  measureIntervalMs: number;
  /** Time to the next measurement when one failed: the database is away, and may be back any moment. */
  retryIntervalMs: number;
  /** Probes to a measurement; the one that came back fastest knows the offset best. */
  probes: number;
  /** A probe that takes longer says nothing of use and is given up. */
  probeTimeoutMs: number;
}

export const collectionClockDefaults: CollectionClockSettings = {
  measureIntervalMs: 60_000,
  retryIntervalMs: 5_000,
  probes: 5,
  probeTimeoutMs: 5_000,
};

/** One probe may get lost; after this many failures the database counts as away and the rest is not asked. */
const FAILURES_ENOUGH = 2;

/** How fast the clock runs while the time it has shown is ahead of the database's. */
const CATCH_UP_RATE = 0.5;

/**
 * The clock that says when a value arrived: the database's, so that the gateways of a fleet agree, known by an offset
 * from this process's monotonic clock. What it shows never goes back and is a whole number of microseconds; steps of
 * the machine's wall clock have no effect. Found ahead of the database, it runs at half speed until it is not.
 *
 * Until a first measurement succeeds (the database is away), it shows the wall clock of its construction, carried on
 * by the monotonic clock. That time binds it only if somebody has been told it: a wall clock that is fast would otherwise
 * leave a gateway ahead of the others for twice as long as it is fast.
 */
export class CollectionClock {
  readonly #clock: Clock;
  readonly #probe: () => Promise<number>;
  readonly #onProbeFailed: (error: unknown) => void;
  readonly #settings: CollectionClockSettings;

  /** Database time minus monotonic time. */
  #offsetUs: number;
  /** Where the clock stood when the offset last changed: it goes on from here, at least at the catch-up rate. */
  #anchor: { shownUs: number; monotonicUs: number };
  #measured = false;
  /** Somebody has been told a time, from which the clock must not go back. */
  #told = false;
  #running: { cancel: CancelTimer } | null = null;

  constructor(options: CollectionClockOptions) {
    this.#clock = options.clock;
    this.#probe = options.probe;
    this.#onProbeFailed = options.onProbeFailed ?? (() => {});
    this.#settings = { ...collectionClockDefaults, ...options.settings };
    const wallUs = Math.floor((options.wallClockUs ?? (() => Date.now() * 1000))());
    const monotonicUs = this.#monotonicUs();
    this.#offsetUs = wallUs - monotonicUs;
    this.#anchor = { shownUs: wallUs, monotonicUs };
  }

  /** True once the offset comes from the database rather than from the wall clock. */
  get measured(): boolean {
    return this.#measured;
  }

  /** Database time minus monotonic time, as last measured. */
  get offsetUs(): number {
    return this.#offsetUs;
  }

  /** How far the clock shows more than the database's time, because it must not go back; usually 0. */
  get aheadUs(): number {
    const databaseUs = this.#monotonicUs() + this.#offsetUs;
    return this.#presentUs() - databaseUs;
  }

  /** Whole microseconds since 1970; never less than it has said before. */
  nowUs(): number {
    this.#told = true;
    return this.#presentUs();
  }

  #presentUs(): number {
    const monotonicUs = this.#monotonicUs();
    const slowedUs = this.#anchor.shownUs + Math.floor((monotonicUs - this.#anchor.monotonicUs) * CATCH_UP_RATE);
    return Math.max(monotonicUs + this.#offsetUs, slowedUs);
  }

  /**
   * The present time, or one microsecond above `floorUs` where that is later: with an agent's newest stored time for a
   * floor, what it reports next never looks older than what is stored.
   */
  stampAbove(floorUs: number): number {
    return Math.max(this.nowUs(), Math.floor(floorUs) + 1);
  }

  /** Measures at once, then again every interval; resolves when the first measurement has ended, either way. */
  async start(): Promise<void> {
    if (this.#running !== null) return;
    const running = { cancel: () => {} };
    this.#running = running;
    await this.#measureAndRearm(running);
  }

  /** No more measurements; the clock goes on. */
  stop(): void {
    this.#running?.cancel();
    this.#running = null;
  }

  /** Takes one measurement; resolves to whether any probe succeeded. Never rejects: without one the offset stays. */
  async measure(): Promise<boolean> {
    let fastest: { roundTripMs: number; offsetUs: number } | null = null;
    let failures = 0;
    for (let i = 0; i < this.#settings.probes && failures < FAILURES_ENOUGH; i += 1) {
      const sample = await this.#sample();
      if (sample === null) failures += 1;
      else if (fastest === null || sample.roundTripMs < fastest.roundTripMs) fastest = sample;
    }
    if (fastest === null) return false;
    const monotonicUs = this.#monotonicUs();
    this.#anchor = { shownUs: this.#told ? this.#presentUs() : monotonicUs + fastest.offsetUs, monotonicUs };
    this.#offsetUs = fastest.offsetUs;
    this.#measured = true;
    return true;
  }

  async #measureAndRearm(running: { cancel: CancelTimer }): Promise<void> {
    const { measureIntervalMs, retryIntervalMs } = this.#settings;
    const succeeded = await this.measure();
    if (this.#running !== running) return;
    const delayMs = succeeded ? measureIntervalMs : retryIntervalMs;
    running.cancel = this.#clock.after(delayMs, () => void this.#measureAndRearm(running));
  }

  /** The database read its clock somewhere between asking and answer; the middle is wrong by half the trip at most. */
  async #sample(): Promise<{ roundTripMs: number; offsetUs: number } | null> {
    const askedMs = this.#clock.now();
    try {
      const databaseUs = await this.#withTimeout(this.#probe());
      const answeredMs = this.#clock.now();
      if (!Number.isFinite(databaseUs)) throw new TypeError(`the database's time is not a number: ${databaseUs}`);
      const middleUs = ((askedMs + answeredMs) / 2) * 1000;
      return { roundTripMs: answeredMs - askedMs, offsetUs: Math.round(databaseUs - middleUs) };
    } catch (error) {
      this.#onProbeFailed(error);
      return null;
    }
  }

  #withTimeout(probe: Promise<number>): Promise<number> {
    const { probeTimeoutMs: limitMs } = this.#settings;
    const late = () => new Error(`the database did not tell its time within ${limitMs} ms`);
    return within(probe, { clock: this.#clock, limitMs, late });
  }

  #monotonicUs(): number {
    return Math.floor(this.#clock.now() * 1000);
  }
}
