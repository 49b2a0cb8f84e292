import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readPostmasterState } from '../../../db/embedded/postmaster.ts';
import { type EmbeddedServer, startEmbedded } from '../../../db/embedded/server.ts';
import { Session } from '../../../db/session.ts';
import { benchDirectory } from './directory.ts';
import { treeCpuSeconds } from './proc.ts';

export interface Database {
  url: string;
  session: Session;
  /** Processor time of the whole server, in seconds. */
  cpuSeconds(): number;
}

/**
 * PostgreSQL as `tidegate serve` starts it: one server for the whole run, started for its first database. Dropping a
 * database takes its pages out of the server's memory and writes a checkpoint, so that the next one begins as the first.
 */
export class Postgres {
  #serving: Promise<Serving> | null = null;
  #databases = 0;

  /** A database of its own, with nothing in it; dropped when `atEnd` ends it. */
  async database(atEnd: (end: () => Promise<unknown>) => void): Promise<Database> {
    this.#serving ??= serve();
    const { server, admin, pid } = await this.#serving;
    this.#databases += 1;
    const name = `bench_${this.#databases}`;
    await admin.query(`CREATE DATABASE ${name}`);
    atEnd(() => admin.query(`DROP DATABASE ${name} WITH (FORCE)`));
    const url = new URL(server.url);
    url.pathname = name;
    const session = await Session.open({ url: url.href, applicationName: 'bench' });
    atEnd(() => session.close());
    return { url: url.href, session, cpuSeconds: () => treeCpuSeconds(pid) };
  }

  /** Stops the server, once it has started. */
  async stop(): Promise<void> {
    // A start that failed was told of where the database was wanted.
    const serving = (await this.#serving?.catch(() => null)) ?? null;
    if (serving === null) return;
    await serving.admin.close();
    await serving.server.stop();
    rmSync(serving.directory, { recursive: true, force: true });
  }
}

interface Serving {
  server: EmbeddedServer;
  admin: Session;
  pid: number;
  directory: string;
}

async function serve(): Promise<Serving> {
  const directory = benchDirectory();
  const server = await startEmbedded({ dataDir: join(directory, 'data'), explicitDataDir: true, log: () => {} });
  const admin = await Session.open({ url: server.url, applicationName: 'bench' });
  const [row] = await admin.query<{ data_directory: string }>('SHOW data_directory');
  const state = await readPostmasterState(row?.data_directory ?? '');
  return { server, admin, pid: state?.pid ?? 0, directory };
}
