import type { Clock } from '../clock.ts';
import type { Position } from './feed.ts';

/** A cursor that stands still this long while newer rows come is pinned by somebody's transaction. */
export const PINNED_AFTER_MS = 60_000;

/** Knows for how long the cursor that watchers are given has not kept up with what has been read. */
export class CursorWatch {
  readonly #clock: Clock;
  #cursor = -1n;
  #behindSinceMs: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  onRead(position: Readonly<Position>): void {
    const behind = position.maxRevision >= position.cursor;
    if (!behind) this.#behindSinceMs = null;
    else if (position.cursor !== this.#cursor || this.#behindSinceMs === null) this.#behindSinceMs = this.#clock.now();
    this.#cursor = position.cursor;
  }

  /** Milliseconds since the cursor last moved although there were newer rows; 0 while it keeps up. */
  get ageMs(): number {
    return this.#behindSinceMs === null ? 0 : this.#clock.now() - this.#behindSinceMs;
  }
}
