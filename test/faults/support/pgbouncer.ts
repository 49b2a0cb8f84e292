import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { accountFor, identity } from '../../../db/embedded/account.ts';
import { eventually } from '../../support/gateway.ts';
import { privateDir } from '../../support/postgres.ts';

const PROGRAM = 'pgbouncer';

/** A pooler in front of a database, as Debian packages it. */
export class Pgbouncer {
  readonly url: string;
  readonly #target: URL;
  readonly #directory = privateDir();
  readonly #port: number;
  #child: ChildProcess | null = null;

  static async start(databaseUrl: string, mode: 'transaction' | 'session'): Promise<Pgbouncer> {
    if (spawnSync(PROGRAM, ['--version']).error !== undefined) {
      throw new Error('pgbouncer is not installed, so this fault was not tried: apt-get install pgbouncer');
    }
    const pooler = new Pgbouncer(new URL(databaseUrl), await freePort());
    await pooler.start(mode);
    return pooler;
  }

  private constructor(target: URL, port: number) {
    this.#target = target;
    this.#port = port;
    const url = new URL(target);
    url.port = String(port);
    // Named prepared statements belong to a server connection, which a transaction pooler changes all the time.
    url.searchParams.set('prepare', 'false');
    this.url = url.toString();
  }

  async start(mode: 'transaction' | 'session'): Promise<void> {
    const { hostname, port, username, password, pathname } = this.#target;
    const database = pathname.slice(1);
    const file = `${this.#directory}/pgbouncer.ini`;
    const lines = [
      '[databases]',
      `${database} = host=${hostname} port=${port} dbname=${database} user=${username} password=${decodeURIComponent(password)}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${this.#port}`,
      'unix_socket_dir =',
      'auth_type = any',
      `pool_mode = ${mode}`,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    chmodSync(file, 0o644);
    const child = spawn(PROGRAM, [file], { ...identity(accountFor(this.#directory)), stdio: 'ignore' });
    this.#child = child;
    await eventually('pgbouncer takes connections', () => accepts(this.#port));
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
