import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createAgents } from '../../../db/agents.ts';
import { UPDATE_VALUES, valueParameters } from '../../../db/metadata/flush-statements.ts';
import { FlushWriter } from '../../../db/metadata/flush-writer.ts';
import { migrate } from '../../../db/migrate.ts';
import { Pool } from '../../../db/pool.ts';
import type { Session, SqlParameter } from '../../../db/session.ts';
import { instant } from '../../../db/sql-time.ts';
import type { FlushValue } from '../../../db/types.ts';
import type { FigureTable } from '../figures.ts';
import { nowUs } from '../load/clock.ts';
import { keyNames, valueText } from '../load/report.ts';
import type { Budget, Scenario } from '../scenario.ts';
import { assertDurable } from '../stage/durable.ts';
import { KEYS } from '../workload.ts';

const VALUES_PER_STATEMENT = 5_000;
/** Of the largest flush, in which what one costs however small it is no longer counts. */
const BUDGET = { must: 1.2, aim: 1.1 };
const BUDGETED_VALUES = 150_000;
/** What the flush comes down to, as one would write it who need not take locks in an order: compared plainly. */
const PLAIN_UPDATE = `
  UPDATE tidegate.agent_metadata m
  SET value = i.value, error = i.error, collected_at = ${instant('i.collected_at_us')},
    agent_collected_at = ${instant('i.agent_collected_at_us')}, revision = pg_current_xact_id()
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
    AS i(agent_id, key, value, error, collected_at_us, agent_collected_at_us)
  WHERE m.agent_id = i.agent_id AND m.key = i.key AND m.collected_at <= ${instant('i.collected_at_us')}`;
/** A session that is idle tells its statistics within ten seconds. */
const STATISTICS_TIMEOUT_MS = 15_000;

export const flush: Scenario = {
  name: 'flush',
  title: 'The flush',
  method:
    'Time of one flush that rewrites values that are all there already: the transaction with its limits, nonce and ' +
    'notification, and the building of its parameters. Beside it its bare UPDATE from a loop, planned freely on analysed ' +
    'tables, its parameters built beforehand, in one transaction: all values in one statement, or in statements of 5,000 as ours are; ' +
    'and an UPDATE as one would write it who need not take locks in the same order as other gateways.',

  async run({ stage, table, quick, rounds, say }) {
    const times = rounds(5);
    const database = await stage.database();
    await migrate(database.session);
    table.note(await assertDurable(database.session));
    for (const count of quick ? [9_000] : [9_000, 150_000]) {
      for (const persistence of ['logged', 'unlogged'] as const) {
        const what = `${count} values, ${persistence}`;
        const agentIds = await makeAgents(database.url, count / KEYS);
        await database.session.query(`ALTER TABLE tidegate.agent_metadata SET ${persistence.toUpperCase()}`);
        const flusher = new Flusher(database, agentIds);
        try {
          await flusher.ours();
          await database.session.query('VACUUM ANALYZE');
          const budget = count === BUDGETED_VALUES && persistence === 'logged' ? BUDGET : undefined;
          for (let round = 1; round <= times; round += 1) {
            say(`${what}: round ${round} of ${times}`);
            await measureRound(flusher, table, what, budget);
          }
          await addHeapOnly(database.session, table, what);
        } finally {
          await flusher.close();
        }
        await database.session.query('TRUNCATE tidegate.agent_metadata, tidegate.agents CASCADE');
      }
    }
  },
};

async function measureRound(flusher: Flusher, table: FigureTable, what: string, budget?: Budget): Promise<void> {
  const ours = await flusher.ours();
  const whole = await flusher.bare(UPDATE_VALUES, Number.POSITIVE_INFINITY);
  const pieces = await flusher.bare(UPDATE_VALUES, VALUES_PER_STATEMENT);
  const plain = await flusher.bare(PLAIN_UPDATE, VALUES_PER_STATEMENT);
  table.add(`${what}: flush`, 'ms', ours.ms);
  table.add(`${what}: bare statement, whole`, 'ms', whole.ms);
  table.add(`${what}: bare statement, in pieces`, 'ms', pieces.ms);
  table.add(`${what}: plain statement, in pieces`, 'ms', plain.ms);
  table.add(`${what}: flush over bare statement, whole`, '×', ours.ms / whole.ms, budget);
  table.add(`${what}: flush over bare statement, in pieces`, '×', ours.ms / pieces.ms, budget);
  table.add(`${what}: flush over plain statement, in pieces`, '×', ours.ms / plain.ms);
  table.add(`${what}: WAL for each value`, 'B', ours.walBytes / flusher.valueCount);
}

