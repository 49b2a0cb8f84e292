import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAgentDetails } from '../../db/agent-details.ts';
import { deleteAgent } from '../../db/agents.ts';
import { FLUSH_CHANNEL } from '../../db/bus/channels.ts';
import { FlushWriter } from '../../db/metadata/flush-writer.ts';
import type { Pool } from '../../db/pool.ts';
import { purgeTombstones } from '../../db/purge.ts';
import { Session } from '../../db/session.ts';
import type { AgentChange, AgentId, AgentRecord, KeptLimits, LogLine } from '../../db/types.ts';
import { aValue, BASE_US, batchOf, never, someAgents } from '../support/fleet.ts';
import { eventually } from '../support/gateway.ts';
import { lockWaits } from '../support/lock-waits.ts';
import { databaseForFile, type TestDatabase } from '../support/postgres.ts';

const LIMITS: KeptLimits = { agentConnections: 3, agentRecords: 3, agentLogLines: 5, agentLogBytes: 40 };

let database: TestDatabase;
let pool: Pool;
let writer: FlushWriter;

databaseForFile((own) => {
  ({ database, pool } = own);
});
beforeEach(() => {
  writer = new FlushWriter({ url: database.url, gatewayId: 'gw-1', limits: LIMITS });
});
afterEach(() => writer.close());

const anAgent = async () => (await someAgents(pool, 1))[0] ?? '';
const write = (agentId: AgentId, change: Omit<AgentChange, 'agentId'>, by = writer) =>
  by.write({ values: [], agents: [{ agentId, ...change }] }, never);
const details = async (agentId: AgentId) => {
  const read = await readAgentDetails(pool, agentId);
  if (read === null) throw new Error(`there is no agent ${agentId}`);
  return read;
};
const line = (output: string, more: Partial<LogLine> = {}): LogLine => ({
  atUs: BASE_US,
  sourceId: 'source',
  level: 'info',
  output,
  bytes: Buffer.byteLength(output),
  ...more,
});
const lines = (...outputs: string[]) => outputs.map((output) => line(output));
const outputs = async (agentId: AgentId) => (await details(agentId)).logs.map(({ output }) => output);
const record = (kind: AgentRecord['kind'], subject: string, body: object, atUs = BASE_US): AgentRecord => ({
  kind,
  subject,
  atUs,
  body: body as AgentRecord['body'],
});
const rowsOf = async (agentId: AgentId) => {
  const counts = ['agent_connections', 'agent_records', 'agent_logs'].map(async (table) => {
    const [row] = await database.query<{ rows: number }>(
      `SELECT count(*)::integer AS rows FROM tidegate.${table} WHERE agent_id = $1::uuid`,
      [agentId],
    );
    return row?.rows;
  });
  return Promise.all(counts);
};

test('an agent of which nothing is kept has empty details', async () => {
  const agentId = await anAgent();
  expect(await details(agentId)).toMatchObject({
    id: agentId,
    lifecycle: null,
    startup: null,
    connections: [],
    records: [],
    logs: [],
  });
  expect(await readAgentDetails(pool, '00000000-0000-4000-8000-000000000000')).toBeNull();
});

test('state and start-up are read as they were written', async () => {
  const agentId = await anAgent();
  const lifecycle = { state: 'ready', changedAtUs: BASE_US + 7, atUs: BASE_US };
  const startup = { version: 'v1', expandedDirectory: '/home', subsystems: ['envbox', 'a,b'], atUs: BASE_US };
  await write(agentId, { lifecycle, startup });
  const { atUs: _, ...readLifecycle } = lifecycle;
  const { atUs: __, ...readStartup } = startup;
  expect(await details(agentId)).toMatchObject({ lifecycle: readLifecycle, startup: readStartup });
});

