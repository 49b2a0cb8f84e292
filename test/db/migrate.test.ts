import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../../db/migrate.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ migrated: false });
});
afterAll(() => database.drop());

test('a fresh database gets every migration, a second call none', async () => {
  const session = await database.session();
  const first = await migrate(session);
  expect(first.applied).toContain('0001_initial.sql');
  expect(await migrate(session)).toEqual({ applied: [], version: first.version });
});
test('template', async () => {
  const t = performance.now();
  const db = await testDatabase();
  const t2 = performance.now();
  const db3 = await testDatabase();
  console.log(t2 - t, performance.now() - t2);
  expect(await db.query('select count(*)::int as n from tidegate.agents')).toEqual([{ n: 0 }]);
  await db.drop();
  await db3.drop();
});
