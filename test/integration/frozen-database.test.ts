import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

/** PostgreSQL accepts connections and says nothing more. */
let database: TestDatabase;
let proxy: TcpProxy;
let gateway: TestGateway;

beforeAll(async () => {
  database = await testDatabase();
  const started = await TcpProxy.start(database.url);
  proxy = started.proxy;
  gateway = await testGateway(started.url, { databaseTimeoutMs: '3s' });
});
afterAll(async () => {
  thaw();
  await gateway.stop();
  await proxy.close();
  await database.drop();
});

function freeze(): void {
  proxy.freezeNew = true;
  for (const link of proxy.links) link.freeze();
}

function thaw(): void {
  proxy.freezeNew = false;
  for (const link of proxy.links) link.thaw();
}

it('does not use up a sign-in link while nobody can be signed in', async () => {
  const code = gateway.signInUrl?.split('#code=')[1];
  const show = async () =>
    fetch(`${gateway.url}/api/v2/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
  freeze();
  expect((await show()).status).toBe(503);
  thaw();
  // A link that is used up would be refused with 401.
  await eventually('it signs in', async () => {
    const { status } = await show();
    expect([204, 503]).toContain(status);
    return status === 204;
  });
  // Still of the outage, or of a machine that is slow: the database has to be heard in time.
  await eventually('it is used up', async () => {
    const { status } = await show();
    expect([401, 503]).toContain(status);
    return status === 401;
  });
});

it('answers HTTP with 503 and Retry-After within the time limit, however many ask, and again when it is back', async () => {
  const ask = (method: string, path: string, body?: object) =>
    fetch(`${gateway.url}${path}`, {
      method,
      headers: { authorization: 'Bearer an-admin-token-for-tests', 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const isAnswered = async () => (await ask('GET', '/api/v2/agents')).status === 200;
  // The token is known from then on, so that what is asked gets as far as the database.
  await eventually('it answers', isAnswered);
  freeze();
  const begun = performance.now();
  const answers = await Promise.all([
    // More than the pool has connections: those in line are bounded too.
    ...Array.from({ length: 12 }, () => ask('GET', '/api/v2/agents')),
    ask('POST', '/api/v2/agents', { agents: [{ name: 'meanwhile' }] }),
  ]);
  // The limit is 3 s, for a token and then for what is asked; without one it would be 35 s, and a slow machine has the rest.
  expect(performance.now() - begun).toBeLessThan(30_000);
  for (const answer of answers) {
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
  }
  expect(await answers[0]?.json()).toEqual({
    message: 'The database cannot be reached.',
    detail: expect.stringContaining('Try again in a moment.'),
  });
  thaw();
  await eventually('it answers again', isAnswered);
}, 60_000);
