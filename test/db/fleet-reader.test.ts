import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAgents, deleteAgent, hashToken, patchAgent } from '../../db/agents.ts';
import type { EmbeddedServer } from '../../db/embedded/server.ts';
import { rewriteForeignRevisions } from '../../db/metadata/after-restore.ts';
import { cursorOf, isResumable, parseCursor } from '../../db/metadata/cursor.ts';
import { findCursorPin } from '../../db/metadata/cursor-pin.ts';
import { FleetReader, ROWS_PER_SLICE } from '../../db/metadata/fleet-reader.ts';
import { FlushWriter } from '../../db/metadata/flush-writer.ts';
import { migrate } from '../../db/migrate.ts';
import { Pool } from '../../db/pool.ts';
import { purgeTombstones } from '../../db/purge.ts';
import { Session } from '../../db/session.ts';
import type { FleetRead } from '../../db/types.ts';
import { aValue, BASE_US, batchOf, never, someAgents } from '../support/fleet.ts';
import { eventually } from '../support/gateway.ts';
import { lockWaits } from '../support/lock-waits.ts';
import { startPrivateServer, urlForDatabase } from '../support/postgres.ts';

/** A server of our own: any transaction of another test on the same one would hold the cursor back. */
let server: EmbeddedServer;
let pool: Pool;
let session: Session;
let reader: FleetReader;
let writer: FlushWriter;

beforeAll(async () => {
  server = await startPrivateServer();
  session = await Session.open({ url: server.url });
  await migrate(session);
  // Its workers have transactions too.
  await session.query('ALTER SYSTEM SET autovacuum = off');
  await session.query('SELECT pg_reload_conf()');
  pool = new Pool({ url: server.url });
  reader = new FleetReader(pool);
  writer = new FlushWriter({ url: server.url, gatewayId: 'gw-1' });
});
afterAll(async () => {
  await Promise.all([pool?.close(), writer?.close(), session?.close()]);
  await server?.stop();
});
beforeEach(async () => {
  await session.query(
    'TRUNCATE tidegate.agents, tidegate.agent_metadata CASCADE; UPDATE tidegate.horizon SET purged_before = default',
  );
});

const none = { ownRevisions: [], maxRevision: 0n };
const keysOf = (read: Pick<FleetRead, 'values'>) => read.values.map(({ key, value }) => `${key}=${value}`).sort();

/** A flush by hand, so that it can be kept open. */
async function openFlush(agentId: string, key: string, value: string, url = server.url) {
  const other = await Session.open({ url });
  await other.query('BEGIN');
  const [row] = await other.query<{ revision: string }>(
    `INSERT INTO tidegate.agent_metadata AS m VALUES ($1::uuid, $2, $3, '', now(), NULL, pg_current_xact_id())
     ON CONFLICT (agent_id, key) DO UPDATE SET value = excluded.value, revision = excluded.revision
     RETURNING revision::text`,
    [agentId, key, value],
  );
  const finish = async (how: 'COMMIT' | 'ROLLBACK') => {
    await other.query(how);
    await other.close();
  };
  return { revision: BigInt(row?.revision ?? 0), finish };
}

