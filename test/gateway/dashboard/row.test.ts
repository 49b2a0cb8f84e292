import { describe, expect, it } from 'vitest';
import { Row } from '../../../gateway/dashboard/state/row.ts';
import type { WatchedAgent } from '../../../protocol/watch/state.ts';

const FLUSH_MS = 5_000;

function rowOf(declared: string[]): Row {
  const description = { display_name: '', interval: 10, timeout: 1 };
  const agent: WatchedAgent = {
    id: 'a',
    name: 'a',
    labels: {},
    status: 'connected',
    keys: new Map(declared.map((key) => [key, description])),
    values: new Map([['cpu', { value: '1 %', error: '', at: 0 }]]),
  };
  return new Row(agent);
}

describe('the freshness of a value as it is shown', () => {
  it('is that of the one rule for a declared key', () => {
    const row = rowOf(['cpu']);
    expect(row.freshnessOf('cpu', 10_000, FLUSH_MS)).toBe('fresh');
    expect(row.freshnessOf('cpu', 60_000, FLUSH_MS)).toBe('stale');
    expect(row.freshnessOf('mem', 60_000, FLUSH_MS)).toBe('fresh');
  });

  it('ends for a key that the agent no longer declares', () => {
    const row = rowOf(['mem']);
    expect(row.isUndeclared('cpu')).toBe(true);
    expect(row.freshnessOf('cpu', 60_000, FLUSH_MS)).toBe('fresh');
    expect(row.freshnessOf('cpu', 60_001, FLUSH_MS)).toBe('stale');
  });

  it('does not where the agent declares nothing at all', () => {
    const row = rowOf([]);
    expect(row.isUndeclared('cpu')).toBe(false);
    expect(row.freshnessOf('cpu', 9_000_000, FLUSH_MS)).toBe('fresh');
  });
});
