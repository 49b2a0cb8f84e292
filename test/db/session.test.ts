import { afterAll, beforeAll, expect, test } from 'vitest';
import { Pool } from '../../db/pool.ts';
import { Session } from '../../db/session.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ migrated: false });
});
afterAll(() => database.drop());

test('a session that loses its server fails its statement and every later one, and harms nobody', async () => {
  const reasons: string[] = [];
  const session = await Session.open({ url: database.url, onClosed: ({ code }) => reasons.push(code) });
  await expect(
    session.transaction('BEGIN', async () => {
      const [row] = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await Promise.all([
        expect(session.query('SELECT pg_sleep(60)')).rejects.toMatchObject({ code: 'connection_lost' }),
        database.query('SELECT pg_terminate_backend($1::integer)', [row?.pid ?? 0]),
      ]);
      await session.query('SELECT 1');
    }),
  ).rejects.toMatchObject({ code: 'connection_lost' });
  expect(session.closed).toBe(true);
  expect(reasons).toEqual(['connection_lost']);
});

test('a server error keeps the session; a transaction is rolled back', async () => {
  const session = await database.session();
  await database.query('CREATE TABLE t (a integer PRIMARY KEY)');
  const twice = session.transaction('BEGIN', async () => {
    await session.query('INSERT INTO t VALUES (1)');
    await session.query('INSERT INTO t VALUES (1)');
  });
  await expect(twice).rejects.toMatchObject({ code: 'query_failed', sqlState: '23505' });
  expect(await session.query('SELECT * FROM t')).toHaveLength(0);
});

test('a silent server is given up after the time limit', async () => {
  const { proxy, url } = await TcpProxy.start(database.url);
  // As long as connecting may take on a busy machine: the limit is for that as well.
  const session = await Session.open({ url, queryTimeoutMs: 2_000 });
  proxy.onClientData = () => 'swallow';
  await expect(session.query('SELECT 1')).rejects.toMatchObject({ code: 'timeout' });
  expect(session.closed).toBe(true);
  await proxy.close();
});

test('connecting can be aborted, and tells a refusal with its SQLSTATE', async () => {
  const { proxy, url } = await TcpProxy.start(database.url);
  const abort = new AbortController();
  proxy.onClientData = () => {
    abort.abort();
    return 'swallow';
  };
  await expect(Session.open({ url, signal: abort.signal })).rejects.toMatchObject({ code: 'aborted' });
  await proxy.close();
  const missing = Object.assign(new URL(database.url), { pathname: '/missing' }).toString();
  await expect(Session.open({ url: missing })).rejects.toMatchObject({ code: 'connection_lost', sqlState: '3D000' });
});

test('a host that accepts and hangs up is not tried for ever', async () => {
  const { proxy, url } = await TcpProxy.start(database.url);
  proxy.onClientData = (_bytes, link) => {
    link.cutClient();
    return 'swallow';
  };
  await expect(Session.open({ url })).rejects.toMatchObject({ code: 'connection_lost' });
  expect(proxy.connections).toBe(1);
  await proxy.close();
});

test('the first host of the URL that accepts is taken', async () => {
  const { host } = new URL(database.url);
  const session = await Session.open({ url: database.url.replace(host, `127.0.0.1:1,${host}`) });
  expect(await session.query('SELECT 1 AS one')).toMatchObject([{ one: 1 }]);
  await session.close();
});

test('a pool has callers wait for a session, and replaces lost ones', async () => {
  const pool = new Pool({ url: database.url, maxSessions: 2 });
  const pids = await Promise.all(
    Array.from(
      { length: 20 },
      async () => (await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]?.pid,
    ),
  );
  expect(new Set(pids).size).toBeLessThanOrEqual(2);
  const [victim = 0] = pids;
  await expect(pool.query('SELECT pg_terminate_backend(pg_backend_pid())')).rejects.toMatchObject({
    code: 'connection_lost',
  });
  await database.query('SELECT pg_terminate_backend($1::integer, 5000)', [victim]);
  const after = await Promise.allSettled(Array.from({ length: 10 }, () => pool.query('SELECT 1')));
  expect(after.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(8);
  await pool.query('SELECT 1');
  await pool.close();
  await expect(pool.query('SELECT 1')).rejects.toMatchObject({ code: 'closed' });
});

test('who waits for a session is not forgotten when one cannot be opened', async () => {
  const pool = new Pool({ url: 'postgres://postgres@127.0.0.1:1/none', maxSessions: 1 });
  const results = await Promise.allSettled(Array.from({ length: 5 }, () => pool.query('SELECT 1')));
  expect(results.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
  await pool.close();
});

test('who waits too long for a session is told so, and is asked nothing more for', async () => {
  const pool = new Pool({ url: database.url, maxSessions: 1, waitTimeoutMs: 50 });
  let release = () => {};
  let held = Promise.resolve();
  await new Promise<void>((isHeld) => {
    held = pool.withSession(() => {
      isHeld();
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    });
  });
  let ran = false;
  const waiting = pool.withSession(async () => {
    ran = true;
  });
  await expect(waiting).rejects.toMatchObject({ code: 'timeout', message: expect.stringContaining('50 ms') });
  release();
  await held;
  expect((await pool.query('SELECT 1 AS one'))[0]).toEqual({ one: 1 });
  expect(ran).toBe(false);
  await pool.close();
});