test('what an agent said later stays, whichever flush lands last', async () => {
  const agentId = await anAgent();
  const said = (word: string, atUs: number) => ({
    lifecycle: { state: word, changedAtUs: BASE_US - atUs, atUs: BASE_US + atUs },
    startup: { version: word, expandedDirectory: word, subsystems: [word], atUs: BASE_US + atUs },
  });
  await write(agentId, said('later', 2));
  // As from a gateway that was held up: it also says who it holds, which is another matter.
  await write(agentId, { ...said('earlier', 1), connection: { number: 9, connected: true, atUs: BASE_US } });
  expect(await details(agentId)).toMatchObject({
    lifecycle: { state: 'later', changedAtUs: BASE_US - 2 },
    startup: { version: 'later', expandedDirectory: 'later', subsystems: ['later'] },
  });
  await write(agentId, { startup: said('latest', 3).startup, lifecycle: said('earlier', 1).lifecycle });
  expect(await details(agentId)).toMatchObject({ lifecycle: { state: 'later' }, startup: { version: 'latest' } });
  await write(agentId, said('same instant', 3));
  expect(await details(agentId)).toMatchObject({ lifecycle: { state: 'same instant' } });
});

describe('logs', () => {
  test('are read in the order in which they came, whatever their times, exactly as given', async () => {
    const agentId = await anAgent();
    const first = [line('a"b\\c,{}é\u{1f600}', { level: 'error', sourceId: 's-1' }), line('', { atUs: 1 })];
    await write(agentId, { logs: first });
    await write(agentId, { logs: [line('second', { atUs: BASE_US - 1 })] });
    const { logs } = await details(agentId);
    expect(logs).toEqual([...first, line('second', { atUs: BASE_US - 1 })].map(({ bytes: _, ...rest }) => rest));
  });

  test.each([
    ['below', 4, ['1', '2', '3', '4']],
    ['at', 5, ['1', '2', '3', '4', '5']],
    ['one above', 6, ['2', '3', '4', '5', '6']],
    ['far above', 12, ['8', '9', '10', '11', '12']],
  ])('%s the limit of lines, in one flush and one by one', async (_, count, left) => {
    const all = Array.from({ length: count }, (_, i) => String(i + 1));
    const [together, apart] = [await anAgent(), await anAgent()];
    await write(together, { logs: lines(...all) });
    for (const output of all) await write(apart, { logs: lines(output) });
    expect(await outputs(together)).toEqual(left);
    expect(await outputs(apart)).toEqual(left);
  });

  test.each([
    ['below', ['x'.repeat(20), 'y'.repeat(19)], 2],
    ['at', ['x'.repeat(20), 'y'.repeat(20)], 2],
    ['one above', ['x'.repeat(20), 'y'.repeat(21)], 1],
    ['bytes, not characters', ['é'.repeat(10), 'ü'.repeat(10), 'z'], 2],
    ['a line that fits exactly', ['x', 'y'.repeat(40)], 1],
    ['a line above all of it', ['x', 'y'.repeat(41)], 0],
  ])('%s the limit of bytes, in one flush and one by one', async (_, all, left) => {
    const [together, apart] = [await anAgent(), await anAgent()];
    await write(together, { logs: lines(...all) });
    for (const output of all) await write(apart, { logs: lines(output) });
    const expected = left === 0 ? [] : all.slice(-left);
    expect(await outputs(together)).toEqual(expected);
    expect(await outputs(apart)).toEqual(expected);
  });

  test('go on being numbered after all lines have gone', async () => {
    const agentId = await anAgent();
    await write(agentId, { logs: lines('x'.repeat(41)) });
    await write(agentId, { logs: lines('after') });
    expect(await outputs(agentId)).toEqual(['after']);
  });

  test('of many agents stay apart', async () => {
    const agents = await someAgents(pool, 5);
    const few = new FlushWriter({ url: database.url, gatewayId: 'gw-few', limits: LIMITS });
    for (const round of ['1', '2', '3', '4']) {
      const changes = agents.map((agentId, i) => ({ agentId, logs: lines(`${i}-${round}a`, `${i}-${round}b`) }));
      await few.write({ values: [], agents: changes }, never);
    }
    await few.close();
    for (const [i, agentId] of agents.entries()) {
      expect(await outputs(agentId)).toEqual([`${i}-2b`, `${i}-3a`, `${i}-3b`, `${i}-4a`, `${i}-4b`]);
    }
  });

  test('of one agent through two gateways at once are all kept, each once', async () => {
    const agentId = await anAgent();
    const limits = { ...LIMITS, agentLogLines: 1_000, agentLogBytes: 100_000 };
    const gateways = ['gw-a', 'gw-b'].map((id) => new FlushWriter({ url: database.url, gatewayId: id, limits }));
    await Promise.all(
      gateways.map(async (gateway, g) => {
        for (let n = 0; n < 25; n += 1) await write(agentId, { logs: lines(`${g}-${n}`) }, gateway);
      }),
    );
    await Promise.all(gateways.map((gateway) => gateway.close()));
    const found = await outputs(agentId);
    expect(found).toHaveLength(50);
    for (const g of [0, 1]) {
      expect(found.filter((output) => output.startsWith(`${g}-`))).toEqual(
        Array.from({ length: 25 }, (_, n) => `${g}-${n}`),
      );
    }
  });
});

