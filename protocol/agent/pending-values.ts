/** One value as it will be sent. */
export interface CollectedValue {
  value: string;
  /** Empty when there is none. */
  error: string;
  /** When it was collected on this machine's clock, in milliseconds since 1970; fractions allowed. */
  collectedAtMs: number;
}

export type ValueBatch = Map<string, CollectedValue>;

/** Values that wait for their report: the newest of each key. */
export class PendingValues {
  #values: ValueBatch | null = null;

  get isEmpty(): boolean {
    return this.#values === null;
  }

  get size(): number {
    return this.#values?.size ?? 0;
  }

  /** Takes a value in; it replaces the one that waits for the same key. */
  set(key: string, value: CollectedValue): void {
    this.#values ??= new Map();
    this.#values.set(key, value);
  }

  /** Gives all that waits to a report. */
  take(): ValueBatch {
    const values = this.#values ?? new Map();
    this.#values = null;
    return values;
  }

  /** Takes back what a report could not deliver, under what has come meanwhile. */
  restore(batch: ValueBatch): void {
    if (this.#values !== null) for (const [key, value] of this.#values) batch.set(key, value);
    if (batch.size > 0) this.#values = batch;
  }
}
