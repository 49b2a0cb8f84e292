import type { RefusedReason } from '../metrics.ts';

/** Which keys of one agent are taken: those it was created with, those it has reported, and new ones up to a limit. */
export class KnownKeys {
  readonly #keys = new Set<string>();
  readonly #limit: number;
  readonly #declaredOnly: boolean;
  #declared: ReadonlySet<string> = new Set();

  constructor(options: {
    /** Most keys of one agent. */
    limit: number;
    declaredOnly: boolean;
  }) {
    this.#limit = options.limit;
    this.#declaredOnly = options.declaredOnly;
  }

  /** What the database knew when the agent connected. */
  learn(known: { declared: Iterable<string>; stored: Iterable<string> }): void {
    this.#declared = new Set(known.declared);
    for (const key of this.#declared) this.#keys.add(key);
    for (const key of known.stored) this.#keys.add(key);
  }

  /** Why values of this key are refused, or null when they are taken; a new key that is taken is known from then on. */
  refusal(key: string): RefusedReason | null {
    if (this.#declaredOnly) return this.#declared.has(key) ? null : 'undeclared';
    if (this.#keys.has(key)) return null;
    if (this.#keys.size >= this.#limit) return 'key_limit';
    this.#keys.add(key);
    return null;
  }
}
