import { describe, expect, it } from 'vitest';
import { KeptReader } from '../../../gateway/agents/kept.ts';
import { agentService, coder } from '../../../protocol/messages/services.ts';

const { v2 } = coder.agent;
const AT_US = 1_767_607_200_000_123;
const limits = { valueBytes: 64, agentLogLineBytes: 32, agentLogBytes: 1_000, agentRecords: 3 };
const reader = new KeptReader(limits);
const at = (seconds: number, nanos = 0) => ({ seconds, nanos });
const uuid = Uint8Array.from(Buffer.from('00112233445566778899aabbccddeeff', 'hex'));
const UUID = '00112233-4455-6677-8899-aabbccddeeff';

type Methods = typeof agentService.methods;

/** A request as it comes over the wire; `spoil` changes its bytes on the way. */
function received<Name extends keyof Methods>(
  name: Name,
  message: Parameters<Methods[Name]['request']['encode']>[0],
  spoil: (bytes: Buffer) => void = () => {},
): ReturnType<Methods[Name]['request']['decode']> {
  const codec = agentService.methods[name].request as { encode(m: unknown): { finish(): Uint8Array } };
  const bytes = Buffer.from(codec.encode(message).finish());
  spoil(bytes);
  return agentService.methods[name].request.decode(bytes) as never;
}

/** Puts bytes that are no text where `mark` stands. */
const spoil = (mark: string) => (bytes: Buffer) => {
  const position = bytes.indexOf(mark);
  expect(position).toBeGreaterThan(0);
  bytes[position] = 0xff;
  bytes[position + 1] = 0;
};

describe('logs', () => {
  const read = (logs: object[], change = (_: Buffer) => {}) =>
    reader.logLines(received('BatchCreateLogs', { logSourceId: uuid, logs }, change), AT_US);

  it('keep their time, source, level and text', () => {
    const logs = [
      { createdAt: at(1_700_000_000, 5_999), level: v2.Log.Level.ERROR, output: 'it broke' },
      { createdAt: at(1_700_000_001), output: 'é' },
    ];
    expect(read(logs)).toEqual([
      { atUs: 1_700_000_000_000_005, sourceId: UUID, level: 'error', output: 'it broke', bytes: 8 },
      { atUs: 1_700_000_001_000_000, sourceId: UUID, level: 'info', output: 'é', bytes: 2 },
    ]);
  });

  it.each([
    ['none', undefined],
    ['zero', at(0)],
    ['before 1970', at(-1)],
    ['beyond 2255', at(9_000_000_001)],
    ['beyond every calendar', at(2 ** 62)],
    ['of odd nanoseconds', at(0, -5)],
  ])('of a time that makes no sense (%s) have that of their arrival', (_, createdAt) => {
    expect(read([{ createdAt, output: 'x' }])[0]?.atUs).toBe(AT_US);
  });

  it.each([
    ['at the limit', 'x'.repeat(32), 'x'.repeat(32)],
    ['one byte above', 'x'.repeat(33), `${'x'.repeat(29)}…`],
    ['cut between characters', 'é'.repeat(17), `${'é'.repeat(14)}…`],
    ['NUL', 'a\0b', 'a\ufffdb'],
    ['a limit reached by repair alone', `${'\0'.repeat(11)}`, `${'\ufffd'.repeat(9)}…`],
  ])('are put right: %s', (_, output, expected) => {
    const [line] = read([{ output }]);
    expect(line?.output).toBe(expected);
    expect(line?.bytes).toBe(Buffer.byteLength(expected));
    expect(line?.bytes).toBeLessThanOrEqual(32);
  });

  it('are taken though they are no text, each for itself', () => {
    const [bad, good] = read([{ output: 'a##b' }, { output: 'fine' }], spoil('##'));
    expect([bad?.output, good?.output]).toEqual(['a\ufffd\ufffdb', 'fine']);
  });

  it('of a level that nobody knows yet, or of none and of no source, are kept', () => {
    expect(read([{ level: 77, output: '' }])[0]).toMatchObject({ level: 'unspecified', output: '', bytes: 0 });
    expect(reader.logLines(received('BatchCreateLogs', { logs: [{}] }), AT_US)).toEqual([
      { atUs: AT_US, sourceId: '', level: 'info', output: '', bytes: 0 },
    ]);
    expect(reader.logLines(received('BatchCreateLogs', {}), AT_US)).toEqual([]);
  });
});

describe('lifecycle and start-up', () => {
  it('are read in words', () => {
    const lifecycle = { state: v2.Lifecycle.State.START_TIMEOUT, changedAt: at(1_700_000_000) };
    expect(reader.lifecycle(received('UpdateLifecycle', { lifecycle }), AT_US)).toEqual({
      state: 'start_timeout',
      changedAtUs: 1_700_000_000_000_000,
      atUs: AT_US,
    });
    const startup = { version: 'v2##', expandedDirectory: 'd'.repeat(65), subsystems: [1, 2, 99, 3] };
    expect(reader.startup(received('UpdateStartup', { startup }, spoil('##')), AT_US)).toEqual({
      version: 'v2\ufffd\ufffd',
      expandedDirectory: 'd'.repeat(64),
      subsystems: ['envbox', 'envbuilder', 'unspecified'],
      atUs: AT_US,
    });
  });

  it('are read when they say nothing', () => {
    expect(reader.lifecycle(received('UpdateLifecycle', {}), AT_US)).toEqual({
      state: 'unspecified',
      changedAtUs: AT_US,
      atUs: AT_US,
    });
    expect(reader.startup(received('UpdateStartup', {}), AT_US)).toEqual({
      version: '',
      expandedDirectory: '',
      subsystems: [],
      atUs: AT_US,
    });
  });
});