async function makeAgents(url: string, count: number): Promise<string[]> {
  const pool = new Pool({ url, applicationName: 'bench' });
  try {
    const ids: string[] = [];
    for (let at = 0; at < count; at += 1_000) {
      const wanted = Array.from({ length: Math.min(1_000, count - at) }, (_, i) => ({
        name: `flush-${count}-${at + i}`,
        labels: {},
        metadata: [],
        tokenHash: randomBytes(32),
      }));
      const made = await createAgents(pool, wanted);
      ids.push(...made.map(({ id }) => id));
    }
    return ids.sort();
  } finally {
    await pool.close();
  }
}

/** Rewrites every value of some agents, in either way. */
class Flusher {
  readonly #session: Session;
  readonly #writer: FlushWriter;
  readonly #agentIds: string[];

  constructor({ session, url }: { session: Session; url: string }, agentIds: string[]) {
    this.#session = session;
    this.#writer = new FlushWriter({ url, gatewayId: 'bench' });
    this.#agentIds = agentIds;
  }

  get valueCount(): number {
    return this.#agentIds.length * KEYS;
  }

  /** As the gateway does it. */
  async ours(): Promise<{ ms: number; walBytes: number }> {
    const values = this.#values();
    return this.#timed(async () => {
      const { written } = await this.#writer.write({ values, agents: [] }, new AbortController().signal);
      if (written !== values.length) throw new Error(`${written} of ${values.length} values were written`);
    });
  }

  /** A statement alone, with so many values at a time, in one transaction. */
  async bare(statement: string, valuesPerStatement: number): Promise<{ ms: number; walBytes: number }> {
    const values = this.#values();
    const pieces: SqlParameter[][] = [];
    for (let at = 0; at < values.length; at += valuesPerStatement) {
      pieces.push(valueParameters(values.slice(at, at + valuesPerStatement)));
    }
    return this.#timed(async () => {
      await this.#session.query('BEGIN');
      for (const parameters of pieces) await this.#session.query(statement, parameters);
      await this.#session.query('COMMIT');
    });
  }

  close(): Promise<void> {
    return this.#writer.close();
  }

  async #timed(work: () => Promise<void>): Promise<{ ms: number; walBytes: number }> {
    const before = await walPosition(this.#session);
    const begun = performance.now();
    await work();
    const ms = performance.now() - begun;
    return { ms, walBytes: (await walPosition(this.#session)) - before };
  }

  #values(): FlushValue[] {
    const atUs = Date.now() * 1_000;
    const sentUs = nowUs();
    const keys = keyNames(KEYS);
    return this.#agentIds.flatMap((agentId) =>
      keys.map((key, index) => ({
        agentId,
        key,
        value: valueText(sentUs, index),
        error: '',
        collectedAtUs: atUs,
        agentCollectedAtUs: atUs,
      })),
    );
  }
}

async function walPosition(session: Session): Promise<number> {
  const [row] = await session.query<{ bytes: string }>(
    "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text AS bytes",
  );
  return Number(row?.bytes);
}

/** The share of updates that touched no index, once the server's statistics know of all of them. */
async function addHeapOnly(session: Session, table: FigureTable, what: string): Promise<void> {
  const end = performance.now() + STATISTICS_TIMEOUT_MS;
  let before = -1;
  for (;;) {
    const [row] = await session.query<{ updated: string; hot: string }>(
      `SELECT n_tup_upd::text AS updated, n_tup_hot_upd::text AS hot FROM pg_stat_user_tables
       WHERE relname = 'agent_metadata'`,
    );
    const updated = Number(row?.updated ?? 0);
    if ((updated > 0 && updated === before) || performance.now() > end) {
      table.add(`${what}: heap-only updates, of all statements so far`, '%', (Number(row?.hot) / updated) * 100);
      return;
    }
    before = updated;
    await pause(3_000);
  }
}
