import type { RefusedReason } from '../metrics.ts';

/** Which keys of one agent are taken: those it was created with, those it has reported, and new ones up to a limit. */
export class KnownKeys {
  readonly #keys: Set<string>;
  readonly #limit: number;
  readonly #declared: ReadonlySet<string> | null;

  constructor(options: {
    declared: Iterable<string>;
    stored: Iterable<string>;
    /** Most keys of one agent. */
    limit: number;
    declaredOnly: boolean;
  }) {
    this.#keys = new Set([...options.declared, ...options.stored]);
    this.#limit = options.limit;
    this.#declared = options.declaredOnly ? new Set(options.declared) : null;
  }

  /** Why values of this key are refused, or null when they are taken; a new key that is taken is known from then on. */
  refusal(key: string): RefusedReason | null {
    if (this.#declared !== null) return this.#declared.has(key) ? null : 'undeclared';
    if (this.#keys.has(key)) return null;
    if (this.#keys.size >= this.#limit) return 'key_limit';
    this.#keys.add(key);
    return null;
  }
}
