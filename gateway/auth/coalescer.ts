/** Most keys of one query: a batch of hashes stays far below a statement's limits. */
const MAX_KEYS = 1_000;

interface Waiter<V> {
  resolve(value: V | undefined): void;
  reject(error: unknown): void;
}

/**
 * Joins look-ups that come at about the same time into one query, with one query under way at most: 3,000 agents that
 * connect in one second cost a handful of queries, and a slow database is not made slower by a heap of them.
 */
export class Coalescer<V> {
  readonly #query: (keys: string[]) => Promise<Map<string, V>>;
  readonly #isSilence: (error: unknown) => boolean;
  #waiting = new Map<string, Waiter<V>[]>();
  #running = false;

  /**
   * @param isSilence whether this error of a query means that nothing was answered in time: what waits then fails with it,
   *   since batch behind batch would wait as long, those asked last the longest
   */
  constructor(query: (keys: string[]) => Promise<Map<string, V>>, isSilence: (error: unknown) => boolean) {
    this.#query = query;
    this.#isSilence = isSilence;
  }

  /** The value of a key, or undefined when the query does not know it; rejects with the query's error. */
  load(key: string): Promise<V | undefined> {
    return new Promise((resolve, reject) => {
      const waiters = this.#waiting.get(key);
      if (waiters === undefined) this.#waiting.set(key, [{ resolve, reject }]);
      else waiters.push({ resolve, reject });
      if (!this.#running) {
        this.#running = true;
        setImmediate(() => void this.#run());
      }
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0) {
      const batch = this.#take();
      try {
        const found = await this.#query([...batch.keys()]);
        for (const [key, waiters] of batch) for (const { resolve } of waiters) resolve(found.get(key));
      } catch (error) {
        rejectAll(batch, error);
        if (!this.#isSilence(error)) continue;
        const rest = this.#waiting;
        this.#waiting = new Map();
        rejectAll(rest, error);
      }
    }
    this.#running = false;
  }

  #take() {
    if (this.#waiting.size <= MAX_KEYS) {
      const all = this.#waiting;
      this.#waiting = new Map();
      return all;
    }
    const some = new Map([...this.#waiting].slice(0, MAX_KEYS));
    for (const key of some.keys()) this.#waiting.delete(key);
    return some;
  }
}

function rejectAll<V>(batch: ReadonlyMap<string, Waiter<V>[]>, error: unknown): void {
  for (const waiters of batch.values()) for (const { reject } of waiters) reject(error);
}
