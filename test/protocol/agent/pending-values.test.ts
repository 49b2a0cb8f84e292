import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PendingValues } from '../../../protocol/agent/pending-values.ts';

/** Any interleaving of new values, reports that fail and reports that arrive ends with the newest value of each key delivered. */
it('delivers the newest value of every key, whatever fails on the way', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), key: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ kind: fc.constantFrom('send', 'fail', 'succeed') }),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const pending = new PendingValues();
      const newest = new Map<string, string>();
      const delivered = new Map<string, string>();
      let underWay: ReturnType<PendingValues['take']> | null = null;
      const deliver = (batch: ReturnType<PendingValues['take']>) => {
        for (const [key, { value }] of batch) delivered.set(key, value);
      };
      for (const [number, next] of steps.entries()) {
        if ('key' in next) {
          pending.set(next.key, { value: String(number), error: '', collectedAtMs: number });
          newest.set(next.key, String(number));
        } else if (next.kind === 'send') underWay ??= pending.take();
        else if (underWay !== null) {
          if (next.kind === 'fail') pending.restore(underWay);
          else deliver(underWay);
          underWay = null;
        }
      }
      if (underWay !== null) pending.restore(underWay);
      deliver(pending.take());
      expect(delivered).toEqual(newest);
      expect(pending.isEmpty).toBe(true);
    }),
  );
});
