import type { WatchedAgent } from '../../../protocol/watch/state.ts';
import { quantityOf } from './quantity.ts';

/** A key of the fleet as a column. */
export interface Column {
  key: string;
  title: string;
  /** Set once, from the first values seen: a column never changes its width because a digit came. */
  widthPx: number;
  numeric: boolean;
  /** Characters of text that fit. */
  characters: number;
}

/** Columns shown before anyone chose: what fits a wide screen. All others are one click away. */
export const DEFAULT_COLUMNS = 12;

/** Agents looked at to learn a column's kind and width. */
const SAMPLE = 40;

const CELL_PADDING_PX = 24;
/** A number leaves room for the age that stands before it when it is old. */
const NUMERIC = { leastPx: 100, mostPx: 170, besidePx: 30 };
const TEXT = { leastPx: 90, mostPx: 240, besidePx: 0 };

/** The columns of a fleet; those once known stay as they were. */
export class ColumnCatalog {
  readonly #columns = new Map<string, Column>();
  readonly #characterPx: number;

  /** @param characterPx mean width of a character in the page's font */
  constructor(characterPx: number) {
    this.#characterPx = characterPx;
  }

  get(key: string): Column {
    return this.#columns.get(key) ?? this.#shape(key, key, []);
  }

  get keys(): string[] {
    return [...this.#columns.keys()];
  }

  /** Learns the keys of agents; true when some were new. */
  learn(agents: Iterable<WatchedAgent>): boolean {
    const samples = new Map<string, { title: string; texts: string[] }>();
    for (const agent of agents) {
      for (const key of agent.keys.keys()) this.#sample(samples, agent, key);
      for (const key of agent.values.keys()) this.#sample(samples, agent, key);
    }
    let learned = false;
    for (const [key, { title, texts }] of samples) {
      // A key that nobody has reported yet waits: its width could only be guessed.
      if (texts.length === 0) continue;
      this.#columns.set(key, this.#shape(key, title, texts));
      learned = true;
    }
    return learned;
  }

  #sample(samples: Map<string, { title: string; texts: string[] }>, agent: WatchedAgent, key: string): void {
    if (this.#columns.has(key)) return;
    let sample = samples.get(key);
    if (sample === undefined) {
      sample = { title: key, texts: [] };
      samples.set(key, sample);
    }
    sample.title = agent.keys.get(key)?.display_name || sample.title;
    const text = agent.values.get(key)?.value;
    if (text && sample.texts.length < SAMPLE) sample.texts.push(text);
  }

  #shape(key: string, title: string, texts: readonly string[]): Column {
    const numeric = texts.filter((text) => quantityOf(text) !== null).length > texts.length / 2;
    const { leastPx, mostPx, besidePx } = numeric ? NUMERIC : TEXT;
    const titlePx = (title.length + 3) * this.#characterPx;
    const textPx = Math.max(0, ...texts.map((text) => text.length)) * this.#characterPx + besidePx;
    const widthPx = Math.round(Math.min(mostPx, Math.max(leastPx, CELL_PADDING_PX + Math.max(titlePx, textPx))));
    return { key, title, widthPx, numeric, characters: Math.floor((widthPx - CELL_PADDING_PX) / this.#characterPx) };
  }
}

/** The part of a row of columns that lies in sight, with one more at each side. */
export function columnsInSight(
  columns: readonly Column[],
  scrollPx: number,
  sightPx: number,
): { from: number; to: number; leadPx: number } {
  let left = 0;
  let from = 0;
  let leadPx = 0;
  let to = columns.length;
  for (const [index, { widthPx }] of columns.entries()) {
    const right = left + widthPx;
    if (right < scrollPx - 80) {
      from = index + 1;
      leadPx = right;
    }
    if (left > scrollPx + sightPx + 80) {
      to = index;
      break;
    }
    left = right;
  }
  return { from, to, leadPx };
}

/** The keys to show: those chosen that the fleet knows, or the first ones where nobody chose. */
export function shownColumns(chosen: readonly string[], known: readonly string[]): readonly string[] {
  const present = chosen.filter((key) => known.includes(key));
  return present.length > 0 ? present : known.slice(0, DEFAULT_COLUMNS);
}
