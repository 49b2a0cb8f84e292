import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ApiClient } from '../../../gateway/cli/api-client.ts';
import { benchDirectory } from './directory.ts';
import { goServer } from './go.ts';
import type { Database, Postgres } from './postgres.ts';
import { PROBE_FLAGS, Program, type ProgramOptions } from './program.ts';

/** The command, as it ships. */
export const MAIN = fileURLToPath(new URL('../../../dist/gateway/cli/main.js', import.meta.url));
const ADMIN_TOKEN = 'an-admin-token-for-the-benchmarks';

export interface StageOptions {
  postgres: Postgres;
  /** Directory for profiles of the gateway's processor time; null for none. */
  profileDir: string | null;
}

export interface ServedGateway {
  program: Program;
  url: string;
  client: ApiClient;
}

/** Starts what a scenario needs, and ends it in the opposite order. */
export class Stage {
  readonly #options: StageOptions;
  #programs: Program[] = [];
  readonly #ends: (() => Promise<unknown> | unknown)[] = [];
  #clearing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: StageOptions) {
    this.#options = options;
  }

  /** What the programs have printed, for a scenario that failed. */
  get said(): string {
    return this.#programs.map(({ name, said }) => (said === '' ? '' : `${name} said:\n${said.trim()}\n`)).join('');
  }

  /** Ends all that runs; what comes next begins with nothing. */
  clear(): Promise<void> {
    this.#clearing = this.#clearing.then(async () => {
      this.#programs = [];
      for (let end = this.#ends.pop(); end !== undefined; end = this.#ends.pop()) await end();
    });
    return this.#clearing;
  }

  /** Ends all that runs, for good: a scenario that was left to itself starts nothing any more. */
  close(): Promise<void> {
    this.#closed = true;
    return this.clear();
  }

  /** Takes what ends something that the scenario has started by itself. */
  atEnd(end: () => Promise<unknown> | unknown): void {
    this.#ends.push(end);
  }

  directory(): string {
    this.#assertOpen();
    const directory = benchDirectory();
    this.atEnd(() => rmSync(directory, { recursive: true, force: true }));
    return directory;
  }

  /** A database of its own. */
  database(): Promise<Database> {
    this.#assertOpen();
    return this.#options.postgres.database((end) => this.atEnd(end));
  }

  /** A gateway as it ships. */
  async gateway(database: Database, flags: string[] = []): Promise<ServedGateway> {
    const { profileDir } = this.#options;
    const profile = profileDir === null ? [] : ['--cpu-prof', '--cpu-prof-dir', profileDir];
    const program = this.#start({
      name: 'gateway',
      command: process.execPath,
      args: [
        ...[...profile, ...PROBE_FLAGS, MAIN, 'serve', '--json', '--database-url', database.url],
        ...['--listen', '127.0.0.1:0', '--metrics-listen', '127.0.0.1:0', '--admin-token', ADMIN_TOKEN],
        ...['--data-dir', this.directory(), '--log-level', 'warn', ...flags],
      ],
      node: true,
    });
    const { url } = JSON.parse(await program.firstLine());
    const client = new ApiClient({ url, token: ADMIN_TOKEN, dataDir: '.' });
    return { program, url, client };
  }

  /** A script below `scripts/bench/`, which {@link answer}s. */
  script(name: string, path: string): Program {
    const script = fileURLToPath(new URL(`../${path}`, import.meta.url));
    const args = [...PROBE_FLAGS, '--import', 'tsx', script];
    return this.#start({ name, command: process.execPath, args, node: true });
  }

  /** A program that is not ours. */
  program(name: string, command: string, args: string[], env: NodeJS.ProcessEnv = {}): Program {
    return this.#start({ name, command, args, env });
  }

  /** The reference made of Go's libraries; null where there is no Go. */
  async goServer(): Promise<{ program: Program; url: string } | null> {
    const binary = goServer();
    if (binary === null) return null;
    const program = this.#start({ name: 'Go server', command: binary, args: ['batcher'] });
    const { address } = JSON.parse(await program.firstLine());
    return { program, url: `http://${address}` };
  }

  #start(options: ProgramOptions): Program {
    this.#assertOpen();
    const program = new Program(options);
    this.#programs.push(program);
    this.atEnd(() => program.stop());
    return program;
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('the scenario is over: nothing is started any more');
  }
}
