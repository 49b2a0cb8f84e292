import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelCounts, movedRows, rowFilter, sortByName, sortNamed } from '../../../gateway/dashboard/model/arrange.ts';
import type { Sort } from '../../../gateway/dashboard/model/view.ts';
import type { AgentState } from '../../../protocol/watch/agent-state.ts';
import type { WatchedAgent } from '../../../protocol/watch/state.ts';

function row(
  name: string,
  cpu?: string,
  more: { labels?: Record<string, string>; state?: AgentState; at?: number } = {},
) {
  const { labels = {}, state = 'fine', at = 0 } = more;
  const values = new Map(cpu === undefined ? [] : [['cpu', { value: cpu, error: '', at }]]);
  const agent: WatchedAgent = { id: `id-${name}`, name, labels, status: 'connected', keys: new Map(), values };
  return { agent, state, newestAt: at, textOf: (key: string) => values.get(key)?.value };
}

const sortRows = (rows: ReturnType<typeof row>[], sort: Sort) => sortNamed(sortByName(rows), sort);
const byCpu: Sort = { by: 'key', key: 'cpu', descending: false };
const names = (rows: ReturnType<typeof row>[]) => rows.map(({ agent }) => agent.name);

describe('sorting', () => {
  it('sorts names as people count', () => {
    const rows = [row('build-10'), row('build-9'), row('Build-1')];
    expect(names(sortRows(rows, { by: 'name', key: '', descending: false }))).toEqual([
      'Build-1',
      'build-9',
      'build-10',
    ]);
  });

  it('sorts numbers by size, then texts, and rows without the key last in both directions', () => {
    const rows = [row('a'), row('b', '9 %'), row('c', '10 %'), row('d', 'idle'), row('e', 'busy')];
    expect(names(sortRows(rows, byCpu))).toEqual(['b', 'c', 'e', 'd', 'a']);
    expect(names(sortRows(rows, { ...byCpu, descending: true }))).toEqual(['c', 'b', 'd', 'e', 'a']);
  });

  it('sorts a key that fails by what is shown for it', () => {
    const failing = { ...row('b', ''), textOf: () => '5 %' };
    expect(names(sortRows([row('a', '3 %'), failing, row('c', '9 %')], byCpu))).toEqual(['a', 'b', 'c']);
  });

  it('tells large numbers apart that differ by one', () => {
    const rows = [row('a', '9000000000000001'), row('b', '9000000000000000')];
    expect(names(sortRows(rows, byCpu))).toEqual(['b', 'a']);
  });

  it('brings what needs a person first when sorted by state', () => {
    const rows = [row('a'), row('b', '1', { state: 'offline' }), row('c', '1', { state: 'failing' })];
    expect(names(sortRows(rows, { by: 'state', key: '', descending: false }))).toEqual(['c', 'b', 'a']);
  });

  it('never depends on the order of arrival', () => {
    const value = fc.oneof(fc.constantFrom(undefined, '', 'idle', '3 %', '30 %', '1.5/8 GiB'), fc.string());
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), fc.boolean(), (values, descending) => {
        const rows = values.map((cpu, index) => row(`agent-${index}`, cpu));
        const sort = { ...byCpu, descending };
        expect(names(sortRows([...rows].reverse(), sort))).toEqual(names(sortRows(rows, sort)));
      }),
    );
  });
});

describe('rowFilter', () => {
  const rows = [
    row('web-1', 'idle', { labels: { region: 'eu' } }),
    row('web-2', 'busy', { labels: { region: 'us' }, state: 'failing' }),
  ];
  const filtered = (view: Partial<Parameters<typeof rowFilter>[0]>) =>
    names(rows.filter(rowFilter({ search: '', states: [], labels: [], ...view })));

  it('finds every word in name, label or value, whatever its case', () => {
    expect(filtered({ search: 'WEB busy' })).toEqual(['web-2']);
    expect(filtered({ search: 'region=eu' })).toEqual(['web-1']);
    expect(filtered({ search: 'web nothing' })).toEqual([]);
  });

  it('keeps agents in one of the states that have all labels', () => {
    expect(filtered({ states: ['failing', 'late'] })).toEqual(['web-2']);
    expect(filtered({ labels: ['region=us'] })).toEqual(['web-2']);
    expect(filtered({ labels: ['region=us', 'region=eu'] })).toEqual([]);
  });

  it('takes no label from the prototype of an object', () => {
    expect(filtered({ labels: ['constructor='] })).toEqual([]);
  });
});

describe('movedRows', () => {
  it('counts the rows that are new or would pass others', () => {
    expect(movedRows(['a', 'b', 'c'], ['a', 'b', 'c'])).toBe(0);
    expect(movedRows(['a', 'b', 'c'], ['x', 'a', 'b', 'c'])).toBe(1);
    expect(movedRows(['a', 'b', 'c', 'd'], ['d', 'a', 'b', 'c'])).toBe(1);
    expect(movedRows(['a', 'b', 'c'], ['c', 'b', 'a'])).toBe(2);
  });
});

it('counts the labels of a fleet, the most frequent first', () => {
  const rows = [
    row('a', '', { labels: { r: 'eu' } }),
    row('b', '', { labels: { r: 'us' } }),
    row('c', '', { labels: { r: 'us' } }),
  ];
  expect(labelCounts(rows)).toEqual([
    ['r=us', 2],
    ['r=eu', 1],
  ]);
});
