import type { ReportedValue } from '../../../protocol/agent/agent.ts';

/** One key that every agent of a fleet reports. */
export interface FleetKey {
  name: string;
  displayName: string;
  intervalMs: number;
}

/** Makes up what agents report. */
export interface ValueSource<V extends ReportedValue | null = ReportedValue | null> {
  /** What a key says at its `round`-th report; null where it says nothing this time. */
  value(agent: number, key: FleetKey, round: number): V;
}

/**
 * Values that name the round in which they were new, so that what was lost and how long it took can be told exactly.
 * @param repeatShare how many of the values, from 0 to 1, are those of the round before
 */
export function numberedValues(repeatShare: number): ValueSource<string> {
  return {
    value(agent, key, round) {
      const fresh = lastFreshRound(agent, key.name, round, repeatShare);
      return `${(hash(`${agent}/${key.name}/${fresh}`) % 1000) / 10} % #${fresh}`;
    },
  };
}

/** The round of a value made by {@link numberedValues}, or -1 for any other text. */
export function roundOf(value: string): number {
  const at = value.lastIndexOf('#');
  return at < 0 ? -1 : Number(value.slice(at + 1));
}

function lastFreshRound(agent: number, key: string, round: number, repeatShare: number): number {
  let fresh = round;
  while (fresh > 0 && hash(`${agent}~${key}~${fresh}`) % 1000 < repeatShare * 1000) fresh -= 1;
  return fresh;
}

/** FNV-1a, 32 bits: the same figures in every run. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
