import { describe, expect, it } from 'vitest';
import { formatAge } from '../../../gateway/dashboard/model/ages.ts';
import { cutMiddle } from '../../../gateway/dashboard/model/cut.ts';
import { withMarksNamed } from '../../../gateway/dashboard/model/direction.ts';
import { afterNotice, type Problem, worstProblem } from '../../../gateway/dashboard/model/problems.ts';
import { layTiles, tileAt } from '../../../gateway/dashboard/model/tiles.ts';
import { wordFilter } from '../../../gateway/dashboard/model/words.ts';

it.each([
  [-50, 'now'],
  [999, 'now'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [7_200_000, '2 h'],
  [9 * 86_400_000, '9 d'],
])('an age of %d ms is %s', (ageMs, text) => expect(formatAge(ageMs)).toBe(text));

describe('cutMiddle', () => {
  it('keeps both ends', () => expect(cutMiddle('feature/dashboard-density', 11)).toBe('featu…nsity'));
  it('leaves what fits', () => expect(cutMiddle('main', 4)).toBe('main'));
  it('never halves a character', () => expect(cutMiddle('😀😀😀😀😀😀', 5)).toBe('😀😀…😀😀'));
});

describe('problems', () => {
  it('lasts from its first notice to its restoration', () => {
    let problems: Problem[] = afterNotice([], 'bus_degraded', 10);
    problems = afterNotice(problems, 'bus_degraded', 20);
    expect(problems).toEqual([{ code: 'bus_degraded', sinceMs: 10 }]);
    problems = afterNotice(problems, 'database_unavailable', 30);
    expect(worstProblem(problems)?.code).toBe('database_unavailable');
    problems = afterNotice(problems, 'database_restored', 40);
    expect(worstProblem(problems)?.code).toBe('bus_degraded');
    expect(worstProblem(afterNotice(problems, 'bus_restored', 50))).toBeNull();
  });
});

it.each(['page', 'page_database', 'database_unavailable', 'flush_behind', 'bus_degraded', 'draining'] as const)(
  'says %s in one sentence',
  (code) => {
    const sentence = worstProblem([{ code, sinceMs: 0 }])?.sentence ?? '';
    expect(sentence).toMatch(/^[A-Z].*[^.]\.$/);
    expect(sentence).not.toMatch(/[.!?] /);
  },
);

describe('tiles', () => {
  it('fit 2,000 agents into one screen', () => {
    const layout = layTiles(2_000, { widthPx: 1_400, heightPx: 700 });
    expect(layout.heightPx).toBeLessThanOrEqual(700);
    expect(layout.columns * (layout.tilePx + layout.gapPx)).toBeLessThanOrEqual(1_400 + layout.gapPx);
  });

  it('scroll rather than shrink below what can be hit', () => {
    const layout = layTiles(50_000, { widthPx: 1_000, heightPx: 500 });
    expect(layout.tilePx).toBe(10);
    expect(layout.heightPx).toBeGreaterThan(500);
  });

  it('are found under a point, and not between them', () => {
    const layout = { tilePx: 10, gapPx: 2, columns: 3, heightPx: 24 };
    expect(tileAt(layout, 13, 13)).toBe(4);
    expect(tileAt(layout, 11, 5)).toBeNull();
    expect(tileAt(layout, 40, 5)).toBeNull();
  });
});

describe('withMarksNamed', () => {
  it('names every mark of direction that turns text round', () => {
    const marks = '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069';
    const names = ['202A', '202B', '202C', '202D', '202E', '2066', '2067', '2068', '2069'];
    expect(withMarksNamed(`a${marks}b`)).toBe(`a${names.map((name) => `[U+${name}]`).join('')}b`);
  });

  it('leaves out the three that only hint, as numbers of some languages have them', () => {
    expect(withMarksNamed((-5).toLocaleString('he'))).toBe('-5');
    expect(withMarksNamed('\u200e-5 \u061c-\u0665 \u200f-5')).toBe('-5 -\u0665 -5');
  });

  it('leaves letters of every script, and all else, as they are', () => {
    const text = 'main שלום مرحبا 😀 e\u0301 a\u200db\n\ttab';
    expect(withMarksNamed(text)).toBe(text);
  });
});

it.each([
  ['', 'anything', true],
  ['  ', 'anything', true],
  ['4 DISK', 'disk.24', true],
  ['disk 5', 'disk.24', false],
])('a search for %j in %j finds it: %s', (search, text, found) => expect(wordFilter(search)(text)).toBe(found));
