import type { FlushValue } from '../../db/types.ts';

/** Up to so many keys are searched one by one, which takes no longer than a map of them takes to be made. */
const SEARCHED_KEYS = 32;

/**
 * One value for each key of an agent, in the order in which the keys came. Most agents report once between two flushes, and what
 * waits for one that does is a list of its values and nothing else.
 */
export class NewestValues implements Iterable<FlushValue> {
  readonly #values: FlushValue[] = [];
  /** Where each key stands; null while they are few. */
  #places: Map<string, number> | null = null;

  get size(): number {
    return this.#values.length;
  }

  /** The values as they are held: not to be changed. */
  values(): readonly FlushValue[] {
    return this.#values;
  }

  [Symbol.iterator](): Iterator<FlushValue> {
    return this.#values[Symbol.iterator]();
  }

  at(place: number): FlushValue | undefined {
    return this.#values[place];
  }

  /** @param place that of the value's key, which may be the one behind the last */
  put(value: FlushValue, place: number): void {
    this.#values[place] = value;
    if (this.#places !== null) this.#places.set(value.key, place);
    else if (place >= SEARCHED_KEYS) this.#places = new Map(this.#values.map(({ key }, i) => [key, i]));
  }

  /** Where the value of a key stands; behind the last where there is none. */
  placeOf(key: string): number {
    const { length } = this.#values;
    if (this.#places !== null) return this.#places.get(key) ?? length;
    for (let place = 0; place < length; place += 1) if (this.#values[place]?.key === key) return place;
    return length;
  }
}
