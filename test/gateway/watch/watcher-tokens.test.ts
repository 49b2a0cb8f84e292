import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../../gateway/auth/authenticator.ts';
import type { PersonIdentity } from '../../../gateway/auth/identity.ts';
import { hashToken } from '../../../gateway/auth/token.ts';
import { WatcherTokens } from '../../../gateway/watch/watcher-tokens.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const person: PersonIdentity = { role: 'viewer', tokenId: 't', name: 'wall', labels: null };

function setUp() {
  const clock = new FakeClock();
  const good = new Set<string>();
  const questions: number[] = [];
  const find = async (hashes: string[]) => {
    questions.push(hashes.length);
    const known = new Set([...good].map((token) => hashToken(token).toString('hex')));
    return new Map(
      hashes.filter((hash) => known.has(hash)).map((hash) => [hash, { identity: person, endsInMs: null }]),
    );
  };
  const authenticator = new Authenticator({
    clock,
    findAgents: async () => new Map(),
    findPeople: find,
    findSessions: find,
  });
  const tokens = new WatcherTokens(authenticator, clock);
  const did: string[] = [];
  const add = (name: string, token: string, fromCookie = false) => {
    good.add(token);
    const connection = new EventEmitter();
    tokens.add({ token, fromCookie }, connection, {
      close: (code) => did.push(`${name} closed ${code}`),
      destroy: () => did.push(`${name} destroyed`),
    });
    return connection;
  };
  return { clock, good, questions, tokens, did, add };
}

describe('the tokens of watchers', () => {
  it('close all that came with one that is no longer good, and cut off whoever does not answer in half a second', async () => {
    const { clock, good, tokens, did, add } = setUp();
    add('first', 'revoked');
    add('second', 'revoked');
    add('other', 'kept');
    await tokens.check();
    expect(did).toEqual([]);
    good.delete('revoked');
    await tokens.check();
    expect(did.splice(0)).toEqual(['first closed 4401', 'second closed 4401']);
    clock.advance(499);
    expect(did).toEqual([]);
    clock.advance(1);
    expect(did).toEqual(['first destroyed', 'second destroyed']);
  });

  it('are asked for once each, and not for connections that have ended', async () => {
    const { tokens, questions, add } = setUp();
    const ended = add('gone', 'gone');
    add('first', 'shared');
    add('second', 'shared');
    ended.emit('close');
    await tokens.check();
    expect(questions).toEqual([1]);
  });

  it('are told apart from sessions of the same text', async () => {
    const { tokens, questions, add } = setUp();
    add('token', 'same');
    add('cookie', 'same', true);
    await tokens.check();
    expect(questions).toEqual([1, 1]);
  });

  it('are asked for in parts where they are many', async () => {
    const { tokens, questions, add } = setUp();
    for (let i = 0; i < 600; i += 1) add(`${i}`, `${i}`);
    await tokens.check();
    expect(questions).toEqual([250, 250, 100]);
  });
});