describe('the cursor', () => {
  test('stays below an older transaction that is still open, however many later ones have committed', async () => {
    const [agent = ''] = await someAgents(pool, 1);
    const open = await openFlush(agent, 'slow', '1');
    const committed = await openFlush(agent, 'fast', '1');
    await committed.finish('COMMIT');
    expect(committed.revision).toBeGreaterThan(open.revision);
    const read = await reader.readAll();
    expect(keysOf(read)).toEqual(['fast=1']);
    expect(read.cursor).toBeLessThanOrEqual(open.revision);
    await open.finish('COMMIT');
    const next = await reader.readSince(read.cursor, { ownRevisions: [], maxRevision: read.maxRevision });
    expect(keysOf(next)).toContain('slow=1');
    expect(next.cursor).toBe(committed.revision + 1n);
  });

  test('is one above the largest committed revision, never above: later xids may be given out again', async () => {
    const [agent = ''] = await someAgents(pool, 1);
    const { revision } = await writer.write(batchOf(aValue(agent, 'a', '1')), never);
    for (let i = 0; i < 5; i += 1) await session.query('SELECT pg_current_xact_id()');
    const read = await reader.readAll();
    expect(read.xmin).toBeGreaterThan(revision + 1n);
    expect(read.cursor).toBe(revision + 1n);
    expect(read.maxRevision).toBe(revision);
    // Nothing new: it neither moves nor goes back.
    const again = await reader.readSince(read.cursor, { ownRevisions: [], maxRevision: read.maxRevision });
    expect([again.values, again.agents, again.cursor]).toEqual([[], [], read.cursor]);
  });

  test('counts own flushes whose values are left out, and others are not left out', async () => {
    const [agent = ''] = await someAgents(pool, 1);
    const before = await reader.readAll();
    const theirs = await openFlush(agent, 'theirs', '1');
    await theirs.finish('COMMIT');
    const mine = await writer.write(batchOf(aValue(agent, 'mine', '1')), never);
    const read = await reader.readSince(before.cursor, {
      ownRevisions: [mine.revision],
      maxRevision: before.maxRevision,
    });
    expect(keysOf(read)).toEqual(['theirs=1']);
    expect(read.cursor).toBe(mine.revision + 1n);
  });

  test('does not count an own flush that this snapshot does not have yet', async () => {
    const [agent = ''] = await someAgents(pool, 1);
    const open = await openFlush(agent, 'mine', '1');
    const read = await reader.readSince(0n, { ownRevisions: [open.revision], maxRevision: 0n });
    expect(read.maxRevision).toBeLessThan(open.revision);
    await open.finish('COMMIT');
  });

  test('misses nothing in any interleaving of transactions and reads', async () => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    const random = mulberry(seed);
    const agents = await someAgents(pool, 2);
    const open: Awaited<ReturnType<typeof openFlush>>[] = [];
    const free = new Set(Array.from({ length: 8 }, (_, i) => `k${i}`));
    const held = new Map<(typeof open)[number], string>();
    const known = new Map<string, string>();
    let read = await reader.readAll();
    const learn = () => {
      for (const { agentId, key, value } of read.values) known.set(`${agentId} ${key}`, value);
    };
    const since = async () => {
      const next = await reader.readSince(read.cursor, { ownRevisions: [], maxRevision: read.maxRevision });
      expect(next.cursor, `seed ${seed}`).toBeGreaterThanOrEqual(read.cursor);
      read = next;
      learn();
    };
    learn();
    for (let step = 0; step < 80; step += 1) {
      const action = random();
      if (action < 0.4 && free.size > 0) {
        const key = [...free][Math.floor(random() * free.size)] ?? '';
        free.delete(key);
        const flush = await openFlush(agents[step % 2] ?? '', key, String(step));
        open.push(flush);
        held.set(flush, key);
      } else if (action < 0.75 && open.length > 0) {
        const [flush] = open.splice(Math.floor(random() * open.length), 1);
        if (flush === undefined) continue;
        await flush.finish(random() < 0.8 ? 'COMMIT' : 'ROLLBACK');
        free.add(held.get(flush) ?? '');
      } else await since();
    }
    for (const flush of open) await flush.finish('COMMIT');
    await since();
    const all = await reader.readAll();
    const truth = new Map(all.values.map(({ agentId, key, value }) => [`${agentId} ${key}`, value]));
    expect(known, `seed ${seed}`).toEqual(truth);
  });

  test('arithmetic and reading from outside', () => {
    expect([cursorOf(10n, 4n), cursorOf(10n, 9n), cursorOf(10n, 12n)]).toEqual([5n, 10n, 10n]);
    expect(isResumable(5n, { xmin: 5n, purgedBefore: 5n })).toBe(true);
    expect(isResumable(4n, { xmin: 9n, purgedBefore: 5n })).toBe(false);
    expect(isResumable(10n, { xmin: 9n, purgedBefore: 5n })).toBe(false);
    expect(parseCursor('18446744073709551615')).toBe(18446744073709551615n);
    for (const bad of ['', '-1', '01', '1.0', ' 1', '18446744073709551616', '1e3']) expect(parseCursor(bad)).toBeNull();
  });
});

describe('what pins the cursor', () => {
  test('is named: the oldest session with an xid, not a read-only one', async () => {
    expect(await findCursorPin(session)).toBeNull();
    const onlooker = await Session.open({ url: server.url });
    await onlooker.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM tidegate.agents');
    const culprit = await Session.open({ url: server.url, applicationName: 'nightly report' });
    await culprit.query('BEGIN; SELECT pg_current_xact_id()');
    const later = await Session.open({ url: server.url });
    await later.query('BEGIN; SELECT pg_current_xact_id()');
    expect(await findCursorPin(session)).toMatchObject({
      kind: 'session',
      applicationName: 'nightly report',
      state: 'idle in transaction',
    });
    await Promise.all([onlooker, culprit, later].map((one) => one.close()));
  });
});

