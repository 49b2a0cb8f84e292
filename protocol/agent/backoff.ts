export interface BackoffSettings {
  /** The first pause is a random part of this, in milliseconds. */
  baseMs: number;
  /** No pause is drawn from more than this, in milliseconds. */
  capMs: number;
}

/** Everyone is back within some 20 s of a gateway's return, and 10,000 agents come at under 1,000 a second. */
export const DEFAULT_BACKOFF: BackoffSettings = { baseMs: 1_000, capMs: 15_000 };

/**
 * Full jitter: a pause anywhere between nothing and a ceiling that doubles with each attempt, so that agents which lost
 * the same gateway do not come back to it together. `attempt` counts from 0, `random` is uniform in [0, 1).
 *
 * What the gateway asked for (Retry-After) is a least pause; the jitter goes on top of it.
 */
export function reconnectDelayMs(options: {
  attempt: number;
  settings: BackoffSettings;
  random: () => number;
  retryAfterMs?: number | undefined;
}): number {
  const { attempt, settings, random, retryAfterMs = 0 } = options;
  // 2 ** 1024 is infinity, which the cap takes care of.
  return retryAfterMs + random() * Math.min(settings.capMs, settings.baseMs * 2 ** attempt);
}
