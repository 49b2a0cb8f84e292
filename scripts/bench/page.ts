import { budgetText, figureText, verdict } from './figures.ts';
import type { Machine } from './machine.ts';
import type { BenchRun, MeasuredScenario } from './run.ts';
import type { Figure } from './scenario.ts';

const BEGIN = '<!-- measured: made by npm run bench -- --docs -->';
const END = '<!-- end of measured -->';

/** The page with its measured part made anew: a table for each scenario, a column for each run. What is around it stays. */
export function pageOf(runs: BenchRun[], page: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error('docs/performance.md has no place for what was measured');
  return `${page.slice(0, begin + BEGIN.length)}\n\n${measuredPart(runs)}\n\n${page.slice(end)}`;
}

function measuredPart(runs: BenchRun[]): string {
  const [first] = runs;
  if (first === undefined) return '';
  const names = [...new Set(runs.flatMap(({ scenarios }) => scenarios.map(({ name }) => name)))];
  return [machineText(runs), budgets(names, runs), ...names.map((name) => section(name, runs))].join('\n\n');
}

/** Every figure that has to keep something, at one glance. */
function budgets(names: string[], runs: BenchRun[]): string {
  const rows = names.flatMap((name) => {
    const measured = runs.map(({ scenarios }) => scenarios.find((scenario) => scenario.name === name));
    return rowNames(measured).flatMap((what) => {
      const figures = measured.map((scenario) => scenario?.figures.find((figure) => figure.what === what));
      const latest = figures.findLast((figure) => figure !== undefined) as Figure;
      if (latest.budget === undefined) return [];
      const verdicts = figures.map((figure) => (figure ? VERDICTS[verdict(figure)] : '–'));
      return [`| ${name} | ${what} | ${budgetText(latest)} | ${verdicts.join(' | ')} |`];
    });
  });
  const titles = runs.length === 1 ? ['kept'] : runs.map((_, i) => `run ${i + 1}`);
  const head = [`| scenario | | budget | ${titles.join(' | ')} |`, `|---|---|---|${titles.map(() => '---|').join('')}`];
  return ['### Budgets', '', ...head, ...rows].join('\n');
}

const VERDICTS = { aim: 'aim', must: 'yes', missed: '**missed**', '': '' };

function machineText(runs: BenchRun[]): string {
  const machine = (runs[0] as BenchRun).machine;
  const versions = Object.entries(versionsOf(runs)).map(([name, version]) => `${name} ${version}`);
  const when = runs.map(({ startedAt }, i) => `run ${i + 1} ${startedAt.slice(0, 16).replace('T', ' ')} UTC`);
  return [
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, ${machine.fileLimit} open files`,
    `a process. ${versions.join(', ')}. Measured: ${when.join(', ')}.`,
  ].join('\n');
}

function versionsOf(runs: BenchRun[]): Machine['versions'] {
  return Object.assign({}, ...runs.map(({ machine }) => machine.versions));
}

function section(name: string, runs: BenchRun[]): string {
  const measured = runs.map(({ scenarios }) => scenarios.find((scenario) => scenario.name === name));
  const latest = measured.findLast((scenario) => scenario !== undefined) as MeasuredScenario;
  const titles = measured.map((_, i) => (measured.length === 1 ? 'measured' : `run ${i + 1}`));
  const notes = [...new Set(measured.flatMap((scenario) => scenario?.notes ?? []))];
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

function rowNames(measured: (MeasuredScenario | undefined)[]): string[] {
  return [...new Set(measured.flatMap((scenario) => scenario?.figures.map(({ what }) => what) ?? []))];
}

function row(what: string, measured: (MeasuredScenario | undefined)[]): string {
  const figures = measured.map((scenario) => scenario?.figures.find((figure) => figure.what === what));
  const latest = figures.findLast((figure) => figure !== undefined) as Figure;
  return `| ${what} | ${figures.map((figure) => (figure ? cell(figure) : '–')).join(' | ')} | ${budgetText(latest)} |`;
}

function cell(figure: Figure): string {
  const text = figureText(figure);
  return verdict(figure) === 'missed' ? `**${text}**` : text;
}
