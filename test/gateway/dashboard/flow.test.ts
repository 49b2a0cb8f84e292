import { describe, expect, it } from 'vitest';
import { FLOW_WINDOW_MS, FlowHistory, formatRate, type GatewayStats } from '../../../gateway/dashboard/model/flow.ts';

function sample(seconds: number, reports: number, uptimeSeconds = seconds): GatewayStats {
  return {
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
    },
  };
}

describe('FlowHistory', () => {
  it('counts what came in a span, over the time it really saw', () => {
    const flow = new FlowHistory();
    expect(flow.rate('reports')).toBeNull();
    for (let second = 0; second <= 90; second += 2) flow.add(sample(second, second * 60));
    expect(flow.rate('reports')).toBe(60);
    expect(flow.countIn('reports', 60_000)).toEqual({ count: 3_600, overMs: 60_000 });
    expect(flow.countIn('reports', 600_000)).toEqual({ count: 5_400, overMs: 90_000 });
  });

  it('begins again with a gateway that restarted', () => {
    const flow = new FlowHistory();
    flow.add(sample(100, 5_000));
    flow.add(sample(102, 10, 1));
    expect(flow.samples).toHaveLength(1);
    expect(flow.rate('reports')).toBeNull();
  });

  it('forgets what is older than its window', () => {
    const flow = new FlowHistory();
    for (let second = 0; second <= 2_000; second += 2) flow.add(sample(second, second));
    expect(flow.samples[0]?.now).toBe(2_000_000 - FLOW_WINDOW_MS);
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
