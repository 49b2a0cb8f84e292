import { describe, expect, it } from 'vitest';
import type { SoakFindings } from '../../../scripts/soak/judge.ts';
import { stallFigures, violations } from '../../../scripts/soak/judge.ts';
import { type MemorySample, memoryFigures } from '../../../scripts/soak/memory.ts';
import { missingValues } from '../../../scripts/soak/stored.ts';

const MIB = 1024 * 1024;

/** A sample each two seconds for `minutes`, of which each value grows by so much a minute behind the first one. */
function samples(minutes: number, growthMiB: number): MemorySample[] {
  return Array.from({ length: minutes * 30 + 1 }, (_, i) => {
    const grownBytes = Math.max(0, i / 30 - 1) * growthMiB * MIB;
    return { atMs: i * 2_000, rssBytes: 100 * MIB + grownBytes, heapBytes: (i % 5 === 0 ? 20 : 40) * MIB + grownBytes };
  });
}

const agent = (connects = 2, failedReports = 1, acknowledged = 8) => ({
  id: 'a',
  result: { connects, failedReports, reports: 9, acknowledged, values: 20, newest: { cpu: 7 } },
});

function findings(changes: Partial<SoakFindings> = {}): SoakFindings {
  const memory = memoryFigures(samples(4, 0));
  const life = {
    livedMs: 50_000,
    exit: 0,
    endedAfterMs: 100,
    memory,
    stalls: { p99: 0.01, max: 0.1 },
    standstillSeconds: 0.1,
    log: [{ atMs: 2_500, level: 'error' as const, text: 'PostgreSQL is away' }],
    acksCommitted: 9,
    acksAccepted: 0,
  };
  return {
    agents: [agent()],
    events: [{ kind: 'disconnected', agent: 'a', atMs: 1_500, error: '' }],
    gatewayRestart: { fromMs: 1_000, toMs: 2_000 },
    databaseRestart: { fromMs: 2_400, toMs: 2_600 },
    lives: [life],
    flushIntervalMs: 5_000,
    flushes: {
      flushes: 12,
      notifications: 12,
      flushesOfGateways: [12],
      unheardAtRestart: 0,
      mismatches: [],
      maxNotificationBytes: 76,
    },
    lost: [],
    watchers: 2,
    watchersExact: 2,
    ...changes,
  };
}

const lifeWith = (changes: object) => [{ ...findings().lives[0], ...changes }] as SoakFindings['lives'];
const flushesWith = (changes: object) => ({ ...findings().flushes, ...changes });
const cut = (kind: string, atMs: number) => [{ kind, agent: 'a', atMs, error: 'EOF' }];

describe('a soak', () => {
  it('has nothing against a run in which only the restart cut each agent once', () => {
    expect(violations(findings())).toEqual([]);
  });

  it('holds no stall of the machine against the gateway', () => {
    const stalls = { p99: 0.01, max: Number.POSITIVE_INFINITY };
    expect(violations(findings({ lives: lifeWith({ stalls, standstillSeconds: 2 }) }))).toEqual([]);
  });

  it.each<[string, Partial<SoakFindings>]>([
    ['disconnected of a at 00:00:03.000: EOF', { events: cut('disconnected', 3_000) }],
    ['report-failed of a at 00:00:00.999: EOF', { events: cut('report-failed', 999) }],
    ['tolerated of a at 00:00:03.000: EOF', { events: cut('tolerated', 3_000) }],
    ['1 agents: no-goodbye (EOF)', { events: cut('no-goodbye', 1_500) }],
    ['agent a was never answered', { agents: [agent(2, 1, 0)] }],
    ['agent a connected 3 times and had 1 reports cut; allowed are 2 and 1', { agents: [agent(3)] }],
    ['agent a connected 2 times and had 2 reports cut; allowed are 2 and 1', { agents: [agent(2, 2)] }],
    ['cpu is lost', { lost: ['cpu is lost'] }],
    ['flush 7 was notified 0 times', { flushes: flushesWith({ mismatches: ['flush 7 was notified 0 times'] }) }],
    ['13 flushes in life 1 of the gateway; 12 are allowed', { flushes: flushesWith({ flushesOfGateways: [13] }) }],
    ['nothing was flushed', { flushes: flushesWith({ flushes: 0 }) }],
    ['1 of 2 watchers ended with what is stored', { watchersExact: 1 }],
    ['life 1 of the gateway ended with 1', { lives: lifeWith({ exit: 1 }) }],
    [
      'life 1 of the gateway logged an error: boom',
      { lives: lifeWith({ log: [{ atMs: 2_700, level: 'error', text: 'boom' }] }) },
    ],
    ['memory grew in life 1 of the gateway', { lives: lifeWith({ memory: memoryFigures(samples(4, 20)) }) }],
    [
      'the event loop of life 1 stood still for more than 2.5 s',
      { lives: lifeWith({ stalls: { p99: 0.01, max: Number.POSITIVE_INFINITY } }) },
    ],
  ])('says: %s', (sentence, changes) => {
    expect(violations(findings(changes))).toEqual([sentence]);
  });
});

describe('memory', () => {
  it('is flat when it stays, grown when it grows, and not judged of a short life', () => {
    expect(memoryFigures(samples(4, 0))).toMatchObject({
      rssMiB: { start: 100, end: 100 },
      heapMiB: { start: 20, end: 20 },
      flat: true,
    });
    expect(memoryFigures(samples(4, 20)).flat).toBe(false);
    expect(memoryFigures(samples(2, 20)).flat).toBeNull();
  });
});

describe('an acknowledged value', () => {
  const stored = (value: string) => new Map([['a', new Map([['cpu', { value, error: '', atUs: 1 }]])]]);

  it('is there when it or a newer one is stored', () => {
    expect(missingValues([agent()], stored('7'), 'then')).toEqual([]);
    expect(missingValues([agent()], stored('8'), 'then')).toEqual([]);
    expect(missingValues([agent()], stored('6'), 'then')).toEqual([
      'then: cpu of a was acknowledged as 7, and 6 is stored',
    ]);
    expect(missingValues([agent()], new Map(), 'then')).toHaveLength(1);
  });
});

describe('event-loop stalls', () => {
  it('are read as bounds of buckets', () => {
    const name = 'tidegate_event_loop_stall_seconds_bucket';
    const text = `${name}{le="0.01"} 990\n${name}{le="0.5"} 999\n${name}{le="+Inf"} 999\n`;
    expect(stallFigures(text)).toEqual({ p99: 0.01, max: 0.5 });
    expect(stallFigures(text.replace('+Inf"} 999', '+Inf"} 1000')).max).toBe(Number.POSITIVE_INFINITY);
  });
});
