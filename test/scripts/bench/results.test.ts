import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BenchRun, joined, readRun, writeRun } from '../../../scripts/bench/results.ts';
import { measured, run } from './measured.ts';

describe('a run made in parts', () => {
  it('has the scenarios of both, each where it was first', () => {
    const earlier = run([measured('call', { a: 1 }), measured('idle', { b: 2 })], { startedAt: 'at eight' });
    const later = run([measured('flush', { c: 3 }), measured('call', { a: 4 })], { startedAt: 'at nine' });
    const both = joined(earlier, later);
    expect(both.scenarios.map(({ name }) => name)).toEqual(['call', 'idle', 'flush']);
    expect(both.scenarios[0]?.figures).toEqual(measured('call', { a: 4 }).figures);
    expect(both.startedAt).toBe('at eight');
  });

  it('names the commits of all its parts, each once', () => {
    const of = (tidegate: string): BenchRun => {
      const part = run([measured('call', { a: 1 })]);
      return { ...part, machine: { ...part.machine, versions: { ...part.machine.versions, tidegate } } };
    };
    const parts = ['0.1.0 (a)', '0.1.0 (b)', '0.1.0 (a)'].map(of);
    expect(parts.reduce(joined).machine.versions.tidegate).toBe('0.1.0 (a) and 0.1.0 (b)');
  });

  it('keeps the figures of a scenario that the later part did not measure, and all notes', () => {
    const earlier = run([
      measured('promise', { '600 agents': 1, '3000 agents': 2 }, { notes: ['logged'], seconds: 60 }),
    ]);
    const later = run([measured('promise', { '600 agents': 5 }, { notes: ['logged', 'no Go'], seconds: 9 })]);
    const [both] = joined(earlier, later).scenarios;
    expect(both?.figures.map(({ what, samples }) => [what, samples])).toEqual([
      ['600 agents', [5]],
      ['3000 agents', [2]],
    ]);
    expect(both).toMatchObject({ notes: ['logged', 'no Go'], seconds: 69 });
  });

  it.each([
    ['the later part was interrupted', { a: 1 }, false, { a: 1 }, true, true],
    ['what was interrupted was measured again', { a: 1 }, true, { a: 1, b: 2 }, false, false],
    ['figures of an interrupted part remain', { a: 1, b: 2 }, true, { a: 1 }, false, true],
    ['neither was interrupted', { a: 1, b: 2 }, false, { a: 1 }, false, false],
  ])('knows whether a scenario is whole: %s', (_, first, firstUnfinished, second, secondUnfinished, unfinished) => {
    const earlier = run([measured('call', first, { unfinished: firstUnfinished })]);
    const later = run([measured('call', second, { unfinished: secondUnfinished })]);
    expect(joined(earlier, later).scenarios[0]?.unfinished).toBe(unfinished);
  });
});

it('keeps figures with more samples than an interrupted run has', () => {
  const figures = [{ what: 'a', unit: 'ms' as const, samples: [1, 2, 3] }];
  const earlier = run([measured('call', {}, { figures })]);
  const later = run([measured('call', { a: 9 }, { unfinished: true })]);
  expect(joined(earlier, later).scenarios).toEqual(earlier.scenarios);
  const both = joined(earlier, run([measured('call', { a: 9, b: 1 }, { unfinished: true })])).scenarios[0];
  expect(both?.figures.map(({ samples }) => samples)).toEqual([[1, 2, 3], [1]]);
  expect(both?.unfinished).toBe(true);
});

describe('the file of a run', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tidegate-bench-test-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is written in one step: what could not be written leaves it as it was', () => {
    const file = join(directory, 'run.json');
    const first = run([measured('call', { a: 1 })]);
    writeRun(file, first);
    const bad = { ...first, startedAt: 1n as unknown as string };
    expect(() => writeRun(file, bad)).toThrow(TypeError);
    expect(readRun(file)).toEqual(first);
    const second = run([measured('call', { a: 2 })]);
    writeRun(file, second);
    expect(readRun(file)).toEqual(second);
    expect(readdirSync(directory)).toEqual(['run.json']);
    expect(existsSync(`${file}.new`)).toBe(false);
  });
});
