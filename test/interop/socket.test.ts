/** The whole agent socket of a served gateway on PostgreSQL, driven by coder/websocket, hashicorp/yamux and storj.io/drpc. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CreatedAgent, eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { flatMemory } from './support/memory.ts';
import { Peer, runPeer } from './support/peer.ts';
import { DRPC_VERSIONS } from './support/versions.ts';

/** Calls of the long run. TIDEGATE_INTEROP_CALLS sets another number. */
const CALLS = Number(process.env.TIDEGATE_INTEROP_CALLS ?? 100_000);

// The rate is no matter of these tests, and would hold their calls back.
const RATE = { callsPerSecond: '1000000' } as const;
/** Reports are held for this long behind a commit, so that one can be given up before its answer. */
const HELD = { flushIntervalMs: '5s', ackTimeoutMs: '25s' } as const;

/** Besides the twelve ways: calls given up in mid-request, and what the session held when it ended. */
const EXTRA: Record<string, number> = { BatchUpdateMetadata: 2, StreamDERPMaps: 3 };

let database: TestDatabase;
let gateway: TestGateway;
/** Serves so few streams of a session that the next one tells whether the one before has freed its slot. */
let narrow: TestGateway;

beforeAll(async () => {
  database = await testDatabase();
  gateway = await testGateway(database.url, { ...RATE, ack: 'accepted' });
  narrow = await testGateway(database.url, { ...RATE, ...HELD, streamsPerSession: '4', keepAliveIntervalMs: '1s' });
});
afterAll(async () => {
  await narrow.stop();
  await gateway.stop();
  await database.drop();
});

let made = 0;

async function newAgent(metadata: object[] = []): Promise<CreatedAgent> {
  made += 1;
  const [created] = await gateway.createAgents({ name: `go-${made}`, metadata });
  return created as CreatedAgent;
}

