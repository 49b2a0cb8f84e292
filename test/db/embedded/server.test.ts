import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { identity } from '../../../db/embedded/account.ts';
import { locate } from '../../../db/embedded/place.ts';
import { isPostmasterOf, readPostmasterState } from '../../../db/embedded/postmaster.ts';
import { isAlive } from '../../../db/embedded/processes.ts';
import { type EmbeddedOptions, type EmbeddedServer, findEmbedded, startEmbedded } from '../../../db/embedded/server.ts';
import { Session } from '../../../db/session.ts';
import { privateDataDir, startPrivateServer } from '../../support/postgres.ts';

const OWNER_SCRIPT = fileURLToPath(new URL('../../support/embedded-owner.ts', import.meta.url));

// One cluster for all of these, each of which leaves it stopped: making one takes longer than all the rest.
const dataDir = privateDataDir();
const clusterDir = join(dataDir, 'postgres');
const quiet = { dataDir, explicitDataDir: true, log: () => {} };

const started: EmbeddedServer[] = [];
const owners: ChildProcess[] = [];

beforeAll(() => {
  // What a start that was cut short leaves behind does not stand in the way of the first.
  mkdirSync(dataDir, { mode: 0o711 });
  mkdirSync(join(dataDir, 'postgres.new'));
  writeFileSync(join(dataDir, 'postgres.new', 'PG_VERSION'), '18');
});
// Nothing for a test that passes; after one that fails, the next finds the directory free all the same.
afterEach(async () => {
  for (const owner of owners.splice(0)) owner.kill('SIGKILL');
  for (const server of started.splice(0)) await server.stop();
});

async function start(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedServer> {
  const server = await startEmbedded({ ...quiet, ...options });
  started.push(server);
  return server;
}

async function rows<R>(url: string, statement: string): Promise<R[]> {
  const session = await Session.open({ url });
  return session.query<R>(statement).finally(() => session.close());
}

async function postmasterPid(): Promise<number> {
  return (await readPostmasterState(clusterDir))?.pid ?? 0;
}

/** Another gateway, as a process of its own, in a group of its own as a shell would give it. */
async function startOwner(directory = dataDir): Promise<{ process: ChildProcess; report: Record<string, unknown> }> {
  const child = spawn(process.execPath, ['--import', 'tsx', OWNER_SCRIPT, directory], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  owners.push(child);
  const lines = createInterface({ input: child.stdout });
  const line = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    // Its exit may be known before what it has said.
    child.once('close', () => reject(new Error('the owner ended without a word')));
  });
  return { process: child, report: JSON.parse(line) };
}

function ended(child: ChildProcess): Promise<string | number | null> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
}

test('a fresh start makes a server that is safe, private and ours', async () => {
  const server = await start();
  expect(server).toMatchObject({ dataDir, adopted: false });

  const settings = `SELECT name, setting FROM pg_settings WHERE name IN
    ('fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses', 'unix_socket_directories', 'password_encryption')`;
  const found = await rows<{ name: string; setting: string }>(server.url, settings);
  expect(Object.fromEntries(found.map(({ name, setting }) => [name, setting]))).toEqual({
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
  });
  const [database] = await rows(
    server.url,
    `SELECT current_setting('server_version_num')::integer / 10000 AS major, pg_encoding_to_char(encoding) AS encoding,
       datlocprovider::text AS provider, datname AS name FROM pg_database WHERE datname = current_database()`,
  );
  expect(database).toEqual({ major: 18, encoding: 'UTF8', provider: 'b', name: 'tidegate' });

  const modeOf = (name: string) => statSync(join(dataDir, name)).mode & 0o777;
  expect(readFileSync(join(dataDir, 'database-url'), 'utf8')).toBe(`${server.url}\n`);
  expect(['database-url', 'postgres-password', 'gateway.lock', 'postgres.log'].map(modeOf)).toEqual([
    0o600, 0o600, 0o600, 0o600,
  ]);
  expect(modeOf('postgres')).toBe(0o700);
  expect(statSync(clusterDir).uid).not.toBe(0);
  await server.stop();
});

test('the password is needed, and a cluster without its password file is refused', async () => {
  const server = await start();
  const wrong = Object.assign(new URL(server.url), { password: 'guess' }).toString();
  await expect(Session.open({ url: wrong })).rejects.toMatchObject({ sqlState: '28P01' });
  await server.stop();

  const file = join(dataDir, 'postgres-password');
  const password = readFileSync(file);
  writeFileSync(file, '');
  await expect(start()).rejects.toMatchObject({
    code: 'data_dir_unusable',
    message: expect.stringContaining(file),
  });
  writeFileSync(file, password);
});

test('stop ends open transactions, the process, the URL file and the lock, once', async () => {
  const server = await start();
  const pid = await postmasterPid();
  const session = await Session.open({ url: server.url });
  await session.query('BEGIN; CREATE TABLE never_committed ()');
  const stopped = server.stop();
  expect(server.stop()).toBe(stopped);
  await stopped;
  expect(isAlive(pid)).toBe(false);
  expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres-password', 'postgres.log']);
  expect(existsSync(join(clusterDir, 'postmaster.pid'))).toBe(false);
  expect(await findEmbedded(quiet)).toBeNull();
});

