import type { MetadataDescription } from '../../db/types.ts';
import type { RefusedReason } from '../metrics.ts';

/** Keys that are declared, as one object for all agents that share their descriptions. */
const declaredBy = new WeakMap<readonly MetadataDescription[], ReadonlySet<string>>();

/** Which keys of one agent are taken: those it was created with, those it has reported, and new ones up to a limit. */
export class KnownKeys {
  readonly #limit: number;
  readonly #declaredOnly: boolean;
  #declared: ReadonlySet<string> = new Set();
  /** Known and not declared; null for none, as of most agents. */
  #others: Set<string> | null = null;

  constructor(options: {
    /** Most keys of one agent. */
    limit: number;
    declaredOnly: boolean;
  }) {
    this.#limit = options.limit;
    this.#declaredOnly = options.declaredOnly;
  }

  /** What the database knew when the agent connected. */
  learn(known: { declared: readonly MetadataDescription[]; stored: Iterable<string> }): void {
    const before = this.#declared;
    this.#declared = keysOf(known.declared);
    for (const key of this.#others ?? []) if (this.#declared.has(key)) this.#others?.delete(key);
    if (before !== this.#declared) for (const key of before) this.#know(key);
    for (const key of known.stored) this.#know(key);
  }

  /** Why values of this key are refused, or null when they are taken; a new key that is taken is known from then on. */
  refusal(key: string): RefusedReason | null {
    if (this.#declared.has(key)) return null;
    if (this.#declaredOnly) return 'undeclared';
    if (this.#others?.has(key)) return null;
    if (this.#declared.size + (this.#others?.size ?? 0) >= this.#limit) return 'key_limit';
    this.#know(key);
    return null;
  }

  #know(key: string): void {
    if (this.#declared.has(key)) return;
    this.#others ??= new Set();
    this.#others.add(key);
  }
}

function keysOf(descriptions: readonly MetadataDescription[]): ReadonlySet<string> {
  let keys = declaredBy.get(descriptions);
  if (keys === undefined) {
    keys = new Set(descriptions.map(({ key }) => key));
    declaredBy.set(descriptions, keys);
  }
  return keys;
}