describe('records', () => {
  test('are the newest of each subject, joined part by part', async () => {
    const agentId = await anAgent();
    await write(agentId, { records: [record('session', 's', { type: 'ssh', connectedAtUs: 1 })] });
    await write(agentId, { records: [record('session', 's', { type: 'ssh', reason: 'bye' }, BASE_US + 1)] });
    await write(agentId, { records: [record('stats', '', { rxBytes: 1, sessions: { a: 1 } })] });
    await write(agentId, { records: [record('stats', '', { rxBytes: 2, sessions: { b: 2 } })] });
    expect((await details(agentId)).records).toEqual([
      record('session', 's', { type: 'ssh', connectedAtUs: 1, reason: 'bye' }, BASE_US + 1),
      record('stats', '', { rxBytes: 2, sessions: { b: 2 } }),
    ]);
  });

  test('that arrive late do not undo newer ones', async () => {
    const agentId = await anAgent();
    await write(agentId, { records: [record('session', 's', { type: 'ssh', reason: 'bye' }, BASE_US + 1)] });
    await write(agentId, { records: [record('session', 's', { type: 'old', connectedAtUs: 1 })] });
    expect((await details(agentId)).records).toEqual([
      record('session', 's', { type: 'ssh', reason: 'bye', connectedAtUs: 1 }, BASE_US + 1),
    ]);
  });

  test.each([
    ['below', 2],
    ['at', 3],
    ['above', 5],
  ])('%s the limit, of each kind', async (_, count) => {
    const agentId = await anAgent();
    const numbered = Array.from({ length: count }, (_, i) => i);
    for (const kind of ['session', 'app_health'] as const) {
      for (const i of numbered) await write(agentId, { records: [record(kind, `${i}`, { i }, BASE_US + i)] });
    }
    await write(agentId, { records: [record('stats', '', {})] });
    const { records } = await details(agentId);
    const subjects = (kind: string) => records.filter((one) => one.kind === kind).map(({ subject }) => subject);
    const left = numbered.slice(-3).reverse().map(String);
    expect([subjects('session'), subjects('app_health'), subjects('stats')]).toEqual([left, left, ['']]);
  });
});

