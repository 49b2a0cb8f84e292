import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reconnectDelayMs } from '../../../protocol/agent/backoff.ts';

const settings = { baseMs: 1_000, capMs: 15_000 };

it('draws from a range that doubles up to the cap, above what the gateway asked for', () => {
  const most = (attempt: number, retryAfterMs?: number) =>
    reconnectDelayMs({ attempt, settings, random: () => 1, retryAfterMs });
  expect([0, 1, 2, 3, 4, 5, 5_000].map((attempt) => most(attempt))).toEqual([
    1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
  ]);
  expect(most(0, 5_000)).toBe(6_000);
  fc.assert(
    fc.property(
      fc.nat(2_000),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.nat(60_000),
      (attempt, random, retryAfterMs) => {
        const delayMs = reconnectDelayMs({ attempt, settings, random: () => random, retryAfterMs });
        expect(delayMs).toBeGreaterThanOrEqual(retryAfterMs);
        expect(delayMs).toBeLessThanOrEqual(retryAfterMs + settings.capMs);
      },
    ),
  );
});
