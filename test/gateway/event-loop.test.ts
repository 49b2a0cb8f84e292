import { expect, it } from 'vitest';
import { watchEventLoop } from '../../gateway/event-loop.ts';
import { FakeClock } from '../support/fake-clock.ts';

it('tells how late the event loop came round to a timer', () => {
  const clock = new FakeClock();
  const stalls: number[] = [];
  watchEventLoop(clock, (seconds) => stalls.push(seconds));
  clock.advance(100);
  clock.elapse(350);
  clock.advance(0);
  expect(stalls).toEqual([0, 0.25]);
});

it('does not count what the loop slept of its own accord', () => {
  const clock = new FakeClock();
  const stalls: number[] = [];
  const since: number[] = [];
  watchEventLoop(
    clock,
    (seconds) => stalls.push(seconds),
    (sinceMs) => {
      since.push(sinceMs);
      return 30;
    },
  );
  clock.elapse(150);
  clock.advance(0);
  expect(since).toEqual([100]);
  expect(stalls).toEqual([0.02]);
});
