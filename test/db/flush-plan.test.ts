import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { FIND_AGENTS_BY_TOKEN_HASH } from '../../db/agent-tokens.ts';
import { createAgents, MAX_AGENTS_PER_CREATE } from '../../db/agents.ts';
import { byteaArray } from '../../db/array-literal.ts';
import {
  FIND_UNWRITTEN,
  LOCK_LIVE_AGENTS,
  PREPARE_TRANSACTION,
  UPDATE_AGENTS,
  UPDATE_VALUES,
} from '../../db/metadata/flush-statements.ts';
import { LOCK_AGENTS, TRIM_CONNECTIONS, TRIM_RECORDS } from '../../db/metadata/kept-statements.ts';
import { Pool } from '../../db/pool.ts';
import type { Session } from '../../db/session.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let pool: Pool;
let session: Session;

/** Statements that a flush runs on many rows, with the types of their parameters and what each row is to be found by. */
const FLUSH_STATEMENTS = {
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
} as const;
type Name = keyof typeof FLUSH_STATEMENTS;

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
    bigint: '5',
    text: `'${JSON.stringify(some.map((agent_id) => ({ agent_id, number: 1, connected: true, at_us: 1 })))}'`,
  };
  return types
    .split(', ')
    .map((type) => texts[type])
    .join(', ');
}

async function makeAgents(count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const wanted = Array.from({ length: MAX_AGENTS_PER_CREATE }, (_, i) => ({
      name: `agent-${ids.length + i}`,
      labels: {},
      metadata: [],
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
      ON CONFLICT DO NOTHING`);

beforeEach(async () => {
  database = await testDatabase();
  pool = new Pool({ url: database.url });
  session = await database.session();
  // Statistics gathered by chance in the middle of a test would hide what it looks for.
  for (const table of ['agents', 'agent_metadata', 'agent_connections', 'agent_records']) {
    await database.query(`ALTER TABLE tidegate.${table} SET (autovacuum_enabled = off)`);
  }
  return async () => {
    await pool.close();
    await database.drop();
  };
});

describe.each(['never analysed', 'analysed when empty', 'analysed'])('tables that were %s', (state) => {
  it('are found row by row in a flush, and by tokens', async () => {
    if (state === 'analysed when empty') {
      // A row at the very end keeps the pages: so many of them, with next to nothing in each, is what is remembered.
      const ids = await makeAgents(MAX_AGENTS_PER_CREATE);
      await fillTables();
      for (const table of ['agent_metadata', 'agent_connections', 'agent_records']) {
        await database.query(`DELETE FROM tidegate.${table} WHERE ctid < (SELECT max(ctid) FROM tidegate.${table})`);
      }
      await database.query('DELETE FROM tidegate.agents WHERE id <> $1::uuid', [ids.at(-1) ?? '']);
      // How many of an index's pages outlive its rows is chance (hashes are random), and a look-up of tokens is planned by it.
      await database.query('REINDEX TABLE tidegate.agents');
      await database.query('VACUUM ANALYZE');
      await database.query("UPDATE tidegate.agents SET name = 'the last'");
    }
    // Plans that are kept are made now, on tables as they are.
    await session.query(`BEGIN; ${PREPARE_TRANSACTION}`);
    const kept = new Map<Name, string>();
    for (const [name, [sql, types]] of Object.entries(FLUSH_STATEMENTS) as [Name, [string, string, RegExp]][]) {
      await session.query(`PREPARE ${name}(${types}) AS ${sql}`);
      kept.set(name, await planOf(name, 'force_generic_plan', parametersOf(types, [])));
    }
    const ids = await makeAgents(2 * MAX_AGENTS_PER_CREATE);
    await fillTables();
    if (state === 'analysed') await database.query('ANALYZE');

    for (const [name, [, types, found]] of Object.entries(FLUSH_STATEMENTS)) {
      expect(kept.get(name as Name), name).toMatch(found);
      expect(await planOf(name, 'force_custom_plan', parametersOf(types, ids)), name).toMatch(found);
    }
    await session.query('ROLLBACK');

    await session.query(`BEGIN; PREPARE by_token(bytea[]) AS ${FIND_AGENTS_BY_TOKEN_HASH}`);
    const tokens = `'${byteaArray(ids.slice(0, 300).map(() => randomBytes(32)))}'`;
    for (const mode of ['force_custom_plan', 'force_generic_plan'] as const) {
      const plan = await planOf('by_token', mode, tokens);
      expect(plan).toMatch(/agents_token_hash.*\n\s+Index Cond: \(token_hash = shown\.hash\)/);
      expect(plan).toMatch(/agents_previous_token_hash.*\n(.*\n)?\s+Index Cond: \(previous_token_hash = shown\.hash\)/);
      expect(plan).toMatch(/agents_pkey.*\n\s+Index Cond: \(id = (agents|t)\.id\)/);
    }
    await session.query('ROLLBACK');
  });
});
