import { describe, expect, it } from 'vitest';
import { pageOf } from '../../../scripts/bench/page.ts';
import type { Budget } from '../../../scripts/bench/scenario.ts';
import { measured, run } from './measured.ts';

const EMPTY = 'Above.\n<!-- measured: made by npm run bench -- --docs -->\nold\n<!-- end of measured -->\nBelow.\n';
const ORDER = ['call', 'idle', 'flush'];

const linesOf = (...runs: ReturnType<typeof run>[]) => pageOf(runs, EMPTY, ORDER).split('\n');

/** A run of one figure, which has a budget. */
function budgeted(sample: number, budget: Budget) {
  const scenario = measured('call', { a: sample });
  return run([{ ...scenario, figures: scenario.figures.map((figure) => ({ ...figure, budget })) }]);
}

describe('the page', () => {
  it('replaces what was measured and leaves what is around it', () => {
    const page = pageOf([run([measured('call', { a: 1 })])], EMPTY, ORDER);
    expect(page).toMatch(/^Above\.\n/);
    expect(page).toMatch(/\nBelow\.\n$/);
    expect(page).not.toContain('old');
    expect(pageOf([run([measured('call', { a: 1 })])], page, ORDER)).toBe(page);
  });

  it('needs a place for it', () => {
    expect(() => pageOf([run([])], 'no place', ORDER)).toThrow('no place for what was measured');
  });

  it('has a column for each run, of which one may have measured what another has not', () => {
    const first = run([measured('call', { a: 1, b: 2 }), measured('idle', { c: 3 })]);
    const second = run([measured('call', { a: 4, d: 5 })]);
    const lines = linesOf(first, second);
    expect(lines.filter((line) => /^\| ([a-d]| ) ?\|/.test(line))).toEqual([
      '| a | 1 ms | 4 ms |  |',
      '| b | 2 ms | – |  |',
      '| d | – | 5 ms |  |',
      '| c | 3 ms | – |  |',
    ]);
    expect(lines.filter((line) => line === '| | run 1 | run 2 | budget |')).toHaveLength(2);
  });

  it('has the scenarios in the order of the suite, whatever the order of the parts', () => {
    const lines = linesOf(
      run([measured('flush', { a: 1 }), measured('call', { b: 2 })]),
      run([measured('idle', { c: 3 })]),
    );
    expect(lines.filter((line) => line.startsWith('### '))).toEqual([
      '### Budgets',
      '### The call',
      '### The idle',
      '### The flush',
    ]);
  });

  it('says of each run whether a budget was kept, and shows a figure that misses it in bold', () => {
    const lines = linesOf(...[1, 2, 3].map((sample) => budgeted(sample, { must: 2, aim: 1 })));
    expect(lines).toContain('| call | a | ≤ 2 ms, aim 1 | aim | yes | **missed** |');
    expect(lines).toContain('| a | 1 ms | 2 ms | **3 ms** | ≤ 2 ms, aim 1 |');
  });

  it('judges every run by the newest budget, and none where there is none any more', () => {
    expect(linesOf(budgeted(3, { must: 2 }), budgeted(3, { must: 3 }))).toContain('| a | 3 ms | 3 ms | ≤ 3 ms |');
    const lines = linesOf(budgeted(3, { must: 2 }), run([measured('call', { a: 3 })]));
    expect(lines).toContain('| a | 3 ms | 3 ms |  |');
    expect(lines.join()).not.toContain('missed');
  });

  it('says where a run was interrupted', () => {
    const whole = run([measured('call', { a: 1 }, { notes: ['logged'] })]);
    const part = run([measured('call', { a: 1 }, { notes: ['logged'], unfinished: true })]);
    const notes = linesOf(whole, part).filter((line) => line.startsWith('- '));
    expect(notes).toEqual(['- logged', '- Run 2 was interrupted here: rounds or figures of it are missing.']);
  });
});
