import { afterAll, beforeAll, expect, it } from 'vitest';
import { Pool } from '../../db/pool.ts';
import { Housekeeping } from '../../gateway/housekeeping.ts';
import { silentLog } from '../../gateway/log.ts';
import { CursorWatch } from '../../gateway/watch/cursor-watch.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { eventually } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let db: Pool;

beforeAll(async () => {
  database = await testDatabase();
  db = new Pool({ url: database.url });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

it('says which session pins the cursor when it has for a minute, and again every minute', async () => {
  const holder = await database.session({ applicationName: 'a long report' });
  await holder.query('BEGIN');
  await holder.query('SELECT pg_current_xact_id()');
  const clock = new FakeClock();
  const cursorWatch = new CursorWatch(clock);
  const said: { pid: number }[] = [];
  const warn = ({ pin }: { pin: { pid: number } }) => said.push(pin);
  const housekeeping = new Housekeeping({
    auditRetentionMs: 86_400_000,
    clock,
    db,
    cursorWatch,
    log: { ...silentLog, warn } as never,
  });
  housekeeping.start();
  // The worst moment: right behind a look.
  clock.advance(1_000);
  cursorWatch.onRead({ cursor: 10n, maxRevision: 12n, xmin: 10n, seq: 1, purgedBefore: 0n } as never);
  clock.advance(59_000);
  expect(said).toEqual([]);
  clock.advance(6_000);
  await eventually('it is said', () => said.length === 1);
  // Another test's transaction on the same server may be older still.
  expect(said[0]?.pid).toBeGreaterThan(0);
  clock.advance(55_000);
  expect(said).toHaveLength(1);
  clock.advance(10_000);
  await eventually('it is said again', () => said.length === 2);
  housekeeping.stop();
  await holder.close();
});
