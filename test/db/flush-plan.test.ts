import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createAgents, MAX_AGENTS_PER_CREATE } from '../../db/agents.ts';
import {
  agentParameter,
  LOCK_LIVE_AGENTS,
  PREPARE_TRANSACTION,
  UPDATE_AGENTS,
} from '../../db/metadata/flush-statements.ts';
import { LOCK_AGENTS } from '../../db/metadata/kept-statements.ts';
import type { Pool } from '../../db/pool.ts';
import { databaseForFile, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let pool: Pool;

databaseForFile((own) => {
  ({ database, pool } = own);
});

it('finds agents by their key before the server has any statistics of them', async () => {
  // Gathered by chance in the middle of this test, they would hide what it looks for.
  await database.query('ALTER TABLE tidegate.agents SET (autovacuum_enabled = off)');
  const ids: string[] = [];
  for (let part = 0; part < 4; part += 1) {
    const wanted = Array.from({ length: MAX_AGENTS_PER_CREATE }, (_, i) => ({
      name: `agent-${part}-${i}`,
      labels: {},
      metadata: [],
      tokenHash: randomBytes(32),
    }));
    ids.push(...(await createAgents(pool, wanted)).map(({ id }) => id));
  }
  const changes = ids.map((agentId) => ({ agentId, connection: { number: 1, connected: true, atUs: 1 } }));

  await database.query(`BEGIN; ${PREPARE_TRANSACTION}`);
  const rows = await database.query<Record<string, string>>(`EXPLAIN ${UPDATE_AGENTS}`, [agentParameter(changes), 'g']);
  await database.query('ROLLBACK');

  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toMatch(/Index Scan using agents_pkey on agents a/);
  expect(plan).toMatch(/Index Cond: \(id = i\.agent_id\)/);

  // Locks come in statements that are planned once for many calls, too.
  const session = await database.session();
  await session.query(`BEGIN; ${PREPARE_TRANSACTION}`);
  const locks = { some: LOCK_LIVE_AGENTS, all: LOCK_AGENTS };
  for (const [name, sql] of Object.entries(locks)) await session.query(`PREPARE ${name}_agents(uuid[]) AS ${sql}`);
  const planOf = async (name: string, mode: string) => {
    await session.query(`SET LOCAL plan_cache_mode = ${mode}`);
    const lines = await session.query<Record<string, string>>(
      `EXPLAIN EXECUTE ${name}_agents('{${ids.slice(0, 2_000).join(',')}}')`,
    );
    return lines.map((line) => line['QUERY PLAN']).join('\n');
  };
  for (const statistics of [false, true]) {
    if (statistics) await session.query('ANALYZE tidegate.agents');
    for (const name of Object.keys(locks)) {
      for (const mode of ['force_custom_plan', 'force_generic_plan']) {
        const lockPlan = await planOf(name, mode);
        expect(lockPlan).toMatch(/Index Scan using agents_pkey on agents a/);
        expect(lockPlan).toMatch(/Index Cond: \(id = input\.id\)/);
      }
    }
  }
  await session.query('ROLLBACK');
});
