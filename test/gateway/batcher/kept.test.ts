import { describe, expect, it } from 'vitest';
import type { AgentRecord, LogLine } from '../../../db/types.ts';
import { harness, report, theWrite, value } from './harness.ts';

const line = (output: string): LogLine => ({ atUs: 1, sourceId: 's', level: 'info', output, bytes: output.length });
const lines = (...outputs: string[]) => outputs.map(line);
const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
const record = (kind: AgentRecord['kind'], subject: string, body: object): AgentRecord => ({
  kind,
  subject,
  atUs: 1,
  body: body as AgentRecord['body'],
});
const outputsOf = (logs: readonly LogLine[] | undefined) => logs?.map(({ output }) => output);

/** A batcher with its settings made small, and what it has dropped. */
function small(settings: Parameters<typeof harness>[0] = {}) {
  const rig = harness({
    random: () => 0,
    ...settings,
    settings: { agentLogLines: 4, agentLogBytes: 100, agentRecords: 2, agentConnections: 2, ...settings.settings },
  });
  const flush = async () => {
    await rig.clock.run(5_000);
    return theWrite(rig);
  };
  return { ...rig, flush, dropped: () => rig.droppedLines.reduce((sum, n) => sum + n, 0) };
}

describe('log lines', () => {
  it.each([
    ['below', 3, numbered(1, 3), 0],
    ['at', 4, numbered(1, 4), 0],
    ['above', 7, numbered(4, 7), 3],
  ])('%s the limit of lines, in one call and in many', async (_, count, left, dropped) => {
    const rig = small();
    rig.batcher.changeAgent({ agentId: 'together', logs: lines(...numbered(1, count)) });
    for (const output of numbered(1, count)) rig.batcher.changeAgent({ agentId: 'apart', logs: lines(output) });
    expect(rig.dropped()).toBe(2 * dropped);
    expect((await rig.flush()).batch.agents.map(({ agentId, logs }) => [agentId, outputsOf(logs)])).toEqual([
      ['apart', left],
      ['together', left],
    ]);
  });

  it.each([
    ['at', ['x'.repeat(60), 'y'.repeat(40)], 2],
    ['above', ['x'.repeat(60), 'y'.repeat(41)], 1],
  ])('%s the limit of bytes', async (_, outputs, left) => {
    const rig = small();
    rig.batcher.changeAgent({ agentId: 'a', logs: lines(...outputs) });
    expect(outputsOf((await rig.flush()).batch.agents[0]?.logs)).toEqual(outputs.slice(-left));
    expect(rig.dropped()).toBe(outputs.length - left);
  });

  it("of all agents are bounded together: at the bound an agent's own older lines give way", async () => {
    // A line of 22 bytes counts 150: there is room for two.
    const rig = small({ settings: { pendingLogBytes: 300 } });
    const text = (name: string) => name.padEnd(22);
    rig.batcher.changeAgent({ agentId: 'a', logs: lines(text('a1')) });
    rig.batcher.changeAgent({ agentId: 'b', logs: lines(text('b1')) });
    expect(rig.dropped()).toBe(0);
    rig.batcher.changeAgent({ agentId: 'a', logs: lines(text('a2'), text('a3')) });
    rig.batcher.changeAgent({ agentId: 'c', logs: lines(text('c1')) });
    expect(rig.dropped()).toBe(3);
    expect((await rig.flush()).batch.agents.map(({ logs }) => outputsOf(logs))).toEqual([
      [text('a3')],
      [text('b1')],
      [],
    ]);
    // What was written makes room.
    rig.batcher.changeAgent({ agentId: 'c', logs: lines(text('c1')) });
    expect(rig.dropped()).toBe(3);
  });

  it('of a failed flush stand before those that came meanwhile, and are bounded with them', async () => {
    const rig = small();
    rig.batcher.changeAgent({ agentId: 'a', logs: lines('1', '2', '3') });
    rig.batcher.changeAgent({ agentId: 'b', logs: lines('1') });
    const failing = await rig.flush();
    rig.batcher.changeAgent({ agentId: 'a', logs: lines('4', '5') });
    failing.fail();
    await rig.clock.run(0);
    expect(rig.dropped()).toBe(1);
    const { batch } = await rig.flush();
    expect(batch.agents.map(({ logs }) => outputsOf(logs))).toEqual([['2', '3', '4', '5'], ['1']]);
  });

  it('wait in bounded memory however long the database is away', async () => {
    const rig = small({ settings: { pendingLogBytes: 10_000 } });
    let told = 0;
    for (let attempt = 0; attempt < 20; attempt += 1) {
      for (let agent = 0; agent < 50; agent += 1) {
        for (let n = 0; n < 5; n += 1) rig.batcher.changeAgent({ agentId: `a${agent}`, logs: lines(`${told++}`) });
      }
      (await rig.flush()).fail();
      await rig.clock.run(0);
    }
    const held = (await rig.flush()).batch.agents.flatMap(({ logs }) => logs ?? []);
    expect(held.length).toBeLessThanOrEqual(10_000 / 128);
    expect(held.length + rig.dropped()).toBe(told);
    // The newest is there.
    expect(outputsOf(held)?.some((output) => Number(output) > told - 300)).toBe(true);
  });
});

