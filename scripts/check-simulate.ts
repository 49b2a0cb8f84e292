/**
 * Serves a gateway as a user would, runs a short simulated fleet against it, and fails on a lost value, a watcher that
 * does not end with the database's state, or more notifications than the schedule allows.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Summary } from '../gateway/cli/simulate/summary.ts';

const BIN = fileURLToPath(new URL('../dist/gateway/cli/main.js', import.meta.url));
const FLUSH_INTERVAL_MS = 2_000;
const DURATION_MS = 12_000;

const directory = mkdtempSync(join(tmpdir(), 'tidegate-check-'));
// Under root PostgreSQL runs as another user, who has to get through here.
chmodSync(directory, 0o755);
const dataDir = join(directory, 'data');

const gateway = spawn(
  process.execPath,
  [
    ...[BIN, 'serve', '--json', '--listen', '127.0.0.1:0', '--metrics-listen', '127.0.0.1:0'],
    ...['--data-dir', dataDir, '--flush-interval', `${FLUSH_INTERVAL_MS}ms`],
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const problems: string[] = [];
try {
  const { url, adminToken } = JSON.parse(await firstLine(gateway));
  const summary = await simulate(url, adminToken);
  console.log(JSON.stringify(summary));
  const allowed = Math.floor(summary.durationMs / FLUSH_INTERVAL_MS) + 1;
  if (summary.lost > 0) problems.push(`${summary.lost} acknowledged values are not stored`);
  if (summary.reports === 0 || summary.acknowledged.committed === 0) problems.push('nothing was acknowledged');
  if (summary.notifications === null || summary.notifications > allowed) {
    problems.push(`${summary.notifications} notifications; at most ${allowed} are allowed`);
  }
  if (summary.flushes !== summary.notifications) {
    problems.push(`${summary.flushes} flushes made ${summary.notifications} notifications`);
  }
  if (summary.watchersExact !== summary.watchers) {
    problems.push(`${summary.watchersExact} of ${summary.watchers} watchers ended with the database's state`);
  }
  const code = await ended(gateway, () => gateway.kill('SIGTERM'));
  if (code !== 0) problems.push(`the gateway ended with ${code} on SIGTERM`);
} catch (error) {
  problems.push(String(error));
} finally {
  if (gateway.exitCode === null) await ended(gateway, () => gateway.kill('SIGTERM'));
  rmSync(directory, { recursive: true, force: true });
}
for (const problem of problems) console.error(`check-simulate: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error('the gateway has no output');
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the gateway ended with ${code} at its start`)));
  });
}

async function simulate(url: string, token: string): Promise<Summary> {
  const databaseUrl = readFileSync(join(dataDir, 'database-url'), 'utf8').trim();
  const child = spawn(
    process.execPath,
    [
      ...[BIN, 'simulate', '--json', '--url', url, '--database-url', databaseUrl],
      ...['--agents', '100', '--keys', '8', '--interval', '2s', '--duration', `${DURATION_MS}ms`, '--watchers', '5'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TIDEGATE_TOKEN: token } },
  );
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  // Its exit may be known before all that it has said.
  await once(child, 'close');
  return JSON.parse(output);
}

function ended(child: ChildProcess, act = () => {}): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('exit', resolve);
    act();
  });
}
