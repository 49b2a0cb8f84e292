import { describe, expect, it } from 'vitest';
import {
  budgetText,
  FigureTable,
  figureText,
  largest,
  median,
  numberText,
  percentile,
  verdict,
} from '../../../scripts/bench/figures.ts';
import type { Figure } from '../../../scripts/bench/scenario.ts';

describe('figures', () => {
  it.each([
    [[], Number.NaN],
    [[3], 3],
    [[9, 1, 5], 5],
    [[9, 1, 5, 2], 3.5],
  ])('the median of %j is %d', (samples, expected) => expect(median(samples)).toBe(expected));

  it('a percentile is a sample that so many are not above', () => {
    const samples = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect([0, 0.5, 0.99, 1].map((share) => percentile(samples, share))).toEqual([1, 51, 100, 100]);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('finds the largest of more samples than a call takes arguments', () => {
    expect(largest(Array.from({ length: 300_000 }, (_, i) => i))).toBe(299_999);
  });

  it.each([
    [0, '0'],
    [0.12345, '0.123'],
    [12.345, '12.3'],
    [1234.5, '1,235'],
    [15, '15'],
    [Number.NaN, '–'],
  ])('%d reads %s', (value, text) => expect(numberText(value)).toBe(text));

  it('are shown as their median, with the range of several', () => {
    expect(figureText({ what: 'a', unit: '×', samples: [2, 1.5, 3] })).toBe('2 × (1.5 – 3)');
    expect(figureText({ what: 'a', unit: 'count', samples: [7] })).toBe('7');
  });

  it.each([
    [[1, 1], 'aim'],
    [[1.5, 1.5], 'must'],
    [[2, 2], 'must'],
    [[1, 2, 9], 'must'],
    [[1, 2.1, 9], 'missed'],
  ] as const)('%j against at most 2, aimed at 1, is %s', (samples, expected) => {
    const figure: Figure = { what: 'a', unit: '×', samples: [...samples], budget: { must: 2, aim: 1 } };
    expect(verdict(figure)).toBe(expected);
    expect(budgetText(figure)).toBe('≤ 2 ×, aim 1');
  });

  it('have no verdict without a budget', () => {
    expect(verdict({ what: 'a', unit: '×', samples: [1] })).toBe('');
  });
});

describe('a table of figures', () => {
  it('gathers samples by figure, in the order in which figures first come', () => {
    const table = new FigureTable();
    table.add('b', 'ms', 1, { must: 3 });
    table.add('a', 'ms', 2);
    table.add('b', 'ms', 3, { must: 3 });
    expect(table.figures).toEqual([
      { what: 'b', unit: 'ms', samples: [1, 3], budget: { must: 3 } },
      { what: 'a', unit: 'ms', samples: [2] },
    ]);
    expect(table.samples).toBe(3);
  });

  it('keeps a note once', () => {
    const table = new FigureTable();
    for (const text of ['logged', 'no Go', 'logged']) table.note(text);
    expect(table.notes).toEqual(['logged', 'no Go']);
  });
});