test('a second start gets one sentence, and the first is not disturbed', async () => {
  const server = await start();
  const inUse = `The data directory ${dataDir} is in use by another gateway (process ${process.pid}).`;
  await expect(start()).rejects.toMatchObject({ code: 'data_dir_in_use', message: inUse });
  const other = await startOwner();
  expect(other.report).toEqual({ code: 'data_dir_in_use', message: `DatabaseError: ${inUse}` });
  expect(await rows(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(await findEmbedded(quiet)).toBe(server.url);
  await server.stop();
});

describe('a server whose gateway', () => {
  test.each(['SIGKILL', 'SIGINT'] as const)('gets %s with its whole group lives on and is adopted', async (signal) => {
    const owner = await startOwner();
    const url = String(owner.report.url);
    const pid = await postmasterPid();
    await rows(url, `CREATE TABLE survived_${signal} ()`);
    const gone = ended(owner.process);
    process.kill(-(owner.process.pid ?? 0), signal);
    expect(await gone).toBe(signal);
    expect(await rows(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);

    const server = await start();
    expect(server).toMatchObject({ url, adopted: true });
    expect(await postmasterPid()).toBe(pid);
    expect(readFileSync(join(dataDir, 'database-url'), 'utf8')).toBe(`${url}\n`);
    await rows(server.url, `SELECT FROM survived_${signal}`);
    await server.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test('stops it leaves nothing running', async () => {
    const owner = await startOwner();
    const pid = await postmasterPid();
    const gone = ended(owner.process);
    owner.process.kill('SIGTERM');
    expect(await gone).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });
});

describe('a postmaster.pid left behind', () => {
  /** As after a power cut: the file stays, its process is gone, and maybe another has its number. */
  async function leaveBehind(pid: number): Promise<void> {
    const server = await start();
    const file = join(clusterDir, 'postmaster.pid');
    const lines = readFileSync(file, 'utf8').split('\n');
    await server.stop();
    writeFileSync(file, [String(pid), ...lines.slice(1)].join('\n'), { mode: 0o600 });
    const { uid, gid } = statSync(clusterDir);
    chownSync(file, uid, gid);
  }

  test('by a dead server is no hindrance', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await ended(child);
    await leaveBehind(child.pid ?? 0);
    const server = await start();
    expect(server.adopted).toBe(false);
    await server.stop();
  });

  test('whose number a stranger has is no hindrance, and the stranger is left alone', async () => {
    // Of the server's own account: this is the case in which PostgreSQL itself would refuse to start.
    const { account } = await locate(quiet);
    const stranger = spawn('sleep', ['600'], { ...identity(account), cwd: '/', stdio: 'ignore' });
    const pid = stranger.pid ?? 0;
    await leaveBehind(pid);
    expect(await isPostmasterOf(clusterDir, pid)).toBe(false);
    expect(await findEmbedded(quiet)).toBeNull();
    const server = await start();
    expect(server.adopted).toBe(false);
    await server.stop();
    expect(isAlive(pid)).toBe(true);
    stranger.kill('SIGKILL');
  });
});

test('a server that is killed comes back at the same URL with all that was committed', async () => {
  const said: string[] = [];
  const server = await start({ log: (message) => said.push(message) });
  await rows(server.url, 'CREATE TABLE kept AS SELECT 7 AS n');
  const pid = await postmasterPid();
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(async () => expect(await rows(server.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]), {
    timeout: 25_000,
    interval: 50,
  });
  expect(said).toEqual(['The embedded PostgreSQL has ended unexpectedly; it is started again.']);
  const next = await postmasterPid();
  expect(next).not.toBe(pid);
  await server.stop();
  expect(isAlive(next)).toBe(false);
});

test('a restart keeps the URL, unless somebody has taken the port meanwhile', async () => {
  const first = await start();
  await first.stop();
  const second = await start();
  expect(second.url).toBe(first.url);
  await second.stop();
  const stranger = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
  await once(stranger, 'listening');
  const third = await start();
  expect(third.url).not.toBe(first.url);
  stranger.close();
});

test('a cluster of another major version is refused, and nothing is left locked', async () => {
  const old = privateDataDir();
  mkdirSync(join(old, 'postgres'), { recursive: true });
  writeFileSync(join(old, 'postgres', 'PG_VERSION'), '17\n');
  writeFileSync(join(old, 'postgres-password'), 'x');
  await expect(startPrivateServer(old)).rejects.toMatchObject({
    code: 'data_dir_unusable',
    message: expect.stringMatching(/was made by PostgreSQL 17, and this release runs PostgreSQL 18[^\n]*\.$/),
  });
  expect(existsSync(join(old, 'gateway.lock'))).toBe(false);
});

test('a server that refuses to start is quoted', async () => {
  const config = join(clusterDir, 'postgresql.conf');
  const before = readFileSync(config);
  writeFileSync(config, `${before}\nshared_buffers = 'plenty'\n`);
  await expect(start()).rejects.toMatchObject({
    code: 'embedded_failed',
    message: expect.stringMatching(/did not start: [^\n]*(shared_buffers|configuration file)[^\n]*\.$/),
  });
  writeFileSync(config, before);
  await (await start()).stop();
});
