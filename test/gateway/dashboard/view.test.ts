import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultView, nextSort, queryOfView, type View, viewFromQuery } from '../../../gateway/dashboard/model/view.ts';
import { agentStates } from '../../../protocol/watch/agent-state.ts';

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
const view: fc.Arbitrary<View> = fc.record({
  layout: fc.constantFrom('table' as const, 'tiles' as const, 'flow' as const),
  search: fc.oneof(fc.constant(''), text),
  states: fc.subarray([...agentStates]),
  labels: fc.array(
    fc.tuple(text, text).map(([name, value]) => `${name}=${value}`),
    { maxLength: 3 },
  ),
  sort: fc.oneof(
    fc.record({
      by: fc.constantFrom('name' as const, 'state' as const, 'age' as const),
      key: fc.constant(''),
      descending: fc.boolean(),
    }),
    fc.record({ by: fc.constant('key' as const), key: text, descending: fc.boolean() }),
  ),
  columns: fc.array(text, { maxLength: 4 }),
  tileKey: fc.oneof(fc.constant(''), text),
  agent: fc.oneof(fc.constant(''), fc.uuid()),
});

describe('the view in the address', () => {
  it('comes back as it was, whatever the names of keys and labels', () => {
    fc.assert(
      fc.property(view, (wanted) => {
        expect(viewFromQuery(queryOfView(wanted))).toEqual(wanted);
      }),
    );
  });

  it('says the layout and leaves no trace of other defaults', () =>
    expect(queryOfView(defaultView)).toBe('?view=table'));

  it('ignores what it does not know', () => {
    expect(viewFromQuery('?view=cube&state=happy&sort=colour&label=novalue&other=1')).toEqual(defaultView);
  });
});

it('sorts up, then down, then by name again', () => {
  const up = nextSort(defaultView.sort, 'key', 'cpu');
  const down = nextSort(up, 'key', 'cpu');
  expect([up.descending, down.descending]).toEqual([false, true]);
  expect(nextSort(down, 'key', 'cpu')).toEqual(defaultView.sort);
});
