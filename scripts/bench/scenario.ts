import type { FigureTable } from './figures.ts';
import type { Stage } from './stage/stage.ts';

/** One question of the suite, with everything that is needed to answer it. */
export interface Scenario {
  /** What it is called on the command line: `npm run bench -- call`. */
  readonly name: string;
  readonly title: string;
  /** What is measured and how, in a sentence or two for the page. */
  readonly method: string;
  run(bench: Bench): Promise<void>;
}

/** What a scenario is given. */
export interface Bench {
  /** The short form: smaller fleets, shorter blocks, fewer rounds; the whole suite in less than five minutes. */
  readonly quick: boolean;
  /** How often a figure is measured, of which the median counts: what was asked for on the command line, else so often. */
  rounds(usual: number): number;
  /** How many agents, one fleet after the other: what was asked for on the command line, else these. */
  fleets(usual: number[]): number[];
  /** Starts processes; they end with the scenario. */
  readonly stage: Stage;
  /** Takes what has been measured. Samples that belong together are added in one go: it may be kept in between. */
  readonly table: FigureTable;
  /** Shows how far it is; what stands in the table by now outlives an interruption. */
  say(text: string): void;
}

export type Unit = 'µs' | 'ms' | 's' | 'KiB' | '×' | 'count' | '1/s' | '%' | 'B';

/** One line of a scenario's table. */
export interface Figure {
  what: string;
  unit: Unit;
  /** One for each round. */
  samples: number[];
  budget?: Budget;
}

/** What a figure has to keep, in its own unit. */
export interface Budget {
  must: number;
  aim?: number;
}
