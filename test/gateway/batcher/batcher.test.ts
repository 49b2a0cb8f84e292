import { describe, expect, it } from 'vitest';
import { FakeClock, settled } from '../../support/fake-clock.ts';
import { committed, connection, harness, report, theWrite, value } from './harness.ts';

const cpu = (text: string, at = 1) => value('a', 'cpu', text, at);

describe('Batcher: what a flush holds', () => {
  it('keeps the newest value per agent and key, and of two of one time the later', async () => {
    const h = harness();
    h.batcher.add(report(cpu('new', 2), value('a', 'disk', 'first')));
    h.batcher.add(report(cpu('old', 1), value('a', 'disk', 'second')));
    await h.clock.run(50);
    expect(theWrite(h).batch.values.map((held) => held.value)).toEqual(['new', 'second']);
  });

  it('is sorted by agent and key, each pair once', async () => {
    const h = harness();
    h.batcher.add(report(value('b', 'z', '1'), value('b', 'a', '2')));
    h.batcher.add(report(value('a', 'm', '3')));
    h.batcher.changeAgent(connection('c', 1, 1));
    h.batcher.changeAgent(connection('a', 1, 1));
    await h.clock.run(50);
    const { values, agents } = theWrite(h).batch;
    expect(values.map((held) => held.agentId + held.key)).toEqual(['am', 'ba', 'bz']);
    expect(agents.map(({ agentId }) => agentId)).toEqual(['a', 'c']);
  });

  it('merges what changed about an agent field by field, the connection by its number', async () => {
    const h = harness();
    h.batcher.changeAgent({ agentId: 'a', lifecycle: { state: 'starting', changedAtUs: 9, atUs: 1 } });
    h.batcher.changeAgent(connection('a', 7, 1, true));
    h.batcher.changeAgent(connection('a', 6, 2, false));
    h.batcher.changeAgent({ agentId: 'a', lifecycle: { state: 'ready', changedAtUs: 3, atUs: 2 } });
    await h.clock.run(50);
    expect(theWrite(h).batch.agents).toEqual([
      { ...connection('a', 7, 1, true), lifecycle: { state: 'ready', changedAtUs: 3, atUs: 2 } },
    ]);
  });

  it('takes the later state of one connection, also when the earlier one comes back from a failed flush', async () => {
    const h = harness({ random: () => 0 });
    h.batcher.changeAgent(connection('a', 7, 1, true));
    await h.clock.run(50);
    h.batcher.changeAgent(connection('a', 7, 1, false));
    theWrite(h).fail();
    await h.clock.run(0);
    expect(theWrite(h).batch.agents).toEqual([connection('a', 7, 1, false)]);
  });

  it('notifies with an empty batch after touch', async () => {
    const h = harness();
    h.batcher.touch();
    await h.clock.run(50);
    expect(theWrite(h).batch).toEqual({ values: [], agents: [] });
  });

  it('does nothing while nothing changes', async () => {
    const h = harness();
    await h.clock.run(60_000);
    expect(h.writes).toEqual([]);
    expect(h.clock.timers).toBe(0);
  });
});

