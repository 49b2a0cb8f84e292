import type { AgentFacts } from './agent-facts.ts';

/** Which keys a subscription shows; one object for all subscriptions with the same keys, who share what is encoded. */
export class KeyFilter {
  readonly canonical: string;
  /** What has been encoded of agents' changes for the frame being made. */
  readonly fragments = new Map<AgentFacts, string>();
  readonly #keys: ReadonlySet<string> | null;

  constructor(canonical: string, keys: readonly string[] | null) {
    this.canonical = canonical;
    this.#keys = keys && new Set(keys);
  }

  passes(key: string): boolean {
    return this.#keys === null || this.#keys.has(key);
  }
}
