import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Session } from '../../db/session.ts';
import { type AgentClient, connectAgent } from '../../protocol/agent/client.ts';
import { coder } from '../../protocol/messages/services.ts';
import { type CreatedAgent, eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const { v2 } = coder.agent;
const uuid = (last: number) => Uint8Array.from([...Array(15).fill(0), last]);
const UUID = (last: number) => `00000000-0000-0000-0000-0000000000${String(last).padStart(2, '0')}`;
const at = (seconds: number) => ({ seconds, nanos: 0 });
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let database: TestDatabase;
let here: TestGateway;
let there: TestGateway;

beforeAll(async () => {
  database = await testDatabase();
  const flags = { agentLogLines: '5', agentConnections: '3', agentRecords: '2' };
  [here, there] = await Promise.all([testGateway(database.url, flags), testGateway(database.url, flags)]);
});
afterAll(async () => {
  await Promise.all([here.stop(), there.stop()]);
  await database.drop();
});

let made = 0;
async function newAgent(more: object = {}): Promise<CreatedAgent> {
  made += 1;
  const [created] = await here.createAgents({ name: `kept-${made}`, ...more });
  return created as CreatedAgent;
}

/** One connection, without what the SDK's `Agent` does on its own. */
const dial = ({ token }: CreatedAgent, gateway = here): Promise<AgentClient> =>
  connectAgent({ url: gateway.url, token, WebSocket: WebSocket as never });

const details = async ({ id }: { id: string }, gateway = here) =>
  (await gateway.request('GET', `/api/v2/agents/${id}`)).body;

/** Says one of everything. */
async function sayAll({ agent }: AgentClient): Promise<void> {
  await Promise.all([
    agent.UpdateStartup({ startup: { version: 'v2.30.0', expandedDirectory: '/home/me', subsystems: [1] } }),
    agent.UpdateLifecycle({ lifecycle: { state: v2.Lifecycle.State.READY, changedAt: at(1_700_000_000) } }),
    agent.BatchUpdateAppHealths({ updates: [{ id: uuid(1), health: v2.AppHealth.HEALTHY }] }),
    agent.ScriptCompleted({
      timing: { scriptId: uuid(2), start: at(1_700_000_001), end: at(1_700_000_002), exitCode: 3, stage: 1, status: 1 },
    }),
    agent.UpdateStats({ stats: { connectionCount: 2, rxBytes: 1024, sessionCounts: { ssh: 2 } } }),
    agent.PushResourcesMonitoringUsage({
      datapoints: [{ collectedAt: at(1_700_000_003), memory: { used: 1, total: 2 }, volumes: [{ volume: '/' }] }],
    }),
    agent.ReportConnection({
      connection: { id: uuid(3), action: 1, type: 1, timestamp: at(1_700_000_004), ip: '10.0.0.1', appName: 'vim' },
    }),
    agent.BatchCreateLogs({
      logSourceId: uuid(4),
      logs: [{ createdAt: at(1_700_000_005), level: v2.Log.Level.WARN, output: 'started' }],
    }),
  ]);
}

describe('GET /api/v2/agents/{id}', () => {
  it('tells all that an agent has said, and is the same at every gateway', async () => {
    const created = await newAgent({ labels: { region: 'eu' }, metadata: [{ key: 'cpu', interval: 10 }] });
    expect(await details(created)).toMatchObject({
      ...{ lifecycle: null, startup: null, app_healths: [], script_timings: [], stats: null, resources: null },
      ...{ connections: [], sessions: [], logs: [] },
    });
    const client = await dial(created);
    await sayAll(client);
    // The log's answer came at its commit, which held the rest as well or followed it.
    const body = await eventually('all of it is there', async () => {
      const found = await details(created, there);
      return found.sessions.length === 1 && found.stats !== null && found;
    });
    expect(body).toEqual({
      ...{ id: created.id, name: created.name, labels: { region: 'eu' }, status: 'connected' },
      ...{ last_connected_at: expect.stringMatching(RFC_3339), created_at: expect.stringMatching(RFC_3339) },
      metadata: [{ key: 'cpu', display_name: 'cpu', script: '', interval: 10, timeout: 0 }],
      lifecycle: { state: 'ready', changed_at: '2023-11-14T22:13:20.000Z' },
      startup: { version: 'v2.30.0', expanded_directory: '/home/me', subsystems: ['envbox'] },
      app_healths: [{ id: UUID(1), health: 'healthy', updated_at: expect.stringMatching(RFC_3339) }],
      script_timings: [
        {
          ...{ script_id: UUID(2), stage: 'stop', status: 'exit_failure', exit_code: 3 },
          ...{ started_at: '2023-11-14T22:13:21.000Z', ended_at: '2023-11-14T22:13:22.000Z' },
        },
      ],
      stats: {
        ...{ reported_at: expect.stringMatching(RFC_3339), connection_count: 2, connection_median_latency_ms: 0 },
        ...{ rx_packets: 0, rx_bytes: 1024, tx_packets: 0, tx_bytes: 0, session_counts: { ssh: 2 } },
      },
      resources: {
        ...{ collected_at: '2023-11-14T22:13:23.000Z', memory: { used: 1, total: 2 } },
        volumes: [{ volume: '/', used: 0, total: 0 }],
      },
      connections: [{ started_at: expect.stringMatching(RFC_3339), ended_at: null, gateway: here.id }],
      sessions: [
        {
          ...{ id: UUID(3), type: 'ssh', ip: '10.0.0.1', app_name: 'vim', status_code: null },
          ...{ connected_at: '2023-11-14T22:13:24.000Z', disconnected_at: null },
        },
      ],
      logs: [{ at: '2023-11-14T22:13:25.000Z', source_id: UUID(4), level: 'warn', output: 'started' }],
    });
    await client.agent.ReportConnection({
      connection: { id: uuid(3), action: 2, timestamp: at(1_700_000_009), statusCode: 7, reason: 'bye' },
    });
    const [session] = await eventually('the session has ended', async () => {
      const { sessions } = await details(created);
      return sessions[0].disconnected_at !== null && sessions;
    });
    expect(session).toEqual({
      ...body.sessions[0],
      ...{ disconnected_at: '2023-11-14T22:13:29.000Z', status_code: 7, reason: 'bye' },
    });
    // A change by HTTP is answered in the same shape.
    const patched = await here.request('PATCH', `/api/v2/agents/${created.id}`, { labels: { region: 'us' } });
    expect(patched.body).toEqual({ ...(await details(created)), labels: { region: 'us' } });
    client.close();
  });

  it('is as if there were none to a viewer whose labels it has not', async () => {
    const created = await newAgent({ labels: { region: 'eu' } });
    const viewer = async (labels: object) =>
      (await here.request('POST', '/api/v2/tokens', { role: 'viewer', name: `v${Math.random()}`, labels })).body.token;
    const get = async (token: string) =>
      (await here.request('GET', `/api/v2/agents/${created.id}`, undefined, token)).status;
    expect(await get(await viewer({ region: 'eu' }))).toBe(200);
    expect(await get(await viewer({ region: 'us' }))).toBe(404);
  });

  it('is gone with the agent, and with it all that was kept', async () => {
    const created = await newAgent();
    const client = await dial(created);
    await sayAll(client);
    expect((await here.request('DELETE', `/api/v2/agents/${created.id}`)).status).toBe(204);
    expect((await here.request('GET', `/api/v2/agents/${created.id}`)).status).toBe(404);
    await eventually('its socket is closed', async () => {
      const found = await client.ping().then(
        () => false,
        () => true,
      );
      return found;
    });
    for (const table of ['agent_connections', 'agent_records', 'agent_logs']) {
      expect(
        await database.query(`SELECT FROM tidegate.${table} WHERE agent_id = $1::uuid`, [created.id]),
      ).toHaveLength(0);
    }
  });
});

describe('what agents send', () => {
  it('of logs is answered when it is stored, and never said to be too much', async () => {
    const created = await newAgent();
    const client = await dial(created);
    for (const count of [4, 1, 1, 12]) {
      const { logs: before } = await details(created);
      const outputs = Array.from({ length: count }, (_, i) => `${before.length}-${i}`);
      const { logLimitExceeded } = await client.agent.BatchCreateLogs({ logs: outputs.map((output) => ({ output })) });
      expect(logLimitExceeded).toBe(false);
      const { logs } = await details(created);
      const all = [...before.map(({ output }: any) => output), ...outputs];
      expect(logs.map(({ output }: any) => output)).toEqual(all.slice(-5));
    }
    expect(await here.metric('tidegate_agent_log_lines_dropped_total')).toBeGreaterThanOrEqual(7);
    client.close();
  });

  it('of a lifecycle is stored when it is answered', async () => {
    const created = await newAgent();
    const client = await dial(created);
    for (const state of ['STARTING', 'READY'] as const) {
      await client.agent.UpdateLifecycle({ lifecycle: { state: v2.Lifecycle.State[state] } });
      expect((await details(created)).lifecycle.state).toBe(state.toLowerCase());
    }
    // An agent that ends does not wait that long.
    for (const state of [v2.Lifecycle.State.SHUTTING_DOWN, v2.Lifecycle.State.OFF]) {
      await client.agent.UpdateLifecycle({ lifecycle: { state } });
    }
    await eventually('the last one is stored too', async () => (await details(created)).lifecycle.state === 'off');
    client.close();
  });

  it('costs nothing but itself, whatever it holds', async () => {
    const [created, other] = [await newAgent(), await newAgent()];
    const [client, neighbour] = await Promise.all([dial(created), dial(other)]);
    const { agent } = client;
    await Promise.all([
      agent.UpdateStartup({
        startup: { version: 'v\0', expandedDirectory: 'd'.repeat(100_000), subsystems: [-5, 99] as never[] },
      }),
      agent.UpdateLifecycle({ lifecycle: { state: 77 as never, changedAt: { seconds: 2 ** 62, nanos: -1 } } }),
      agent.BatchUpdateAppHealths({
        updates: Array.from({ length: 500 }, (_, i) => ({ id: uuid(i % 99), health: 99 as never })),
      }),
      agent.ScriptCompleted({ timing: { scriptId: new Uint8Array(9_999), start: at(-1e15), exitCode: -(2 ** 31) } }),
      agent.UpdateStats({ stats: { connectionMedianLatencyMs: Number.NEGATIVE_INFINITY, rxBytes: -(2 ** 63) } }),
      agent.ReportConnection({
        connection: { id: uuid(9), timestamp: at(2 ** 60), ip: '\0\ud800', statusCode: 2 ** 31 - 1 },
      }),
      agent.BatchCreateLogs({
        logs: [{ output: `\0${'é'.repeat(9_000)}`, createdAt: at(-(2 ** 62)), level: 99 as never }],
      }),
      sayAll(neighbour),
    ]);
    const body = await eventually('both are stored', async () => {
      const [mine, theirs] = await Promise.all([details(created), details(other)]);
      return mine.sessions.length > 0 && mine.startup !== null && theirs.sessions.length > 0 && mine;
    });
    expect(body.startup).toEqual({
      version: 'v\ufffd',
      expanded_directory: 'd'.repeat(2_048),
      subsystems: ['unspecified', 'unspecified'],
    });
    expect(body.lifecycle).toEqual({ state: 'unspecified', changed_at: expect.stringMatching(RFC_3339) });
    expect(body.app_healths).toHaveLength(2);
    expect(body.logs[0].output).toMatch(/^\ufffdé+…$/);
    expect(Buffer.byteLength(body.logs[0].output)).toBeLessThanOrEqual(4_096);
    client.close();
    neighbour.close();
  });
});

describe("an agent's connections", () => {
  const reasons = async (created: CreatedAgent) =>
    (await details(created)).connections.map(({ gateway, ended_at, reason }: any) => [
      gateway === here.id ? 'here' : 'there',
      ended_at === null ? null : reason,
    ]);

  it('end with a reason, newest first, the newest kept', async () => {
    const created = await newAgent();
    (await dial(created)).close();
    await eventually('closed', async () => (await reasons(created))[0]?.[1] === 'closed');
    const socket = new WebSocket(`${here.url.replace(/^http/, 'ws')}/api/v2/workspaceagents/me/rpc?version=2.11`, {
      headers: { 'Coder-Session-Token': created.token },
    });
    socket.on('open', () => socket.terminate());
    await eventually('lost', async () => (await reasons(created))[0]?.[1] === 'lost');
    await dial(created);
    const second = await dial(created);
    await eventually('replaced here', async () => (await reasons(created))[1]?.[1] === 'replaced');
    await dial(created, there);
    await eventually(
      'replaced there',
      async () => {
        const [newest, second] = await reasons(created);
        return newest[0] === 'there' && second[1] === 'replaced';
      },
      15_000,
    );
    second.close();
    await there.request('POST', `/api/v2/agents/${created.id}/token`, {});
    await eventually('revoked', async () => (await reasons(created))[0]?.[1] === 'revoked', 15_000);
    expect(await reasons(created)).toEqual([
      ['there', 'revoked'],
      ['here', 'replaced'],
      ['here', 'replaced'],
    ]);
    const { connections } = await details(created);
    for (const { started_at, ended_at } of connections) expect(started_at <= ended_at).toBe(true);
  });

  it('end as their gateway drains', async () => {
    const created = await newAgent();
    const third = await testGateway(database.url);
    await dial(created, third);
    await eventually('it is there', async () => (await reasons(created)).length === 1);
    await third.stop();
    expect((await reasons(created))[0]?.[1]).toBe('draining');
  });
});

it('all of it rides in the flushes: as many transactions and notifications as flushes', async () => {
  const quiet = await testDatabase();
  const heard: string[] = [];
  const listener = await Session.open({ url: quiet.url, onNotification: (_, payload) => heard.push(payload) });
  await listener.query('LISTEN tidegate');
  await quiet.query(`
    CREATE TABLE writers (xid xid8, source text);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO writers VALUES (pg_current_xact_id(), TG_TABLE_NAME); RETURN NULL; END $$`);
  for (const table of ['agent_metadata', 'agent_connections', 'agent_records', 'agent_logs']) {
    await quiet.query(
      `CREATE TRIGGER note AFTER INSERT OR UPDATE ON tidegate.${table} FOR EACH STATEMENT EXECUTE FUNCTION note()`,
    );
  }
  const begunMs = performance.now();
  const gateways = await Promise.all([testGateway(quiet.url), testGateway(quiet.url)]);
  const [left, right] = gateways;
  const created = await left.createAgents(...Array.from({ length: 20 }, (_, i) => ({ name: `flow-${i}` })));
  const clients = await Promise.all(created.map((one, i) => dial(one, i % 2 ? left : right)));
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(
      clients.map(async (client) => {
        const metadata = [{ key: 'cpu', result: { value: String(round) } }];
        await Promise.all([sayAll(client), client.agent.BatchUpdateMetadata({ metadata })]);
      }),
    );
  }
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  const tookMs = performance.now() - begunMs;
  await listener.query('SELECT 1');
  const writers = await quiet.query<{ xid: string; sources: string }>(
    "SELECT xid::text AS xid, string_agg(DISTINCT source, ' ' ORDER BY source) AS sources FROM writers GROUP BY xid",
  );
  const revisions = heard.map((payload) => JSON.parse(payload).revision);
  expect(new Set(revisions).size).toBe(revisions.length);
  // Whatever was written was written by a transaction that notified, once; and one such holds all the kinds at once.
  for (const { xid } of writers) expect(revisions).toContain(xid);
  expect(writers.map(({ sources }) => sources)).toContain('agent_logs agent_metadata agent_records');
  // Of each gateway one in 300 ms, however long the machine took, and one more at its end.
  expect(revisions.length).toBeLessThanOrEqual(2 * (Math.floor(tookMs / 300) + 2));
  const [kept] = await quiet.query<{ logs: number; records: number }>(
    `SELECT (SELECT count(*)::integer FROM tidegate.agent_logs) AS logs,
       (SELECT count(*)::integer FROM tidegate.agent_records) AS records`,
  );
  expect(kept).toEqual({ logs: 60, records: 20 * 5 });
  for (const client of clients) client.close();
  await listener.close();
  await quiet.drop();
});
