/**
 * `npm run bench`: measures the gateway beside its references in the same run. Figures never decide a test: the exit
 * code says only whether everything could be measured.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { pageOf } from './page.ts';
import { type BenchRun, joined, runSuite } from './run.ts';
import { suite } from './suite.ts';

const PAGE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));

const ROUNDS = 5;
const QUICK_ROUNDS = 2;

interface Options {
  quick?: boolean;
  rounds?: string;
  json?: string;
  profile?: string;
  agents?: string;
  docs?: string[];
}

const names = suite.map(({ name }) => name).join(', ');
const program = new Command('npm run bench --')
  .description('measure the gateway beside its references')
  .argument('[scenarios...]', `which ones: ${names}; all where none is named`)
  .option('--quick', 'fewer and shorter rounds: all of it in about ten minutes')
  .option('--rounds <n>', `how often each figure is measured (default ${ROUNDS}, with --quick ${QUICK_ROUNDS})`)
  .option('--agents <n,n…>', 'sizes of the fleets in place of the usual ones')
  .option('--json <file>', 'also write everything measured to this file, beside what is in it from other scenarios')
  .option('--profile <directory>', "write profiles of the gateway's processor time there")
  .addOption(
    new Option('--docs <files...>', 'measure nothing: make docs/performance.md of these files').conflicts([
      'quick',
      'rounds',
      'agents',
      'json',
      'profile',
    ]),
  )
  .parse();

const options = program.opts<Options>();
if (options.docs !== undefined) writePage(options.docs);
else await measure(program.args, options);

function writePage(files: string[]): void {
  writeFileSync(PAGE, pageOf(files.map(read), readFileSync(PAGE, 'utf8')));
}

function read(file: string): BenchRun {
  return JSON.parse(readFileSync(file, 'utf8'));
}

async function measure(wanted: string[], { quick = false, rounds, agents, json, profile }: Options): Promise<void> {
  const unknown = wanted.find((name) => !suite.some((scenario) => scenario.name === name));
  if (unknown !== undefined) program.error(`There is no scenario ${unknown}; there are ${names}.`);
  if (rounds !== undefined && !/^[1-9]\d?$/.test(rounds)) program.error('--rounds takes a number from 1 to 99.');
  if (agents !== undefined && !/^[1-9]\d*(,[1-9]\d*)*$/.test(agents))
    program.error('--agents takes numbers like 600,3000.');
  if (profile !== undefined) mkdirSync(profile, { recursive: true });
  const scenarios = wanted.length === 0 ? suite : suite.filter(({ name }) => wanted.includes(name));
  const run = await runSuite(scenarios, {
    quick,
    rounds: Number(rounds ?? (quick ? QUICK_ROUNDS : ROUNDS)),
    profileDir: profile ?? null,
    fleets: agents?.split(',').map(Number) ?? null,
  });
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify(existsSync(json) ? joined(read(json), run) : run, null, 2)}\n`);
}
