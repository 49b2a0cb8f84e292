/**
 * `npm run test:faults`: does everything to a gateway that it promises to survive, and writes the table of
 * docs/reliability.md from what was found. `-- --subset` runs the part that `.ci/run` has time for and only prints its
 * table; so does a run of single files or tests, whose arguments go to vitest.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reliabilityPage, tableOf } from './support/reliability.ts';
import { RESULTS_VARIABLE, type Row, SUBSET_VARIABLE } from './support/results.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = join(root, 'docs/reliability.md');

/** What one fault needs and a machine may lack; where it cannot be had, that fault fails and says so. */
function installPooler(): void {
  if (spawnSync('pgbouncer', ['--version']).error === undefined || process.getuid?.() !== 0) return;
  spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', 'pgbouncer'], { stdio: 'ignore' });
}

interface VitestReport {
  testResults: { assertionResults: { title: string; status: string }[] }[];
}

/**
 * The last row of each fault, in the order in which they were announced. Where single ones were asked for, the others are
 * skipped and left out; where none was, a skipped one is one whose server did not start.
 */
function readRows(directory: string, wanted: readonly string[]): Row[] {
  const rows = new Map<string, Row>();
  for (const line of readOr(join(directory, 'rows.jsonl'), '').split('\n').filter(Boolean)) {
    const row: Row = JSON.parse(line);
    rows.set(row.fault, row);
  }
  if (wanted.length === 0) return [...rows.values()];
  const report: VitestReport = JSON.parse(readOr(join(directory, 'report.json'), '{"testResults":[]}'));
  for (const { title, status } of report.testResults.flatMap(({ assertionResults }) => assertionResults)) {
    if (status === 'skipped' || status === 'pending') rows.delete(title);
  }
  return [...rows.values()];
}

/** The text of a file, or `otherwise` where the run ended before it was written. */
function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}

function main(): number {
  const args = process.argv.slice(2);
  const subset = args.includes('--subset');
  const wanted = args.filter((arg) => arg !== '--subset');
  const isWhole = !subset && wanted.length === 0;
  if (!subset) installPooler();
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-faults-'));
  try {
    const begun = performance.now();
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${join(directory, 'report.json')}`];
    const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'vitest.faults.config.ts'];
    const env = {
      ...process.env,
      [RESULTS_VARIABLE]: join(directory, 'rows.jsonl'),
      ...(subset && { [SUBSET_VARIABLE]: '1' }),
    };
    const { status } = spawnSync(process.execPath, [...vitest, ...reporters, ...wanted], {
      cwd: root,
      stdio: 'inherit',
      env,
    });
    const rows = readRows(directory, wanted);
    console.log(`\n${tableOf(rows)}\n`);
    if (isWhole) writeFileSync(PAGE, reliabilityPage(rows, performance.now() - begun));
    return status ?? 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

process.exitCode = main();
