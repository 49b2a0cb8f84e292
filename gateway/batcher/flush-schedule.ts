import type { FlushReason } from './observer.ts';
import type { BatcherSettings } from './settings.ts';

export type ScheduleSettings = Pick<BatcherSettings, 'flushIntervalMs' | 'idleDelayMs' | 'sizeFlushMinIntervalMs'>;

/** What waits to be flushed, as far as its time depends on it. */
export interface PendingTimes {
  firstChangeAtMs: number;
  /** Since when more is pending than should be, or null. */
  overLimitSinceMs: number | null;
  /** No attempt before this, whatever else says; -Infinity when nothing holds it back. */
  notBeforeMs: number;
}

export interface FlushDue {
  atMs: number;
  reason: FlushReason;
}

/**
 * When flushes start: at the later of the last committed flush's start + the interval and the first pending change +
 * the idle delay. So a run of any length has at most floor(run / interval) + 1 of them, whoever reports whatever.
 * Failed attempts leave no trace here. Flushes by size are the exception, and keep a distance of their own.
 */
export class FlushSchedule {
  readonly #settings: ScheduleSettings;
  #lastStartMs = Number.NEGATIVE_INFINITY;

  constructor(settings: ScheduleSettings) {
    this.#settings = settings;
  }

  due(pending: PendingTimes): FlushDue {
    const byInterval = this.#lastStartMs + this.#settings.flushIntervalMs;
    const byIdle = pending.firstChangeAtMs + this.#settings.idleDelayMs;
    const regularMs = Math.max(byInterval, byIdle);
    const sizeMs = this.#bySize(pending);
    // A flush that the rule would have allowed by then anyway is not one that its size brought forward.
    if (sizeMs < regularMs) return { atMs: sizeMs, reason: 'size' };
    return { atMs: Math.max(regularMs, pending.notBeforeMs), reason: byInterval > byIdle ? 'interval' : 'idle' };
  }

  /** `startMs` is when the attempt that committed began. */
  committed(startMs: number): void {
    this.#lastStartMs = startMs;
  }

  #bySize(pending: PendingTimes): number {
    if (pending.overLimitSinceMs === null) return Number.POSITIVE_INFINITY;
    const distanceMs = this.#lastStartMs + this.#settings.sizeFlushMinIntervalMs;
    return Math.max(distanceMs, pending.overLimitSinceMs, pending.notBeforeMs);
  }
}
