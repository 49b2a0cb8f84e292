import type { AgentState } from '../../../protocol/watch/agent-state.ts';
import type { WatchedAgent } from '../../../protocol/watch/state.ts';
import { quantityOf } from './quantity.ts';
import type { Sort, View } from './view.ts';
import { wordsOf } from './words.ts';

/** What filters and sorting need to know of a row. */
export interface Arrangeable {
  readonly agent: WatchedAgent;
  readonly state: AgentState;
  /** Time of the newest value, 0 without any. */
  readonly newestAt: number;
  /** What is shown for a key: of one that fails without a value, the last good one. */
  textOf(key: string): string | undefined;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Whether a row is in the view: every word of the search, every label, one of the states. */
export function rowFilter({ search, states, labels }: Pick<View, 'search' | 'states' | 'labels'>) {
  const words = wordsOf(search);
  const wanted = labels.map(splitLabel);
  return ({ agent, state }: Pick<Arrangeable, 'agent' | 'state'>): boolean => {
    if (states.length > 0 && !states.includes(state)) return false;
    if (!wanted.every(([name, value]) => agent.labels[name] === value)) return false;
    return words.every((word) => mentions(agent, word));
  };
}

/** A word is looked for in the name, the id's beginning, the labels and the values. */
function mentions(agent: WatchedAgent, word: string): boolean {
  if (agent.name.toLowerCase().includes(word) || agent.id.startsWith(word)) return true;
  for (const name in agent.labels) if (`${name}=${agent.labels[name]}`.toLowerCase().includes(word)) return true;
  for (const { value, error } of agent.values.values()) {
    if (value.toLowerCase().includes(word) || error.toLowerCase().includes(word)) return true;
  }
  return false;
}

export function splitLabel(label: string): [string, string] {
  const at = label.indexOf('=');
  return [label.slice(0, at), label.slice(at + 1)];
}

/** The rows by name, then id, so that an order never depends on arrival. Cheap for rows that nearly are. */
export function sortByName<R extends Arrangeable>(rows: readonly R[]): R[] {
  return [...rows].sort((a, b) => collator.compare(a.agent.name, b.agent.name) || (a.agent.id < b.agent.id ? -1 : 1));
}

/** Rows that stand in the order of their names in that of `sort`; equal ones keep their place. */
export function sortNamed<R extends Arrangeable>(byName: readonly R[], sort: Sort): R[] {
  if (sort.by === 'name') return sort.descending ? [...byName].reverse() : [...byName];
  const ranks = sort.by === 'key' ? keyRanks(byName, sort.key) : byName.map((row) => plainRank(row, sort));
  const sign = sort.descending ? -1 : 1;
  return byName
    .map((row, index) => ({ row, index, ...(ranks[index] ?? NOWHERE) }))
    .sort((a, b) => a.group - b.group || sign * (a.place - b.place) || a.index - b.index)
    .map(({ row }) => row);
}

/** Groups keep their order in both directions; places within a group turn round. */
interface Rank {
  group: number;
  place: number;
}

const NOWHERE: Rank = { group: 2, place: 0 };

const SEVERITY: Record<AgentState, number> = { failing: 0, stale: 1, late: 2, offline: 3, fine: 4 };

function plainRank(row: Arrangeable, { by }: Sort): Rank {
  return { group: 0, place: by === 'state' ? SEVERITY[row.state] : -row.newestAt };
}

/** Numbers by size, then texts, then rows without the key. */
function keyRanks(rows: readonly Arrangeable[], key: string): Rank[] {
  const cells = rows.map((row) => {
    const text = row.textOf(key) ?? '';
    return text === '' ? null : (quantityOf(text)?.magnitude ?? text);
  });
  const texts = [...new Set(cells.filter((cell) => typeof cell === 'string'))].sort(collator.compare);
  const places = new Map(texts.map((text, index) => [text, index]));
  return cells.map((cell) => {
    if (cell === null) return NOWHERE;
    return typeof cell === 'number' ? { group: 0, place: cell } : { group: 1, place: places.get(cell) ?? 0 };
  });
}

/** How many rows of `next` are new or would pass others: all but the longest run that keeps its order. */
export function movedRows<R>(shown: readonly R[], next: readonly R[]): number {
  const places = new Map(shown.map((row, index) => [row, index]));
  /** The smallest place at which a kept run of each length can end. */
  const ends: number[] = [];
  for (const row of next) {
    const place = places.get(row);
    if (place === undefined) continue;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    ends[low] = place;
  }
  return next.length - ends.length;
}

/** All labels of a fleet as `name=value` with how many agents bear them, the most frequent first. */
export function labelCounts(rows: Iterable<Pick<Arrangeable, 'agent'>>): [label: string, agents: number][] {
  const counts = new Map<string, number>();
  for (const { agent } of rows) {
    for (const name in agent.labels) {
      const label = `${name}=${agent.labels[name]}`;
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1] || collator.compare(a[0], b[0]));
}
