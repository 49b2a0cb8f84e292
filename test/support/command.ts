/** The command as a process of its own, run from the sources. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { eventually } from './gateway.ts';
import { keepOutput } from './outputs.ts';

const MAIN = fileURLToPath(new URL('../../gateway/cli/main.ts', import.meta.url));

export interface RunningCommand {
  process: ChildProcess;
  /** What it has printed so far. */
  stdout: string;
  stderr: string;
  /** Its exit code, once it has ended. */
  ended: Promise<number | null>;
}

/** Starts `tidegate …`; it is ended with the test. Nothing of this process's environment reaches it but what Node needs. */
export function startCommand(args: string[], env: Record<string, string> = {}): RunningCommand {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const command: RunningCommand = { process: child, stdout: '', stderr: '', ended: Promise.resolve(null) };
  child.stdout?.on('data', (chunk) => {
    command.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    command.stderr += chunk;
  });
  command.ended = once(child, 'close').then(([code]) => {
    keepOutput(`${args[0]}-stdout`, withoutGreeting(command.stdout));
    keepOutput(`${args[0]}-stderr`, command.stderr);
    return code as number | null;
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await command.ended;
  });
  return command;
}

/** Runs `tidegate …` to its end. */
export async function runCommand(args: string[], env: Record<string, string> = {}) {
  const command = startCommand(args, env);
  const code = await command.ended;
  return { code, stdout: command.stdout, stderr: command.stderr };
}

/** What `serve --json` prints once it serves. */
export interface Greeting {
  url: string;
  metricsUrl: string;
  signInUrl: string | null;
  adminToken?: string;
}

/** Starts `tidegate serve --json …` on free ports and waits until it serves. */
export async function startServe(args: string[], env: Record<string, string> = {}) {
  const listen = ['--listen', '127.0.0.1:0', '--metrics-listen', '127.0.0.1:0'];
  const command = startCommand(['serve', '--json', ...listen, ...args], env);
  let code: number | null | undefined;
  void command.ended.then((ended) => {
    code = ended;
  });
  const line = await eventually(
    'it serves',
    () => {
      if (code !== undefined) throw new Error(`serve ended with ${code}: ${command.stderr}`);
      return command.stdout.includes('\n') ? command.stdout.split('\n')[0] : null;
    },
    60_000,
  );
  return { ...command, command, greeting: JSON.parse(line) as Greeting };
}

/** The two secrets that are meant for the terminal, each in its one place: taken out, they must stand nowhere else. */
function withoutGreeting(stdout: string): string {
  return stdout.replace(/#code=tgc_[\w-]{43}/, '#code=').replace(/"adminToken":"[^"]*"|^ {2}tgp_[\w-]{43}$/m, '');
}
