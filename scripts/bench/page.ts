import { budgetText, figureText, verdict } from './figures.ts';
import { hardwareText, type Machine, versionsText } from './machine.ts';
import type { BenchRun, MeasuredScenario } from './results.ts';
import type { Figure } from './scenario.ts';

const BEGIN = '<!-- measured: made by npm run bench -- --docs -->';
const END = '<!-- end of measured -->';

/**
 * The page with its measured part made anew: a table for each of the scenarios that was measured, in their order, with a
 * column for each run. What is around it stays.
 */
export function pageOf(runs: BenchRun[], page: string, scenarios: readonly string[]): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error('docs/performance.md has no place for what was measured');
  return `${page.slice(0, begin + BEGIN.length)}\n\n${measuredPart(runs, scenarios)}\n\n${page.slice(end)}`;
}

function measuredPart(runs: BenchRun[], scenarios: readonly string[]): string {
  const names = scenarios.filter((name) => measuredIn(runs, name).some((scenario) => scenario !== undefined));
  return [machineText(runs), budgets(names, runs), ...names.map((name) => section(name, runs))].join('\n\n');
}

/** What each run has of a scenario. */
function measuredIn(runs: BenchRun[], name: string): (MeasuredScenario | undefined)[] {
  return runs.map(({ scenarios }) => scenarios.find((scenario) => scenario.name === name));
}

/** What each run has of a figure, and the last of them, which says what the figure has to keep. */
function figuresOf(measured: (MeasuredScenario | undefined)[], what: string) {
  const found = measured.map((scenario) => scenario?.figures.find((figure) => figure.what === what));
  const latest = found.findLast((figure) => figure !== undefined) as Figure;
  // A budget that has changed since is kept or missed by older runs as well.
  const judged = ({ budget: _older, ...figure }: Figure): Figure => ({
    ...figure,
    ...(latest.budget && { budget: latest.budget }),
  });
  return { figures: found.map((figure) => figure && judged(figure)), latest };
}

/** Every figure that has to keep something, at one glance. */
function budgets(names: string[], runs: BenchRun[]): string {
  const rows = names.flatMap((name) => {
    const measured = measuredIn(runs, name);
    return rowNames(measured).flatMap((what) => {
      const { figures, latest } = figuresOf(measured, what);
      if (latest.budget === undefined) return [];
      const verdicts = figures.map((figure) => (figure ? VERDICTS[verdict(figure)] : '–'));
      return [`| ${name} | ${what} | ${budgetText(latest)} | ${verdicts.join(' | ')} |`];
    });
  });
  const titles = columns(runs, 'kept');
  const head = [`| scenario | | budget | ${titles.join(' | ')} |`, `|---|---|---|${titles.map(() => '---|').join('')}`];
  return ['### Budgets', '', ...head, ...rows].join('\n');
}

/** The heads of the columns that tell of the runs. */
function columns(runs: readonly unknown[], only: string): string[] {
  return runs.length === 1 ? [only] : runs.map((_, i) => `run ${i + 1}`);
}

const VERDICTS = { aim: 'aim', must: 'yes', missed: '**missed**', '': '' };

function machineText(runs: BenchRun[]): string {
  const machine = (runs[0] as BenchRun).machine;
  const { tidegate: _, ...others } = versionsOf(runs);
  const when = runs.map(
    ({ startedAt, machine: { versions: measured } }, i) =>
      `run ${i + 1} ${startedAt.slice(0, 16).replace('T', ' ')} UTC, tidegate ${measured.tidegate}`,
  );
  return [
    `${hardwareText(machine)}, ${machine.fileLimit} open files`,
    `a process. ${versionsText(others)}. Measured: ${when.join('; ')}.`,
  ].join('\n');
}

function versionsOf(runs: BenchRun[]): Machine['versions'] {
  return Object.assign({}, ...runs.map(({ machine }) => machine.versions));
}

function section(name: string, runs: BenchRun[]): string {
  const measured = measuredIn(runs, name);
  const latest = measured.findLast((scenario) => scenario !== undefined) as MeasuredScenario;
  const titles = columns(measured, 'measured');
  const notes = [...new Set(measured.flatMap((scenario, i) => [...(scenario?.notes ?? []), ...missing(scenario, i)]))];
  return [
    `### ${latest.title}`,
    '',
    `\`npm run bench -- ${name}\`. ${latest.method}`,
    '',
    `| | ${titles.join(' | ')} | budget |`,
    `|---|${titles.map(() => '---|').join('')}---|`,
    ...rowNames(measured).map((what) => row(what, measured)),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `- ${note}`)]),
  ].join('\n');
}

function missing(scenario: MeasuredScenario | undefined, index: number): string[] {
  return scenario?.unfinished ? [`Run ${index + 1} was interrupted here: rounds or figures of it are missing.`] : [];
}

function rowNames(measured: (MeasuredScenario | undefined)[]): string[] {
  return [...new Set(measured.flatMap((scenario) => scenario?.figures.map(({ what }) => what) ?? []))];
}

function row(what: string, measured: (MeasuredScenario | undefined)[]): string {
  const { figures, latest } = figuresOf(measured, what);
  return `| ${what} | ${figures.map((figure) => (figure ? cell(figure) : '–')).join(' | ')} | ${budgetText(latest)} |`;
}

function cell(figure: Figure): string {
  const text = figureText(figure);
  return verdict(figure) === 'missed' ? `**${text}**` : text;
}
