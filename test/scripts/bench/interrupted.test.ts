import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { readRun } from '../../../scripts/bench/results.ts';
import { eventually } from '../../support/gateway.ts';

const MAIN = fileURLToPath(new URL('../../../scripts/bench/main.ts', import.meta.url));

/** For all that the suite makes. Under root PostgreSQL runs as another user, who has to get through here. */
function scratch(): string {
  const directory = mkdtempSync('/tmp/tidegate-bench-test-');
  chmodSync(directory, 0o755);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

it('a suite that gets SIGTERM keeps the rounds that it has measured, and leaves nothing running', async () => {
  const directory = scratch();
  const file = join(directory, 'run.json');
  const args = ['--import', 'tsx', MAIN, 'flush', '--quick', '--rounds', '99', '--json', file];
  const suite = spawn(process.execPath, args, { env: { ...process.env, TMPDIR: directory } });
  const ended = once(suite, 'exit');
  onTestFinished(async () => {
    suite.kill('SIGTERM');
    await ended;
  });
  let said = '';
  suite.stderr.on('data', (chunk) => {
    said += chunk;
  });

  const kept = () => {
    if (suite.exitCode !== null) throw new Error(`the suite has ended:\n${said}`);
    return (samplesIn(file) ?? 0) >= 2;
  };
  await eventually('two rounds are kept', kept, 60_000);
  const { name, unfinished } = readRun(file).scenarios[0] ?? {};
  expect({ name, unfinished }).toEqual({ name: 'flush', unfinished: true });
  const made = () => readdirSync(directory).filter((entry) => entry.startsWith('tidegate-bench-'));
  const [postgres] = made();
  const pid = Number(
    readFileSync(join(directory, postgres ?? '', 'data/postgres/postmaster.pid'), 'utf8').split('\n')[0],
  );
  expect(isRunning(pid)).toBe(true);

  suite.kill('SIGTERM');
  expect(await ended).toEqual([143, null]);
  expect(isRunning(pid)).toBe(false);
  expect(made()).toEqual([]);
  expect(samplesIn(file)).toBeGreaterThanOrEqual(2);
}, 90_000);

function samplesIn(file: string): number | undefined {
  return existsSync(file) ? readRun(file).scenarios[0]?.figures[0]?.samples.length : undefined;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
