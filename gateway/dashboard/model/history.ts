/** Points kept for each series of the fleet: what a 60 px sparkline can show. */
export const FLEET_POINTS = 32;

/** Series that the whole fleet may hold: 100,000 × 32 points × 8 bytes are 26 MB. Later ones get no sparkline. */
export const FLEET_SERIES = 100_000;

/** Series that one page of the store holds; pages are allocated as the fleet grows. */
const PAGE_SERIES = 1_024;

export interface HistoryOptions {
  pointsPerSeries: number;
  maxSeries: number;
}

/** Points of one series, oldest first. */
export interface Points {
  /** Seconds since the history's first point. */
  times: number[];
  values: number[];
}

/**
 * The last numbers of many series, bounded in all: rings in shared pages rather than an array for each series.
 * A series is a number handed out by `open` and given back by `close`.
 */
export class History {
  readonly #points: number;
  readonly #maxSeries: number;
  readonly #pages: Float32Array[] = [];
  readonly #heads: number[] = [];
  readonly #free: number[] = [];
  #startMs: number | null = null;

  constructor({ pointsPerSeries, maxSeries }: HistoryOptions) {
    this.#points = pointsPerSeries;
    this.#maxSeries = maxSeries;
  }

  /** A new empty series, or null when all are taken. */
  open(): number | null {
    const reused = this.#free.pop();
    if (reused !== undefined) {
      this.#heads[reused] = 0;
      return reused;
    }
    const series = this.#heads.length;
    if (series >= this.#maxSeries) return null;
    if (series % PAGE_SERIES === 0) this.#pages.push(new Float32Array(PAGE_SERIES * this.#points * 2));
    this.#heads.push(0);
    return series;
  }

  close(series: number): void {
    this.#free.push(series);
  }

  /** Adds a point; the oldest gives way when the ring is full. */
  add(series: number, atMs: number, value: number): void {
    this.#startMs ??= atMs;
    const head = this.#heads[series];
    const page = this.#pages[Math.floor(series / PAGE_SERIES)];
    if (head === undefined || page === undefined) return;
    const slot = this.#slot(series, head);
    page[slot] = (atMs - this.#startMs) / 1_000;
    page[slot + 1] = value;
    this.#heads[series] = head + 1;
  }

  /** How many points a series ever had: changes with each point, so it tells whether a drawing is old. */
  version(series: number): number {
    return this.#heads[series] ?? 0;
  }

  points(series: number): Points {
    const head = this.#heads[series] ?? 0;
    const page = this.#pages[Math.floor(series / PAGE_SERIES)];
    const result: Points = { times: [], values: [] };
    for (let index = Math.max(0, head - this.#points); index < head; index += 1) {
      const slot = this.#slot(series, index);
      result.times.push(page?.[slot] ?? 0);
      result.values.push(page?.[slot + 1] ?? 0);
    }
    return result;
  }

  #slot(series: number, index: number): number {
    return ((series % PAGE_SERIES) * this.#points + (index % this.#points)) * 2;
  }
}
