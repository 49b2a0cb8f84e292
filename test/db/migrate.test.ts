import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MIGRATIONS_DIR, migrate, readMigrations } from '../../db/migrate.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let directory: string;

beforeEach(async () => {
  database = await testDatabase({ migrated: false });
  directory = await mkdtemp(join(tmpdir(), 'migrations-'));
});
afterEach(async () => {
  await database.drop();
  await rm(directory, { recursive: true });
});

async function files(contents: Record<string, string>): Promise<string> {
  await Promise.all(Object.entries(contents).map(([name, sql]) => writeFile(join(directory, name), sql)));
  return directory;
}

async function recorded(): Promise<unknown[]> {
  return [...(await database.query('SELECT version, name FROM tidegate.schema_migrations ORDER BY version'))];
}

test('a fresh database gets every migration in order, a second call none', async () => {
  const session = await database.session();
  const names = (await readMigrations(MIGRATIONS_DIR)).map(({ name }) => name);
  expect(await migrate(session)).toEqual({ applied: names, version: names.length });
  expect(await migrate(session)).toEqual({ applied: [], version: names.length });
  expect(await recorded()).toEqual(names.map((name, index) => ({ version: index + 1, name })));
});

test('a later release adds what is missing', async () => {
  const session = await database.session();
  await files({ '0001_a.sql': 'CREATE TABLE a ()' });
  await migrate(session, { directory });
  await files({ '0002_b.sql': 'CREATE TABLE b (); CREATE TABLE c ()' });
  expect(await migrate(session, { directory })).toEqual({ applied: ['0002_b.sql'], version: 2 });
  await database.query('SELECT FROM a, b, c');
});

test('gateways that start together apply each migration once', async () => {
  await files({
    '0001_a.sql': 'CREATE TABLE counted (n integer)',
    '0002_b.sql': 'INSERT INTO counted VALUES (2)',
    '0003_c.sql': 'INSERT INTO counted VALUES (3)',
  });
  const sessions = await Promise.all([1, 2, 3, 4].map(() => database.session()));
  const results = await Promise.all(sessions.map((session) => migrate(session, { directory })));
  expect(results.flatMap(({ applied }) => applied).sort()).toEqual(['0001_a.sql', '0002_b.sql', '0003_c.sql']);
  expect(results.map(({ version }) => version)).toEqual([3, 3, 3, 3]);
  expect(await database.query('SELECT n FROM counted ORDER BY n')).toEqual([{ n: 2 }, { n: 3 }]);
});

test('a migration that fails leaves nothing of itself, and what came before it stays', async () => {
  await files({ '0001_a.sql': 'CREATE TABLE a ()', '0002_b.sql': 'CREATE TABLE b (); SELECT 1 / 0' });
  const session = await database.session();
  await expect(migrate(session, { directory })).rejects.toMatchObject({
    code: 'migration_failed',
    detail: '0002_b.sql',
    sqlState: '22012',
    message: 'The migration 0002_b.sql was refused by the database: division by zero.',
  });
  expect(await recorded()).toEqual([{ version: 1, name: '0001_a.sql' }]);
  expect(await database.query(`SELECT to_regclass('a')::text AS a, to_regclass('b')::text AS b`)).toEqual([
    { a: 'a', b: null },
  ]);
  // Mended, it goes on from there, on the same session.
  await files({ '0002_b.sql': 'CREATE TABLE b ()' });
  expect(await migrate(session, { directory })).toEqual({ applied: ['0002_b.sql'], version: 2 });
});

test('a schema of a newer release is refused and left alone', async () => {
  const session = await database.session();
  await files({ '0001_a.sql': '', '0002_b.sql': '' });
  await migrate(session, { directory });
  await rm(join(directory, '0002_b.sql'));
  let touched = false;
  const afterMigrate = async () => {
    touched = true;
  };
  await expect(migrate(session, { directory, afterMigrate })).rejects.toMatchObject({
    code: 'schema_newer',
    message: "The database's schema is at version 2, and this release knows versions up to 1: start a newer release.",
  });
  expect(touched).toBe(false);
});

describe('the step after', () => {
  test('runs once, last, in a transaction that holds the lock, also when nothing was applied', async () => {
    await files({ '0001_a.sql': 'CREATE TABLE a (n integer)' });
    const session = await database.session();
    const free = `SELECT count(*)::integer AS held FROM pg_locks WHERE locktype = 'advisory' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    const held: unknown[] = [];
    const afterMigrate = async (transaction: { query(text: string): Promise<unknown> }) => {
      held.push(...(await database.query(free)));
      await transaction.query('INSERT INTO a VALUES (1)');
      expect(await database.query('SELECT * FROM a')).toHaveLength(held.length - 1);
    };
    await migrate(session, { directory, afterMigrate });
    await migrate(session, { directory, afterMigrate });
    expect(held).toEqual([{ held: 1 }, { held: 1 }]);
    expect(await database.query(free)).toEqual([{ held: 0 }]);
  });

  test('that fails is undone, and the error is its own', async () => {
    await files({ '0001_a.sql': 'CREATE TABLE a (n integer)' });
    const session = await database.session();
    const afterMigrate = async (transaction: { query(text: string): Promise<unknown> }) => {
      await transaction.query('INSERT INTO a VALUES (1)');
      throw new Error('not now');
    };
    await expect(migrate(session, { directory, afterMigrate })).rejects.toThrow('not now');
    expect(await database.query('SELECT * FROM a')).toHaveLength(0);
  });
});

test.each([
  [{ '0002_b.sql': '' }, '0002_b.sql stands where 0001_name.sql'],
  [{ '0001_a.sql': '', '0001_b.sql': '' }, '0001_b.sql stands where 0002_name.sql'],
  [{ '1_a.sql': '' }, '1_a.sql stands where 0001_name.sql'],
])('a gap, a double or a nameless file is refused: %o', async (contents, message) => {
  await files(contents);
  await expect(readMigrations(directory)).rejects.toMatchObject({
    code: 'migration_failed',
    message: expect.stringContaining(message),
  });
});
