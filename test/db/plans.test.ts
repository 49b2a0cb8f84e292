import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  FIND_AGENTS_BY_TOKEN_HASH,
  FIND_LOST_AGENTS,
  findAgentsByTokenHash,
  findLostAgents,
} from '../../db/agent-tokens.ts';
import { createAgents, listAgents, MAX_AGENTS_PER_CREATE } from '../../db/agents.ts';
import { plainArray } from '../../db/array-literal.ts';
import { judgeStaleGateways } from '../../db/gateways.ts';
import { FleetReader } from '../../db/metadata/fleet-reader.ts';
import {
  FIND_UNWRITTEN,
  LOCK_LIVE_AGENTS,
  PREPARE_TRANSACTION,
  UPDATE_AGENTS,
  UPDATE_VALUES,
} from '../../db/metadata/flush-statements.ts';
import { FlushWriter } from '../../db/metadata/flush-writer.ts';
import {
  ALLOW_INDEX_WALKS,
  APPEND_LOGS,
  LOCK_AGENTS,
  TRIM_CONNECTIONS,
  TRIM_LOGS,
  TRIM_RECORDS,
} from '../../db/metadata/kept-statements.ts';
import { beginHeldTo, ROW_BY_ROW } from '../../db/plans.ts';
import { Pool } from '../../db/pool.ts';
import { purgeTombstones } from '../../db/purge.ts';
import type { Session } from '../../db/session.ts';
import type { FlushBatch } from '../../db/types.ts';
import { aValue, BASE_US, batchOf, never } from '../support/fleet.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let pool: Pool;
let session: Session;
let writer: FlushWriter;

/** What belongs to an agent comes behind it. */
const TABLES = [
  'agents',
  'agent_metadata_descriptions',
  'agent_metadata',
  'agent_connections',
  'agent_records',
  'agent_logs',
];

/** Statements on many rows, with the types of their parameters and what each row is to be found by. */
type Statements = Record<string, [sql: string, types: string, found: RegExp]>;

