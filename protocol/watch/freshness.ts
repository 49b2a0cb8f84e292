import type { KeyDescription, WatchedStatus } from './messages.ts';

/**
 * How much a shown value can be trusted.
 *
 * - `offline`: the agent is not connected; the value is the last one known.
 * - `fresh`: no newer value is due yet.
 * - `late`: a newer value should have been here.
 * - `stale`: at least two more collections should have been here.
 */
export type Freshness = 'fresh' | 'late' | 'stale' | 'offline';

export interface FreshnessInput {
  /** The value's time in milliseconds since 1970, on the collection clock. */
  at: number;
  /** The collection clock now, in the same unit. */
  nowMs: number;
  status: WatchedStatus;
  /** How the key is collected; without a description nobody can say when a newer value is due. */
  key: Pick<KeyDescription, 'interval' | 'timeout'> | undefined;
  /** The gateway's flush interval, from the snapshot. */
  flushIntervalMs: number;
}

/** Scheduling, network and live frames, together: half of what they may take by the budgets is already generous. */
export const FRESHNESS_GRACE_MS = 1_000;

/**
 * The one rule by which gateway and clients judge a value's age.
 *
 * A value is due one interval after the last one and may take its timeout. The flush interval counts twice: an agent's
 * reply can be held for one flush, which delays its next report, and a value from another gateway waits for that
 * gateway's flush. A watcher cannot tell which gateway holds an agent, so the wider allowance holds for all.
 *
 *     late   after     interval + timeout + 2 × flush interval + grace
 *     stale  after 3 × interval + timeout + 2 × flush interval + grace
 *
 * A key that is collected once a connection (interval 0), or that nobody has described, is fresh while its agent is
 * connected.
 */
export function freshness(input: FreshnessInput): Freshness {
  if (input.status !== 'connected') return 'offline';
  const limits = freshnessLimits(input.key, input.flushIntervalMs);
  if (limits === null) return 'fresh';
  const ageMs = input.nowMs - input.at;
  if (ageMs > limits.staleAfterMs) return 'stale';
  return ageMs > limits.lateAfterMs ? 'late' : 'fresh';
}

/** The ages at which a key's value becomes late and stale, or null for a key that is never due. */
export function freshnessLimits(
  key: FreshnessInput['key'],
  flushIntervalMs: number,
): { lateAfterMs: number; staleAfterMs: number } | null {
  if (key === undefined || key.interval <= 0) return null;
  const lateAfterMs = (key.interval + key.timeout) * 1_000 + 2 * flushIntervalMs + FRESHNESS_GRACE_MS;
  return { lateAfterMs, staleAfterMs: lateAfterMs + 2 * key.interval * 1_000 };
}
