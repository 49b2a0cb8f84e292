import { describe, expect, it } from 'vitest';
import { Acknowledgements, type Waiter } from '../../../gateway/batcher/acknowledgements.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { harness, report, theWrite, value } from './harness.ts';

const settings = { ackTimeoutMs: 10_000, ackSliceMs: 20, ackSpreadMs: 500 };

function acknowledgements() {
  const clock = new FakeClock();
  const faults: unknown[] = [];
  return { clock, faults, acks: new Acknowledgements(clock, settings, (error) => faults.push(error)) };
}

describe('acknowledgements of reports', () => {
  it('come with the commit and not before', async () => {
    const h = harness();
    const kinds: string[] = [];
    h.batcher.add(report(value('a', 'cpu', '1')), (kind) => kinds.push(kind));
    await h.clock.run(1_000);
    expect(kinds).toEqual([]);
    theWrite(h).commit();
    await h.clock.run(0);
    expect(kinds).toEqual(['committed']);
  });

  it('wait for the next flush when they came during this one', async () => {
    const h = harness();
    const kinds: string[] = [];
    h.batcher.add(report(value('a', 'cpu', '1')));
    await h.clock.run(50);
    h.batcher.add(report(value('a', 'cpu', '2')), (kind) => kinds.push(kind));
    theWrite(h).commit();
    await h.clock.run(4_999);
    expect(kinds).toEqual([]);
    await h.clock.run(1);
    theWrite(h).commit();
    await h.clock.run(0);
    expect(kinds).toEqual(['committed']);
  });

  it('move along with a failed batch', async () => {
    const h = harness({ random: () => 0 });
    const kinds: string[] = [];
    h.batcher.add(report(value('a', 'cpu', '1')), (kind) => kinds.push(kind));
    await h.clock.run(50);
    h.batcher.add(report(value('a', 'cpu', '2')), (kind) => kinds.push(kind));
    theWrite(h).fail();
    await h.clock.run(0);
    expect(kinds).toEqual([]);
    theWrite(h).commit();
    await h.clock.run(0);
    expect(kinds).toEqual(['committed', 'committed']);
  });

  it('go out as accepted when their time is over, once, and only theirs', async () => {
    const h = harness();
    const kinds: string[] = [];
    h.batcher.add(report(value('a', 'cpu', '1')), (kind) => kinds.push(`first ${kind}`));
    await h.clock.run(5_000);
    h.batcher.add(report(value('b', 'cpu', '1')), (kind) => kinds.push(`second ${kind}`));
    await h.clock.run(4_999);
    expect(kinds).toEqual([]);
    await h.clock.run(1);
    expect(kinds).toEqual(['first accepted']);
    theWrite(h).commit();
    await h.clock.run(0);
    theWrite(h).commit();
    await h.clock.run(60_000);
    expect(kinds).toEqual(['first accepted', 'second committed']);
  });

  it('of a report without values come at once, but not from inside the call', async () => {
    const h = harness();
    const kinds: string[] = [];
    h.batcher.add({ agentId: 'a', values: [] }, (kind) => kinds.push(kind));
    expect(kinds).toEqual([]);
    await h.clock.run(0);
    expect(kinds).toEqual(['committed']);
    await h.clock.run(60_000);
    expect(h.writes).toEqual([]);
  });
});

describe('Acknowledgements', () => {
  it('has one timer for all that wait', () => {
    const { clock, acks } = acknowledgements();
    const kinds: string[] = [];
    for (let i = 0; i < 100; i += 1) {
      acks.expect((kind) => kinds.push(kind));
      clock.elapse(1);
    }
    expect(clock.timers).toBe(1);
    clock.advance(20_000);
    expect(kinds).toHaveLength(100);
    expect(clock.timers).toBe(0);
  });

  it('never accepts early, though timers fire early', () => {
    const clock = new FakeClock({ earlyMs: 1 });
    const acks = new Acknowledgements(clock, settings, () => {});
    let acceptedAtMs = 0;
    acks.expect(() => {
      acceptedAtMs = clock.now();
    });
    clock.advance(20_000);
    expect(acceptedAtMs).toBeGreaterThanOrEqual(10_000);
  });

  it('lets replies leave evenly over the spread, all within it', () => {
    const { clock, acks } = acknowledgements();
    const leftAtMs: number[] = [];
    const waiters = Array.from({ length: 10_000 }, () => acks.expect(() => leftAtMs.push(clock.now())));
    acks.settle(waiters, 'committed');
    expect(leftAtMs).toEqual([]);
    clock.advance(500);
    expect(leftAtMs).toHaveLength(10_000);
    const perSlice = new Map<number, number>();
    for (const atMs of leftAtMs) perSlice.set(atMs, (perSlice.get(atMs) ?? 0) + 1);
    expect(perSlice.size).toBeGreaterThanOrEqual(15);
    expect(Math.max(...perSlice.values())).toBeLessThanOrEqual(10_000 / 15);
  });

  it('lets a few leave at once', () => {
    const { clock, acks } = acknowledgements();
    let replies = 0;
    const waiters = Array.from({ length: 50 }, () =>
      acks.expect(() => {
        replies += 1;
      }),
    );
    acks.settle(waiters, 'committed');
    clock.advance(0);
    expect(replies).toBe(50);
  });

  it('works at most 20 ms a turn, slice behind slice when the spread does not suffice', () => {
    const { clock, acks } = acknowledgements();
    const turns: number[] = [];
    let replies = 0;
    let turnStartMs = 0;
    const waiters: Waiter[] = Array.from({ length: 2_000 }, () =>
      acks.expect(() => {
        clock.elapse(1);
        replies += 1;
      }),
    );
    acks.settle(waiters, 'committed');
    while (replies < 2_000) {
      const dueMs = clock.nextDueMs ?? Number.NaN;
      clock.elapse(Math.max(0, dueMs - clock.now()));
      turnStartMs = clock.now();
      const before = replies;
      clock.advance(0);
      turns.push(replies - before);
      expect(clock.now() - turnStartMs).toBeLessThanOrEqual(20);
    }
    expect(Math.max(...turns)).toBe(20);
    expect(clock.now()).toBeLessThan(2_600);
  });

  it('calls the others when one throws', () => {
    const { clock, acks, faults } = acknowledgements();
    const kinds: string[] = [];
    const broken = acks.expect(() => {
      throw new Error('broken');
    });
    acks.settle([broken, acks.expect((kind) => kinds.push(kind))], 'committed');
    clock.advance(0);
    expect(kinds).toEqual(['committed']);
    expect(faults).toEqual([new Error('broken')]);
  });

  it('still accepts an older report when a newer one was settled first', () => {
    const { clock, acks } = acknowledgements();
    const kinds: string[] = [];
    acks.expect((kind) => kinds.push(`old ${kind}`));
    acks.settle([acks.expect((kind) => kinds.push(`new ${kind}`))], 'committed');
    clock.advance(20_000);
    expect(kinds).toEqual(['new committed', 'old accepted']);
  });
});
