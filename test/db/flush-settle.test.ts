import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { FLUSH_CHANNEL } from '../../db/bus/channels.ts';
import { IDENTIFY_TRANSACTION } from '../../db/metadata/flush-statements.ts';
import { FlushWriter } from '../../db/metadata/flush-writer.ts';
import { settleFlush, terminateFlush } from '../../db/metadata/settle.ts';
import type { Pool } from '../../db/pool.ts';
import { Session } from '../../db/session.ts';
import { aValue, batchOf, never, someAgents } from '../support/fleet.ts';
import { eventually } from '../support/gateway.ts';
import { databaseForFile, type TestDatabase } from '../support/postgres.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

/** The connection between gateway and database breaks at chosen moments. */
let database: TestDatabase;
let pool: Pool;
let proxy: TcpProxy;
let writer: FlushWriter;
let agent: string;
let ear: Session;
let heard = 0;

databaseForFile((own) => {
  ({ database, pool } = own);
});
beforeAll(async () => {
  ear = await Session.open({
    url: database.url,
    onNotification: () => {
      heard += 1;
    },
  });
  await ear.query(`LISTEN ${FLUSH_CHANNEL}`);
});
afterAll(() => ear.close());
beforeEach(async () => {
  const started = await TcpProxy.start(database.url);
  proxy = started.proxy;
  writer = new FlushWriter({ url: started.url, gatewayId: 'gw-1' });
  [agent = ''] = await someAgents(pool, 1);
  await writer.write(batchOf(aValue(agent, 'a', '1')), never);
  await ear.query('SELECT 1');
  heard = 0;
});
afterEach(async () => {
  await writer.close();
  await proxy.close();
});

const isCommit = (bytes: Buffer) => bytes.includes('COMMIT\0');
/** The last statement before COMMIT, by the payload that it carries. */
const isNotify = (bytes: Buffer) => bytes.includes('{"v":1,"gateway"');

async function storedNow(): Promise<unknown> {
  const [row] = await database.query('SELECT value FROM tidegate.agent_metadata WHERE agent_id = $1::uuid', [agent]);
  return row?.value;
}

async function notificationCount(): Promise<number> {
  await ear.query('SELECT 1');
  return heard;
}

async function openFlushTransactions(): Promise<number> {
  const rows = await database.query(
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL AND application_name LIKE 'tidegate flush%'",
  );
  return rows.length;
}

test('cut after COMMIT has gone out, and it committed: known as committed, with its own revision, written once', async () => {
  proxy.onClientData = (bytes, link) => {
    if (isCommit(bytes)) {
      link.muteServer();
      // Only once the commit is seen from elsewhere does the client lose its connection.
      void eventually('it is committed', async () => (await storedNow()) === '2').then(() => link.cutClient());
    }
    return 'forward';
  };
  const result = await writer.write(batchOf(aValue(agent, 'a', '2')), never);
  expect(result.written).toBe(1);
  const [row] = await database.query('SELECT revision::text FROM tidegate.agent_metadata WHERE agent_id = $1::uuid', [
    agent,
  ]);
  expect(row?.revision).toBe(String(result.revision));
  expect(await notificationCount()).toBe(1);
});

test('cut before COMMIT arrives: its backend is ended, known as not committed, and nothing was notified', async () => {
  proxy.onClientData = (bytes, link) => {
    if (!isCommit(bytes)) return 'forward';
    link.cutClient();
    return 'swallow';
  };
  const flush = writer.write(batchOf(aValue(agent, 'a', '2')), never);
  await expect(flush).rejects.toMatchObject({ code: 'not_committed' });
  expect(await storedNow()).toBe('1');
  expect(await openFlushTransactions()).toBe(0);
  expect(await notificationCount()).toBe(0);
  proxy.onClientData = () => 'forward';
  expect((await writer.write(batchOf(aValue(agent, 'a', '2')), never)).written).toBe(1);
});

test('cut in the middle of the flush: not committed, and the next write is not held up by what the old one locked', async () => {
  let done = false;
  proxy.onClientData = (bytes, link) => {
    if (done || !isNotify(bytes)) return 'forward';
    done = true;
    link.cutClient();
    return 'swallow';
  };
  await expect(writer.write(batchOf(aValue(agent, 'a', '2')), never)).rejects.toMatchObject({ code: 'not_committed' });
  expect(await openFlushTransactions()).toBe(1);
  const { written } = await writer.write(batchOf(aValue(agent, 'a', '2')), never);
  expect(written).toBe(1);
  expect(await openFlushTransactions()).toBe(0);
});