describe('records and connections', () => {
  it('are joined by their subject, the newest of each kind kept', async () => {
    const rig = small();
    const tell = (...records: AgentRecord[]) => rig.batcher.changeAgent({ agentId: 'a', records });
    tell(record('session', 's1', { type: 'ssh', at: 1 }), record('session', 's1', { at: 2, reason: 'bye' }));
    tell(record('session', 's2', {}), record('app_health', 'x', {}));
    tell(record('session', 's3', {}), record('session', 's1', { at: 3 }));
    expect((await rig.flush()).batch.agents[0]?.records).toEqual([
      record('app_health', 'x', {}),
      record('session', 's3', {}),
      record('session', 's1', { type: 'ssh', at: 3, reason: 'bye' }),
    ]);
  });

  it('keep what was said last of each connection, the newest of them', async () => {
    const rig = small();
    const span = (number: number, reason: string | null) => ({ number, endedAtUs: reason && number, reason });
    for (const [number, reason] of [
      [1, null],
      [2, null],
      [1, 'closed'],
      [3, null],
      [2, 'lost'],
    ] as const) {
      rig.batcher.changeAgent({ agentId: 'a', connections: [span(number, reason) as never] });
    }
    expect((await rig.flush()).batch.agents[0]?.connections).toEqual([span(2, 'lost'), span(3, null)]);
  });
});

it('a batch that is written is not changed by what comes meanwhile', async () => {
  const rig = small();
  rig.batcher.changeAgent({ agentId: 'a', logs: lines('1'), records: [record('stats', '', { n: 1 })] });
  const { batch } = await rig.flush();
  const before = structuredClone(batch);
  rig.batcher.changeAgent({ agentId: 'a', logs: lines('2'), records: [record('stats', '', { n: 2 })] });
  expect(batch).toEqual(before);
});

it('who waits is told when what was kept is committed, or accepted when time is over', async () => {
  const rig = small();
  const told: string[] = [];
  rig.batcher.changeAgent({ agentId: 'a', logs: lines('1') }, (kind) => told.push(`1 ${kind}`));
  const write = await rig.flush();
  expect(told).toEqual([]);
  write.commit();
  await rig.clock.run(0);
  await rig.clock.run(1_000);
  expect(told).toEqual(['1 committed']);
  rig.batcher.changeAgent({ agentId: 'a', logs: lines('2') }, (kind) => told.push(`2 ${kind}`));
  await rig.flush();
  await rig.clock.run(10_000);
  expect(told).toEqual(['1 committed', '2 accepted']);
});

it('of a deleted agent nothing waits any more, and who waited is told', async () => {
  const rig = small();
  const told: string[] = [];
  rig.batcher.changeAgent({ agentId: 'gone', logs: lines('1') }, (kind) => told.push(kind));
  rig.batcher.add(report(value('stays', 'k', 'v')));
  rig.batcher.forgetAgent('gone');
  expect((await rig.flush()).batch.agents).toEqual([]);
  await rig.clock.run(1_000);
  expect(told).toEqual(['dropped']);
});
