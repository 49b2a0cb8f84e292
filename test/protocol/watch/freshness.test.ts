import { expect, test } from 'vitest';
import { FRESHNESS_GRACE_MS, freshness, freshnessLimits } from '../../../protocol/watch/freshness.ts';

const key = { interval: 10, timeout: 2 };
const ofAge = (ageMs: number, more = {}) =>
  freshness({ at: 1_000_000, nowMs: 1_000_000 + ageMs, status: 'connected', key, flushIntervalMs: 5_000, ...more });

test('late behind interval, timeout, two flush intervals and the grace; stale two intervals later', () => {
  const lateMs = 10_000 + 2_000 + 2 * 5_000 + FRESHNESS_GRACE_MS;
  expect(freshnessLimits(key, 5_000)).toEqual({ lateAfterMs: lateMs, staleAfterMs: lateMs + 20_000 });
  expect(ofAge(lateMs)).toBe('fresh');
  expect(ofAge(lateMs + 1)).toBe('late');
  expect(ofAge(lateMs + 20_000)).toBe('late');
  expect(ofAge(lateMs + 20_001)).toBe('stale');
});

test('a value of an agent that is not connected is offline, however new', () => {
  expect(ofAge(0, { status: 'disconnected' })).toBe('offline');
  expect(ofAge(0, { status: 'never' })).toBe('offline');
});

test('a key collected once a connection, or described by nobody, is fresh while the agent is connected', () => {
  expect(ofAge(1e9, { key: { interval: 0, timeout: 1 } })).toBe('fresh');
  expect(ofAge(1e9, { key: undefined })).toBe('fresh');
});

test('a value from ahead of the clock is fresh', () => {
  expect(ofAge(-60_000)).toBe('fresh');
});
