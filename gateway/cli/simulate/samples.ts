/** Most samples kept; beyond that a random choice of them stands for all. */
const MAX_SAMPLES = 500_000;

export interface Percentiles {
  p50: number;
  p99: number;
  max: number;
}

/** Gathers durations in milliseconds, however many, in bounded memory. */
export class Samples {
  readonly #values: number[] = [];
  #count = 0;
  #max = 0;

  add(ms: number): void {
    this.#count += 1;
    if (ms > this.#max) this.#max = ms;
    if (this.#values.length < MAX_SAMPLES) {
      this.#values.push(ms);
      return;
    }
    const at = Math.floor(Math.random() * this.#count);
    if (at < MAX_SAMPLES) this.#values[at] = ms;
  }

  get count(): number {
    return this.#count;
  }

  /** Null without any sample. */
  percentiles(): Percentiles | null {
    if (this.#count === 0) return null;
    const sorted = Float64Array.from(this.#values).sort();
    const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
    return { p50: at(0.5), p99: at(0.99), max: round(this.#max) };
  }
}

const round = (ms: number): number => Math.round(ms * 10) / 10;
