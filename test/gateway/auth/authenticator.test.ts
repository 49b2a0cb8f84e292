import { describe, expect, it } from 'vitest';
import { Authenticator, AuthUnavailableError, CACHE_LIFETIME_MS } from '../../../gateway/auth/authenticator.ts';
import type { AgentIdentity, PersonIdentity } from '../../../gateway/auth/identity.ts';
import { CODE_LIFETIME_MS, OneTimeCodes } from '../../../gateway/auth/one-time-codes.ts';
import { hashToken, isSecretOf, newToken } from '../../../gateway/auth/token.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';

const person: PersonIdentity = { role: 'viewer', tokenId: 't', name: 'wall', labels: null };
const hash = (token: string) => hashToken(token).toString('hex');

function setUp() {
  const clock = new FakeClock();
  const queries: string[][] = [];
  const state = { tokens: new Map([[hash('good'), person]]), away: false, hangs: false };
  const authenticator = new Authenticator({
    clock,
    findAgents: async () => new Map<string, AgentIdentity>(),
    findPeople: async (hashes) => {
      queries.push(hashes);
      if (state.hangs) await new Promise(() => {});
      if (state.away) throw new Error('connection refused');
      return state.tokens;
    },
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
});

describe('OneTimeCodes', () => {
  it('redeems a code once, within its lifetime', () => {
    const clock = new FakeClock();
    const codes = new OneTimeCodes(clock);
    const first = codes.issue();
    const second = codes.issue();
    expect(codes.redeem(first)).toBe(true);
    expect(codes.redeem(first)).toBe(false);
    clock.elapse(CODE_LIFETIME_MS);
    expect(codes.redeem(second)).toBe(false);
    expect(codes.redeem('made up')).toBe(false);
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
