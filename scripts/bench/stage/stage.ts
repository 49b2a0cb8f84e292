import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPostmasterState } from '../../../db/embedded/postmaster.ts';
import { startEmbedded } from '../../../db/embedded/server.ts';
import { Session } from '../../../db/session.ts';
import { ApiClient } from '../../../gateway/cli/api-client.ts';
import { goServer } from './go.ts';
import { treeCpuSeconds } from './proc.ts';
import { Program } from './program.ts';

const MAIN = fileURLToPath(new URL('../../../dist/gateway/cli/main.js', import.meta.url));
const ADMIN_TOKEN = 'an-admin-token-for-the-benchmarks';

export interface StageOptions {
  /** Directory for profiles of the gateway's processor time; null for none. */
  profileDir: string | null;
}

export interface Database {
  url: string;
  session: Session;
  /** Processor time of the whole server, in seconds. */
  cpuSeconds(): number;
}

export interface ServedGateway {
  program: Program;
  url: string;
  metricsUrl: string;
  client: ApiClient;
}

/** Starts what a scenario needs, and ends it in the opposite order. */
export class Stage {
  readonly #options: StageOptions;
  #programs: Program[] = [];
  readonly #ends: (() => Promise<unknown> | unknown)[] = [];

  constructor(options: StageOptions) {
    this.#options = options;
  }

  /** What the programs have printed, for a scenario that failed. */
  get said(): string {
    return this.#programs.map(({ name, said }) => (said === '' ? '' : `${name} said:\n${said.trim()}\n`)).join('');
  }

  async clear(): Promise<void> {
    this.#programs = [];
    for (;;) {
      const end = this.#ends.pop();
      if (end === undefined) return;
      await end();
    }
  }

  directory(): string {
    const directory = mkdtempSync(join(tmpdir(), 'tidegate-bench-'));
    // Under root PostgreSQL runs as another user, who has to get through here.
    chmodSync(directory, 0o755);
    this.#ends.push(() => rmSync(directory, { recursive: true, force: true }));
    return directory;
  }

  /** PostgreSQL as `tidegate serve` starts it. */
  async database(): Promise<Database> {
    const dataDir = join(this.directory(), 'data');
    const server = await startEmbedded({ dataDir, explicitDataDir: true, log: () => {} });
    this.#ends.push(() => server.stop());
    const session = await Session.open({ url: server.url, applicationName: 'bench' });
    this.#ends.push(() => session.close());
    const [row] = await session.query<{ dir: string }>('SHOW data_directory');
    const clusterDir = (row as unknown as { data_directory: string }).data_directory;
    const state = await readPostmasterState(clusterDir);
    const pid = state?.pid ?? 0;
    return { url: server.url, session, cpuSeconds: () => treeCpuSeconds(pid) };
  }

  /** A gateway as it ships. */
  async gateway(database: Database, flags: string[] = []): Promise<ServedGateway> {
    const { profileDir } = this.#options;
    const profile = profileDir === null ? [] : ['--cpu-prof', '--cpu-prof-dir', profileDir];
    const program = this.#started(
      new Program({
        name: 'gateway',
        command: process.execPath,
        args: [
          ...[...profile, ...Program.probeFlags, MAIN, 'serve', '--json', '--database-url', database.url],
          ...['--listen', '127.0.0.1:0', '--metrics-listen', '127.0.0.1:0', '--admin-token', ADMIN_TOKEN],
          ...['--data-dir', this.directory(), '--log-level', 'warn', ...flags],
        ],
        node: true,
      }),
    );
    const { url, metricsUrl } = JSON.parse(await program.firstLine());
    const client = new ApiClient({ url, token: ADMIN_TOKEN, dataDir: '.' });
    return { program, url, metricsUrl, client };
  }

  /** A script below `scripts/bench/`. */
  script(name: string, path: string, args: string[] = []): Program {
    return this.#started(Program.script(name, path, { args }));
  }

  /** A program that is not ours. */
  program(name: string, command: string, args: string[], env: NodeJS.ProcessEnv = {}): Program {
    return this.#started(new Program({ name, command, args, env }));
  }

  /** The reference made of Go's libraries; null where there is no Go. */
  async goServer(): Promise<{ program: Program; url: string } | null> {
    const binary = goServer();
    if (binary === null) return null;
    const program = this.#started(new Program({ name: 'Go server', command: binary, args: ['batcher'] }));
    const { address } = JSON.parse(await program.firstLine());
    return { program, url: `http://${address}` };
  }

  #started(program: Program): Program {
    this.#programs.push(program);
    this.#ends.push(() => program.stop());
    return program;
  }
}
