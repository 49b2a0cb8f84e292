import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CollectionClock } from '../../gateway/collection-clock.ts';
import { FakeClock } from '../support/fake-clock.ts';

const WALL_US = 1_700_000_000_000_000;

/** A database whose clock is `aheadUs` before the monotonic one; a probe's answer takes the next of `tripsMs`. */
function setup(options: { aheadUs?: number; tripsMs?: number[] } = {}) {
  const clock = new FakeClock({ startMs: 500.25 });
  const database = { aheadUs: options.aheadUs ?? WALL_US, away: false, hangs: false, probes: 0, failures: 0 };
  const tripsMs = options.tripsMs ?? [];
  const wall = { us: WALL_US + 500_250 };
  const collection = new CollectionClock({
    clock,
    wallClockUs: () => wall.us,
    onProbeFailed: () => {
      database.failures += 1;
    },
    probe: async () => {
      database.probes += 1;
      if (database.hangs) await new Promise(() => {});
      if (database.away) throw new Error('away');
      const tripMs = tripsMs.shift() ?? 0;
      // The whole trip lies on the way there: the worst case, wrong by half of it.
      clock.elapse(tripMs);
      return clock.now() * 1000 + database.aheadUs;
    },
  });
  const errorUs = () => collection.nowUs() - Math.floor(clock.now() * 1000) - database.aheadUs;
  return { clock, database, wall, collection, errorUs };
}

describe('CollectionClock', () => {
  it('shows the database time in whole microseconds, carried on by the monotonic clock', async () => {
    const { clock, collection, errorUs } = setup({ aheadUs: WALL_US + 3_600_000_000 });
    expect(await collection.measure()).toBe(true);
    expect(errorUs()).toBe(0);
    clock.elapse(1.2345678);
    expect(Number.isSafeInteger(collection.nowUs())).toBe(true);
    expect(errorUs()).toBe(0);
  });

  it('believes the fastest of several probes', async () => {
    const { collection, errorUs } = setup({ tripsMs: [400, 80, 2, 300, 90] });
    await collection.measure();
    expect(Math.abs(errorUs())).toBe(1_000);
  });

  it('goes by the wall clock of its start until measured, steps of it without effect', async () => {
    const { clock, collection, database, wall } = setup();
    database.away = true;
    expect(await collection.measure()).toBe(false);
    expect(collection.measured).toBe(false);
    const startUs = collection.nowUs();
    expect(startUs).toBe(wall.us);
    wall.us -= 3_600_000_000;
    clock.elapse(1_000);
    expect(collection.nowUs()).toBe(startUs + 1_000_000);
  });

  it('goes by the database from its first measurement on, however fast the wall clock was, if nobody was told', async () => {
    const { collection, errorUs } = setup({ aheadUs: WALL_US - 15_000_000 });
    await collection.measure();
    expect(errorUs()).toBe(0);
    expect(collection.aheadUs).toBe(0);
  });

  it('runs at half speed, never back, while it is ahead of the database', async () => {
    const { clock, collection, database, errorUs } = setup({ aheadUs: WALL_US - 2_000_000 });
    const beforeUs = collection.nowUs();
    await collection.measure();
    expect(database.failures).toBe(0);
    expect(collection.nowUs()).toBe(beforeUs);
    expect(collection.aheadUs).toBe(2_000_000);
    clock.elapse(2_000);
    expect(collection.nowUs()).toBe(beforeUs + 1_000_000);
    clock.elapse(2_000);
    expect(errorUs()).toBe(0);
    clock.elapse(1_000);
    expect(errorUs()).toBe(0);
  });

  it('measures at start and every minute, until stopped', async () => {
    const { clock, collection, database, errorUs } = setup();
    await collection.start();
    expect(database.probes).toBe(5);
    database.aheadUs += 7_000;
    await clock.run(59_999);
    expect(database.probes).toBe(5);
    await clock.run(1);
    expect(database.probes).toBe(10);
    expect(errorUs()).toBe(0);
    collection.stop();
    await clock.run(600_000);
    expect(database.probes).toBe(10);
    expect(clock.timers).toBe(0);
  });

  it('keeps the offset while probes fail or hang, and soon tries again', async () => {
    const { clock, collection, database, errorUs } = setup();
    await collection.start();
    database.away = true;
    await clock.run(60_000);
    expect(database.failures).toBe(2);
    expect(errorUs()).toBe(0);
    database.away = false;
    database.hangs = true;
    await clock.run(5_000 + 2 * 5_000);
    expect(database.failures).toBe(4);
    database.hangs = false;
    database.aheadUs += 1_000;
    await clock.run(5_000);
    expect(errorUs()).toBe(0);
    expect(collection.measured).toBe(true);
  });

  it('takes no nonsense for a time', async () => {
    const { collection, database } = setup({ aheadUs: Number.NaN });
    expect(await collection.measure()).toBe(false);
    expect(database.failures).toBe(2);
  });

  it('stamps above a floor', async () => {
    const { collection } = setup();
    await collection.measure();
    const nowUs = collection.nowUs();
    expect(collection.stampAbove(nowUs - 1)).toBe(nowUs);
    expect(collection.stampAbove(nowUs)).toBe(nowUs + 1);
    expect(collection.stampAbove(nowUs + 5_000)).toBe(nowUs + 5_001);
  });

  it('never goes back and is always whole, whatever it measures', async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
    console.log(`collection clock: SEED=${seed}`);
    const step = fc.record({
      elapseMs: fc.double({ min: 0, max: 5_000, noNaN: true }),
      shiftUs: fc.integer({ min: -5_000_000, max: 5_000_000 }),
      measure: fc.boolean(),
      away: fc.boolean(),
    });
    const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { clock, collection, database } = setup();
      let lastUs = collection.nowUs();
      for (const { elapseMs, shiftUs, measure, away } of steps) {
        clock.elapse(elapseMs);
        database.aheadUs += shiftUs;
        database.away = away;
        if (measure) await collection.measure();
        const nowUs = collection.nowUs();
        expect(Number.isSafeInteger(nowUs)).toBe(true);
        expect(nowUs).toBeGreaterThanOrEqual(lastUs);
        expect(collection.aheadUs).toBeGreaterThanOrEqual(0);
        lastUs = nowUs;
      }
    });
    await fc.assert(property, { seed });
  });
});
