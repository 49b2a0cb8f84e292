import { expect, it } from 'vitest';
import { PunctualClock } from '../../../gateway/gathering/punctual-clock.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function rig() {
  const clock = new FakeClock();
  const turns: (() => void)[] = [];
  const punctual = new PunctualClock(clock, (task) => turns.push(task));
  return { clock, punctual, turn: () => turns.shift()?.() };
}

it('knows which of its timers is due first', () => {
  const { punctual } = rig();
  expect(punctual.nextDueMs).toBe(Number.POSITIVE_INFINITY);
  punctual.after(200, () => {});
  const cancel = punctual.after(50, () => {});
  expect(punctual.nextDueMs).toBe(50);
  cancel();
  expect(punctual.nextDueMs).toBe(200);
});

it('runs a task in the turn behind its timer, and counts it as due until then', () => {
  const { clock, punctual, turn } = rig();
  const ran: string[] = [];
  punctual.after(50, () => ran.push('task'));
  clock.advance(50);
  expect(ran).toEqual([]);
  expect(punctual.nextDueMs).toBe(50);
  turn();
  expect(ran).toEqual(['task']);
  expect(punctual.nextDueMs).toBe(Number.POSITIVE_INFINITY);
});

it('runs nothing that was cancelled, before its time or between its time and its turn', () => {
  const { clock, punctual, turn } = rig();
  const ran: string[] = [];
  punctual.after(50, () => ran.push('early'))();
  const cancel = punctual.after(50, () => ran.push('late'));
  clock.advance(50);
  cancel();
  turn();
  expect(ran).toEqual([]);
});
