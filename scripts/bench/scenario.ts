import type { Stage } from './stage/stage.ts';

/** One question of the suite, with everything that is needed to answer it. */
export interface Scenario {
  /** What it is called on the command line: `npm run bench -- call`. */
  readonly name: string;
  readonly title: string;
  /** What is measured and how, in a sentence or two for the page. */
  readonly method: string;
  run(bench: Bench): Promise<ScenarioResult>;
}

/** What a scenario is given. */
export interface Bench {
  /** Fewer and shorter rounds: the whole suite in about ten minutes. */
  readonly quick: boolean;
  /** How often each figure is measured; of the results the median counts. */
  readonly rounds: number;
  /** How many agents, one fleet after the other: what was asked for on the command line, else these. */
  fleets(usual: number[]): number[];
  /** Starts processes; they end with the scenario. */
  readonly stage: Stage;
  /** Shows how far it is. */
  say(text: string): void;
}

export interface ScenarioResult {
  figures: Figure[];
  /** What has to be known to read the figures: what could not be had, what was checked. */
  notes?: string[];
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