describe('reads', () => {
  test('are one snapshot of agents, descriptions, status and values, more than one slice of them', async () => {
    const [created] = await createAgents(pool, [
      {
        name: 'build-1',
        labels: { region: 'eu' },
        tokenHash: hashToken('t'),
        metadata: [
          { key: 'z', displayName: 'Z', script: 'z', intervalSeconds: 10, timeoutSeconds: 1 },
          { key: 'a', displayName: 'A', script: 'a', intervalSeconds: 0, timeoutSeconds: 0 },
        ],
      },
    ]);
    const id = created?.id ?? '';
    const agents = await someAgents(pool, 30);
    const values = agents.flatMap((agent) =>
      Array.from({ length: 100 }, (_, i) => ({ ...aValue(agent, `k${i}`, `v${i}`, BASE_US + i), error: `e${i}` })),
    );
    expect(values.length).toBeGreaterThan(ROWS_PER_SLICE);
    const connection = { number: 5, connected: true, atUs: BASE_US + 5 };
    const { revision } = await writer.write({ ...batchOf(...values), agents: [{ agentId: id, connection }] }, never);
    const read = await reader.readAll();
    expect(read.agents).toHaveLength(31);
    expect(read.agents.find((agent) => agent.id === id)).toEqual({
      id,
      name: 'build-1',
      labels: { region: 'eu' },
      status: 'connected',
      lastConnectedAtUs: BASE_US + 5,
      descriptions: [
        { key: 'z', displayName: 'Z', script: 'z', intervalSeconds: 10, timeoutSeconds: 1 },
        { key: 'a', displayName: 'A', script: 'a', intervalSeconds: 0, timeoutSeconds: 0 },
      ],
      revision,
      deleted: false,
    });
    expect(new Set(read.agents.map(({ status }) => status))).toEqual(new Set(['connected', 'never']));
    const place = (value: { agentId: string; key: string }) => `${value.agentId} ${value.key}`;
    expect(new Map(read.values.map((value) => [place(value), value]))).toEqual(
      new Map(
        values.map((value) => {
          const { agentCollectedAtUs: _, ...rest } = value;
          return [place(value), { ...rest, revision }];
        }),
      ),
    );
  });

  test('since a cursor bring agents that were changed by request', async () => {
    const [agent = '', other = ''] = await someAgents(pool, 2);
    const before = await reader.readAll();
    await patchAgent(pool, agent, { labels: { a: 'b' } });
    const read = await reader.readSince(before.cursor, { ownRevisions: [], maxRevision: before.maxRevision });
    expect(read.agents.map(({ id, labels }) => [id, labels])).toEqual([[agent, { a: 'b' }]]);
    expect(read.agents.map(({ id }) => id)).not.toContain(other);
  });

  test('of one agent give its state and a cursor from which a watch misses nothing', async () => {
    const agents = await someAgents(pool, 2);
    const [agent = '', other = ''] = agents;
    const { revision } = await writer.write(batchOf(aValue(agent, 'b', '1'), aValue(agent, 'a', '2')), never);
    await writer.write(batchOf(aValue(other, 'b', '1')), never);
    const open = await openFlush(agent, 'late', '1');
    const read = await reader.readAgentMetadata(agent);
    expect(read.values.map(({ key, value }) => [key, value])).toEqual([
      ['a', '2'],
      ['b', '1'],
    ]);
    expect(read.agent?.id).toBe(agent);
    expect(read.cursor).toBe(revision + 1n);
    await open.finish('COMMIT');
    expect(keysOf(await reader.readSince(read.cursor, none))).toContain('late=1');
    expect(await reader.readAgentMetadata('00000000-0000-4000-8000-000000000000')).toMatchObject({
      agent: null,
      values: [],
    });
  });
});

