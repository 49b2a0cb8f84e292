import { expect, test } from 'vitest';
import type { SnapshotMessage } from '../../../protocol/watch/messages.ts';
import { WatchState } from '../../../protocol/watch/state.ts';

const cpu = { display_name: 'CPU', interval: 10, timeout: 1 };
const disk = { display_name: 'Disk', interval: 60, timeout: 1 };
const agent = (id: string, reports: SnapshotMessage['agents'][number]['reports'] = [], more = {}) => ({
  id,
  name: `agent ${id}`,
  labels: {},
  status: 'connected' as const,
  reports,
  ...more,
});
const snapshot = (agents: SnapshotMessage['agents'], more: Partial<SnapshotMessage> = {}): SnapshotMessage => ({
  type: 'snapshot',
  last: true,
  keys: { cpu },
  agents,
  ...more,
});

test('a report sets values and errors as the protocol says', () => {
  const state = new WatchState();
  state.applySnapshot(
    snapshot([agent('a', [{ at: 1, values: { cpu: '1', both: 'v' }, errors: { both: 'e', only: 'timed out' } }])]),
  );
  expect(Object.fromEntries(state.agents.get('a')?.values ?? [])).toEqual({
    cpu: { value: '1', error: '', at: 1 },
    both: { value: 'v', error: 'e', at: 1 },
    only: { value: '', error: 'timed out', at: 1 },
  });
  state.applyUpdate({
    type: 'update',
    agents: [{ id: 'a', reports: [{ at: 2, values: { both: 'w' }, same: ['only'] }] }],
  });
  expect(Object.fromEntries(state.agents.get('a')?.values ?? [])).toEqual({
    cpu: { value: '1', error: '', at: 1 },
    both: { value: 'w', error: '', at: 2 },
    only: { value: '', error: 'timed out', at: 2 },
  });
});

test('keys named like parts of objects are keys like any other', () => {
  const state = new WatchState();
  const text =
    '{"type":"update","agents":[{"id":"a","reports":[{"at":1,"values":{"__proto__":"x","toString":"y"},"errors":{"constructor":"e"}}]}]}';
  state.applyUpdate(JSON.parse(text));
  expect([...(state.agents.get('a')?.values.keys() ?? [])]).toEqual(['__proto__', 'toString', 'constructor']);
  expect(state.agents.get('a')?.values.get('toString')).toEqual({ value: 'y', error: '', at: 1 });
});

test('a full snapshot takes the place of everything once it is whole, and not before', () => {
  const state = new WatchState();
  state.applySnapshot(snapshot([agent('a'), agent('b')]));
  expect(state.applySnapshot(snapshot([agent('b')], { last: false }))).toBe(null);
  expect([...state.agents.keys()]).toEqual(['a', 'b']);
  const change = state.applySnapshot(snapshot([agent('c')]));
  expect(change).toMatchObject({ reset: true, removed: ['a'], agents: [{ id: 'b' }, { id: 'c' }] });
  expect([...state.agents.keys()]).toEqual(['b', 'c']);
});

test('a full snapshot that is cut off leaves nothing behind', () => {
  const state = new WatchState();
  state.applySnapshot(snapshot([agent('a')]));
  state.applySnapshot(snapshot([agent('x')], { last: false }));
  state.interrupt();
  state.applySnapshot(snapshot([agent('b')]));
  expect([...state.agents.keys()]).toEqual(['b']);
});

test('a resumed snapshot is merged, and every message tells which agents it changed', () => {
  const state = new WatchState();
  state.applySnapshot(snapshot([agent('a', [{ at: 1, values: { cpu: '1' } }]), agent('b')]));
  const resumed = state.applySnapshot(snapshot([agent('b', [{ at: 2, values: { cpu: '2' } }])], { resumed: true }));
  expect(resumed?.agents.map(({ id }) => id)).toEqual(['b']);
  expect(state.agents.get('a')?.values.get('cpu')?.value).toBe('1');
  const update = state.applyUpdate({ type: 'update', agents: [{ id: 'a', status: 'disconnected' }] });
  expect(update).toMatchObject({ reset: false, agents: [{ id: 'a', name: 'agent a', status: 'disconnected' }] });
  expect(state.applyRemoved({ type: 'removed', agents: ['b', 'unknown'] }).removed).toEqual(['b']);
});

test('what an agent declares is the common keys with its differences over them; equal ones share one map', () => {
  const state = new WatchState();
  state.applySnapshot(snapshot([agent('a'), agent('b'), agent('c', [], { keys: { disk, cpu: null } })]));
  expect(state.agents.get('a')?.keys).toBe(state.agents.get('b')?.keys);
  expect([...(state.agents.get('c')?.keys ?? [])]).toEqual([['disk', disk]]);
  // A later snapshot may have other common keys: agents that it does not name keep what they had.
  state.applySnapshot(snapshot([agent('b')], { resumed: true, keys: { disk } }));
  expect([...(state.agents.get('a')?.keys.keys() ?? [])]).toEqual(['cpu']);
  expect([...(state.agents.get('b')?.keys.keys() ?? [])]).toEqual(['disk']);
  state.applyUpdate({
    type: 'update',
    agents: [
      { id: 'c', status: 'never' },
      { id: 'a', keys: {} },
    ],
  });
  expect([...(state.agents.get('c')?.keys.keys() ?? [])]).toEqual(['disk']);
  expect([...(state.agents.get('a')?.keys.keys() ?? [])]).toEqual(['disk']);
});
