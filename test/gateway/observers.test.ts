import { describe, expect, it } from 'vitest';
import type { CommittedFlush } from '../../gateway/batcher/observer.ts';
import type { Log } from '../../gateway/log.ts';
import { createMetrics } from '../../gateway/metrics.ts';
import { batcherObserver } from '../../gateway/observers.ts';

describe('a committed flush', () => {
  const flush: CommittedFlush = {
    revision: 7n,
    written: 0,
    superseded: [],
    deleted: [],
    rejected: [],
    values: [],
    agents: [],
    reason: 'interval',
    startedAtMs: 0,
    durationMs: 2_499.4,
    attempt: 1,
    phasesMs: { connect: 0, begin: 1, write: 20, notify: 1, commit: 2_477 },
  };

  function warningsOf(flushed: CommittedFlush): unknown[] {
    const warnings: unknown[] = [];
    const log = { warn: (fields: unknown) => warnings.push(fields) } as unknown as Log;
    batcherObserver({ log, metrics: createMetrics(), onFlushed: () => {} }).onFlushed(flushed);
    return warnings;
  }

  it('is worth a warning from 2.5 s on, which says where the time went', () => {
    expect(warningsOf(flush)).toEqual([]);
    const { phasesMs } = flush;
    expect(warningsOf({ ...flush, durationMs: 2_500.4 })).toEqual([
      { reason: 'interval', durationMs: 2_500, phasesMs, values: 0, agents: 0 },
    ]);
  });
});
