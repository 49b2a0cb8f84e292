/** Real PostgreSQL for tests: databases on one server shared by the whole run, and private servers to be mistreated. */
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, inject } from 'vitest';
import { type EmbeddedServer, startEmbedded } from '../../db/embedded/server.ts';
import { MIGRATIONS_DIR, migrate, readMigrations } from '../../db/migrate.ts';
import { Pool } from '../../db/pool.ts';
import { Session } from '../../db/session.ts';

export interface TestDatabase {
  url: string;
  name: string;
  /** Runs one statement as the superuser, on a session that this database shares with nobody. */
  query: Session['query'];
  /** Another session to the same database; closed with it. */
  session(options?: { applicationName?: string }): Promise<Session>;
  /** Ends its sessions and drops it, whoever is still connected. Idempotent. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Default true: the schema is there. False: an empty database. */
  migrated?: boolean;
}

/** A fresh database on the run's shared server. Take one in `beforeAll` and `drop` it in `afterAll`, or one per test. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const serverUrl = await sharedServerUrl();
  const template = options.migrated === false ? 'template0' : await migratedTemplate(serverUrl);
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdmin(serverUrl, async (admin) => {
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return openDatabase(serverUrl, name);
}

/** Gives a test file a database and a pool on it before its first test, and takes both away behind its last. */
export function databaseForFile(take: (own: { database: TestDatabase; pool: Pool }) => void): void {
  beforeAll(async () => {
    const database = await testDatabase();
    const pool = new Pool({ url: database.url });
    take({ database, pool });
    return async () => {
      await pool.close();
      await database.drop();
    };
  });
}

/** The URL of the shared server's own database, for tests of several databases. Its settings are everybody's: leave them. */
export async function sharedServerUrl(): Promise<string> {
  const answer = await fetch(inject('postgresStarter'));
  const text = await answer.text();
  if (!answer.ok) throw new Error(`no PostgreSQL for tests: ${text}`);
  return text;
}

/** A data directory of the test's own, for servers that are killed or started by other processes. Removed after the run. */
export function privateDataDir(): string {
  return join(privateDir(), 'data');
}

/** An empty directory below which a server may be started. */
export function privateDir(): string {
  const parent = inject('postgresRunDir');
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, 'private-'));
  chmodSync(directory, 0o711);
  return directory;
}

/** A server of the test's own, in `dataDir` or a fresh one: stop it, kill it, start it again in the same place. */
export async function startPrivateServer(dataDir?: string): Promise<EmbeddedServer> {
  return startEmbedded({ dataDir: dataDir ?? privateDataDir(), explicitDataDir: true, log: () => {} });
}

/** The same server's URL for another database of it. */
export function urlForDatabase(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).toString();
}

function openDatabase(serverUrl: string, name: string): TestDatabase {
  const url = urlForDatabase(serverUrl, name);
  const opened: Promise<Session>[] = [];
  const open = (applicationName: string): Promise<Session> => {
    const session = Session.open({ url, applicationName });
    opened.push(session);
    return session;
  };
  let own: Promise<Session> | null = null;
  let dropped: Promise<void> | null = null;
  const drop = async () => {
    const sessions = await Promise.allSettled(opened);
    await Promise.all(sessions.map((session) => (session.status === 'fulfilled' ? session.value.close() : null)));
    await asAdmin(serverUrl, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  };
  return {
    url,
    name,
    query: async (...args) => {
      own ??= open('test');
      return (await own).query(...args) as never;
    },
    session: (options = {}) => open(options.applicationName ?? 'test'),
    drop: () => {
      dropped ??= drop();
      return dropped;
    },
  };
}

/** A database with the schema as the migration files make it now; made by whoever needs it first. */
async function migratedTemplate(serverUrl: string): Promise<string> {
  const files = await readMigrations(MIGRATIONS_DIR);
  const fingerprint = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  const name = `template_${fingerprint}`;
  await asAdmin(serverUrl, async (admin) => {
    await admin.query(`SELECT pg_advisory_lock(hashtext('${name}'))`);
    const [found] = await admin.query(`SELECT 1 FROM pg_database WHERE datname = '${name}'`);
    if (found !== undefined) return;
    const draft = `draft_${randomBytes(8).toString('hex')}`;
    await admin.query(`CREATE DATABASE ${draft} TEMPLATE template0`);
    const session = await Session.open({ url: urlForDatabase(serverUrl, draft) });
    await migrate(session).finally(() => session.close());
    await admin.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
  });
  return name;
}

async function asAdmin<T>(serverUrl: string, task: (admin: Session) => Promise<T>): Promise<T> {
  const admin = await Session.open({ url: urlForDatabase(serverUrl, 'postgres'), applicationName: 'test admin' });
  try {
    return await task(admin);
  } finally {
    await admin.close();
  }
}