/** Of a flush. */
const FLUSHED: Statements = {
  update_agents: [
    UPDATE_AGENTS,
    'text, text',
    /Bitmap Index Scan on agents_pkey .*\n\s+Index Cond: \(\(id >= i\.agent_id\) AND \(id <= i\.agent_id\)\)/,
  ],
  lock_live_agents: [
    LOCK_LIVE_AGENTS,
    'uuid[]',
    /Bitmap Index Scan on agents_pkey .*\n\s+Index Cond: \(id = input\.id\)/,
  ],
  lock_agents: [LOCK_AGENTS, 'uuid[]', /Bitmap Index Scan on agents_pkey .*\n\s+Index Cond: \(id = input\.id\)/],
  update_values: [
    UPDATE_VALUES,
    'uuid[], text[], text[], text[], bigint[], bigint[]',
    /Bitmap Index Scan on agent_metadata_pkey .*\n\s+Index Cond: \(\(ROW\(agent_id, key\) >= ROW\(i\.agent_id, i\.key\)\) AND \(ROW\(agent_id, key\) <= ROW\(i\./,
  ],
  find_unwritten: [
    FIND_UNWRITTEN,
    'uuid[], text[], bigint[]',
    /Bitmap Index Scan on agent_metadata_pkey .*\n\s+Index Cond: \(\(ROW\(agent_id, key\) >= ROW\(i\.agent_id, i\.key\)\) AND \(ROW\(agent_id, key\) <= ROW\(i\./,
  ],
  trim_connections: [
    TRIM_CONNECTIONS,
    'uuid[], bigint',
    // The rows that may go, and the newest of the agent that say which.
    /Bitmap Index Scan on agent_connections_pkey .*\n\s+Index Cond: \(\(agent_id >= agent\.id\) AND[\s\S]*Bitmap Index Scan on agent_connections_pkey .*\n\s+Index Cond: \(\(agent_id >= agent\.id\) AND/,
  ],
  trim_records: [
    TRIM_RECORDS,
    'uuid[], bigint',
    /Bitmap Index Scan on agent_records_pkey .*\n\s+Index Cond: \(\(ROW\(agent_id, kind, subject\) >= ROW\(/,
  ],
};

/** Of a flush, on log lines. */
const LOGGED: Statements = {
  append_logs: [
    APPEND_LOGS,
    'uuid[], bigint[], text[], text[], text[]',
    /Index Scan Backward using agent_logs_pkey on agent_logs .*\n\s+Index Cond: \(agent_id = \w+\.agent_id\)/,
  ],
  trim_logs: [
    TRIM_LOGS,
    'uuid[], bigint, bigint',
    // The newest of each agent, the lines that go, and the first that stays.
    allOf(
      String.raw`Index Scan Backward using agent_logs_pkey on agent_logs .*\n\s+Index Cond: \(agent_id = agent\.id\)`,
      String.raw`Index Scan using agent_logs_pkey on agent_logs l .*\n\s+Index Cond: \(\(ROW\(agent_id, number\) >= ROW\(\w+\.id, '0'::bigint\)\) AND \(ROW\(agent_id, number\) <= ROW\(`,
      String.raw`Index Scan using agent_logs_pkey on agent_logs .*\n\s+Index Cond: \(agent_id = \w+\.id\)\n\s+Filter: \(start_bytes`,
    ),
  ],
};

const LOOKED_UP: Statements = {
  find_agents_by_token: [
    FIND_AGENTS_BY_TOKEN_HASH,
    'bytea[]',
    allOf(
      String.raw`Bitmap Index Scan on agents_token_hash .*\n\s+Index Cond: \(token_hash = shown\.hash\)`,
      String.raw`Bitmap Index Scan on agents_previous_token_hash .*\n\s+Index Cond: \(previous_token_hash = shown\.hash\)`,
      String.raw`Bitmap Index Scan on agents_pkey .*\n\s+Index Cond: \(id = (agents|t)\.id\)`,
      String.raw`Bitmap Index Scan on agent_metadata_pkey .*\n\s+Index Cond: \(\(agent_id >= a\.id\) AND`,
      String.raw`Bitmap Index Scan on agent_metadata_descriptions_pkey .*\n\s+Index Cond: \(\(agent_id >= a\.id\) AND`,
    ),
  ],
  find_lost_agents: [
    FIND_LOST_AGENTS,
    'uuid[], bigint[], bytea[], integer[]',
    /Bitmap Index Scan on agents_pkey .*\n\s+Index Cond: \(\(id >= h\.agent_id\) AND \(id <= h\.agent_id\)\)/,
  ],
};

/** By what begins the transaction that they run in. */
const TRANSACTIONS: [begin: string, Statements][] = [
  [`BEGIN; ${PREPARE_TRANSACTION}`, FLUSHED],
  [`BEGIN; ${PREPARE_TRANSACTION}; ${ALLOW_INDEX_WALKS}`, LOGGED],
  [beginHeldTo(ROW_BY_ROW), LOOKED_UP],
];

/** Comes to each within a transaction as it has in use. */
async function eachStatement(task: (name: string, statement: Statements[string]) => Promise<void>): Promise<void> {
  for (const [begin, statements] of TRANSACTIONS) {
    await session.transaction(begin, async () => {
      for (const [name, statement] of Object.entries(statements)) await task(name, statement);
    });
  }
}

/** Matches a plan that has all of these, in whatever order it joins. */
function allOf(...parts: string[]): RegExp {
  return new RegExp(`^${parts.map((part) => `(?=[^]*${part})`).join('')}`);
}

/** What looks at many rows at once, through the pool's one session or the writer's. */
const TASKS: Record<string, () => Promise<unknown>> = {
  'agents by their tokens': async () =>
    findAgentsByTokenHash(
      pool,
      (await someAgents()).map(({ tokenHash }) => Buffer.from(tokenHash, 'hex')),
    ),
  'held agents': async () => findLostAgents(pool, await someAgents()),
  'a page of agents': () => listAgents(pool),
  'the whole fleet': () => new FleetReader(pool).readAll(),
  'what gateways that are gone have left': () => judgeStaleGateways(pool, 'judge'),
  'a flush': async () => {
    const batch = await aFlush();
    const { written, superseded, rejected, rejectedAgents } = await writer.write(batch, never);
    expect(written + superseded.length).toBe(batch.values.length);
    expect([rejected, rejectedAgents]).toEqual([[], undefined]);
  },
};

const bury = (ids: readonly string[]) =>
  database.query("UPDATE tidegate.agents SET deleted_at = now() - interval '2 days' WHERE id = ANY ($1::uuid[])", [
    plainArray(ids),
  ]);

async function someAgents() {
  const rows = await database.query<{ id: string; token_hash: Buffer }>(
    'SELECT id, token_hash FROM tidegate.agents LIMIT 300',
  );
  return rows.map(({ id, token_hash }) => ({
    agentId: id,
    connectionNumber: 0,
    tokenHash: token_hash.toString('hex'),
    manifestNumber: 0,
  }));
}

/** Something of all that a flush writes: values that are there, that are new, and that come too late; what is kept. */
async function aFlush(): Promise<FlushBatch> {
  const ids = (await someAgents()).map(({ agentId }) => agentId);
  const atUs = Date.now() * 1_000;
  const { values } = batchOf(
    ...ids.flatMap((id) => ['key 1', 'key 2', 'new'].map((key) => aValue(id, key, 'w', atUs))),
    ...ids.map((id) => aValue(id, 'key 3', 'w', BASE_US)),
  );
  const agents = ids.map((agentId) => ({
    agentId,
    connection: { number: 10, connected: true, atUs },
    connections: [{ number: 10, endedAtUs: null, reason: null }],
    records: [{ kind: 'session' as const, subject: 'subject', atUs, body: {} }],
    logs: [{ atUs, sourceId: '', level: 'info', output: 'line', bytes: 4 }],
  }));
  return { values, agents };
}

/** Rows and entries of indexes that are looked at in `task`, by the database's own count. */
async function lookedAt(task: () => Promise<unknown>): Promise<number> {
  const count = async () => {
    for (const each of [pool, database]) await each.query('SELECT pg_stat_force_next_flush()');
    const [row] = await database.query<{ seen: number }>(`
      SELECT ((SELECT sum(seq_tup_read) FROM pg_stat_user_tables) + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes))::integer AS seen`);
    return row?.seen ?? 0;
  };
  const before = await count();
  await task();
  return (await count()) - before;
}

/** Plans are kept for a session, and may have been made when the tables looked otherwise. */
async function planOf(name: string, mode: 'force_custom_plan' | 'force_generic_plan', parameters: string) {
  await session.query(`SET LOCAL plan_cache_mode = ${mode}`);
  const lines = await session.query<Record<string, string>>(`EXPLAIN EXECUTE ${name}(${parameters})`);
  return lines.map((line) => line['QUERY PLAN']).join('\n');
}

/** Two thousand of everything, as text of SQL. */
function parametersOf(types: string, ids: readonly string[]): string {
  const some = ids.slice(0, 2_000);
  const filled = (value: string) => `'{${some.map(() => value).join(',')}}'`;
  const texts: Record<string, string> = {
    'uuid[]': `'{${some.join(',')}}'`,
    'text[]': filled('cpu'),
    'bigint[]': filled('1'),
    'integer[]': filled('1'),
    'bytea[]': filled(`"\\\\x${'ab'.repeat(32)}"`),
    bigint: '5',
    text: `'${JSON.stringify(some.map((agent_id) => ({ agent_id, number: 1, connected: true, at_us: 1 })))}'`,
  };
  return types
    .split(', ')
    .map((type) => texts[type])
    .join(', ');
}

const description = { displayName: '', script: '', intervalSeconds: 10, timeoutSeconds: 1 };

async function makeAgents(count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const length = Math.min(MAX_AGENTS_PER_CREATE, count - ids.length);
    const wanted = Array.from({ length }, (_, i) => ({
      name: `agent-${ids.length + i}`,
      labels: {},
      metadata: ['a', 'b', 'c'].map((key) => ({ ...description, key })),
      tokenHash: randomBytes(32),
    }));
    ids.push(...(await createAgents(pool, wanted)).map(({ id }) => id));
  }
  return ids;
}

const fillTables = (): Promise<unknown> =>
  database.query(`
    INSERT INTO tidegate.agent_metadata (agent_id, key, value, error, collected_at, agent_collected_at, revision)
      SELECT a.id, 'key ' || k, repeat('v', 50), '', now(), now(), '1'::xid8 FROM tidegate.agents a, generate_series(1, 3) k
      ON CONFLICT DO NOTHING;
    INSERT INTO tidegate.agent_records (agent_id, kind, subject, at, body)
      SELECT a.id, 'session', 'subject ' || k, now(), '{}' FROM tidegate.agents a, generate_series(1, 3) k
      ON CONFLICT DO NOTHING;
    INSERT INTO tidegate.agent_connections (agent_id, number, gateway_id, reason)
      SELECT a.id, k, 'g', '' FROM tidegate.agents a, generate_series(1, 3) k
      ON CONFLICT DO NOTHING;
    INSERT INTO tidegate.agent_logs (agent_id, number, start_bytes, at, source_id, level, output)
      SELECT a.id, k, 50 * (k - 1), now(), '', 'info', repeat('l', 50) FROM tidegate.agents a, generate_series(1, 3) k
      ON CONFLICT DO NOTHING`);

beforeEach(async () => {
  database = await testDatabase();
  pool = new Pool({ url: database.url, maxSessions: 1 });
  session = await database.session();
  writer = new FlushWriter({ url: database.url, gatewayId: 'gw-1' });
  // Statistics gathered by chance in the middle of a test would hide what it looks for.
  for (const table of TABLES) {
    await database.query(`ALTER TABLE tidegate.${table} SET (autovacuum_enabled = off)`);
  }
  // The writer's session is not to be asked anything else: a flush has its own counts reported.
  await database.query(`
    CREATE FUNCTION report_counts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      PERFORM pg_stat_force_next_flush();
      RETURN NULL; END $$;
    CREATE TRIGGER report_counts AFTER INSERT ON tidegate.gateways FOR EACH STATEMENT EXECUTE FUNCTION report_counts()`);
  return async () => {
    await pool.close();
    await writer.close();
    await database.drop();
  };
});

/**
 * Leaves the last few rows of a fleet that was there for long, and lets the tables be remembered so. As each is at the very
 * end it keeps the pages: so many of them, with next to nothing in each. The indexes of tokens have far more, since
 * each token has been replaced several times.
 */
async function leaveOfAFleet(rows: number): Promise<void> {
  await makeAgents(MAX_AGENTS_PER_CREATE);
  await fillTables();
  for (let i = 0; i < 10; i += 1) {
    await database.query(
      `UPDATE tidegate.agents SET previous_token_hash = token_hash, token_hash = sha256((id::text || ${i})::bytea)`,
    );
  }
  for (const table of TABLES.toReversed()) {
    await database.query(
      `DELETE FROM tidegate.${table} WHERE ctid <> ALL (ARRAY(SELECT ctid FROM tidegate.${table} ORDER BY ctid DESC LIMIT ${rows}))`,
    );
  }
  await database.query('VACUUM ANALYZE');
  await database.query("UPDATE tidegate.agents SET name = 'left ' || id");
}

describe.each([
  'never analysed',
  'analysed when one row was left of them',
  'analysed when two rows were left of them',
  'analysed',
])('tables that were %s', (state) => {
  it('are found row by row', async () => {
    if (state.includes('left')) await leaveOfAFleet(state.includes('one') ? 1 : 2);
    // Plans that are kept are made now, on tables as they are.
    const kept = new Map<string, string>();
    await eachStatement(async (name, [sql, types]) => {
      await session.query(`PREPARE ${name}(${types}) AS ${sql}`);
      kept.set(name, await planOf(name, 'force_generic_plan', parametersOf(types, [])));
    });
    const ids = await makeAgents(2 * MAX_AGENTS_PER_CREATE);
    await fillTables();
    if (state === 'analysed') await database.query('ANALYZE');

    await eachStatement(async (name, [, types, found]) => {
      expect.soft(kept.get(name), name).toMatch(found);
      expect.soft(await planOf(name, 'force_custom_plan', parametersOf(types, ids)), name).toMatch(found);
    });
  });

  it('are looked at about once by whatever is about many', async () => {
    if (state.includes('left')) await leaveOfAFleet(state.includes('one') ? 1 : 2);
    // As often as it takes for plans to be kept.
    for (let i = 0; i < 6; i += 1) {
      const one = await makeAgents(1);
      for (const task of Object.values(TASKS)) await task();
      await bury(one);
      await purgeTombstones(pool);
    }
    // No larger than the one before: then indexes do not grow, and what has one row in them counts for less still.
    const ids = await makeAgents(state.includes('one') ? MAX_AGENTS_PER_CREATE : 2 * MAX_AGENTS_PER_CREATE);
    await fillTables();
    if (state === 'analysed') await database.query('ANALYZE');
    const counts = TABLES.map((table) => `(SELECT count(*) FROM tidegate.${table})`);
    const [all] = await database.query<{ rows: number }>(`SELECT (${counts.join(' + ')})::integer AS rows`);
    const fleet = all?.rows ?? 0;

    for (const [what, task] of Object.entries(TASKS)) expect.soft(await lookedAt(task), what).toBeLessThan(2 * fleet);
    await bury(ids);
    expect(await lookedAt(() => purgeTombstones(pool)), 'tombstones').toBeLessThan(2 * fleet);
  });
});
