import { describe, expect, it } from 'vitest';
import {
  Authenticator,
  AuthUnavailableError,
  CACHE_LIFETIME_MS,
  type Found,
} from '../../../gateway/auth/authenticator.ts';
import type { AgentIdentity, PersonIdentity } from '../../../gateway/auth/identity.ts';
import { CODE_LIFETIME_MS, OneTimeCodes } from '../../../gateway/auth/one-time-codes.ts';
import { hashToken, isSecretOf, newToken } from '../../../gateway/auth/token.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';

const person: PersonIdentity = { role: 'viewer', tokenId: 't', name: 'wall', labels: null };
const hash = (token: string) => hashToken(token).toString('hex');

type People = Map<string, Found<PersonIdentity>>;
const good = (endsInMs: number | null = null): People => new Map([[hash('good'), { identity: person, endsInMs }]]);

function setUp() {
  const clock = new FakeClock();
  const queries: string[][] = [];
  const state = { tokens: good(), sessions: new Map() as People, away: false, hangs: false };
  const find = (known: () => People) => async (hashes: string[]) => {
    queries.push(hashes);
    // As a query does: what it reads is what stood when it was asked.
    const read = known();
    if (state.hangs) await new Promise(() => {});
    if (state.away) throw new Error('connection refused');
    await Promise.resolve();
    return read;
  };
  const authenticator = new Authenticator({
    clock,
    findAgents: async () => new Map<string, Found<AgentIdentity>>(),
    findPeople: find(() => state.tokens),
    findSessions: find(() => state.sessions),
  });
  return { clock, queries, state, authenticator };
}

describe('Authenticator', () => {
  it('knows a good token, not a bad one, and asks the database each time', async () => {
    const { authenticator, queries } = setUp();
    expect(await authenticator.person('good')).toEqual(person);
    expect(await authenticator.person('bad')).toBeNull();
    expect(await authenticator.person('good')).toEqual(person);
    expect(queries).toHaveLength(3);
  });

  it('joins the look-ups of one moment into one query', async () => {
    const { authenticator, queries } = setUp();
    const all = await Promise.all(
      Array.from({ length: 500 }, (_, i) => authenticator.person(i % 2 ? 'good' : `bad${i}`)),
    );
    expect(all.filter((identity) => identity === person)).toHaveLength(250);
    expect(queries).toHaveLength(1);
  });

  it('takes a token for five minutes after its check while the database is away, and no other', async () => {
    const { authenticator, state, clock } = setUp();
    await authenticator.person('good');
    state.away = true;
    clock.elapse(CACHE_LIFETIME_MS);
    expect(await authenticator.person('good')).toEqual(person);
    await expect(authenticator.person('never seen')).rejects.toThrow(AuthUnavailableError);
    clock.elapse(1);
    await expect(authenticator.person('good')).rejects.toThrow(AuthUnavailableError);
  });

  it('keeps nobody waiting behind a flood of strangers while the database does not answer', async () => {
    const { authenticator, state, clock, queries } = setUp();
    await authenticator.person('good');
    state.hangs = true;
    const strangers = Promise.allSettled(Array.from({ length: 5_000 }, (_, i) => authenticator.person(`stranger${i}`)));
    await settled();
    const behind = authenticator.person('good');
    clock.advance(5_000);
    expect(await behind).toEqual(person);
    expect((await strangers).every(({ status }) => status === 'rejected')).toBe(true);
    expect(queries).toHaveLength(2);
    // What is asked after that is asked of the database again.
    state.hangs = false;
    expect(await authenticator.person('good')).toEqual(person);
    expect(queries).toHaveLength(3);
  });

  it('treats a database that does not answer as away', async () => {
    const { authenticator, state, clock } = setUp();
    await authenticator.person('good');
    state.hangs = true;
    const answer = authenticator.person('good');
    await settled();
    await clock.run(5_000);
    expect(await answer).toEqual(person);
  });

  it('forgets a token that the database no longer knows', async () => {
    const { authenticator, state } = setUp();
    await authenticator.person('good');
    state.tokens = new Map();
    expect(await authenticator.person('good')).toBeNull();
    state.away = true;
    await expect(authenticator.person('good')).rejects.toThrow(AuthUnavailableError);
  });

  it('takes none beyond its own end while the database is away', async () => {
    const { authenticator, state, clock } = setUp();
    state.tokens = good(60_000);
    await authenticator.person('good');
    state.away = true;
    clock.elapse(60_000);
    expect(await authenticator.person('good')).toEqual(person);
    clock.elapse(1);
    await expect(authenticator.person('good')).rejects.toThrow(AuthUnavailableError);
    // One that ends later is taken no longer than any other.
    state.away = false;
    state.tokens = good(CACHE_LIFETIME_MS * 2);
    await authenticator.person('good');
    state.away = true;
    clock.elapse(CACHE_LIFETIME_MS + 1);
    await expect(authenticator.person('good')).rejects.toThrow(AuthUnavailableError);
  });

  it('counts the time that the look-up took against the token', async () => {
    const { authenticator, state, clock } = setUp();
    state.tokens = good(1_000);
    const answer = authenticator.person('good');
    clock.elapse(900);
    await answer;
    state.away = true;
    clock.elapse(101);
    await expect(authenticator.person('good')).rejects.toThrow(AuthUnavailableError);
  });

  it('forgets all that was checked, whatever its kind', async () => {
    const { authenticator, state } = setUp();
    state.sessions = good();
    const shown = [
      { token: 'good', fromCookie: false },
      { token: 'good', fromCookie: true },
    ];
    for (const presented of shown) await authenticator.visitor(presented);
    state.away = true;
    for (const presented of shown) expect(await authenticator.visitor(presented)).toEqual(person);
    authenticator.forgetAll();
    for (const presented of shown) {
      await expect(authenticator.visitor(presented)).rejects.toThrow(AuthUnavailableError);
    }
  });

  it('does not remember what was being checked when all was forgotten', async () => {
    const { authenticator, state } = setUp();
    const answer = authenticator.person('good');
    authenticator.forgetAll();
    expect(await answer).toEqual(person);
    state.away = true;
    await expect(authenticator.person('good')).rejects.toThrow(AuthUnavailableError);
  });

  it('takes a session from its cookie alone, and from the cookie nothing else', async () => {
    const { authenticator, state } = setUp();
    state.sessions = new Map([[hash('session'), { identity: person, endsInMs: 1_000 }]]);
    const visitor = (token: string, fromCookie: boolean) => authenticator.visitor({ token, fromCookie });
    expect(await visitor('session', true)).toEqual(person);
    expect(await visitor('session', false)).toBeNull();
    expect(await visitor('good', false)).toEqual(person);
    expect(await visitor('good', true)).toBeNull();
    expect(await authenticator.anyone({ token: 'session', fromCookie: false })).toBeNull();
    expect(await authenticator.person('session')).toBeNull();
  });
});