describe('tombstones', () => {
  test('are read without their values, also when some are left in the table', async () => {
    const [agent = ''] = await someAgents(pool, 1);
    await writer.write(batchOf(aValue(agent, 'a', '1')), never);
    const before = await reader.readAll();
    expect(await deleteAgent(pool, agent)).toBe(true);
    await session.query(
      "INSERT INTO tidegate.agent_metadata VALUES ($1::uuid, 'left', 'x', '', now(), NULL, pg_current_xact_id())",
      [agent],
    );
    for (const read of [await reader.readAll(), await reader.readSince(before.cursor, none)]) {
      expect(read.agents).toMatchObject([{ id: agent, deleted: true }]);
      expect(read.values).toEqual([]);
    }
    expect(await reader.readAgentMetadata(agent)).toMatchObject({ agent: null, values: [] });
  });

  // With a stored key the flush meets the deletion at the value's row, without one only at the agent's.
  test.each([[['old']], [[]]])(
    'a flush beside an open deletion brings no value back (stored keys: %j)',
    async (keys) => {
      const [agent = ''] = await someAgents(pool, 1);
      await writer.write(batchOf(...keys.map((key) => aValue(agent, key, '1'))), never);
      const deletion = await Session.open({ url: server.url });
      await deletion.query('BEGIN');
      await deletion.query('SELECT FROM tidegate.agents WHERE id = $1::uuid FOR UPDATE', [agent]);
      await deletion.query(
        'UPDATE tidegate.agents SET deleted_at = now(), token_hash = NULL, revision = pg_current_xact_id() WHERE id = $1::uuid',
        [agent],
      );
      await deletion.query('DELETE FROM tidegate.agent_metadata WHERE agent_id = $1::uuid', [agent]);
      const flush = writer.write(batchOf(aValue(agent, 'new', '2'), aValue(agent, 'old', '2')), never);
      await blocked({ application: 'tidegate flush%' });
      await deletion.query('COMMIT');
      expect(await flush).toMatchObject({ written: 0, deleted: [{ key: 'new' }, { key: 'old' }] });
      expect(await session.query('SELECT FROM tidegate.agent_metadata')).toHaveLength(0);
      await deletion.close();
    },
  );

  test('a deletion beside an open flush that inserts waits for it and takes its value along', async () => {
    const [agent = ''] = await someAgents(pool, 1);
    const open = await Session.open({ url: server.url });
    await open.query('BEGIN');
    await open.query('SELECT FROM tidegate.agents WHERE id = $1::uuid FOR KEY SHARE', [agent]);
    await open.query(
      "INSERT INTO tidegate.agent_metadata VALUES ($1::uuid, 'k', 'v', '', now(), NULL, pg_current_xact_id())",
      [agent],
    );
    const deletion = deleteAgent(pool, agent);
    await blocked();
    await open.query('COMMIT');
    expect(await deletion).toBe(true);
    expect(await session.query('SELECT FROM tidegate.agent_metadata')).toHaveLength(0);
    await open.close();
  });

  test('are purged when old, with values that are left; cursors that may have missed them are no longer good', async () => {
    const [agent = '', recent = ''] = await someAgents(pool, 2);
    const before = await reader.readAll();
    await deleteAgent(pool, agent);
    const aware = await reader.readSince(before.cursor, { ownRevisions: [], maxRevision: before.maxRevision });
    await deleteAgent(pool, recent);
    await session.query("UPDATE tidegate.agents SET deleted_at = now() - interval '25 hours' WHERE id = $1::uuid", [
      agent,
    ]);
    await session.query(
      "INSERT INTO tidegate.agent_metadata VALUES ($1::uuid, 'left', 'x', '', now(), NULL, pg_current_xact_id())",
      [agent],
    );
    expect(await purgeTombstones(pool)).toBe(1);
    expect(await session.query('SELECT FROM tidegate.agent_metadata')).toHaveLength(0);
    const present = await reader.readAll();
    expect(present.agents.map(({ id }) => id)).toEqual([recent]);
    expect(isResumable(before.cursor, present)).toBe(false);
    expect(isResumable(aware.cursor, present)).toBe(true);
    expect(await purgeTombstones(pool)).toBe(0);
  });
});

test('after a logical restore revisions above the server’s own are rewritten once', async () => {
  const [agent = ''] = await someAgents(pool, 1);
  await writer.write(batchOf(aValue(agent, 'a', '1')), never);
  const rewrite = () => session.transaction('BEGIN', rewriteForeignRevisions);
  expect(await rewrite()).toBe(0);
  await session.query(`UPDATE tidegate.agents SET revision = '900000000';
    UPDATE tidegate.agent_metadata SET revision = '900000001'; UPDATE tidegate.horizon SET purged_before = '800000000'`);
  expect(await rewrite()).toBe(2);
  expect(await rewrite()).toBe(0);
  const read = await reader.readAll();
  expect(read.maxRevision).toBeLessThan(900_000_000n);
  expect(read.cursor).toBe(read.maxRevision + 1n);
  expect(isResumable(read.cursor, read)).toBe(true);
});

test('a read names the history of its database: the same over time, another one once the tables are made anew', async () => {
  const { history } = await reader.readAll();
  expect(history).toMatch(/^[0-9a-f]{10}$/);
  expect((await reader.readAll()).history).toBe(history);
  await session.query('CREATE DATABASE other');
  const url = urlForDatabase(server.url, 'other');
  const other = await Session.open({ url });
  const otherPool = new Pool({ url });
  const historyThere = async () => (await new FleetReader(otherPool).readAll()).history;
  await migrate(other);
  const made = await historyThere();
  await other.query('DROP SCHEMA tidegate CASCADE');
  await migrate(other);
  expect(new Set([history, made, await historyThere()]).size).toBe(3);
  await Promise.all([other.close(), otherPool.close()]);
});

async function blocked(who: { application?: string } = {}): Promise<void> {
  await eventually('one session waits', async () => (await lockWaits(session, who)) === 1);
}

/** A small seeded generator. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
