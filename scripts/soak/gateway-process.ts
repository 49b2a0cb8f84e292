import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { MemorySample } from './memory.ts';

const BIN = fileURLToPath(new URL('../../dist/gateway/cli/main.js', import.meta.url));
/** pino's number of an error. */
const ERROR_LEVEL = 50;
const WARN_LEVEL = 40;

/** A warning or an error of the gateway's log. */
export interface LogLine {
  atMs: number;
  level: 'warning' | 'error';
  text: string;
}

export interface GatewayProcessOptions {
  databaseUrl: string;
  adminToken: string;
  dataDir: string;
  flushIntervalMs: number;
  /** `127.0.0.1:0`, or the address of the process that this one follows. */
  listen: string;
}

/** One life of a served gateway, as a unit would run it, and what can be seen of it from outside. */
export class GatewayProcess {
  readonly url: string;
  readonly log: LogLine[] = [];
  readonly #metricsUrl: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | string>;

  static async start(options: GatewayProcessOptions): Promise<GatewayProcess> {
    const child = spawn(
      process.execPath,
      [
        ...[BIN, 'serve', '--json', '--listen', options.listen, '--metrics-listen', '127.0.0.1:0'],
        ...['--data-dir', options.dataDir, '--flush-interval', `${options.flushIntervalMs}ms`],
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...foreignEnvironment(),
          TIDEGATE_DATABASE_URL: options.databaseUrl,
          TIDEGATE_ADMIN_TOKEN: options.adminToken,
        },
      },
    );
    const ended = new Promise<number | string>((resolve) => {
      child.once('exit', (code, signal) => resolve(code ?? signal ?? 'gone'));
    });
    const greeting = new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
    let said = '';
    child.stderr.on('data', (chunk) => {
      said = (said + chunk).slice(-2_000);
    });
    const line = await Promise.race([greeting, ended.then((how) => Promise.reject(new Error(`${how}: ${said}`)))]);
    const { url, metricsUrl } = JSON.parse(line);
    return new GatewayProcess(child, ended, { url, metricsUrl });
  }

  private constructor(child: ChildProcess, ended: Promise<number | string>, at: { url: string; metricsUrl: string }) {
    this.#child = child;
    this.#ended = ended;
    this.url = at.url;
    this.#metricsUrl = at.metricsUrl;
    if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', (line) => this.#read(line));
  }

  /** Resolves with the exit code, or the signal that ended it. */
  get ended(): Promise<number | string> {
    return this.#ended;
  }

  /** Sends SIGTERM and waits for the end. */
  async terminate(): Promise<{ exit: number | string; tookMs: number }> {
    const begun = performance.now();
    this.#child.kill('SIGTERM');
    return { exit: await this.#ended, tookMs: Math.round(performance.now() - begun) };
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async metrics(): Promise<string> {
    return (await fetch(`${this.#metricsUrl}/metrics`)).text();
  }

  async memory(): Promise<MemorySample> {
    const text = await this.metrics();
    return {
      atMs: Date.now(),
      rssBytes: sumOf(text, 'process_resident_memory_bytes'),
      heapBytes: sumOf(text, 'nodejs_heap_size_used_bytes'),
    };
  }

  #read(line: string): void {
    const { level = ERROR_LEVEL, time = Date.now(), msg = line, err } = parsed(line);
    if (level < WARN_LEVEL) return;
    const text = err === undefined ? msg : `${msg}: ${err.message}`;
    this.log.push({ atMs: time, level: level >= ERROR_LEVEL ? 'error' : 'warning', text });
  }
}

/** Settings come from the soak alone. */
function foreignEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TIDEGATE_')));
}

/** What is no line of the log is an error all the same: a stack trace, say. */
function parsed(line: string): { level?: number; time?: number; msg?: string; err?: { message: string } } {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

/** The sum of a metric over its labels. */
export function sumOf(metrics: string, name: string, label = ''): number {
  return metrics
    .split('\n')
    .filter((line) => (line.startsWith(`${name} `) || line.startsWith(`${name}{`)) && line.includes(label))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
