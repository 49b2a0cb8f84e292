import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { FLUSH_CHANNEL, parseFlush } from '../../db/bus/channels.ts';
import { FlushWriter } from '../../db/metadata/flush-writer.ts';
import { migrate } from '../../db/migrate.ts';
import { Pool } from '../../db/pool.ts';
import { Session } from '../../db/session.ts';
import type { AgentChange } from '../../db/types.ts';
import { aValue, BASE_US, batchOf, never, someAgents } from '../support/fleet.ts';
import { eventually } from '../support/gateway.ts';
import { lockWaits } from '../support/lock-waits.ts';
import { databaseForFile, startPrivateServer, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let pool: Pool;
let writer: FlushWriter;
let ear: Session;
const heard: string[] = [];

databaseForFile((own) => {
  ({ database, pool } = own);
});
beforeAll(async () => {
  ear = await Session.open({
    url: database.url,
    onNotification: (channel, payload) => {
      if (channel === FLUSH_CHANNEL) heard.push(payload);
    },
  });
  await ear.query(`LISTEN ${FLUSH_CHANNEL}`);
});
afterAll(() => ear.close());
beforeEach(() => {
  writer = new FlushWriter({ url: database.url, gatewayId: 'gw-1', maxValuesPerStatement: 4 });
});
afterEach(() => writer.close());

/** Notifications are handed over before the answer to the next statement. */
async function notifications(): Promise<string[]> {
  await ear.query('SELECT 1');
  return heard.splice(0);
}

async function stored(agentId: string): Promise<Record<string, string>> {
  const rows = await database.query<{ key: string; value: string }>(
    'SELECT key, value FROM tidegate.agent_metadata WHERE agent_id = $1::uuid ORDER BY key',
    [agentId],
  );
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
}

const keysOf = (count: number) => Array.from({ length: count }, (_, i) => `k${String(i).padStart(2, '0')}`);

describe('values', () => {
  test('are inserted, then updated, over several statements, exactly as given', async () => {
    const [agent = ''] = await someAgents(pool, 1);
    const odd = 'a"b\\c,{}\u00e9\u{1f600}\n NULL';
    const first = await writer.write(batchOf(...keysOf(10).map((key) => aValue(agent, key, odd))), never);
    expect(first).toMatchObject({ written: 10, superseded: [], deleted: [], rejected: [] });
    expect(Object.keys(first.phasesMs ?? {})).toEqual(['connect', 'begin', 'write', 'notify', 'commit']);
    const value = { ...aValue(agent, 'k03', 'second', BASE_US + 1), error: 'NULL', agentCollectedAtUs: 1_000_001 };
    const second = await writer.write(batchOf(value), never);
    expect(second.revision).toBeGreaterThan(first.revision);
    expect(await stored(agent)).toEqual({ ...Object.fromEntries(keysOf(10).map((key) => [key, odd])), k03: 'second' });
    const [row] = await database.query(
      `SELECT error, (extract(epoch from collected_at) * 1000000)::bigint AS at,
         (extract(epoch from agent_collected_at) * 1000000)::bigint AS agent_at, revision::text AS revision
       FROM tidegate.agent_metadata WHERE agent_id = $1::uuid AND key = 'k03'`,
      [agent],
    );
    expect(row).toEqual({
      error: 'NULL',
      at: String(BASE_US + 1),
      agent_at: '1000001',
      revision: String(second.revision),
    });
  });

  test('that a newer stored one beats are superseded; equal times are written', async () => {
    const [agent = ''] = await someAgents(pool, 1);
    await writer.write(batchOf(aValue(agent, 'a', 'new', BASE_US + 10), aValue(agent, 'b', 'old')), never);
    const late = aValue(agent, 'a', 'late', BASE_US + 9);
    const result = await writer.write(batchOf(late, aValue(agent, 'b', 'same time')), never);
    expect(result).toMatchObject({ written: 1, superseded: [late], deleted: [] });
    expect(await stored(agent)).toEqual({ a: 'new', b: 'same time' });
  });

  test.each([
    ['older', -1, { written: 1, superseded: [] }, 'mine'],
    ['newer', 1, { written: 0, superseded: [{ value: 'mine' }] }, 'theirs'],
  ])('of a missing key that another gateway inserts meanwhile with an %s time', async (_, offset, outcome, left) => {
    const [agent = ''] = await someAgents(pool, 1);
    const other = await database.session();
    await other.query('BEGIN');
    await other.query(
      `INSERT INTO tidegate.agent_metadata VALUES ($1::uuid, 'k', 'theirs', '',
         timestamptz 'epoch' + $2::bigint * interval '1 microsecond', NULL, pg_current_xact_id())`,
      [agent, BASE_US + offset],
    );
    const flush = writer.write(batchOf(aValue(agent, 'k', 'mine')), never);
    await waitForBlockedFlush(database, 'gw-1');
    await other.query('COMMIT');
    expect(await flush).toMatchObject(outcome);
    expect(await stored(agent)).toEqual({ k: left });
  });

  test('of agents that do not exist are deleted ones', async () => {
    const [agent = ''] = await someAgents(pool, 1);
    const orphan = aValue('00000000-0000-4000-8000-000000000000', 'a', 'x');
    const result = await writer.write(batchOf(orphan, aValue(agent, 'a', 'x')), never);
    expect(result).toMatchObject({ written: 1, deleted: [orphan] });
  });

  test('that the database refuses stay out alone, in one transaction with one notification', async () => {
    const agents = await someAgents(pool, 3);
    await notifications();
    const values = agents.flatMap((agent) => keysOf(9).map((key) => aValue(agent, key, 'fine')));
    const poison = aValue(agents[1] ?? '', 'poison', 'nul \u0000 inside');
    const longKey = aValue(agents[2] ?? '', 'k'.repeat(1_025), 'x');
    const result = await writer.write(batchOf(...values, poison, longKey), never);
    expect(result.written).toBe(27);
    expect(new Map(result.rejected.map((one) => [one.value, one.sqlState]))).toEqual(
      new Map([
        [poison, '22021'],
        [longKey, '23514'],
      ]),
    );
    expect(await notifications()).toHaveLength(1);
    const revisions = await database.query(
      'SELECT DISTINCT revision::text FROM tidegate.agent_metadata WHERE agent_id = ANY($1::uuid[])',
      [`{${agents.join(',')}}`],
    );
    expect(revisions).toEqual([{ revision: String(result.revision) }]);
  });
});

describe('the notification', () => {
  test('is one per committed flush, exact, and under 200 bytes', async () => {
    const agents = await someAgents(pool, 3);
    const id = 'g'.repeat(64);
    const long = new FlushWriter({ url: database.url, gatewayId: id, maxValuesPerStatement: 2 });
    await notifications();
    const values = agents.flatMap((agent) => keysOf(5).map((key) => aValue(agent, key, 'v')));
    const { revision } = await long.write(batchOf(...values), never);
    const [payload = '', ...rest] = await notifications();
    expect(rest).toEqual([]);
    expect(payload).toBe(`{"v":1,"gateway":"${id}","revision":"${revision}","values":15,"agents":3}`);
    expect(Buffer.byteLength(payload.replace(/\d+/g, '18446744073709551615'))).toBeLessThan(200);
    await long.close();
  });

  test('comes for a flush without values too', async () => {
    await notifications();
    const { revision } = await writer.write({ values: [], agents: [] }, never);
    const [payload = ''] = await notifications();
    expect(parseFlush(payload)).toEqual({ v: 1, gateway: 'gw-1', revision: String(revision), values: 0, agents: 0 });
  });

  test('does not come for a flush that failed', async () => {
    const [agent = ''] = await someAgents(pool, 1);
    await writer.write(batchOf(aValue(agent, 'a', '1')), never);
    await notifications();
    const abort = new AbortController();
    abort.abort();
    await expect(writer.write(batchOf(aValue(agent, 'a', '2')), abort.signal)).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(await notifications()).toEqual([]);
    expect(await stored(agent)).toEqual({ a: '1' });
  });
});

test('a gateway id that the payload cannot hold is refused', () => {
  expect(() => new FlushWriter({ url: database.url, gatewayId: 'g'.repeat(65) })).toThrow(RangeError);
  expect(() => new FlushWriter({ url: database.url, gatewayId: 'a"b' })).toThrow(/letters, digits/);
});

describe('the transaction', () => {
  test('sets its limits for itself alone, and raises synchronous_commit only from off', async () => {
    const name = database.name;
    // What the statement sees is written by a trigger, since only the transaction itself can tell.
    await database.query(`
      CREATE TABLE seen (setting text, value text);
      CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO seen SELECT name, current_setting(name) FROM unnest(ARRAY['synchronous_commit',
          'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) name;
        RETURN NULL; END $$;
      CREATE TRIGGER look AFTER INSERT OR UPDATE ON tidegate.gateways FOR EACH STATEMENT EXECUTE FUNCTION look()`);
    const seenWith = async (synchronousCommit: string) => {
      await database.query(`DELETE FROM seen; ALTER DATABASE ${name} SET synchronous_commit = ${synchronousCommit}`);
      const fresh = new FlushWriter({ url: database.url, gatewayId: 'limits' });
      await fresh.write({ values: [], agents: [] }, never);
      await fresh.close();
      const rows = await database.query<{ setting: string; value: string }>('SELECT DISTINCT setting, value FROM seen');
      return Object.fromEntries(rows.map(({ setting, value }) => [setting, value]));
    };
    const limits = { statement_timeout: '30s', lock_timeout: '5s', idle_in_transaction_session_timeout: '10s' };
    expect(await seenWith('off')).toEqual({ ...limits, synchronous_commit: 'local' });
    expect(await seenWith('remote_apply')).toEqual({ ...limits, synchronous_commit: 'remote_apply' });
    await database.query(
      `DROP FUNCTION look CASCADE; DROP TABLE seen; ALTER DATABASE ${name} RESET synchronous_commit`,
    );
  });

  test('updates rows heap-only', async () => {
    // A page keeps what an update has replaced for as long as the oldest transaction of the server runs, whatever its database.
    const quiet = await startPrivateServer();
    onTestFinished(() => quiet.stop());
    const session = await Session.open({ url: quiet.url });
    await migrate(session);
    const fleet = new Pool({ url: quiet.url });
    const agents = await someAgents(fleet, 20);
    await fleet.close();
    const values = agents.flatMap((agent) => keysOf(15).map((key) => aValue(agent, key, 'x'.repeat(20))));
    const changes: AgentChange[] = agents.map((agentId) => ({
      agentId,
      connection: { number: 1, connected: true, atUs: BASE_US },
    }));
    const busy = new FlushWriter({ url: quiet.url, gatewayId: 'gw-1' });
    await busy.write(batchOf(...values), never);
    await busy.write({ ...batchOf(...values), agents: changes }, never);
    await busy.write({ ...batchOf(...values), agents: changes }, never);
    await busy.close();
    const counts = () =>
      session.query(
        `SELECT relname, n_tup_upd::integer AS updates, n_tup_hot_upd::integer AS hot FROM pg_stat_user_tables
         WHERE relname IN ('agents', 'agent_metadata') ORDER BY relname DESC`,
      );
    const [ofAgents, ofValues] = [2 * agents.length, 2 * values.length];
    await expect.poll(counts, { timeout: 10_000 }).toEqual([
      { relname: 'agents', updates: ofAgents, hot: ofAgents },
      { relname: 'agent_metadata', updates: ofValues, hot: ofValues },
    ]);
    await session.close();
  });

  test('takes its locks in (agent, key) order however the rows lie and whatever the planner would like', async () => {
    const [agent = ''] = await someAgents(pool, 1);
    const keys = keysOf(40);
    // The heap holds them in the opposite order, and the statistics suggest a scan of it.
    for (const key of [...keys].reverse()) await writer.write(batchOf(aValue(agent, key, 'v')), never);
    await database.query('ANALYZE tidegate.agent_metadata');
    const blocker = await database.session();
    await blocker.query('BEGIN');
    await blocker.query("SELECT 1 FROM tidegate.agent_metadata WHERE agent_id = $1::uuid AND key = 'k20' FOR UPDATE", [
      agent,
    ]);
    // Given backwards on purpose: the order is the statement's, not the caller's.
    const whole = new FlushWriter({ url: database.url, gatewayId: 'gw-2' });
    const values = [...keys].reverse().map((key) => aValue(agent, key, 'w'));
    const flush = whole.write({ values, agents: [] }, never);
    await waitForBlockedFlush(database, 'gw-2');
    const free = await database.query<{ key: string }>(
      'SELECT key FROM tidegate.agent_metadata WHERE agent_id = $1::uuid ORDER BY key FOR UPDATE SKIP LOCKED',
      [agent],
    );
    // Everything below the blocked row is locked by the flush, the blocked row by the blocker, and nothing above it.
    expect(free.map(({ key }) => key)).toEqual(keys.slice(21));
    await blocker.query('COMMIT');
    expect((await flush).written).toBe(40);
    await whole.close();
  });

  test('of two gateways on the same rows wait for each other and both land', async () => {
    const agents = await someAgents(pool, 10);
    const other = new FlushWriter({ url: database.url, gatewayId: 'gw-2', maxValuesPerStatement: 7 });
    const round = (n: number) => {
      const values = agents.flatMap((agent) => keysOf(10).map((key) => aValue(agent, key, `${n}`, BASE_US + n)));
      return batchOf(...values);
    };
    for (let n = 0; n < 10; n += 1) {
      const [mine, theirs] = await Promise.all([
        writer.write(round(2 * n), never),
        other.write(round(2 * n + 1), never),
      ]);
      expect(mine.written + mine.superseded.length).toBe(100);
      expect(theirs.written).toBe(100);
    }
    expect(new Set(Object.values(await stored(agents[3] ?? '')))).toEqual(new Set(['19']));
    await other.close();
  });

  test('fails as not committed, with its SQLSTATE, on a deadlock and on a lock that is held too long', async () => {
    const [agent = ''] = await someAgents(pool, 1);
    const all = (value: string) => batchOf(...['a', 'b', 'c'].map((key) => aValue(agent, key, value)));
    await writer.write(all('1'), never);
    const [rival, gate] = await Promise.all([database.session(), database.session()]);
    await Promise.all([rival.query('BEGIN'), gate.query('BEGIN')]);
    // The rival's own check for deadlocks comes late, so the flush is the one that is chosen.
    await rival.query("SET deadlock_timeout = '60s'");
    const lock = 'SELECT FROM tidegate.agent_metadata WHERE agent_id = $1::uuid AND key = $2 FOR UPDATE';
    await rival.query(lock, [agent, 'c']);
    await gate.query(lock, [agent, 'b']);
    const flush = writer.write(all('2'), never);
    const failed = expect(flush).rejects.toMatchObject({ code: 'not_committed', sqlState: '40P01' });
    await waitForBlockedFlush(database, 'gw-1');
    // A deadlock is looked for once in a wait: the rival has to wait before the flush comes to what the rival holds.
    const circle = rival.query(lock, [agent, 'a']);
    await eventually('both wait', async () => (await lockWaits(database)) === 2);
    await gate.query('COMMIT');
    await failed;
    await circle;
    await rival.query('COMMIT');
    expect(await stored(agent)).toEqual({ a: '1', b: '1', c: '1' });
    expect((await writer.write(all('2'), never)).written).toBe(3);

    await rival.query('BEGIN');
    await rival.query(lock, [agent, 'a']);
    await expect(writer.write(batchOf(aValue(agent, 'a', '3')), never)).rejects.toMatchObject({
      code: 'not_committed',
      sqlState: '55P03',
    });
    await rival.query('COMMIT');
  });
});

describe('changes of agents', () => {
  const read = async (agent: string) => {
    const [row] = await database.query(
      `SELECT connection_number AS number, connected, gateway_id, lifecycle_state, startup_version, startup_subsystems,
         (extract(epoch from last_connected_at) * 1000000)::bigint AS at, revision::text AS revision
       FROM tidegate.agents WHERE id = $1::uuid`,
      [agent],
    );
    return row;
  };

  test('land in the flush, a connection only where the stored number is not larger', async () => {
    const [agentId = ''] = await someAgents(pool, 1);
    const connection = (number: number, connected: boolean) => ({ number, connected, atUs: BASE_US + number });
    const write = (change: Omit<AgentChange, 'agentId'>) =>
      writer.write({ values: [], agents: [{ agentId, ...change }] }, never);
    await write({
      connection: connection(5, true),
      lifecycle: { state: 'ready', changedAtUs: BASE_US, atUs: BASE_US },
      startup: { version: 'v1', expandedDirectory: '/home', subsystems: ['envbox', 'a,b'], atUs: BASE_US },
    });
    expect(await read(agentId)).toMatchObject({
      number: '5',
      connected: true,
      gateway_id: 'gw-1',
      at: `${BASE_US + 5}`,
    });
    const { revision } = await write({
      connection: connection(4, false),
      lifecycle: { state: 'off', changedAtUs: BASE_US, atUs: BASE_US },
    });
    expect(await read(agentId)).toEqual({
      number: '5',
      connected: true,
      gateway_id: 'gw-1',
      lifecycle_state: 'off',
      startup_version: 'v1',
      startup_subsystems: '{envbox,"a,b"}',
      at: `${BASE_US + 5}`,
      revision: String(revision),
    });
    await write({ connection: connection(5, false) });
    expect(await read(agentId)).toMatchObject({ number: '5', connected: false, gateway_id: null });
    const before = await read(agentId);
    await write({ connection: connection(1, true) });
    expect(await read(agentId)).toEqual(before);
  });

  test('that the database refuses stay out alone', async () => {
    const agents = await someAgents(pool, 3);
    const changes = agents.map((agentId, i) => ({
      agentId,
      lifecycle: { state: i === 1 ? 'nul \u0000' : 'ready', changedAtUs: BASE_US, atUs: BASE_US },
    }));
    const result = await writer.write({ values: [aValue(agents[0] ?? '', 'a', 'x')], agents: changes }, never);
    expect(result).toMatchObject({ written: 1, rejectedAgents: [{ change: changes[1], sqlState: '22P05' }] });
    expect(await read(agents[2] ?? '')).toMatchObject({ lifecycle_state: 'ready' });
  });
});

async function waitForBlockedFlush(db: TestDatabase, gatewayId: string): Promise<void> {
  const waiting = () => lockWaits(db, { application: `tidegate flush ${gatewayId}` });
  await eventually('the flush waits', async () => (await waiting()) === 1);
}