describe('records', () => {
  it('of apps have one subject each', () => {
    const updates = [
      { id: uuid, health: v2.AppHealth.HEALTHY },
      { id: Uint8Array.of(1, 2), health: 99 },
      { health: v2.AppHealth.DISABLED },
    ];
    expect(reader.appHealths(received('BatchUpdateAppHealths', { updates }), AT_US)).toEqual([
      { kind: 'app_health', subject: UUID, atUs: AT_US, body: { health: 'healthy' } },
      { kind: 'app_health', subject: '0102', atUs: AT_US, body: { health: 'unspecified' } },
    ]);
  });

  it('of an id without end have a subject that ends', () => {
    const updates = [{ id: new Uint8Array(10_000).fill(7), health: 3 }];
    expect(reader.appHealths(received('BatchUpdateAppHealths', { updates }), AT_US)[0]?.subject).toHaveLength(64);
  });

  it('of scripts tell one stage from another', () => {
    const timing = {
      ...{ scriptId: uuid, stage: v2.Timing.Stage.STOP, status: v2.Timing.Status.TIMED_OUT },
      ...{ exitCode: -1, start: at(1_700_000_000), end: at(2 ** 50) },
    };
    expect(reader.scriptTiming(received('ScriptCompleted', { timing }), AT_US)).toEqual([
      {
        kind: 'script_timing',
        subject: `${UUID}/stop`,
        atUs: AT_US,
        body: {
          ...{ scriptId: UUID, stage: 'stop', status: 'timed_out', exitCode: -1 },
          ...{ startedAtUs: 1_700_000_000_000_000, endedAtUs: AT_US },
        },
      },
    ]);
    expect(reader.scriptTiming(received('ScriptCompleted', {}), AT_US)).toEqual([]);
  });

  it('of statistics are numbers that JSON has, from agents old and new', () => {
    const stats = {
      ...{ connectionCount: 2, connectionMedianLatencyMs: Number.NaN, rxBytes: 2 ** 62, txPackets: -1 },
      ...{ sessionCountSsh: 4, sessionCounts: { cursor: 1, idle: 0, 'b##': 2, c: 3, d: 4 } },
    };
    const [record] = reader.stats(received('UpdateStats', { stats }, spoil('##')), AT_US);
    expect(record?.body).toEqual({
      ...{ connectionCount: 2, connectionMedianLatencyMs: 0, rxPackets: 0, rxBytes: 2 ** 62 },
      ...{ txPackets: -1, txBytes: 0, sessionCounts: { ssh: 4, cursor: 1, 'b\ufffd\ufffd': 2 } },
    });
    // The agent's first call is empty: it asks for the interval.
    expect(reader.stats(received('UpdateStats', {}), AT_US)).toEqual([]);
  });

  it('of resources are the newest reading', () => {
    const volumes = Array.from({ length: 5 }, (_, i) => ({ volume: `/v${i}`, used: i, total: 9 }));
    const datapoints = [
      { collectedAt: at(1_700_000_000), memory: { used: 1, total: 9 } },
      { collectedAt: at(1_700_000_010), memory: { used: 2, total: 9 }, volumes },
    ];
    const [record] = reader.resources(received('PushResourcesMonitoringUsage', { datapoints }), AT_US);
    expect(record?.body).toEqual({
      ...{ collectedAtUs: 1_700_000_010_000_000, memory: { used: 2, total: 9 } },
      volumes: volumes.slice(0, 3),
    });
    expect(reader.resources(received('PushResourcesMonitoringUsage', {}), AT_US)).toEqual([]);
    const [bare] = reader.resources(received('PushResourcesMonitoringUsage', { datapoints: [{}] }), AT_US);
    expect(bare?.body).toEqual({ collectedAtUs: AT_US, memory: null, volumes: [] });
  });

  it('of sessions begin and end apart, and the end leaves what the beginning said', () => {
    const begin = {
      ...{ id: uuid, action: v2.Connection.Action.CONNECT, type: v2.Connection.Type.VSCODE },
      ...{ timestamp: at(1_700_000_000), ip: '10.0.0.1', appName: 'code##' },
    };
    const read = (connection: object, change?: (bytes: Buffer) => void) =>
      reader.session(received('ReportConnection', { connection }, change), AT_US)[0];
    expect(read(begin, spoil('##'))).toEqual({
      kind: 'session',
      subject: UUID,
      atUs: AT_US,
      body: {
        ...{ type: 'vscode', ip: '10.0.0.1', appName: 'code\ufffd\ufffd' },
        connectedAtUs: 1_700_000_000_000_000,
      },
    });
    const end = { id: uuid, action: v2.Connection.Action.DISCONNECT, statusCode: 255, reason: 'r'.repeat(65) };
    expect(read(end)?.body).toEqual({ disconnectedAtUs: AT_US, statusCode: 255, reason: 'r'.repeat(64) });
    expect(read({ action: v2.Connection.Action.CONNECT })).toBeUndefined();
    expect(reader.session(received('ReportConnection', {}), AT_US)).toEqual([]);
  });
});
