import type { AgentFacts } from './agent-facts.ts';

/** Which keys a subscription shows; one object for all subscriptions with the same keys, who share what is encoded. */
export class KeyFilter {
  readonly canonical: string;
  /** What has been encoded of agents' changes for the frame being made. */
  fragments = new Map<AgentFacts, string>();
  readonly #keys: ReadonlySet<string> | null;

  constructor(canonical: string, keys: readonly string[] | null) {
    this.canonical = canonical;
    this.#keys = keys && new Set(keys);
  }

  /**
   * Forgets what was encoded for the last frame. By a new map: one that is cleared keeps its old table as it was, which points
   * to the new one. Once such a table has come into the old generation, all that follow come there too, with every fragment.
   */
  forgetFragments(): void {
    if (this.fragments.size > 0) this.fragments = new Map();
  }

  passes(key: string): boolean {
    return this.#keys === null || this.#keys.has(key);
  }
}
