import { DatabaseError } from '../../db/errors.ts';
import type { Clock } from '../clock.ts';
import { within } from '../within.ts';
import { Coalescer } from './coalescer.ts';
import type { AgentIdentity, Identity, PersonIdentity, PresentedToken } from './identity.ts';
import { hashToken } from './token.ts';

/** How long a token that was once found good is taken while PostgreSQL is away; never beyond its own end. */
export const CACHE_LIFETIME_MS = 5 * 60_000;
/** Most tokens remembered for that: every agent of a large fleet and its people. */
const CACHE_ENTRIES = 50_000;
/** A look-up that takes longer counts as failed: a frozen database must not hold upgrades for ever. */
const LOOKUP_TIMEOUT_MS = 5_000;

/** The token cannot be checked at present, which says nothing about the token. */
export class AuthUnavailableError extends Error {
  override readonly name = 'AuthUnavailableError';
}

/** Whose a token is, and for how long. */
export interface Found<I extends Identity> {
  identity: I;
  /** Time until it ends by itself; null where it does not. */
  endsInMs: number | null;
}

/** Finds whose tokens these are, by hash in hex. */
export type FindIdentities<I extends Identity> = (hashes: string[]) => Promise<Map<string, Found<I>>>;

export interface AuthenticatorOptions {
  clock: Clock;
  findAgents: FindIdentities<AgentIdentity>;
  findPeople: FindIdentities<PersonIdentity>;
  /** By the secret of a session. */
  findSessions: FindIdentities<PersonIdentity>;
}

/** Tells whose token a token is. Asks the database each time, so that a revoked token is refused at once. */
export class Authenticator {
  readonly #agents: CheckedTokens<AgentIdentity>;
  readonly #people: CheckedTokens<PersonIdentity>;
  readonly #sessions: CheckedTokens<PersonIdentity>;

  constructor({ clock, findAgents, findPeople, findSessions }: AuthenticatorOptions) {
    this.#agents = new CheckedTokens(clock, findAgents);
    this.#people = new CheckedTokens(clock, findPeople);
    this.#sessions = new CheckedTokens(clock, findSessions);
  }

  /** @throws {AuthUnavailableError} */
  agent(token: string): Promise<AgentIdentity | null> {
    return this.#agents.check(token);
  }

  /**
   * A person or a script, by an access token. A session is none: it is good in its cookie alone.
   * @throws {AuthUnavailableError}
   */
  person(token: string): Promise<PersonIdentity | null> {
    return this.#people.check(token);
  }

  /**
   * Who watches or asks: by the session of a cookie, by an access token anywhere else.
   * @throws {AuthUnavailableError}
   */
  visitor({ token, fromCookie }: PresentedToken): Promise<PersonIdentity | null> {
    return fromCookie ? this.#sessions.check(token) : this.person(token);
  }

  /**
   * As {@link visitor}, else the agent whose token it is, which may be told that it may not.
   * @throws {AuthUnavailableError}
   */
  async anyone(presented: PresentedToken): Promise<Identity | null> {
    const visitor = await this.visitor(presented);
    return visitor === null && !presented.fromCookie ? this.agent(presented.token) : visitor;
  }

  /** Forgets what was checked before a revocation, and what is being checked right now. */
  forgetAll(): void {
    this.#agents.forgetAll();
    this.#people.forgetAll();
    this.#sessions.forgetAll();
  }
}

/** The limit here, or a shorter one of the database's. */
const isSilence = (error: unknown) =>
  error instanceof AuthUnavailableError || (error instanceof DatabaseError && error.code === 'timeout');

class CheckedTokens<I extends Identity> {
  readonly #clock: Clock;
  readonly #lookup: Coalescer<Found<I>>;
  /** By hash, oldest check first. */
  readonly #checked = new Map<string, { identity: I; untilMs: number }>();
  /** Counts the times that everything was forgotten: what was asked for before is not remembered after. */
  #generation = 0;

  constructor(clock: Clock, find: FindIdentities<I>) {
    this.#clock = clock;
    const late = () => new AuthUnavailableError(`No answer within ${LOOKUP_TIMEOUT_MS} ms.`);
    const query = (hashes: string[]) => within(find(hashes), { clock, limitMs: LOOKUP_TIMEOUT_MS, late });
    this.#lookup = new Coalescer(query, isSilence);
  }

  async check(token: string): Promise<I | null> {
    const hash = hashToken(token).toString('hex');
    const asked = { generation: this.#generation, atMs: this.#clock.now() };
    try {
      const found = await this.#lookup.load(hash);
      this.#remember(hash, found, asked);
      return found?.identity ?? null;
    } catch (cause) {
      const known = this.#checked.get(hash);
      if (known !== undefined && this.#clock.now() <= known.untilMs) return known.identity;
      throw new AuthUnavailableError('The token cannot be checked: the database is away.', { cause });
    }
  }

  forgetAll(): void {
    this.#generation += 1;
    this.#checked.clear();
  }

  #remember(hash: string, found: Found<I> | undefined, asked: { generation: number; atMs: number }): void {
    if (asked.generation !== this.#generation) return;
    this.#checked.delete(hash);
    if (found === undefined) return;
    const untilMs = asked.atMs + Math.min(CACHE_LIFETIME_MS, found.endsInMs ?? CACHE_LIFETIME_MS);
    this.#checked.set(hash, { identity: found.identity, untilMs });
    if (this.#checked.size > CACHE_ENTRIES) {
      const oldest = this.#checked.keys().next();
      if (!oldest.done) this.#checked.delete(oldest.value);
    }
  }
}
