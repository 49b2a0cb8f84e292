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
  testResults: { assertionResults: { title: string; status: string }[]; message: string; name: string }[];
}

/** The rows that the faults have written, and one for each that came to nothing before it could. */
function readRows(directory: string): Row[] {
  const rows = readLines(join(directory, 'rows.jsonl')).map((line): Row => JSON.parse(line));
  const report: VitestReport = JSON.parse(readFileSync(join(directory, 'report.json'), 'utf8'));
  const known = new Set(rows.map(({ fault }) => fault));
  for (const { assertionResults } of report.testResults) {
    for (const { title, status } of assertionResults) {
      const came = known.has(title) || status === 'passed' || status === 'skipped' || status === 'pending';
      if (!came)
        rows.push({ group: 'PostgreSQL', fault: title, passed: false, happened: 'could not be tried', tookMs: 0 });
    }
  }
  return rows;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
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
    const rows = readRows(directory);
    console.log(`\n${tableOf(rows)}\n`);
    if (isWhole) writeFileSync(PAGE, reliabilityPage(rows, performance.now() - begun));
    return status ?? 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

process.exitCode = main();
