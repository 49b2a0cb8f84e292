import { expect, it } from 'vitest';
import { EndOfTurn } from '../../gateway/end-of-turn.ts';
import { FakeClock } from '../support/fake-clock.ts';

function rig() {
  const clock = new FakeClock();
  const turns: (() => void)[] = [];
  const ran: string[] = [];
  /** How many tasks had run, each time that none was left. */
  const done: number[] = [];
  const endOfTurn = new EndOfTurn(() => clock.now(), {
    nextTurn: (task) => turns.push(task),
    onDone: () => done.push(ran.length),
  });
  /** A task that takes so long. */
  const task =
    (name: string, tookMs = 0) =>
    () => {
      ran.push(name);
      clock.advance(tookMs);
    };
  return { clock, endOfTurn, task, ran, done, turns, turn: () => turns.shift()?.() };
}

it('runs what came in one turn by one callback, in order', () => {
  const { endOfTurn, task, ran, turns, turn } = rig();
  for (const name of ['a', 'b', 'c']) endOfTurn.add(task(name));
  expect(turns).toHaveLength(1);
  turn();
  expect(ran).toEqual(['a', 'b', 'c']);
  expect(turns).toHaveLength(0);
});

it('leaves for the next turn what would take longer than 10 ms', () => {
  const { endOfTurn, task, ran, turn } = rig();
  for (const name of ['a', 'b', 'c', 'd']) endOfTurn.add(task(name, 6));
  turn();
  expect(ran).toEqual(['a', 'b']);
  turn();
  expect(ran).toEqual(['a', 'b', 'c', 'd']);
});

it('says when no task is left, and not before', () => {
  const { endOfTurn, task, done, turn } = rig();
  for (const name of ['a', 'b', 'c']) endOfTurn.add(task(name, 6));
  expect(endOfTurn.isIdle).toBe(false);
  turn();
  expect(done).toEqual([]);
  turn();
  expect(done).toEqual([3]);
  expect(endOfTurn.isIdle).toBe(true);
});

it('runs one task a turn where each takes longer', () => {
  const { endOfTurn, task, ran, turn } = rig();
  for (const name of ['a', 'b']) endOfTurn.add(task(name, 60));
  turn();
  expect(ran).toEqual(['a']);
  turn();
  expect(ran).toEqual(['a', 'b']);
});

it('gives what a task adds a turn of its own, behind what waits', () => {
  const { endOfTurn, task, ran, turns, turn } = rig();
  endOfTurn.add(() => {
    task('a')();
    endOfTurn.add(task('added'));
  });
  endOfTurn.add(task('b'));
  turn();
  expect(ran).toEqual(['a', 'b']);
  expect(turns).toHaveLength(1);
  turn();
  expect(ran).toEqual(['a', 'b', 'added']);
  expect(turns).toHaveLength(0);
});

it('knows a turn that has gone on for more than 10 ms since its first task', () => {
  const { clock, endOfTurn, task, turn } = rig();
  clock.advance(60);
  expect(endOfTurn.isLong).toBe(false);
  endOfTurn.add(task('a', 6));
  clock.advance(10);
  expect(endOfTurn.isLong).toBe(false);
  clock.advance(1);
  expect(endOfTurn.isLong).toBe(true);
  endOfTurn.add(task('b', 6));
  endOfTurn.add(task('c'));
  turn();
  // What is left begins a turn of its own.
  expect(endOfTurn.isLong).toBe(false);
  clock.advance(11);
  expect(endOfTurn.isLong).toBe(true);
  turn();
  expect(endOfTurn.isLong).toBe(false);
});

it('goes on behind a task that has thrown', () => {
  const { endOfTurn, task, ran, turn } = rig();
  endOfTurn.add(task('a'));
  endOfTurn.add(() => {
    throw new Error('on purpose');
  });
  endOfTurn.add(task('b'));
  expect(turn).toThrow('on purpose');
  turn();
  expect(ran).toEqual(['a', 'b']);
  endOfTurn.add(task('c'));
  turn();
  expect(ran).toEqual(['a', 'b', 'c']);
});