describe('Batcher: when flushes start', () => {
  it('starts 50 ms after the first change when none was lately, for the reason idle', async () => {
    const h = harness();
    h.batcher.add(report(cpu('1')));
    await h.clock.run(49);
    expect(h.open).toHaveLength(0);
    h.batcher.add(report(cpu('2')));
    await h.clock.run(1);
    theWrite(h).commit();
    await settled();
    expect(h.flushed).toMatchObject([{ reason: 'idle', startedAtMs: 1_050, attempt: 1, durationMs: 0 }]);
  });

  it('starts an interval after the start of the last one, however long that took, for the reason interval', async () => {
    const h = harness();
    h.batcher.add(report(cpu('1')));
    await h.clock.run(50);
    h.batcher.add(report(cpu('2')));
    await h.clock.run(3_000);
    theWrite(h).commit();
    await h.clock.run(1_999);
    expect(h.open).toHaveLength(0);
    await h.clock.run(1);
    theWrite(h).commit();
    await settled();
    expect(h.flushed.map(({ reason, startedAtMs, durationMs }) => [reason, startedAtMs, durationMs])).toEqual([
      ['idle', 1_050, 3_000],
      ['interval', 6_050, 0],
    ]);
  });

  it('starts the next at once when a write took longer than the interval, and never two at a time', async () => {
    const h = harness();
    h.batcher.add(report(cpu('1')));
    await h.clock.run(50);
    h.batcher.add(report(cpu('2')));
    await h.clock.run(20_000);
    expect(h.writes).toHaveLength(1);
    theWrite(h).commit();
    await h.clock.run(0);
    expect(h.writes).toHaveLength(2);
  });

  it('never starts early, though timers fire early', async () => {
    const early = new FakeClock({ startMs: 1_000, earlyMs: 0.75 });
    const h = harness({ clock: early });
    // Often enough that the interval, not the idle delay, decides when the next one starts.
    for (let i = 0; i < 20; i += 1) {
      h.batcher.add(report(cpu(`${i}`)));
      await early.run(1_000);
      for (const write of [...h.open]) write.commit();
      await settled();
    }
    const starts = h.flushed.map(({ startedAtMs }) => startedAtMs);
    expect(starts.length).toBeGreaterThan(2);
    for (const [i, start] of starts.slice(1).entries()) expect(start - (starts[i] ?? 0)).toBeGreaterThanOrEqual(5_000);
  });

  it('is brought forward by the number of values, at most once a second, with a warning', async () => {
    const h = harness({ settings: { batchMaxValues: 2 } });
    for (let i = 0; i < 39; i += 1) {
      h.batcher.add(report(value('a', 'x', `${i}`), value('a', 'y', `${i}`)));
      await h.clock.run(50);
      for (const write of [...h.open]) write.commit();
      await settled();
    }
    expect(h.flushed.map(({ reason, startedAtMs }) => [reason, startedAtMs])).toEqual([
      ['size', 1_000],
      ['size', 2_000],
    ]);
    expect(h.sizeFlushes).toHaveLength(2);
    expect(h.sizeFlushes[0]).toEqual({ values: 2, bytes: 4, batchMaxValues: 2, batchMaxBytes: 64 * 1024 ** 2 });
  });

  it('is not brought forward below the limits', async () => {
    const h = harness({ settings: { batchMaxValues: 2, batchMaxBytes: 10 } });
    h.batcher.add(report(cpu('1'.repeat(6))));
    await h.clock.run(49);
    expect(h.writes).toHaveLength(0);
  });

  it('is brought forward by UTF-8 bytes, those of replaced values no longer counted', async () => {
    const h = harness({ settings: { batchMaxBytes: 10 } });
    for (let i = 0; i < 9; i += 1) h.batcher.add(report(cpu('éé')));
    expect(h.batcher.pendingBytes).toBe(7);
    await h.clock.run(49);
    expect(h.writes).toHaveLength(0);
    h.batcher.add(report({ ...cpu('ééé'), error: 'e' }));
    await h.clock.run(0);
    expect(h.writes).toHaveLength(1);
    expect(h.sizeFlushes).toMatchObject([{ bytes: 10 }]);
  });

  it('is no longer brought forward when what was too much has been forgotten', async () => {
    const h = harness({ settings: { batchMaxValues: 2 } });
    h.batcher.add(report(value('b', 'x', '1')));
    h.batcher.add(report(cpu('1')));
    h.batcher.forgetAgent('a');
    await h.clock.run(49);
    expect(h.writes).toHaveLength(0);
  });
});

