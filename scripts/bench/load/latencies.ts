import { percentile } from '../figures.ts';

/** Most durations kept; beyond that a random choice of them stands for all. */
const MOST = 400_000;

/** Gathers durations in milliseconds in bounded memory. */
export class Latencies {
  readonly #kept: number[] = [];
  #count = 0;
  #max = 0;

  add(ms: number): void {
    this.#count += 1;
    this.#max = Math.max(this.#max, ms);
    if (this.#kept.length < MOST) this.#kept.push(ms);
    else this.#kept[Math.floor(Math.random() * MOST)] = ms;
  }

  figures(): LatencyFigures {
    if (this.#count === 0) return { count: 0, p50: Number.NaN, p99: Number.NaN, max: Number.NaN };
    return { count: this.#count, p50: percentile(this.#kept, 0.5), p99: percentile(this.#kept, 0.99), max: this.#max };
  }
}

export interface LatencyFigures {
  count: number;
  p50: number;
  p99: number;
  max: number;
}