describe('connections', () => {
  const begun = (number: number) => ({ number, endedAtUs: null, reason: null });
  const ended = (number: number, reason: string) => ({ number, endedAtUs: number + 5, reason });
  const spans = async (agentId: AgentId) =>
    (await details(agentId)).connections.map(({ number, reason, gatewayId }) => `${number} ${reason} ${gatewayId}`);

  test('begin, end, and begin again when their gateway says so', async () => {
    const agentId = await anAgent();
    await write(agentId, { connections: [begun(10)] });
    expect((await details(agentId)).connections).toEqual([{ ...begun(10), gatewayId: 'gw-1' }]);
    await write(agentId, { connections: [ended(10, 'closed'), begun(20)] });
    expect((await details(agentId)).connections).toEqual([
      { ...begun(20), gatewayId: 'gw-1' },
      { ...ended(10, 'closed'), gatewayId: 'gw-1' },
    ]);
    await write(agentId, { connections: [begun(10)] });
    expect(await spans(agentId)).toEqual(['20 null gw-1', '10 null gw-1']);
  });

  test("a judge's word gives way to the gateway's own", async () => {
    const agentId = await anAgent();
    const judged = { ...ended(10, 'gateway_gone'), gatewayId: 'gw-dead' };
    const own = new FlushWriter({ url: database.url, gatewayId: 'gw-dead', limits: LIMITS });
    await write(agentId, { connections: [begun(10)] }, own);
    await write(agentId, { connections: [judged] });
    expect(await spans(agentId)).toEqual(['10 gateway_gone gw-dead']);
    await write(agentId, { connections: [ended(10, 'closed')] }, own);
    await write(agentId, { connections: [judged] });
    expect(await spans(agentId)).toEqual(['10 closed gw-dead']);
    await own.close();
  });

  test.each([
    ['below', 2, ['2 null gw-1', '1 null gw-1']],
    ['at', 3, ['3 null gw-1', '2 null gw-1', '1 null gw-1']],
    ['above', 5, ['5 null gw-1', '4 null gw-1', '3 null gw-1']],
  ])('%s the limit', async (_, count, left) => {
    const agentId = await anAgent();
    for (let n = 1; n <= count; n += 1) await write(agentId, { connections: [begun(n)] });
    expect(await spans(agentId)).toEqual(left);
    // Those that end before they are written count as well.
    const brief = await anAgent();
    for (let n = 1; n <= count; n += 1) await write(brief, { connections: [ended(n, 'closed')] });
    expect(await spans(brief)).toEqual(left.map((span) => span.replace('null', 'closed')));
  });
});

const everything = (agentId: AgentId): AgentChange => ({
  agentId,
  connections: [{ number: 1, endedAtUs: null, reason: null }],
  records: [record('stats', '', { a: 1 })],
  logs: lines('line'),
});

test('all of it rides with values and states: one transaction, one notification', async () => {
  const agents = await someAgents(pool, 4);
  const heard: string[] = [];
  const ear = await Session.open({ url: database.url, onNotification: (_, payload) => heard.push(payload) });
  await ear.query(`LISTEN ${FLUSH_CHANNEL}`);
  const writers = async (table: string) =>
    (
      await database.query<{ xid: string }>(
        `SELECT DISTINCT xmin::text AS xid FROM tidegate.${table} WHERE agent_id = ANY($1::uuid[])`,
        [`{${agents.join(',')}}`],
      )
    ).map(({ xid }) => xid);
  const batch = batchOf(...agents.map((agentId) => aValue(agentId, 'cpu', '1')));
  const { revision } = await writer.write({ ...batch, agents: agents.map(everything) }, never);
  await ear.query('SELECT 1');
  expect(heard).toEqual([`{"v":1,"gateway":"gw-1","revision":"${revision}","values":4,"agents":4}`]);
  // The savepoint that all of a batch is written behind has an id of its own.
  const written = await writers('agent_metadata');
  expect(written).toHaveLength(1);
  for (const table of ['agent_connections', 'agent_records', 'agent_logs']) {
    expect(await writers(table)).toEqual(written);
  }
  await ear.close();
});

test('what is kept touches no row of agents, so that nobody who watches reads it again', async () => {
  const agentId = await anAgent();
  const before = (await details(agentId)).revision;
  await write(agentId, { records: [record('stats', '', {})], logs: lines('x') });
  expect((await details(agentId)).revision).toBe(before);
});

