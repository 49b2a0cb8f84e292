import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flushPayload } from '../../../db/bus/channels.ts';
import { FlushAudit } from '../../../scripts/soak/flush-audit.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let audit: FlushAudit;

beforeEach(async () => {
  database = await testDatabase();
  audit = new FlushAudit(database.url);
  await audit.install();
  await audit.listen();
});
afterEach(async () => {
  await audit.close();
  await database.drop();
});

/** What a flush does last: its nonce, and so many notifications of its revision. */
async function flush(gateway: string, notifications: number): Promise<void> {
  const session = await database.session();
  await session.transaction('BEGIN', async () => {
    const [{ revision } = { revision: '' }] = await session.query<{ revision: string }>(
      'SELECT pg_current_xact_id()::text AS revision',
    );
    await session.query(
      `INSERT INTO tidegate.gateways (id, nonce) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET nonce = excluded.nonce`,
      [gateway, `nonce ${revision}`],
    );
    const payload = flushPayload({ v: 1, gateway, revision, values: 1, agents: 1 });
    // Equal payloads of one transaction are one notification: a second one has to differ.
    for (let i = 0; i < notifications; i += 1) {
      await session.query("SELECT pg_notify('tidegate', $1)", [payload + ' '.repeat(i)]);
    }
  });
}

describe('the count of flushes and notifications', () => {
  it('finds each flush with its one notification', async () => {
    await flush('one', 1);
    await flush('one', 1);
    await flush('two', 1);
    await database.query('UPDATE tidegate.gateways SET renewed_at = clock_timestamp()');
    expect(await audit.figures()).toMatchObject({
      flushes: 3,
      notifications: 3,
      flushesOfGateways: [2, 1],
      unheardAtRestart: 0,
      mismatches: [],
    });
  });

  it('sees a flush that notifies never or twice, and a notification of no flush', async () => {
    await flush('one', 0);
    await flush('one', 2);
    await database.query("SELECT pg_notify('tidegate', 'something else')");
    const { mismatches } = await audit.figures();
    expect(mismatches.map((text) => text.replace(/\d{2,}/, 'N'))).toEqual([
      'flush N was notified 0 times',
      'flush N was notified 2 times',
      '1 notifications of no flush: no flush: something else',
    ]);
  });

  it('excuses what committed while it was away, and nothing else', async () => {
    await audit.close();
    await flush('one', 1);
    await audit.listen();
    await flush('one', 1);
    expect(await audit.figures()).toMatchObject({ flushes: 2, notifications: 1, unheardAtRestart: 1, mismatches: [] });
  });
});
