import { describe, expect, it } from 'vitest';
import { judgeAgent } from '../../../protocol/watch/agent-state.ts';
import { freshnessLimits } from '../../../protocol/watch/freshness.ts';
import type { WatchedAgent } from '../../../protocol/watch/state.ts';

const KEY = { display_name: 'CPU', interval: 10, timeout: 1 };
const FLUSH_MS = 5_000;
const limits = freshnessLimits(KEY, FLUSH_MS) ?? { lateAfterMs: 0, staleAfterMs: 0 };

function agent(values: Record<string, { at: number; error?: string }>, status: WatchedAgent['status'] = 'connected') {
  const entries = Object.entries(values).map(([key, { at, error = '' }]) => [key, { value: '1', error, at }] as const);
  const keys = new Map(Object.keys(values).map((key) => [key, KEY]));
  return { id: 'a', name: 'a', labels: {}, status, keys, values: new Map(entries) } satisfies WatchedAgent;
}

describe('judgeAgent', () => {
  it('is as bad as the worst value', () => {
    const now = 1_000_000;
    const judge = (values: Parameters<typeof agent>[0]) => judgeAgent(agent(values), now, FLUSH_MS).state;
    const late = { at: now - limits.lateAfterMs - 1 };
    const stale = { at: now - limits.staleAfterMs - 1 };
    expect(judge({ a: { at: now } })).toBe('fine');
    expect(judge({ a: { at: now }, b: late })).toBe('late');
    expect(judge({ a: stale, b: late })).toBe('stale');
    expect(judge({ a: stale, b: { at: now, error: 'exit 1' } })).toBe('failing');
    expect(judgeAgent(agent({ a: { at: now } }, 'disconnected'), now, FLUSH_MS).state).toBe('offline');
  });

  it('says when its judgement ends, and not a moment too late', () => {
    const watched = agent({ a: { at: 0 }, b: { at: 4_000 } });
    let now = 0;
    const seen: string[] = [];
    while (now !== Number.POSITIVE_INFINITY) {
      const { state, dueAtMs } = judgeAgent(watched, now + 1, FLUSH_MS);
      seen.push(state);
      // Nothing changes before the due time.
      if (dueAtMs !== Number.POSITIVE_INFINITY) expect(judgeAgent(watched, dueAtMs, FLUSH_MS).state).toBe(state);
      now = dueAtMs;
    }
    expect([...new Set(seen)]).toEqual(['fine', 'late', 'stale']);
  });
});
