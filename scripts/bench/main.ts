/**
 * `npm run bench`: measures the gateway beside its references in the same run. Figures never decide a test: the exit
 * code says only whether everything could be measured.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { pageOf } from './page.ts';
import { type BenchRun, joined, readRun, writeRun } from './results.ts';
import { runSuite } from './run.ts';
import { quickSuite, suite } from './suite.ts';

const PAGE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));

interface Options {
  quick?: boolean;
  rounds?: string;
  json?: string;
  profile?: string;
  agents?: string;
  docs?: string[];
}

const names = suite.map(({ name }) => name);
const program = new Command('npm run bench --')
  .description('measure the gateway beside its references')
  .argument('[scenarios...]', `which ones: ${names.join(', ')}; all where none is named`)
  .option(
    '--quick',
    'smaller fleets, shorter blocks, fewer rounds: all but page, if not named, in less than five minutes',
  )
  .option('--rounds <n>', 'how often each figure is measured, in place of the usual 1 to 5')
  .option('--agents <n,n…>', 'sizes of the fleets in place of the usual ones')
  .option(
    '--json <file>',
    'also write everything measured to this file, round by round, beside what is in it from other scenarios',
  )
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
  const runs = files.map(read);
  const quick = files.find((_, i) => runs[i]?.quick);
  if (quick !== undefined) program.error(`${quick} was measured with --quick, which is too short for the page.`);
  writeFileSync(PAGE, pageOf(runs, readFileSync(PAGE, 'utf8'), names));
}

function read(file: string): BenchRun {
  try {
    return readRun(file);
  } catch (error) {
    return program.error(`${file} is no file of a run: ${(error as Error).message}`);
  }
}

async function measure(wanted: string[], { quick = false, rounds, agents, json, profile }: Options): Promise<void> {
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) program.error(`There is no scenario ${unknown}; there are ${names.join(', ')}.`);
  if (rounds !== undefined && !/^[1-9]\d?$/.test(rounds)) program.error('--rounds takes a number from 1 to 99.');
  if (agents !== undefined && !/^[1-9]\d*(,[1-9]\d*)*$/.test(agents))
    program.error('--agents takes numbers like 600,3000.');
  if (profile !== undefined) mkdirSync(profile, { recursive: true });
  const scenarios =
    wanted.length === 0 ? (quick ? quickSuite : suite) : suite.filter(({ name }) => wanted.includes(name));
  const exitCode = await runSuite(scenarios, {
    quick,
    rounds: rounds === undefined ? null : Number(rounds),
    fleets: agents?.split(',').map(Number) ?? null,
    profileDir: profile ?? null,
    interrupted: firstSignal(),
    keep: json === undefined ? () => {} : keeperIn(json, quick),
  });
  // What was interrupted may still wait for something.
  process.exit(exitCode);
}

/** Writes a run to a file, beside what is in it now. */
function keeperIn(file: string, quick: boolean): (run: BenchRun) => void {
  const earlier = existsSync(file) ? read(file) : null;
  if (earlier !== null && earlier.quick !== quick) {
    const isOf = earlier.quick ? 'was measured with --quick' : 'was not measured with --quick';
    program.error(`${file} ${isOf}: figures of both kinds do not belong into one file.`);
  }
  return (run) => writeRun(file, earlier === null ? run : joined(earlier, run));
}

/** Aborted by the first SIGINT or SIGTERM; the same again ends the process at once. */
function firstSignal(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort(signal));
  return interrupted.signal;
}