test('nothing is kept of deleted agents, in whatever order deletion and flush come', async () => {
  const [gone = '', going = '', stays = ''] = await someAgents(pool, 3);
  await writer.write({ values: [], agents: [gone, going, stays].map(everything) }, never);
  expect(await rowsOf(gone)).toEqual([1, 1, 1]);
  await deleteAgent(pool, gone);
  expect(await rowsOf(gone)).toEqual([0, 0, 0]);
  const deleting = await database.session();
  await deleting.query('BEGIN');
  await deleting.query('SELECT FROM tidegate.agents WHERE id = $1::uuid FOR UPDATE', [going]);
  const flush = writer.write({ values: [], agents: [gone, going, stays].map(everything) }, never);
  const waiting = () => lockWaits(database, { application: 'tidegate flush gw-1' });
  await eventually('the flush waits', async () => (await waiting()) === 1);
  await deleting.query('UPDATE tidegate.agents SET deleted_at = clock_timestamp() WHERE id = $1::uuid', [going]);
  await deleting.query('DELETE FROM tidegate.agent_logs WHERE agent_id = $1::uuid', [going]);
  await deleting.query('DELETE FROM tidegate.agent_records WHERE agent_id = $1::uuid', [going]);
  await deleting.query('DELETE FROM tidegate.agent_connections WHERE agent_id = $1::uuid', [going]);
  await deleting.query('COMMIT');
  await flush;
  expect(await Promise.all([gone, going, stays].map(rowsOf))).toEqual([
    [0, 0, 0],
    [0, 0, 0],
    [1, 1, 2],
  ]);
  expect(await readAgentDetails(pool, gone)).toBeNull();
});

test('the purge takes what the previous release left of a deleted agent', async () => {
  const agentId = await anAgent();
  await writer.write({ values: [], agents: [everything(agentId)] }, never);
  await database.query(
    "UPDATE tidegate.agents SET deleted_at = clock_timestamp() - interval '2 days' WHERE id = $1::uuid",
    [agentId],
  );
  expect(await purgeTombstones(pool)).toBeGreaterThan(0);
  expect(await rowsOf(agentId)).toEqual([0, 0, 0]);
});

test.each([
  ['a log line', { logs: [line('nul \u0000 inside')] }],
  ['a time beyond all years', { logs: [line('x', { atUs: 2e19 })] }],
  ['a record', { records: [record('stats', '', { a: 'nul \u0000' })] }],
])('%s that the database refuses costs only what is kept of its own agent', async (_, poison) => {
  const agents = await someAgents(pool, 5);
  const heard: string[] = [];
  const ear = await Session.open({ url: database.url, onNotification: (_, payload) => heard.push(payload) });
  await ear.query(`LISTEN ${FLUSH_CHANNEL}`);
  const state = (agentId: AgentId) => ({
    ...everything(agentId),
    lifecycle: { state: 'ready', changedAtUs: BASE_US, atUs: BASE_US },
  });
  const changes = agents.map((agentId, i) => (i === 2 ? { ...state(agentId), ...poison } : state(agentId)));
  const batch = batchOf(...agents.map((agentId) => aValue(agentId, 'cpu', '1')));
  const result = await writer.write({ ...batch, agents: changes }, never);
  expect(result).toMatchObject({ written: 5, rejected: [], rejectedAgents: [{ change: changes[2] }] });
  expect(result.rejectedAgents).toHaveLength(1);
  await ear.query('SELECT 1');
  expect(heard).toHaveLength(1);
  for (const [i, agentId] of agents.entries()) {
    expect(await rowsOf(agentId)).toEqual(i === 2 ? [0, 0, 0] : [1, 1, 1]);
    expect((await details(agentId)).lifecycle?.state).toBe('ready');
  }
  await ear.close();
});

test('flushes of two gateways that hold the same agents take their locks in one order', async () => {
  const agents = await someAgents(pool, 30);
  const gateways = ['gw-x', 'gw-y'].map((id) => new FlushWriter({ url: database.url, gatewayId: id, limits: LIMITS }));
  // One has a state and nothing kept of every other agent, the other the reverse.
  const change = (agentId: AgentId, n: number, odd: boolean): AgentChange =>
    odd ? { agentId, connection: { number: n, connected: true, atUs: BASE_US } } : everything(agentId);
  await Promise.all(
    gateways.map(async (gateway, g) => {
      for (let n = 1; n <= 20; n += 1) {
        const changes = agents.map((agentId, i) => change(agentId, n, (i + g) % 2 === 0));
        await gateway.write({ values: [], agents: changes }, never);
      }
    }),
  );
  await Promise.all(gateways.map((gateway) => gateway.close()));
});
