import { readdirSync, readFileSync } from 'node:fs';
import { findBinaries, usableBinaries } from '../../../db/embedded/binaries.ts';
import { clusterPassword, createCluster, hasCluster } from '../../../db/embedded/cluster.ts';
import { databaseUrl, ensureDatabase } from '../../../db/embedded/handshake.ts';
import { launchServer, type RunningServer } from '../../../db/embedded/launch.ts';
import { type Place, preparePlace } from '../../../db/embedded/place.ts';
import { hasEnded } from '../../../db/embedded/postmaster.ts';
import { Session } from '../../../db/session.ts';
import { eventually } from '../../support/gateway.ts';
import { privateDataDir, urlForDatabase } from '../../support/postgres.ts';

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' } as const;

/** A PostgreSQL that nobody keeps alive: what the test does to it lasts until the test undoes it. */
export class DatabaseServer {
  readonly #place: Place;
  readonly #native: string;
  readonly #password: string;
  #server: RunningServer;
  #databases = 0;

  /** Starts a new cluster in `dataDir`, by default a directory of this run. */
  static async start(dataDir = privateDataDir()): Promise<DatabaseServer> {
    const log = () => {};
    const place = await preparePlace({ dataDir, explicitDataDir: true, log });
    const password = await clusterPassword(place);
    const native = await usableBinaries(await findBinaries(), {
      account: place.account,
      copyTo: place.account === null ? dataDir : '/var/lib/tidegate',
      log,
    });
    if (!(await hasCluster(place.clusterDir))) await createCluster(place, native, password);
    const server = new DatabaseServer(place, native, password, await launchServer(place, native));
    await ensureDatabase({ port: server.#server.port, password });
    return server;
  }

  private constructor(place: Place, native: string, password: string, server: RunningServer) {
    this.#place = place;
    this.#native = native;
    this.#password = password;
    this.#server = server;
  }

  get url(): string {
    return databaseUrl({ port: this.#server.port, password: this.#password });
  }

  /** A new and empty database, with defaults of its own for PostgreSQL's parameters; its URL stays good over restarts. */
  async database(parameters: Record<string, string> = {}): Promise<string> {
    // A fault that has come to nothing half-way may have left it so.
    this.thaw();
    if (!this.running) await this.start();
    this.#databases += 1;
    const name = `fault_${this.#databases}`;
    await this.query(`CREATE DATABASE ${name}`);
    for (const [parameter, value] of Object.entries(parameters)) {
      await this.query(`ALTER DATABASE ${name} SET ${parameter} = '${value}'`);
    }
    return urlForDatabase(this.url, name);
  }

  /** Runs one statement as the superuser on a connection of its own. */
  async query<R = Record<string, unknown>>(text: string, url = this.url): Promise<R[]> {
    const session = await Session.open({ url, applicationName: 'fault test' });
    try {
      return await session.query<R>(text);
    } finally {
      await session.close();
    }
  }

  /** Ends the server's processes and waits until it has gone. `kill`: the postmaster alone, without a word. */
  async stop(mode: keyof typeof SIGNALS = 'fast'): Promise<void> {
    if (!this.running) return;
    process.kill(this.#server.pid, SIGNALS[mode]);
    await eventually('PostgreSQL has ended', () => !this.running, 60_000);
  }

  /** Starts it again at the port that it had. */
  async start(): Promise<void> {
    this.#server = await launchServer(this.#place, this.#native, this.#server.port);
  }

  get running(): boolean {
    return !hasEnded(this.#server.pid, this.#server.child);
  }

  /** Every process of the server stands still; its sockets stay open and take what fits. */
  freeze(): void {
    for (const pid of this.#processes()) signal(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of this.#processes()) signal(pid, 'SIGCONT');
  }

  async close(): Promise<void> {
    this.thaw();
    await this.stop('immediate');
  }

  #processes(): number[] {
    const { pid } = this.#server;
    const all = readdirSync('/proc').map(Number).filter(Number.isInteger);
    return [pid, ...all.filter((one) => parentOf(one) === pid)];
  }
}

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
