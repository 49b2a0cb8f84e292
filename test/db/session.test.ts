import { afterAll, beforeAll, expect, test } from 'vitest';
import { Pool } from '../../db/pool.ts';
import { Session } from '../../db/session.ts';
import { eventually } from '../support/gateway.ts';
import { lockWaits } from '../support/lock-waits.ts';
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

/** The setting holds within the transaction alone. */
const HELD = "BEGIN; SELECT set_config('enable_sort', 'off', true)";

test('a statement within a transaction of its own waits for no answer before it', async () => {
  const { proxy, url } = await TcpProxy.start(database.url);
  const pool = new Pool({ url, maxSessions: 1 });
  const ask = (mark: string) => pool.queryWithin(HELD, 'SELECT $1::text AS mark', [mark]);
  // Its first time in a session takes one more, which tells its parameters' types.
  expect(await ask('first')).toMatchObject([{ mark: 'first' }]);
  let sent = '';
  proxy.onClientData = (bytes, link) => {
    link.muteServer();
    sent += bytes.toString('latin1');
    return 'forward';
  };
  const unanswered = expect(ask('second')).rejects.toMatchObject({ code: 'connection_lost' });
  await eventually('it is sent', () => sent.includes('second'));
  proxy.onClientData = () => 'forward';
  for (const link of proxy.links) link.cut();
  await unanswered;
  expect(await ask('third')).toMatchObject([{ mark: 'third' }]);
  expect(proxy.connections).toBe(2);
  await pool.close();
  await proxy.close();
});

test('a statement within a transaction of its own does not wait for the end; what is next does', async () => {
  const [holder, session] = await Promise.all([database.session(), database.session()]);
  await database.query(`
    CREATE TABLE ended (a integer);
    CREATE FUNCTION wait_at_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      PERFORM pg_advisory_xact_lock(1);
      RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER wait_at_end AFTER INSERT ON ended DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION wait_at_end()`);
  await holder.query('SELECT pg_advisory_lock(1)');
  const rows = await session.queryWithin('BEGIN', 'INSERT INTO ended VALUES ($1::integer) RETURNING a', [1]);
  expect(rows).toMatchObject([{ a: 1 }]);
  const next = session.query('SELECT a, now() = statement_timestamp() AS alone FROM ended');
  await eventually('the end waits', async () => (await lockWaits(database)) === 1);
  await holder.query('SELECT pg_advisory_unlock(1)');
  expect(await next).toMatchObject([{ a: 1, alone: true }]);
});

test.each([
  ['the statement fails', HELD, 'SELECT 1 / $1::integer', '22012'],
  ['the statement cannot be planned', HELD, 'SELECT missing, $1::integer', '42703'],
  ['what begins it fails within', `${HELD}; SELECT 1 / 0`, 'SELECT $1::integer', '22012'],
  ['nothing begins', 'BEGIN SOMETHING', 'SELECT $1::integer', '42601'],
])('when %s, its error is told and its transaction leaves nothing behind', async (_, begin, text, sqlState) => {
  const pool = new Pool({ url: database.url, maxSessions: 1 });
  const present = async () => {
    const alone = 'now() = statement_timestamp() AS alone';
    const [row] = await pool.query(`SELECT pg_backend_pid() AS pid, current_setting('enable_sort') AS sort, ${alone}`);
    return row;
  };
  const before = await present();
  // Prepared as well as for the first time.
  for (let i = 0; i < 2; i += 1) {
    await expect(pool.queryWithin(begin, text, [0])).rejects.toMatchObject({ code: 'query_failed', sqlState });
    expect(await present()).toEqual(before);
  }
  const held = "SELECT current_setting('enable_sort') AS sort, $1::integer AS one";
  expect(await pool.queryWithin(HELD, held, [1])).toMatchObject([{ sort: 'off', one: 1 }]);
  expect(before).toMatchObject({ sort: 'on', alone: true });
  expect(await present()).toEqual(before);
  await pool.close();
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

test('a pool tells what is under way, also of who waits in line, of what fails and of what is cut off', async () => {
  const { proxy, url } = await TcpProxy.start(database.url);
  let underWay = 0;
  const counter = {
    during: <T>(work: () => Promise<T>) => {
      underWay += 1;
      return work().finally(() => {
        underWay -= 1;
      });
    },
  };
  const pool = new Pool({ url, maxSessions: 1, underWay: counter });
  const both = [pool.query('SELECT 1'), pool.query('SELECT 1 / 0')];
  expect(underWay).toBe(2);
  await Promise.allSettled(both);
  expect(underWay).toBe(0);
  await expect(pool.transaction((session) => session.query('SELECT 1 / 0'))).rejects.toMatchObject({
    code: 'query_failed',
  });
  expect(underWay).toBe(0);
  const cutOff = expect(pool.query('SELECT pg_sleep(60)')).rejects.toMatchObject({ code: 'connection_lost' });
  await eventually('it runs', async () => {
    const rows = await database.query(
      "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND state = 'active'",
    );
    return rows.length > 0;
  });
  expect(underWay).toBe(1);
  for (const link of proxy.links) link.cut();
  await cutOff;
  expect(underWay).toBe(0);
  await pool.close();
  await proxy.close();
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