test('a database that falls silent at COMMIT does not hang the writer for ever', async () => {
  const { proxy: silent, url } = await TcpProxy.start(database.url);
  const impatient = new FlushWriter({ url, gatewayId: 'gw-1', silenceTimeoutMs: 1_000 });
  silent.onClientData = (bytes) => (isCommit(bytes) ? 'swallow' : 'forward');
  const flush = impatient.write(batchOf(aValue(agent, 'a', '2')), never);
  await expect(flush).rejects.toMatchObject({ code: 'not_committed' });
  expect(await storedNow()).toBe('1');
  await impatient.close();
  await silent.close();
});

test('an abort before COMMIT leaves nothing; one while settling says that the outcome is unknown', async () => {
  const early = new AbortController();
  proxy.onClientData = (bytes) => {
    if (isNotify(bytes)) early.abort();
    return 'forward';
  };
  await expect(writer.write(batchOf(aValue(agent, 'a', '2')), early.signal)).rejects.toMatchObject({ code: 'aborted' });
  expect(await storedNow()).toBe('1');

  const late = new AbortController();
  let broken = false;
  proxy.onClientData = (bytes, link) => {
    // From COMMIT on the database cannot be reached any more; the settling goes on until it is called off.
    if (!broken && !isCommit(bytes)) return 'forward';
    if (broken) late.abort();
    broken = true;
    link.cutClient();
    return 'swallow';
  };
  const flush = writer.write(batchOf(aValue(agent, 'a', '2')), late.signal);
  await expect(flush).rejects.toMatchObject({ code: 'outcome_unknown' });
});

test('a server that cannot be reached is a flush not committed', async () => {
  await proxy.close();
  const away = new FlushWriter({ url: 'postgres://postgres@127.0.0.1:1/none', gatewayId: 'gw-1' });
  await expect(away.write(batchOf(), never)).rejects.toMatchObject({ code: 'not_committed' });
  const started = await TcpProxy.start(database.url);
  proxy = started.proxy;
});

test('the status of an xid that was given out again never counts: only the nonce does', async () => {
  // As after a crash restart: the lost flush's xid now belongs to another transaction.
  const reused = async (sql: string) => {
    const session = await database.session();
    await session.query('BEGIN');
    const [row] = await session.query<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid');
    await session.query(sql);
    return { session, xid: row?.xid ?? '' };
  };
  const identity = (xid: string) => ({ xid, pid: 1, backendStartUs: '0', nonce: 'never written' });
  const session = await database.session();
  const settle = (xid: string) => settleFlush(identity(xid), 'gw-1', async () => session, never);

  const committed = await reused('COMMIT');
  expect(await settle(committed.xid)).toBe('not_committed');
  const running = await reused('SELECT 1');
  expect(await settle(running.xid)).toBe('not_committed');
  // Somebody else's transaction is left alone.
  expect(await running.session.query('SELECT 1 AS alive')).toMatchObject([{ alive: 1 }]);
  // An xid that this server has not reached yet.
  expect(await settle('4000000000')).toBe('not_committed');
});

test('a backend with the number and the xid of the lost one, but begun at another time, is left alone', async () => {
  const session = await database.session();
  await session.query('BEGIN');
  const [own] = await session.query<{ xid: string; pid: number; backend_start_us: string }>(IDENTIFY_TRANSACTION);
  const flush = { xid: own?.xid ?? '', pid: own?.pid ?? 0, backendStartUs: own?.backend_start_us ?? '', nonce: '' };
  const other = await database.session();
  const earlier = { ...flush, backendStartUs: String(BigInt(flush.backendStartUs) - 1n) };
  expect(await terminateFlush(other, earlier)).toBe(false);
  expect(await session.query('SELECT 1 AS alive')).toMatchObject([{ alive: 1 }]);
  expect(await terminateFlush(other, flush)).toBe(true);
  await eventually('it has ended', () => session.closed);
});
