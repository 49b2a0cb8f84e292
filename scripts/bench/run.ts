import { constants } from 'node:os';
import { budgetText, FigureTable, figureText, verdict } from './figures.ts';
import { describeMachine, hardwareText, versionsText } from './machine.ts';
import type { BenchRun, MeasuredScenario } from './results.ts';
import type { Figure, Scenario } from './scenario.ts';
import { Postgres } from './stage/postgres.ts';
import { Stage } from './stage/stage.ts';

export interface RunOptions {
  quick: boolean;
  /** How often each figure is measured in place of each scenario's own number; null for that. */
  rounds: number | null;
  /** Sizes of fleets in place of each scenario's own; null for those. */
  fleets: number[] | null;
  profileDir: string | null;
  /** Aborted with the signal that ends the run before its time. */
  interrupted: AbortSignal;
  /** Is given all that has been measured whenever there is more of it. */
  keep(run: BenchRun): void;
}

/**
 * Runs the scenarios one after the other and prints what each has measured. One that fails leaves the others to be
 * measured. Returns the exit code: 0 where everything was measured, 1 where something was not, 130 or 143 after a signal.
 */
export async function runSuite(scenarios: readonly Scenario[], options: RunOptions): Promise<number> {
  const { quick, interrupted } = options;
  const postgres = new Postgres();
  const run = { startedAt: new Date().toISOString(), quick, machine: describeMachine() };
  console.log(`${hardwareText(run.machine)}\n${versionsText(run.machine.versions)}`);
  const ended: MeasuredScenario[] = [];
  for (const scenario of scenarios) {
    const keep = (measured: MeasuredScenario) => {
      if (measured.figures.length > 0) options.keep({ ...run, scenarios: [...ended, measured] });
    };
    const measured = await measure(scenario, { ...options, postgres }, keep);
    if (measured.figures.length > 0) ended.push(measured);
    print(measured);
    if (interrupted.aborted) break;
  }
  await postgres.stop();
  if (interrupted.aborted) return 128 + constants.signals[interrupted.reason as NodeJS.Signals];
  return ended.length === scenarios.length && ended.every(({ unfinished }) => !unfinished) ? 0 : 1;
}

/** What is under way when the run is interrupted is left to itself: its programs end, and whatever it waited for fails. */
async function measure(
  { name, title, method, run }: Scenario,
  { quick, rounds, fleets, profileDir, interrupted, postgres }: RunOptions & { postgres: Postgres },
  keep: (measured: MeasuredScenario) => void,
): Promise<MeasuredScenario> {
  const table = new FigureTable();
  const begun = performance.now();
  const measured = (unfinished: boolean): MeasuredScenario => {
    const seconds = Math.round((performance.now() - begun) / 1_000);
    return { name, title, method, figures: table.figures, notes: table.notes, seconds, unfinished };
  };
  let kept = 0;
  const say = (text: string) => {
    if (interrupted.aborted) return;
    progress(`${name}: ${text}`);
    if (table.samples > kept) keep(measured(true));
    kept = table.samples;
  };
  const stage = new Stage({ postgres, profileDir });
  const bench = {
    ...{ quick, stage, table, say },
    rounds: (usual: number) => rounds ?? usual,
    fleets: (usual: number[]) => fleets ?? usual,
  };
  let result: MeasuredScenario;
  try {
    say('starting');
    await Promise.race([run(bench), abortOf(interrupted)]);
    result = measured(false);
  } catch (error) {
    result = measured(true);
    if (!interrupted.aborted) console.error(`${stage.said}${name} failed:`, error);
  }
  keep(result);
  await stage.close().catch((error) => console.error(`${name} could not end what it had started:`, error));
  progress('');
  return result;
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** One line that is written over on a terminal, a line each elsewhere. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}`);
  else if (text !== '') process.stderr.write(`${text}\n`);
}

function print({ title, figures, notes, seconds, unfinished }: MeasuredScenario): void {
  const width = Math.max(...figures.map(({ what }) => what.length));
  console.log(`\n${title} (${seconds} s${unfinished ? ', unfinished' : ''})`);
  for (const figure of figures) console.log(`  ${figure.what.padEnd(width)}  ${figureText(figure)}${judged(figure)}`);
  for (const note of notes) console.log(`  ${note}`);
}

function judged(figure: Figure): string {
  if (figure.budget === undefined) return '';
  const kept = { aim: 'aim kept', must: 'kept', missed: 'MISSED', '': '' }[verdict(figure)];
  return `   budget ${budgetText(figure)}: ${kept}`;
}