describe.each(DRPC_VERSIONS.map(({ name }) => name))('an agent of storj.io/%s', (version) => {
  const drive = async (name: string, flags: { n?: number; agent?: CreatedAgent; at?: TestGateway } = {}) => {
    const { agent = await newAgent(), n = 0, at = gateway } = flags;
    return runPeer(version, 'socket', { url: at.url, token: agent.token, case: name, n });
  };
  const cancelled = (method: string) => narrow.metric('tidegate_rpcs_total', `method="${method}",outcome="cancelled"`);
  const largeAgent = () =>
    newAgent(
      Array.from({ length: 20 }, (_, i) => ({ key: `k${i}`, interval: 10, timeout: 1, script: 'x'.repeat(60_000) })),
    );

  it('is let in however SDKs pass the token, and refused by status', () => drive('dial'));

  it('has every method answered as docs/compatibility.md says', async () => {
    const agent = await newAgent([{ key: 'cpu', display_name: 'CPU', script: 'true', interval: 10, timeout: 3 }]);
    const answers = await drive('methods', { agent });
    const unimplemented = Object.entries(answers as Record<string, string>)
      .filter(([, answer]) => answer === '12 Unimplemented')
      .map(([name]) => name);
    expect(unimplemented.sort()).toEqual([
      'Agent/CreateSubAgent',
      'Agent/DeleteSubAgent',
      'Agent/ListSubAgents',
      'Agent/PushContextState',
      'Agent/ReportBoundaryLogs',
      'Agent/UpdateAppStatus',
      'Tailnet/RefreshResumeToken',
      'Tailnet/WorkspaceUpdates',
    ]);
    expect(answers['Agent/NoSuchMethod']).toMatch(/^0 protocol error: unknown rpc/);
    const others = Object.entries(answers).filter(
      ([name]) => !unimplemented.includes(name) && name !== 'Agent/NoSuchMethod',
    );
    expect(others).toHaveLength(14);
    expect(new Set(others.map(([, answer]) => answer))).toEqual(new Set(['ok']));
  });

  it('holds both tailnet streams through 500 reports', () => drive('held', { n: 500 }));

  it('is answered whatever its values hold', async () => {
    const agent = await newAgent();
    await drive('hostile', { agent });
    const values = await eventually('all five are stored', async () => {
      const { body } = await gateway.request('GET', `/api/v2/workspaceagents/${agent.id}/metadata`);
      const stored = Object.fromEntries(body.metadata.map((item: any) => [item.description.key, item.result]));
      return Object.keys(stored).length === 5 && stored;
    });
    expect(values.fine).toMatchObject({ value: 'ok', error: '' });
    expect(values.nul.value).toBe('a\uFFFDb');
    expect(values.bad).toMatchObject({ value: 'x\uFFFD\uFFFDy', error: 'value held bytes that are not text' });
    expect(values.long).toMatchObject({ value: 'é'.repeat(1024), error: 'value of 6000 bytes exceeded 2048 bytes' });
  });

  it('has all it says beside its values kept, though some of it is no text', async () => {
    const agent = await newAgent();
    await drive('kept', { agent });
    const id = (last: number) => `00000000-0000-0000-0000-00000000000${last}`;
    const at = (second: number) => new Date((1_700_000_000 + second) * 1_000).toISOString();
    const line = (second: number, level: string, output: string) => ({
      ...{ at: at(second), source_id: id(4), level, output },
    });
    const kept = await eventually('all of it is stored', async () => {
      const { body } = await gateway.request('GET', `/api/v2/agents/${agent.id}`);
      return body.logs.length === 3 && body.connections[0]?.ended_at !== null && body;
    });
    expect(kept).toMatchObject({
      lifecycle: { state: 'start_error', changed_at: at(0) },
      startup: { version: 'v2.30.0', expanded_directory: '/home/me', subsystems: ['exectrace'] },
      app_healths: [{ id: id(1), health: 'unhealthy' }],
      script_timings: [
        {
          ...{ script_id: id(2), stage: 'start', status: 'exit_failure', exit_code: 7 },
          ...{ started_at: at(1), ended_at: at(2) },
        },
      ],
      stats: { connection_count: 3, connection_median_latency_ms: 1.5, rx_bytes: 2 ** 40, session_counts: { ssh: 2 } },
      sessions: [
        {
          ...{ id: id(3), type: 'jetbrains', ip: '10.0.0.1', app_name: 'goland' },
          ...{ connected_at: at(3), disconnected_at: at(4), status_code: 1, reason: 'gone' },
        },
      ],
      // coder/websocket gives up its read before it says its close, so that the connection may just break.
      connections: [{ gateway: gateway.id, reason: expect.stringMatching(/^(closed|lost)$/) }],
      logs: [line(5, 'debug', 'first'), line(6, 'info', 'zweite Zeile: ü'), line(7, 'error', 'bad \ufffd\ufffd bytes')],
    });
  });

  it('sends 4 MiB - 1 and 4 MiB; one byte more ends its stream alone', async () => {
    expect(await drive('sizes')).toEqual({ '-1': 'ok', '0': 'ok', '1': 'refused' });
  });

  it('ends calls in every order that the wire allows, each finished by us once and at once', () =>
    drive('orders', { n: 20 }));

  it('gives calls up in every way before their answer: the handler hears of it and the slot is free', async () => {
    const methods = ['BatchUpdateMetadata', 'StreamDERPMaps', 'Coordinate'];
    const before = await Promise.all(methods.map(cancelled));
    const counts: Record<string, number> = await drive('aborts', { at: narrow });
    for (const [i, method] of methods.entries()) {
      expect(counts[method]).toBe(12 + (EXTRA[method] ?? 0));
      await eventually(method, async () => (await cancelled(method)) - (before[i] ?? 0) === counts[method]);
    }
  });

  it('cancels calls, SoftCancel off and on: the handler hears of it and the slot is free', async () => {
    const before = await cancelled('StreamDERPMaps');
    expect(await drive('cancel', { at: narrow, n: 20 })).toBe(2 * 20 + 3);
    await eventually('all are heard of', async () => (await cancelled('StreamDERPMaps')) - before === 2 * 20 + 3);
  });

  it('has its 257th stream wait for a slot and served when one is free, in order', () => drive('slots', { n: 256 }));

  it('reads an answer larger than a window slowly, or leaves it unread while pings go on, or resets it', async () => {
    const { manifestBytes } = await drive('unread', { at: narrow, agent: await largeAgent() });
    expect(manifestBytes).toBeGreaterThan(1_000_000);
  });

  it('is pinged and pings while the write side of the gateway is full', async () => {
    expect(await drive('pings', { at: narrow, agent: await largeAgent(), n: 3 })).toBeGreaterThanOrEqual(3);
  });

  it('sends 64 MiB on one stream, in little memory of the gateway', () => flatMemory(() => drive('upload', { n: 64 })));

  it('says go-away and goes on calling', () => drive('go-away'));

  it('is answered before a gateway that ends goes away', async () => {
    const ending = await testGateway(database.url, { ...RATE, ...HELD });
    const { token } = await newAgent();
    const peer = new Peer(version, 'socket', { url: ending.url, token, case: 'drain' });
    try {
      await peer.event('under way');
      expect((await ending.stop()).drained).toBe(true);
      expect(await peer.result()).toEqual(['answer', 'go-away 0']);
    } finally {
      peer.kill();
      await ending.stop();
    }
  });

  it(`makes ${CALLS} calls without a failure, each FIN answered at once`, { timeout: 600_000 }, async () => {
    const { failed, firstFailure, finsAnswered, finsLate, ...figures } = await drive('calls', { n: CALLS });
    console.log(`storj.io/${version}: ${JSON.stringify(figures)}`);
    expect({ failed, firstFailure, finsAnswered, finsLate }).toEqual({
      failed: 0,
      firstFailure: null,
      finsAnswered: CALLS,
      finsLate: [],
    });
  });
});

describe('a stream of an agent', () => {
  // In real time; the version of storj.io/drpc plays no part in it.
  it('that waits for a slot is reset after 60 s, and the session lives on', { timeout: 150_000 }, async () => {
    const { token } = await newAgent();
    const { waitedMs } = await runPeer('drpc-1.0.0', 'socket', { url: gateway.url, token, case: 'waits', n: 256 });
    expect(waitedMs).toBeGreaterThanOrEqual(60_000);
  });
});