describe('OneTimeCodes', () => {
  it('redeems a code once, within its lifetime', () => {
    const clock = new FakeClock();
    const codes = new OneTimeCodes(clock);
    const first = codes.issue();
    const second = codes.issue();
    expect(codes.redeem(first)).not.toBeNull();
    expect(codes.redeem(first)).toBeNull();
    clock.elapse(CODE_LIFETIME_MS);
    expect(codes.redeem(second)).toBeNull();
    expect(codes.redeem('made up')).toBeNull();
  });

  it('takes a code again that was given back, within its lifetime', () => {
    const clock = new FakeClock();
    const codes = new OneTimeCodes(clock);
    const code = codes.issue();
    codes.redeem(code)?.();
    const giveBack = codes.redeem(code);
    expect(giveBack).not.toBeNull();
    expect(codes.redeem(code)).toBeNull();
    giveBack?.();
    clock.elapse(CODE_LIFETIME_MS);
    expect(codes.redeem(code)).toBeNull();
  });
});

describe('tokens', () => {
  it('are 256 random bits with a readable kind', () => {
    const token = newToken('tga');
    expect(token).toMatch(/^tga_[A-Za-z0-9_-]{43}$/);
    expect(newToken('tga')).not.toBe(token);
    expect(hashToken(token)).toHaveLength(32);
  });

  it('compare by content, whatever their lengths', () => {
    expect(isSecretOf(hashToken('abc'), 'abc')).toBe(true);
    expect(isSecretOf(hashToken('abc'), 'abd')).toBe(false);
    expect(isSecretOf(hashToken('abc'), 'abcd')).toBe(false);
  });
});
