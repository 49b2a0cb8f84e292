export interface BackoffSettings {
  /** The first wait is a random part of this. */
  floorMs: number;
  /** No wait is longer. */
  capMs: number;
}

/**
 * Full jitter: a wait anywhere between nothing and a ceiling that doubles with each failure, so that gateways which
 * lost the same database do not come back to it together. `failures` counts from 1, `random` is uniform in [0, 1).
 */
export function fullJitterMs(failures: number, settings: BackoffSettings, random: () => number): number {
  return random() * Math.min(settings.capMs, settings.floorMs * 2 ** (failures - 1));
}
