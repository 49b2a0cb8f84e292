/**
 * Runs the fuzzers of test/fuzz for as long as one likes: `npm run fuzz -- --minutes 10`. They take turns; each failure is
 * made as short as it can be and printed with its seed and as a row to keep. `--only`, `--seed` and `--path` show one again;
 * `--gateway` runs random agents against a whole gateway on PostgreSQL over real sockets instead.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { WorkerNews, WorkerOrder } from '../test/fuzz/worker.ts';

const WORKER = fileURLToPath(new URL('../test/fuzz/worker.ts', import.meta.url));
/** A turn lasts seconds, and making a failure shorter is bounded too: whoever is silent for so long hangs. */
const HANGS_AFTER_MS = 120_000;
const PROGRESS_MS = 30_000;
/** Behind a collection of garbage, from the first turn on; ten minutes of what is well add a tenth of it. */
const MOST_GROWTH_BYTES = 256 * 2 ** 20;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    only: { type: 'string' },
    seed: { type: 'string' },
    path: { type: 'string' },
    gateway: { type: 'boolean', default: false },
  },
});
const milliseconds = Number(values.minutes) * 60_000;
if (!(milliseconds > 0)) throw new Error(`--minutes takes a number above 0, not ${values.minutes}`);

interface Tally {
  programs: number;
  actions: number;
  failures: number;
}

const tallies = new Map<string, Tally>();
const started = performance.now();
let present = 'the start';
let lastNewsMs = started;
let [firstMemory, memory] = [0, 0];

const worker = fork(WORKER, { execArgv: ['--expose-gc', '--import', 'tsx'] });
worker.send({
  milliseconds,
  only: values.only ?? null,
  seed: values.seed === undefined ? null : Number(values.seed),
  path: values.path ?? null,
  gateway: values.gateway,
} satisfies WorkerOrder);

worker.on('message', (news: WorkerNews) => {
  lastNewsMs = performance.now();
  if (news.news === 'begins') {
    present = `--only '${news.name}' --seed ${news.seed}`;
    return;
  }
  const tally = tallies.get(news.name) ?? { programs: 0, actions: 0, failures: 0 };
  tally.programs += news.programs;
  tally.actions += news.actions;
  memory = news.memoryBytes;
  firstMemory ||= memory;
  if (news.failure !== null) {
    tally.failures += 1;
    console.log(`\n${news.failure}\n`);
  }
  tallies.set(news.name, tally);
});

const progress = setInterval(() => console.log(summary()), PROGRESS_MS);
const watchdog = setInterval(() => {
  if (performance.now() - lastNewsMs < HANGS_AFTER_MS) return;
  console.log(`It hangs. Again: npm run fuzz -- ${present}`);
  worker.kill('SIGKILL');
}, 1_000);

worker.once('exit', (code, signal) => {
  clearInterval(progress);
  clearInterval(watchdog);
  console.table(Object.fromEntries(tallies));
  console.log(summary());
  const failures = [...tallies.values()].reduce((sum, tally) => sum + tally.failures, 0);
  if (code !== 0) console.log(`The worker ended with ${code ?? signal}. Again: npm run fuzz -- ${present}`);
  const grew = memory - firstMemory > MOST_GROWTH_BYTES;
  if (grew) console.log('Memory grew beyond what the sessions of one program may hold: something is kept for good.');
  process.exitCode = code === 0 && failures === 0 && !grew ? 0 : 1;
});

function summary(): string {
  const sum = (of: 'programs' | 'actions' | 'failures') =>
    [...tallies.values()].reduce((total, tally) => total + tally[of], 0);
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  return (
    `${minutes} min: ${sum('programs')} programs, ${sum('actions')} actions, ${sum('failures')} failures; ` +
    `memory ${mib(firstMemory)} after the first turn, ${mib(memory)} now`
  );
}
