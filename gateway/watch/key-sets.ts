import type { MetadataDescription } from '../../db/types.ts';

/** How a key is described; one object for all that are described alike. */
export interface KeyDescription {
  /** As it goes to watchers. */
  readonly json: string;
}

/** What agents declare; one object for all that declare the same. */
export interface KeySet {
  /** In display order. */
  readonly keys: ReadonlyMap<string, KeyDescription>;
}

export const noKeys: KeySet = { keys: new Map() };

/** Keeps one object per distinct description and per distinct set of them: a fleet has few. */
export class KeySets {
  readonly #descriptions = new Map<string, KeyDescription>();
  readonly #sets = new Map<string, KeySet>();

  of(descriptions: readonly MetadataDescription[]): KeySet {
    const canonical = JSON.stringify(descriptions.map((d) => [d.key, ...described(d)]));
    let set = this.#sets.get(canonical);
    if (set === undefined) {
      set = { keys: new Map(descriptions.map((d) => [d.key, this.#description(d)])) };
      this.#sets.set(canonical, set);
    }
    return set;
  }

  #description(d: MetadataDescription): KeyDescription {
    const [display_name, interval, timeout] = described(d);
    const json = JSON.stringify({ display_name, interval, timeout });
    let description = this.#descriptions.get(json);
    if (description === undefined) {
      description = { json };
      this.#descriptions.set(json, description);
    }
    return description;
  }
}

const described = (d: MetadataDescription): [string, number, number] => [
  d.displayName,
  d.intervalSeconds,
  d.timeoutSeconds,
];
