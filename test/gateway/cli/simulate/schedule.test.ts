import { expect, it } from 'vitest';
import { Schedule } from '../../../../gateway/cli/simulate/schedule.ts';

function reportsUntil(schedule: Schedule, elapsedMs: number): [number, number][] {
  const reports: [number, number][] = [];
  schedule.run(elapsedMs, (agent, round) => reports.push([agent, round]));
  return reports;
}

it('spreads a fleet evenly over the interval', () => {
  const schedule = new Schedule({ count: 4, intervalMs: 1_000, burst: false });
  expect(reportsUntil(schedule, 0)).toEqual([[0, 0]]);
  expect(reportsUntil(schedule, 249)).toEqual([]);
  expect(reportsUntil(schedule, 750)).toEqual([
    [1, 0],
    [2, 0],
    [3, 0],
  ]);
  expect(reportsUntil(schedule, 1_000)).toEqual([[0, 1]]);
});

it('lets all report in the same instant when asked to', () => {
  const schedule = new Schedule({ count: 3, intervalMs: 1_000, burst: true });
  const all = (round: number) => [0, 1, 2].map((agent) => [agent, round]);
  expect(reportsUntil(schedule, 0)).toEqual(all(0));
  expect(reportsUntil(schedule, 999)).toEqual([]);
  expect(reportsUntil(schedule, 1_000)).toEqual(all(1));
});

it('leaves nothing out after a pause', () => {
  const schedule = new Schedule({ count: 2, intervalMs: 100, burst: false });
  expect(reportsUntil(schedule, 10_000)).toHaveLength(201);
});
