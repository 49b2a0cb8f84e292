import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Machine } from './machine.ts';
import type { Figure } from './scenario.ts';

/** What a run has measured: the file that `--json` writes and the page is made of. */
export interface BenchRun {
  startedAt: string;
  /** Of the short form: its figures are no statement about the gateway, and the page takes none of them. */
  quick: boolean;
  machine: Machine;
  scenarios: MeasuredScenario[];
}

export interface MeasuredScenario {
  name: string;
  title: string;
  method: string;
  figures: Figure[];
  notes: string[];
  seconds: number;
  /** It was interrupted, or failed: rounds or figures are missing. */
  unfinished: boolean;
}

const AND = ' and ';

/** Puts what a later run has measured into an earlier one: a suite may be run in parts. Parts of different commits name all of them. */
export function joined(earlier: BenchRun, later: BenchRun): BenchRun {
  const scenarios = new Map(earlier.scenarios.map((scenario) => [scenario.name, scenario]));
  for (const scenario of later.scenarios) scenarios.set(scenario.name, merged(scenarios.get(scenario.name), scenario));
  const commits = new Set([earlier, later].flatMap(({ machine }) => machine.versions.tidegate.split(AND)));
  const versions = { ...later.machine.versions, tidegate: [...commits].join(AND) };
  const machine = { ...later.machine, versions };
  return { ...later, machine, startedAt: earlier.startedAt, scenarios: [...scenarios.values()] };
}

/**
 * Figures of the same name are replaced, others (of another fleet, say) are kept; so are those that a run which was
 * interrupted has fewer samples of.
 */
function merged(earlier: MeasuredScenario | undefined, later: MeasuredScenario): MeasuredScenario {
  if (earlier === undefined) return later;
  const figures = new Map(earlier.figures.map((figure) => [figure.what, figure]));
  const isBetter = ({ what, samples }: Figure) =>
    !later.unfinished || samples.length >= (figures.get(what)?.samples.length ?? 0);
  const taken = later.figures.filter(isBetter);
  if (taken.length === 0) return earlier;
  for (const figure of taken) figures.set(figure.what, figure);
  const keepsEarlier = figures.size > taken.length;
  return {
    ...later,
    figures: [...figures.values()],
    notes: [...new Set([...earlier.notes, ...later.notes])],
    seconds: earlier.seconds + later.seconds,
    unfinished: later.unfinished || (earlier.unfinished && keepsEarlier),
  };
}

export function readRun(file: string): BenchRun {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** In one step: whoever is interrupted while writing leaves the file as it was. */
export function writeRun(file: string, run: BenchRun): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(run, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
