/** Samples looked at: several seconds of a large fleet, minutes of a small one. */
const SAMPLES = 2_048;

/** The last times from an agent's report to this page, for percentiles. */
export class Latencies {
  readonly #samples = new Float64Array(SAMPLES);
  #count = 0;

  add(latencyMs: number): void {
    this.#samples[this.#count % SAMPLES] = latencyMs;
    this.#count += 1;
  }

  /** The least of the samples that `share` of them do not exceed; null before the first. */
  percentile(share: number): number | null {
    const size = Math.min(this.#count, SAMPLES);
    if (size === 0) return null;
    const sorted = this.#samples.slice(0, size).sort();
    return sorted[Math.min(size - 1, Math.ceil(share * size) - 1)] ?? null;
  }
}
