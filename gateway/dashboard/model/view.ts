import { type AgentState, agentStates } from '../../../protocol/watch/agent-state.ts';

export type Sort = { by: 'name' | 'state' | 'age' | 'key'; key: string; descending: boolean };
export type Layout = 'table' | 'tiles' | 'flow';

/** What the reader looks at: everything that a link must show a colleague the same way. */
export interface View {
  layout: Layout;
  search: string;
  states: readonly AgentState[];
  /** Labels that an agent must have, each as `name=value`. */
  labels: readonly string[];
  sort: Sort;
  /** Chosen keys in their order; empty for those the fleet reports most. */
  columns: readonly string[];
  /** The key that colours the tiles; empty for the state. */
  tileKey: string;
  /** The agent whose drawer is open. */
  agent: string;
}

export const defaultView: View = {
  layout: 'table',
  search: '',
  states: [],
  labels: [],
  sort: { by: 'name', key: '', descending: false },
  columns: [],
  tileKey: '',
  agent: '',
};

/** Reads a view from a URL's query; what is missing or unknown stays as it is in `base`. */
export function viewFromQuery(query: string, base: View = defaultView): View {
  const params = new URLSearchParams(query);
  const layout = params.get('view');
  const sort = params.get('sort');
  return {
    layout: layout === 'table' || layout === 'tiles' || layout === 'flow' ? layout : base.layout,
    search: params.get('q') ?? base.search,
    states: params.has('state') ? parseStates(params.get('state') ?? '') : base.states,
    labels: params.has('label') ? params.getAll('label').filter((label) => label.includes('=')) : base.labels,
    sort: sort === null ? base.sort : parseSort(sort),
    columns: params.has('col') ? params.getAll('col').filter((key) => key !== '') : base.columns,
    tileKey: params.get('tile') ?? base.tileKey,
    agent: params.get('agent') ?? base.agent,
  };
}

/**
 * The query that {@link viewFromQuery} reads back to the same view. The layout is always said, other defaults leave no
 * trace: an address that says nothing opens what the browser of whoever follows it remembers.
 */
export function queryOfView(view: View): string {
  const params = new URLSearchParams({ view: view.layout });
  if (view.search !== '') params.set('q', view.search);
  if (view.states.length > 0) params.set('state', view.states.join(','));
  for (const label of view.labels) params.append('label', label);
  const sort = sortText(view.sort);
  if (sort !== 'name') params.set('sort', sort);
  for (const key of view.columns) params.append('col', key);
  if (view.tileKey !== '') params.set('tile', view.tileKey);
  if (view.agent !== '') params.set('agent', view.agent);
  return `?${params}`;
}

/** `name`, `-age`, `key:cpu`, `-key:cpu`: a key's own name may be any text. */
function sortText({ by, key, descending }: Sort): string {
  return `${descending ? '-' : ''}${by === 'key' ? `key:${key}` : by}`;
}

function parseSort(text: string): Sort {
  const descending = text.startsWith('-');
  const body = descending ? text.slice(1) : text;
  if (body.startsWith('key:')) return { by: 'key', key: body.slice(4), descending };
  return body === 'state' || body === 'age' || body === 'name'
    ? { by: body, key: '', descending }
    : { ...defaultView.sort };
}

function parseStates(text: string): AgentState[] {
  const wanted = text.split(',');
  return agentStates.filter((state) => wanted.includes(state));
}

/** A first click on a column sorts up, the second down, the third returns to names. */
export function nextSort(current: Sort, by: Sort['by'], key = ''): Sort {
  const same = current.by === by && current.key === key;
  if (!same) return { by, key, descending: false };
  return current.descending ? { ...defaultView.sort } : { by, key, descending: true };
}
