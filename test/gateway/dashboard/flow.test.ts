import { describe, expect, it } from 'vitest';
import { FLOW_WINDOW_MS, FlowHistory, formatRate, type GatewayStats } from '../../../gateway/dashboard/model/flow.ts';

function sample(seconds: number, reports: number, uptimeSeconds = seconds): GatewayStats {
  return {
    version: '1.2.3',
    now: seconds * 1_000,
    uptime_ms: uptimeSeconds * 1_000,
    flush_interval_ms: 5_000,
    live_interval_ms: 200,
    agents: { connected: 1 },
    watchers: { connected: 1 },
    pending_values: 0,
    bus: 'ok',
    database: 'ok',
    totals: {
      reports,
      values_received: 0,
      values_written: 0,
      flushes: 0,
      notifications: 0,
      watch_messages: 0,
      watch_bytes: 0,
      acks: {},
      values_refused: {},
    },
  };
}

const latency = { p50Ms: 100, p99Ms: 200 };

describe('FlowHistory', () => {
  it('counts what came in a span, over the time it really saw', () => {
    const flow = new FlowHistory();
    expect(flow.rate('reports')).toBeNull();
    for (let second = 0; second <= 90; second += 2) flow.add(sample(second, second * 60), latency);
    expect(flow.rate('reports')).toBe(60);
    expect(flow.countIn('reports', 60_000)).toEqual({ count: 3_600, overMs: 60_000 });
    expect(flow.countIn('reports', 600_000)).toEqual({ count: 5_400, overMs: 90_000 });
  });

  it('calls coalesced what came and was neither written nor refused, and does not wait', () => {
    const at = (seconds: number, values: Partial<GatewayStats['totals']>, pending: number): GatewayStats => {
      const stats = sample(seconds, 0);
      return { ...stats, pending_values: pending, totals: { ...stats.totals, ...values } };
    };
    const flow = new FlowHistory();
    flow.add(at(0, { values_received: 100, values_written: 70 }, 30), latency);
    const refused = { superseded: 5, key_limit: 3, too_long: 7 };
    flow.add(at(60, { values_received: 1_000, values_written: 250, values_refused: refused }, 42), latency);
    expect(flow.countIn('values_coalesced', 60_000)).toEqual({ count: 1_000 - 250 - 42 - 8, overMs: 60_000 });
    expect(flow.rate('values_coalesced')).toBeCloseTo(700 / 60);
  });

  it('begins again with a gateway that restarted', () => {
    const flow = new FlowHistory();
    flow.add(sample(100, 5_000), latency);
    flow.add(sample(102, 10, 1), latency);
    expect(flow.size).toBe(1);
    expect(flow.rate('reports')).toBeNull();
  });

  it('bridges a time in which nobody looked by its average', () => {
    const flow = new FlowHistory();
    for (let second = 0; second <= 60; second += 2) flow.add(sample(second, second * 60), latency);
    flow.add(sample(360, 60 * 60 + 300 * 20), latency);
    expect(flow.rate('reports')).toBe(20);
    expect(flow.series('reports').rates.at(-1)).toBe(20);
    expect(flow.countIn('reports', 60_000)).toEqual({ count: 6_000, overMs: 300_000 });
  });

  it('keeps how long values took beside the counts', () => {
    const flow = new FlowHistory();
    flow.add(sample(2, 0), latency);
    flow.add(sample(4, 0), { p50Ms: 90, p99Ms: null });
    expect(flow.latencies()).toEqual({ times: [2, 4], p50Ms: [100, 90], p99Ms: [200, null] });
  });

  it('forgets what is older than its window', () => {
    const flow = new FlowHistory();
    for (let second = 0; second <= 2_000; second += 2) flow.add(sample(second, second), latency);
    expect(flow.series('reports').times[0]).toBe(2_000 - FLOW_WINDOW_MS / 1_000);
    expect(flow.series('reports').rates.at(-1)).toBeCloseTo(1);
  });
});

it.each([
  [0.2, '0.20'],
  [12.34, '12.3'],
  [186.4, '186'],
  [12_345, '12.3k'],
  [150_000, '150k'],
])('formats %d a second as %s', (rate, text) => expect(formatRate(rate)).toBe(text));