describe('Batcher: failures', () => {
  it('tries again after a random part of a doubling time, up to its cap', async () => {
    const h = harness({ random: () => 0.5, settings: { retryFloorMs: 100, retryCapMs: 350 } });
    h.batcher.add(report(cpu('1')));
    await h.clock.run(50);
    for (const waitMs of [50, 100, 175, 175]) {
      theWrite(h).fail(new Error('away'));
      await h.clock.run(waitMs - 1);
      expect(h.open).toHaveLength(0);
      await h.clock.run(1);
    }
    expect(h.failed.map(({ failure }) => [failure.attempt, failure.retryInMs, failure.values])).toEqual([
      [1, 50, 1],
      [2, 100, 1],
      [3, 175, 1],
      [4, 175, 1],
    ]);
    expect(h.failed[0]?.error).toEqual(new Error('away'));
    theWrite(h).commit();
    await settled();
    expect(h.flushed).toMatchObject([{ reason: 'idle', attempt: 5 }]);
  });

  it('counts the interval from the attempt that committed, not from those that failed', async () => {
    const h = harness({ random: () => 0.999, settings: { retryFloorMs: 1_000 } });
    h.batcher.add(report(cpu('1')));
    await h.clock.run(50);
    theWrite(h).fail();
    await h.clock.run(999);
    theWrite(h).commit();
    h.batcher.add(report(cpu('2')));
    await h.clock.run(4_999);
    expect(h.open).toHaveLength(0);
    await h.clock.run(1);
    expect(h.open).toHaveLength(1);
  });

  it('starts each series of failures with the shortest wait', async () => {
    const h = harness({ settings: { retryFloorMs: 100, flushIntervalMs: 1_000 } });
    for (let round = 0; round < 2; round += 1) {
      h.batcher.add(report(cpu('1')));
      await h.clock.run(1_000);
      theWrite(h).fail();
      await h.clock.run(50);
      theWrite(h).commit();
      await settled();
    }
    expect(h.failed.map(({ failure }) => failure.retryInMs)).toEqual([50, 50]);
  });

  it('merges a failed batch back under newer values and above older ones', async () => {
    const h = harness({ random: () => 0 });
    h.batcher.add(report(cpu('failed', 2), value('a', 'disk', 'failed', 2), value('a', 'net', 'failed', 2)));
    h.batcher.add(report(value('b', 'cpu', 'failed', 2)));
    await h.clock.run(50);
    h.batcher.add(report(cpu('newer', 3), value('a', 'disk', 'older', 1), value('a', 'net', 'tie', 2)));
    theWrite(h).fail();
    await h.clock.run(0);
    const written = theWrite(h).batch.values.map((held) => `${held.agentId}/${held.key}=${held.value}`);
    expect(written).toEqual(['a/cpu=newer', 'a/disk=failed', 'a/net=tie', 'b/cpu=failed']);
  });

  it('is bounded in an outage by the distinct keys, whatever waits for replies', async () => {
    const h = harness({ settings: { ackTimeoutMs: 100 } });
    let settledReports = 0;
    for (let i = 0; i < 300; i += 1) {
      h.batcher.add(report(cpu(`${i}`.padStart(3, '0'), i), value('a', 'disk', 'full', i)), () => {
        settledReports += 1;
      });
      await h.clock.run(100);
      for (const write of [...h.open]) write.fail();
    }
    await h.clock.run(1_000);
    for (const write of [...h.open]) write.fail();
    await settled();
    expect(h.batcher.pendingValues).toBe(2);
    expect(h.batcher.pendingBytes).toBe(14);
    expect(settledReports).toBe(300);
    expect(h.batcher.oldestChangeAtMs).toBe(1_000);
  });

  it('does not try a rejected value again, and reports it', async () => {
    const h = harness();
    h.batcher.add(report(cpu('poison'), value('a', 'disk', 'fine')));
    await h.clock.run(50);
    const write = theWrite(h);
    const [poison] = write.batch.values;
    if (poison === undefined) throw new Error('nothing was written');
    const rejected = [{ value: poison, sqlState: '22021', message: 'invalid byte sequence' }];
    write.commit({ written: 1, rejected });
    await h.clock.run(60_000);
    expect(h.flushed).toMatchObject([{ rejected, written: 1 }]);
    expect(h.writes).toHaveLength(1);
    expect(h.batcher.pendingValues).toBe(0);
  });

  it('outlives an observer that throws', async () => {
    const h = harness();
    h.flushed.push = () => {
      throw new Error('observer');
    };
    const kinds: string[] = [];
    h.batcher.add(report(cpu('1')), (kind) => kinds.push(kind));
    await h.clock.run(50);
    theWrite(h).commit();
    await h.clock.run(500);
    expect(kinds).toEqual(['committed']);
    expect(h.faults).toEqual([new Error('observer')]);
  });
});

describe('Batcher: what is not committed yet', () => {
  it('shows what is pending and what is in flight, in the order of arrival', async () => {
    const h = harness();
    h.batcher.add(report(cpu('in flight')));
    h.batcher.changeAgent(connection('a', 1, 1));
    await h.clock.run(50);
    h.batcher.add(report(cpu('pending')));
    const seen = () => {
      const texts: string[] = [];
      h.batcher.forEachPending((held) => texts.push(held.value));
      return texts;
    };
    expect(seen()).toEqual(['in flight', 'pending']);
    expect(h.batcher.pendingValues).toBe(2);
    const changes: unknown[] = [];
    h.batcher.forEachPendingChange((change) => changes.push(change));
    expect(changes).toEqual([connection('a', 1, 1)]);
    theWrite(h).commit();
    await settled();
    expect(seen()).toEqual(['pending']);
  });

  it('loses sight of nothing while a large failed batch is merged back in parts', async () => {
    let turns = 0;
    let fewest = Number.POSITIVE_INFINITY;
    const h = harness({
      random: () => 0,
      yieldTurn: async () => {
        turns += 1;
        const seen = new Set<string>();
        h.batcher.forEachPending((held) => seen.add(`${held.agentId}/${held.key}`));
        fewest = Math.min(fewest, seen.size);
        h.batcher.add(report(value('agent-1', `late-${turns}`, 'x')));
        await settled();
      },
    });
    for (let i = 0; i < 6_000; i += 1) {
      h.batcher.add(report(value(`agent-${i}`, 'cpu', '1'), value(`agent-${i}`, 'disk', '2')));
    }
    await h.clock.run(50);
    while (h.open.length === 0) await settled();
    const built = turns;
    expect(built, 'turns to lay out 12,000 values').toBeGreaterThan(3);
    const ids = theWrite(h).batch.values.map((held) => `${held.agentId}/${held.key}`);
    expect(ids).toEqual([...ids].sort());
    expect(ids).toHaveLength(12_000);
    theWrite(h).fail();
    while (h.open.length === 0) await h.clock.run(100);
    expect(turns - built, 'turns to merge and lay out again').toBeGreaterThan(4);
    expect(fewest).toBe(12_000);
    expect(theWrite(h).batch.values.length).toBeGreaterThan(12_000);
  });
});

