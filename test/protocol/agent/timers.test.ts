import { describe, expect, it } from 'vitest';
import { SharedTimers } from '../../../protocol/agent/timers.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function setUp(options = {}) {
  const clock = new FakeClock(options);
  return { clock, timers: new SharedTimers(clock) };
}

describe('SharedTimers', () => {
  it('runs each task once, never early and at most 50 ms late', () => {
    const { clock, timers } = setUp({ startMs: 123.4 });
    const ran: [number, number][] = [];
    for (const delayMs of [0, 1, 49, 50, 51, 1_000, 30_000]) {
      timers.after(delayMs, () => ran.push([delayMs, clock.now() - 123.4]));
    }
    clock.advance(40_000);
    expect(ran.map(([delayMs]) => delayMs)).toEqual([0, 1, 49, 50, 51, 1_000, 30_000]);
    for (const [delayMs, atMs] of ran) {
      expect(atMs).toBeGreaterThanOrEqual(delayMs);
      expect(atMs).toBeLessThanOrEqual(delayMs + 50);
    }
    expect(clock.timers).toBe(0);
  });

  it('is never early where the real timer is', () => {
    const { clock, timers } = setUp({ earlyMs: 0.7 });
    let atMs = 0;
    timers.after(200, () => {
      atMs = clock.now();
    });
    clock.advance(400);
    expect(atMs).toBeGreaterThanOrEqual(200);
  });

  it('uses one real timer for any number of tasks', () => {
    const { clock, timers } = setUp();
    for (let i = 0; i < 1_000; i++) timers.after(i * 30, () => {});
    expect(clock.timers).toBe(1);
  });

  it('runs no task that was cancelled, even by a neighbour of the same slot', () => {
    const { clock, timers } = setUp();
    const ran: string[] = [];
    const cancelEarly = timers.after(500, () => ran.push('cancelled before'));
    timers.after(100, () => {
      ran.push('first');
      cancelNeighbour();
    });
    const cancelNeighbour = timers.after(100, () => ran.push('cancelled by the first'));
    cancelEarly();
    clock.advance(1_000);
    expect(ran).toEqual(['first']);
    expect(clock.timers).toBe(0);
  });

  it('sweeps every second until the last one leaves, and tells how long the process stood still', () => {
    const { clock, timers } = setUp();
    const sweeps: number[][] = [];
    const sweepable = { sweep: (nowMs: number, pausedMs: number) => sweeps.push([nowMs, pausedMs]) };
    timers.add(sweepable);
    clock.advance(2_000);
    clock.elapse(7_000);
    clock.advance(500);
    expect(sweeps.map(([, pausedMs]) => pausedMs)).toEqual([0, 0, 6_000]);
    timers.remove(sweepable);
    expect(clock.timers).toBe(0);
  });
});
