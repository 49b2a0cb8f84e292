import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { ApiClient } from '../../../gateway/cli/api-client.ts';
import { type SettingName, settings } from '../../../gateway/config/settings.ts';
import { WatchClient, type WatchClientOptions } from '../../../protocol/watch/client.ts';
import { ADMIN_TOKEN, eventually } from '../../support/gateway.ts';
import { keepOutput } from '../../support/outputs.ts';
import { privateDir } from '../../support/postgres.ts';

const BIN = fileURLToPath(new URL('../../../dist/gateway/cli/main.js', import.meta.url));

/** One line of a gateway's log. */
export interface LogLine {
  msg: string;
  level: number;
  [field: string]: unknown;
}

/** The SQLSTATE of the error that a line is about, if it is about one. */
export function sqlStateOf({ err }: LogLine): string | undefined {
  return (err as { sqlState?: string } | undefined)?.sqlState;
}

export interface GatewayProcessOptions {
  /** Without it the gateway runs its embedded server in `dataDir`. */
  databaseUrl?: string;
  dataDir?: string;
  flags?: Partial<Record<SettingName, string>>;
  /** For Node itself. */
  nodeArgs?: string[];
  /** Further variables for the process. */
  env?: Record<string, string>;
  /** Most file descriptors that the process may have open. */
  openFiles?: number;
}

/** Those that run: none outlives the tests, however these end. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The program as an operator runs it, in a process of its own, so that it can be killed, stopped and starved. */
export class GatewayProcess {
  readonly dataDir: string;
  readonly log: LogLine[] = [];
  /** How often it has been started. */
  starts = 0;
  readonly #options: GatewayProcessOptions;
  #child: ChildProcess;
  #exit: Promise<number | string | null>;
  #address = '127.0.0.1:0';
  #url = '';
  #metricsUrl = '';

  /** Starts a gateway and waits until it serves. */
  static async start(options: GatewayProcessOptions): Promise<GatewayProcess> {
    const gateway = new GatewayProcess(options);
    await gateway.start();
    return gateway;
  }

  private constructor(options: GatewayProcessOptions) {
    this.#options = { ...options };
    this.dataDir = options.dataDir ?? `${privateDir()}/data`;
    this.#child = undefined as unknown as ChildProcess;
    this.#exit = Promise.resolve(null);
  }

  get url(): string {
    return this.#url;
  }

  /** The database of its next start. */
  useDatabase(url: string): void {
    this.#options.databaseUrl = url;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get client(): ApiClient {
    return new ApiClient({ url: this.#url, token: ADMIN_TOKEN, dataDir: this.dataDir });
  }

  /** Starts it, after its first time at the address that it had. */
  async start(): Promise<void> {
    const command = [process.execPath, ...(this.#options.nodeArgs ?? []), BIN, 'serve', '--json', ...this.#flags()];
    const { openFiles } = this.#options;
    const [program = '', ...args] =
      openFiles === undefined ? command : ['/bin/sh', '-c', `ulimit -n ${openFiles}; exec "$@"`, 'sh', ...command];
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: this.#environment() });
    this.#child = child;
    this.starts += 1;
    running.add(child);
    child.once('exit', () => running.delete(child));
    this.#exit = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
    createInterface(child.stderr).on('line', (line) => {
      keepOutput('fault-log', line);
      this.#note(line);
    });
    const greeting = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).once('line', resolve);
      child.once('exit', (code) =>
        reject(
          new Error(
            `the gateway ended with ${code}: ${this.log
              .slice(-8)
              .map(({ msg }) => msg)
              .join(' | ')}`,
          ),
        ),
      );
    });
    const { url, metricsUrl } = JSON.parse(greeting);
    this.#url = url;
    this.#metricsUrl = metricsUrl;
    this.#address = new URL(url).host;
  }

  /** Sends a signal; resolves to the exit code, or the signal's name, once the process has gone. */
  async end(name: NodeJS.Signals): Promise<number | string | null> {
    this.#child.kill(name);
    return this.#exit;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGCONT');
    this.#child.kill('SIGTERM');
    const giveUp = setTimeout(() => this.#child.kill('SIGKILL'), 20_000);
    await this.#exit;
    clearTimeout(giveUp);
  }

  /** A watcher of this gateway, of everything unless it says otherwise. */
  watch(options: Partial<WatchClientOptions> = {}): WatchClient {
    const url = this.client.socketUrl('/api/v2/watch');
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const watcher = new WatchClient({
      connect: () => new WebSocket(url, { headers, perMessageDeflate: false }) as never,
      subscription: { agents: 'all' },
      ...options,
    });
    watcher.start();
    return watcher;
  }

  /** Whether `/healthz` answers on a connection of its own, within a second. */
  isHealthy(timeoutMs = 1_000): Promise<boolean> {
    return new Promise((resolve) => {
      const request = get(`${this.#url}/healthz`, { agent: false, timeout: timeoutMs }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      });
      request.once('timeout', () => request.destroy());
      request.once('error', () => resolve(false));
    });
  }

  /** What `/readyz` answers, with its status. */
  async ready(): Promise<{ status: number; message: string; checks: Record<string, unknown> }> {
    const response = await fetch(`${this.#url}/readyz`);
    return {
      status: response.status,
      ...((await response.json()) as { message: string; checks: Record<string, unknown> }),
    };
  }

  /** The sum of a metric over its labels, or over those that match. */
  async metric(name: string, labels = ''): Promise<number> {
    const text = await (await fetch(`${this.#metricsUrl}/metrics`)).text();
    return text
      .split('\n')
      .filter((line) => (line.startsWith(`${name} `) || line.startsWith(`${name}{`)) && line.includes(labels))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** Memory that the process has in RAM, in MiB. */
  residentMiB(): number {
    const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8')) ?? [];
    return Number(kib) / 1024;
  }

  /** Resolves to the first log line from index `since` on whose message holds `text`. */
  logged(text: string, timeoutMs = 10_000, since = 0): Promise<LogLine> {
    return eventually(
      `the log says "${text}"`,
      () => this.log.slice(since).find(({ msg }) => msg.includes(text)),
      timeoutMs,
    );
  }

  #note(line: string): void {
    try {
      this.log.push(JSON.parse(line));
    } catch {
      this.log.push({ msg: line, level: 60 });
    }
  }

  #flags(): string[] {
    const { databaseUrl, flags = {} } = this.#options;
    const all = {
      listen: this.#address,
      metricsListen: '127.0.0.1:0',
      dataDir: this.dataDir,
      flushIntervalMs: '1s',
      ...(databaseUrl !== undefined && { databaseUrl }),
      ...flags,
    };
    return Object.entries(all).flatMap(([name, value]) => [`--${settings[name as SettingName].flag}`, value]);
  }

  #environment(): NodeJS.ProcessEnv {
    const others = Object.entries(process.env).filter(([name]) => !/^(TIDEGATE_|DATABASE_URL$)/.test(name));
    return { ...Object.fromEntries(others), ...this.#options.env, TIDEGATE_ADMIN_TOKEN: ADMIN_TOKEN };
  }
}