describe('Batcher: deleted agents', () => {
  it('drops what waits, settles its reports and counts its values', async () => {
    const h = harness();
    const kinds: string[] = [];
    h.batcher.add(report(cpu('1'), value('a', 'disk', '2')), (kind) => kinds.push(kind));
    h.batcher.add(report(value('b', 'cpu', '3')));
    h.batcher.changeAgent(connection('a', 1, 1));
    h.batcher.forgetAgent('a');
    await h.clock.run(50);
    expect(theWrite(h).batch).toEqual({ values: [value('b', 'cpu', '3')], agents: [] });
    expect(kinds).toEqual(['dropped']);
    expect(h.forgotten).toEqual([2]);
  });

  it('does not bring back from a failed flush what was forgotten meanwhile', async () => {
    const h = harness({ random: () => 0 });
    h.batcher.add(report(cpu('1')));
    await h.clock.run(50);
    h.batcher.forgetAgent('a');
    expect(h.forgotten).toEqual([]);
    theWrite(h).fail();
    await h.clock.run(0);
    expect(theWrite(h).batch.values).toEqual([]);
    expect(h.forgotten).toEqual([1]);
  });

  it('leaves the count to the database when the flush commits', async () => {
    const h = harness();
    h.batcher.add(report(cpu('1')));
    await h.clock.run(50);
    h.batcher.forgetAgent('a');
    theWrite(h).commit({ deleted: [cpu('1')], written: 0 });
    await settled();
    expect(h.forgotten).toEqual([]);
    expect(h.flushed).toMatchObject([{ deleted: [cpu('1')] }]);
  });
});

describe('Batcher: drain', () => {
  it('flushes at once, again for what came meanwhile, then refuses', async () => {
    const h = harness();
    const kinds: string[] = [];
    h.batcher.add(report(cpu('1')), (kind) => kinds.push(kind));
    const draining = h.batcher.drain(15_000);
    expect(h.batcher.drain(1)).toBe(draining);
    await h.clock.run(0);
    h.batcher.add(report(cpu('2')), (kind) => kinds.push(kind));
    theWrite(h).commit();
    await h.clock.run(0);
    expect(theWrite(h).batch.values).toEqual([cpu('2')]);
    theWrite(h).commit();
    await h.clock.run(0);
    expect(await draining).toEqual({ drained: true, left: { values: 0, changes: 0 } });
    expect(kinds).toEqual(['committed', 'committed']);
    expect(h.flushed.map(({ reason }) => reason)).toEqual(['shutdown', 'shutdown']);
    expect([h.batcher.add(report(cpu('3'))), h.batcher.changeAgent(connection('a', 1, 1)), h.batcher.touch()]).toEqual([
      false,
      false,
      false,
    ]);
    expect(h.clock.timers).toBe(0);
  });

  it('ends at once when nothing waits', async () => {
    const h = harness();
    expect(await h.batcher.drain(15_000)).toEqual({ drained: true, left: { values: 0, changes: 0 } });
    expect(h.writes).toEqual([]);
  });

  it('keeps trying until its time is over, says what is left and aborts the write', async () => {
    const h = harness({ random: () => 0.5 });
    const kinds: string[] = [];
    h.batcher.add(report(cpu('1')), (kind) => kinds.push(kind));
    h.batcher.changeAgent(connection('b', 1, 1));
    const draining = h.batcher.drain(1_000);
    await h.clock.run(0);
    theWrite(h).fail();
    await h.clock.run(50);
    const write = theWrite(h);
    expect(write.signal.aborted).toBe(false);
    await h.clock.run(950);
    expect(await draining).toEqual({ drained: false, left: { values: 1, changes: 1 } });
    expect(write.signal.aborted).toBe(true);
    write.fail();
    await h.clock.run(60_000);
    expect(h.writes).toHaveLength(2);
    expect(kinds).toEqual([]);
    expect(h.batcher.add(report(cpu('2')))).toBe(false);
  });

  it('lets the replies leave first, without spreading them', async () => {
    const h = harness();
    let replies = 0;
    for (let i = 0; i < 3_000; i += 1) {
      h.batcher.add(report(value(`${i}`, 'cpu', '1')), () => {
        replies += 1;
      });
    }
    const draining = h.batcher.drain(15_000).then(() => replies);
    await h.clock.run(0);
    theWrite(h).commit(committed(theWrite(h).batch, 1));
    await h.clock.run(0);
    expect(await draining).toBe(3_000);
  });
});
