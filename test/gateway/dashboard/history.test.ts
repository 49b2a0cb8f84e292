import { describe, expect, it } from 'vitest';
import { History } from '../../../gateway/dashboard/model/history.ts';
import { Latencies } from '../../../gateway/dashboard/model/latency.ts';
import { sparkPath } from '../../../gateway/dashboard/model/spark.ts';

describe('History', () => {
  it('keeps the last points of each series, oldest first', () => {
    const history = new History({ pointsPerSeries: 3, maxSeries: 10 });
    const [a, b] = [history.open() ?? -1, history.open() ?? -1];
    for (let index = 0; index < 5; index += 1) history.add(a, 1_000_000 + index * 1_000, index);
    history.add(b, 1_002_000, 7);
    expect(history.points(a)).toEqual({ times: [2, 3, 4], values: [2, 3, 4] });
    expect(history.points(b)).toEqual({ times: [2], values: [7] });
    expect(history.version(a)).toBe(5);
  });

  it('gives out no more series than allowed, and closed ones again, empty', () => {
    const history = new History({ pointsPerSeries: 2, maxSeries: 2 });
    const first = history.open() ?? -1;
    history.open();
    expect(history.open()).toBeNull();
    history.add(first, 1, 1);
    history.close(first);
    expect(history.open()).toBe(first);
    expect(history.points(first)).toEqual({ times: [], values: [] });
  });

  it('reaches over its pages', () => {
    const history = new History({ pointsPerSeries: 2, maxSeries: 3_000 });
    const all = Array.from({ length: 3_000 }, () => history.open() ?? -1);
    for (const series of all) history.add(series, 5_000, series);
    expect(all.every((series) => history.points(series).values[0] === series)).toBe(true);
  });
});

describe('sparkPath', () => {
  const size = { widthPx: 60, heightPx: 17 };
  it('needs two points', () => expect(sparkPath({ times: [1], values: [1] }, size)).toBeNull());
  it('spans the area', () => expect(sparkPath({ times: [0, 10], values: [3, 5] }, size)).toBe('M1.0 15.5L59.0 1.5'));
  it('runs through the middle when nothing changes', () =>
    expect(sparkPath({ times: [0, 10], values: [3, 3] }, size)).toBe('M1.0 8.5L59.0 8.5'));
});

it('Latencies gives percentiles of the last samples', () => {
  const latencies = new Latencies();
  expect(latencies.percentile(0.5)).toBeNull();
  for (let ms = 1; ms <= 100; ms += 1) latencies.add(ms);
  expect([latencies.percentile(0.5), latencies.percentile(0.99)]).toEqual([50, 99]);
  for (let count = 0; count < 2_048; count += 1) latencies.add(7);
  expect(latencies.percentile(1)).toBe(7);
});
