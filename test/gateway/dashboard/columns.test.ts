import { describe, expect, it } from 'vitest';
import { ColumnCatalog, columnsInSight, shownColumns } from '../../../gateway/dashboard/model/columns.ts';
import type { WatchedAgent } from '../../../protocol/watch/state.ts';

function agent(values: Record<string, string>): WatchedAgent {
  const entries = Object.entries(values).map(([key, value]) => [key, { value, error: '', at: 0 }] as const);
  return { id: 'a', name: 'a', labels: {}, status: 'connected', keys: new Map(), values: new Map(entries) };
}

describe('ColumnCatalog', () => {
  it('learns a column once: its width never changes because a digit came', () => {
    const catalog = new ColumnCatalog(7);
    expect(catalog.learn([agent({ cpu: '5 %', branch: 'main' })])).toBe(true);
    const before = catalog.get('cpu');
    expect(before.numeric).toBe(true);
    expect(catalog.get('branch').numeric).toBe(false);
    expect(catalog.learn([agent({ cpu: '1234567890123456789 %' })])).toBe(false);
    expect(catalog.get('cpu')).toBe(before);
  });

  it('gives text what a wide screen has left over, and numbers only themselves on a narrow one', () => {
    const catalog = new ColumnCatalog(7);
    catalog.learn([agent({ cpu: '5 %', branch: 'feature/one-time-links' })]);
    const [cpu, branch] = [catalog.get('cpu'), catalog.get('branch')];
    const asTheyAre = cpu.widthPx + branch.widthPx;
    const [wideCpu, wideBranch] = catalog.fit([cpu, branch], asTheyAre + 100, false);
    expect([wideCpu?.widthPx, wideBranch?.widthPx]).toEqual([cpu.widthPx, branch.widthPx + 100]);
    expect(wideBranch?.characters).toBeGreaterThan(branch.characters);
    expect(catalog.fit([cpu, branch], asTheyAre - 100, false)).toEqual([cpu, branch]);
    const [bare] = catalog.fit([cpu], 200, true);
    expect(bare?.widthPx).toBeLessThan(cpu.widthPx);
  });

  it('is never wider without its sparklines than with them, however long a key is', () => {
    const catalog = new ColumnCatalog(7);
    const key = 'k'.repeat(128);
    catalog.learn([agent({ [key]: '5 %' })]);
    const column = catalog.get(key);
    expect(catalog.fit([column], 200, true)[0]?.widthPx).toBeLessThanOrEqual(column.widthPx);
  });

  it('ranks the keys that most agents have first, and leaves equals as they came', () => {
    const catalog = new ColumnCatalog(7);
    const fleet = [agent({ odd: '1', rare: '1', cpu: '1', mem: '1' }), agent({ cpu: '2', mem: '2' })];
    catalog.learn(fleet);
    catalog.rank(fleet);
    expect(catalog.keys).toEqual(['cpu', 'mem', 'odd', 'rare']);
    expect(catalog.learn([agent({ later: '1' })])).toBe(true);
    expect(catalog.keys.at(-1)).toBe('later');
  });

  it('waits for the first value of a key', () => {
    const catalog = new ColumnCatalog(7);
    expect(catalog.learn([agent({ cpu: '' })])).toBe(false);
    expect(catalog.keys).toEqual([]);
  });
});

it('draws only the columns in sight', () => {
  const columns = Array.from({ length: 256 }, (_, index) => ({
    key: `k${index}`,
    title: '',
    widthPx: 100,
    barePx: 100,
    numeric: true,
    characters: 10,
  }));
  const { from, to, leadPx } = columnsInSight(columns, 5_000, 1_000);
  expect(leadPx).toBe(from * 100);
  expect(from * 100).toBeLessThanOrEqual(5_000);
  expect(to * 100).toBeGreaterThanOrEqual(6_000);
  expect(to - from).toBeLessThan(15);
});

it('shows what was chosen and known, else the first', () => {
  expect(shownColumns(['b', 'gone'], ['a', 'b'])).toEqual(['b']);
  expect(shownColumns(['gone'], ['a', 'b'])).toEqual(['a', 'b']);
});
