import type { Clock } from '../clock.ts';
import { within } from '../within.ts';
import { Coalescer } from './coalescer.ts';
import type { AgentIdentity, Identity, PersonIdentity } from './identity.ts';
import { hashToken } from './token.ts';

/** How long a token that was once found good is taken while PostgreSQL is away. */
export const CACHE_LIFETIME_MS = 5 * 60_000;
/** Most tokens remembered for that: every agent of a large fleet and its people. */
const CACHE_ENTRIES = 50_000;
/** A look-up that takes longer counts as failed: a frozen database must not hold upgrades for ever. */
const LOOKUP_TIMEOUT_MS = 5_000;

/** The token cannot be checked at present, which says nothing about the token. */
export class AuthUnavailableError extends Error {
  override readonly name = 'AuthUnavailableError';
}

/** Finds whose tokens these are: hash in hex → identity. */
export type FindIdentities<I extends Identity> = (hashes: string[]) => Promise<Map<string, I>>;

export interface AuthenticatorOptions {
  clock: Clock;
  findAgents: FindIdentities<AgentIdentity>;
  findPeople: FindIdentities<PersonIdentity>;
}

/** Tells whose token a token is. Asks the database each time, so that a revoked token is refused at once. */
export class Authenticator {
  readonly #agents: CheckedTokens<AgentIdentity>;
  readonly #people: CheckedTokens<PersonIdentity>;

  constructor({ clock, findAgents, findPeople }: AuthenticatorOptions) {
    this.#agents = new CheckedTokens(clock, findAgents);
    this.#people = new CheckedTokens(clock, findPeople);
  }

  /** @throws {AuthUnavailableError} */
  agent(token: string): Promise<AgentIdentity | null> {
    return this.#agents.check(token);
  }

  /** @throws {AuthUnavailableError} */
  person(token: string): Promise<PersonIdentity | null> {
    return this.#people.check(token);
  }

  /** @throws {AuthUnavailableError} */
  async anyone(token: string): Promise<Identity | null> {
    return (await this.person(token)) ?? (await this.agent(token));
  }

  /** Forgets what was checked before a revocation. */
  forgetAll(): void {
    this.#agents.forgetAll();
    this.#people.forgetAll();
  }
}

class CheckedTokens<I extends Identity> {
  readonly #clock: Clock;
  readonly #lookup: Coalescer<I>;
  /** By hash, oldest check first. */
  readonly #checked = new Map<string, { identity: I; at: number }>();

  constructor(clock: Clock, find: FindIdentities<I>) {
    this.#clock = clock;
    const late = () => new AuthUnavailableError(`No answer within ${LOOKUP_TIMEOUT_MS} ms.`);
    this.#lookup = new Coalescer((hashes) => within(find(hashes), { clock, limitMs: LOOKUP_TIMEOUT_MS, late }));
  }

  async check(token: string): Promise<I | null> {
    const hash = hashToken(token).toString('hex');
    try {
      const identity = await this.#lookup.load(hash);
      this.#remember(hash, identity);
      return identity ?? null;
    } catch (cause) {
      const known = this.#checked.get(hash);
      if (known !== undefined && this.#clock.now() - known.at <= CACHE_LIFETIME_MS) return known.identity;
      throw new AuthUnavailableError('The token cannot be checked: the database is away.', { cause });
    }
  }

  forgetAll(): void {
    this.#checked.clear();
  }

  #remember(hash: string, identity: I | undefined): void {
    this.#checked.delete(hash);
    if (identity === undefined) return;
    this.#checked.set(hash, { identity, at: this.#clock.now() });
    if (this.#checked.size > CACHE_ENTRIES) {
      const oldest = this.#checked.keys().next();
      if (!oldest.done) this.#checked.delete(oldest.value);
    }
  }
}
