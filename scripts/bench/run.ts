import { budgetText, figureText, verdict } from './figures.ts';
import { describeMachine, type Machine } from './machine.ts';
import type { Figure, Scenario, ScenarioResult } from './scenario.ts';
import { Stage } from './stage/stage.ts';

/** What a run has measured: the file that `--json` writes and the page is made of. */
export interface BenchRun {
  startedAt: string;
  quick: boolean;
  rounds: number;
  machine: Machine;
  scenarios: MeasuredScenario[];
}

export interface MeasuredScenario extends ScenarioResult {
  name: string;
  title: string;
  method: string;
  seconds: number;
}

export interface RunOptions {
  quick: boolean;
  rounds: number;
  profileDir: string | null;
  /** Sizes of fleets in place of each scenario's own; null for those. */
  fleets: number[] | null;
}

/** Puts what a later run has measured into an earlier one: a suite may be run in parts. */
export function joined(earlier: BenchRun, later: BenchRun): BenchRun {
  const scenarios = new Map(earlier.scenarios.map((scenario) => [scenario.name, scenario]));
  for (const scenario of later.scenarios) scenarios.set(scenario.name, merged(scenarios.get(scenario.name), scenario));
  return { ...later, startedAt: earlier.startedAt, scenarios: [...scenarios.values()] };
}

/** Figures of the same name are replaced, others (of another fleet, say) are kept. */
function merged(earlier: MeasuredScenario | undefined, later: MeasuredScenario): MeasuredScenario {
  if (earlier === undefined) return later;
  const figures = new Map([...earlier.figures, ...later.figures].map((figure) => [figure.what, figure]));
  const notes = [...new Set([...(earlier.notes ?? []), ...(later.notes ?? [])])];
  return { ...later, figures: [...figures.values()], notes, seconds: earlier.seconds + later.seconds };
}

/** Runs the scenarios one after the other and prints what each has measured. */
export async function runSuite(scenarios: readonly Scenario[], options: RunOptions): Promise<BenchRun> {
  const { quick, rounds } = options;
  const run: BenchRun = {
    startedAt: new Date().toISOString(),
    quick,
    rounds,
    machine: describeMachine(),
    scenarios: [],
  };
  for (const scenario of scenarios) {
    const measured = await measure(scenario, options);
    run.scenarios.push(measured);
    print(measured);
  }
  return run;
}

async function measure(scenario: Scenario, options: RunOptions): Promise<MeasuredScenario> {
  const { name, title, method } = scenario;
  const { quick, rounds, profileDir, fleets } = options;
  const stage = new Stage({ profileDir });
  const begun = performance.now();
  const say = (text: string) => progress(`${name}: ${text}`);
  const interrupt = () => void stage.clear().finally(() => process.exit(130));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    say('starting');
    const result = await scenario.run({ quick, rounds, stage, say, fleets: (usual) => fleets ?? usual });
    return { name, title, method, ...result, seconds: Math.round((performance.now() - begun) / 1_000) };
  } catch (error) {
    console.error(stage.said);
    throw error;
  } finally {
    await stage.clear();
    progress('');
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** One line that is written over on a terminal, a line each elsewhere. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}`);
  else if (text !== '') process.stderr.write(`${text}\n`);
}

function print({ title, figures, notes = [], seconds }: MeasuredScenario): void {
  const width = Math.max(...figures.map(({ what }) => what.length));
  console.log(`\n${title} (${seconds} s)`);
  for (const figure of figures) console.log(`  ${figure.what.padEnd(width)}  ${figureText(figure)}${judged(figure)}`);
  for (const note of notes) console.log(`  ${note}`);
}

function judged(figure: Figure): string {
  if (figure.budget === undefined) return '';
  const kept = { aim: 'aim kept', must: 'kept', missed: 'MISSED', '': '' }[verdict(figure)];
  return `   budget ${budgetText(figure)}: ${kept}`;
}
