import type { WatchedAgent } from '../../../protocol/watch/state.ts';
import { withMarksNamed } from './direction.ts';
import { quantityOf } from './quantity.ts';

/** A key of the fleet as a column. */
export interface Column {
  key: string;
  title: string;
  /** Set once, from the first values seen: a column never changes its width because a digit came. */
  widthPx: number;
  /** The same without room for a sparkline. */
  barePx: number;
  numeric: boolean;
  /** Characters of text that fit. */
  characters: number;
}

/** Columns shown before anyone chose: what fits a wide screen. All others are one click away. */
export const DEFAULT_COLUMNS = 12;

/** Agents looked at to learn a column's kind and width. */
const SAMPLE = 40;

const CELL_PADDING_PX = 24;
/** Before a number stands its sparkline, or its age when it is old. */
const BESIDE_PX = 52;
const NUMERIC = { leastPx: 108, mostPx: 190, besidePx: BESIDE_PX };
const TEXT = { leastPx: 110, mostPx: 240, besidePx: 0 };
/** A text column takes its part of a wide screen up to this width: beyond it the eye loses the row. */
const STRETCHED_PX = 340;

/** The columns of a fleet; those once known stay as they were. */
export class ColumnCatalog {
  #columns = new Map<string, Column>();
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

  /** Characters of text that fit this width. */
  charactersIn(px: number): number {
    return Math.floor(px / this.#characterPx);
  }

  /**
   * The columns as wide as the screen allows: text columns share what is left over; on a narrow screen numbers give up
   * the place of their sparklines.
   */
  fit(columns: readonly Column[], sightPx: number, narrow: boolean): Column[] {
    if (narrow) return columns.map((column) => (column.numeric ? this.#resized(column, column.barePx) : column));
    const texts = columns.filter(({ numeric }) => !numeric).length;
    const leftPx = sightPx - columns.reduce((sum, { widthPx }) => sum + widthPx, 0);
    if (texts === 0 || leftPx <= 0) return [...columns];
    const partPx = Math.floor(leftPx / texts);
    return columns.map((column) =>
      column.numeric
        ? column
        : this.#resized(column, Math.max(column.widthPx, Math.min(STRETCHED_PX, column.widthPx + partPx))),
    );
  }

  #resized(column: Column, widthPx: number): Column {
    return { ...column, widthPx, characters: this.charactersIn(widthPx - CELL_PADDING_PX) };
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

  /** Puts the columns that most of these agents have first: one agent with many keys must not fill the fleet's first view. */
  rank(agents: Iterable<WatchedAgent>): void {
    const bearers = new Map<string, number>();
    for (const agent of agents) {
      for (const key of agent.values.keys()) bearers.set(key, (bearers.get(key) ?? 0) + 1);
    }
    const borne = (key: string) => bearers.get(key) ?? 0;
    this.#columns = new Map([...this.#columns].sort(([a], [b]) => borne(b) - borne(a)));
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
    const titlePx = (withMarksNamed(title).length + 3) * this.#characterPx;
    const textPx = Math.max(0, ...texts.map((text) => withMarksNamed(text).length)) * this.#characterPx + besidePx;
    const widthPx = Math.round(Math.min(mostPx, Math.max(leastPx, CELL_PADDING_PX + Math.max(titlePx, textPx))));
    const barePx = Math.round(Math.min(widthPx, Math.max(CELL_PADDING_PX + titlePx, widthPx - besidePx)));
    return { key, title, widthPx, barePx, numeric, characters: this.charactersIn(widthPx - CELL_PADDING_PX) };
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

/** The keys to show: those chosen that the fleet knows, or the first ones, which most agents have, where nobody chose. */
export function shownColumns(chosen: readonly string[], known: readonly string[]): readonly string[] {
  const present = chosen.filter((key) => known.includes(key));
  return present.length > 0 ? present : known.slice(0, DEFAULT_COLUMNS);
}
