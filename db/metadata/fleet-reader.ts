import { setImmediate as nextTurn } from 'node:timers/promises';
import { AGENT_COLUMNS, agentRow, type StoredAgent } from '../agent-row.ts';
import { plainArray } from '../array-literal.ts';
import { EACH_TABLE_ONCE, ROW_BY_ROW } from '../plans.ts';
import type { Pool } from '../pool.ts';
import type { Session } from '../session.ts';
import { microseconds } from '../sql-time.ts';
import type { AgentId, AgentRow, FleetRead, ValueRow } from '../types.ts';
import { cursorOf } from './cursor.ts';
import { historyMark, serverHistory, TABLES_HISTORY } from './history.ts';

/** Rows taken from the server at a time: what one turn of the event loop works through. */
export const ROWS_PER_SLICE = 2_000;

/** One snapshot for all that a read looks at; read-only, so it takes no transaction id. */
const BEGIN_READ = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

export interface SinceOptions {
  /** Revisions of this gateway's own committed flushes at or above the cursor: their values are known and left out. */
  ownRevisions: Iterable<bigint>;
  /** `maxRevision` of the read before. */
  maxRevision: bigint;
}

/** One agent's state, once. */
export interface AgentMetadataRead {
  /** Null when there is no such agent (any more). */
  agent: AgentRow | null;
  values: ValueRow[];
  /** A watch of this agent that goes on from here misses nothing. */
  cursor: bigint;
}

/** Where a read begins, and what it need not see again. */
interface Scope {
  since: bigint;
  own: readonly bigint[];
  maxRevision: bigint;
}

/** Reads the fleet, each time in one snapshot. Stateless: the cursor is the caller's. */
export class FleetReader {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Every agent (tombstones too, marked `deleted`) and every value of those that live. */
  readAll(): Promise<FleetRead> {
    return this.#read({ since: 0n, own: [], maxRevision: 0n });
  }

  /**
   * Agents and values whose revision is at or above the cursor, so some may come twice. When the answer's
   * `purgedBefore` is above the cursor (see `isResumable`) it is not the whole truth: read everything instead.
   */
  readSince(cursor: bigint, { ownRevisions, maxRevision }: SinceOptions): Promise<FleetRead> {
    const own = [...ownRevisions].filter((revision) => revision >= cursor);
    return this.#read({ since: cursor, own, maxRevision });
  }

  readAgentMetadata(agentId: AgentId): Promise<AgentMetadataRead> {
    return this.#inSnapshot(async (session) => {
      const [present] = await session.query<{ xmin: string }>(
        'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xmin',
      );
      const [stored] = await session.query<StoredAgent>(
        `SELECT ${AGENT_COLUMNS} FROM tidegate.agents a WHERE a.id = $1::uuid AND a.deleted_at IS NULL`,
        [agentId],
      );
      const agent = stored === undefined ? null : agentRow(stored);
      const rows =
        agent === null
          ? []
          : await session.queryArrays<StoredValue>(
              `SELECT ${VALUE_COLUMNS} FROM tidegate.agent_metadata m WHERE m.agent_id = $1::uuid ORDER BY m.key`,
              [agentId],
            );
      const values = rows.map(valueRow);
      // The largest revision of this agent, not of the fleet: lower, hence as safe, and no scan for it.
      const maxRevision = values.reduce(laterRevision, agent?.revision ?? 0n);
      return { agent, values, cursor: cursorOf(BigInt(present?.xmin ?? 0), maxRevision) };
    });
  }

  #read(scope: Scope): Promise<FleetRead> {
    return this.#inSnapshot(async (session, server) => {
      const present = await readPresent(session, scope);
      const agents: AgentRow[] = [];
      await eachSlice<StoredAgent>(session, agentsOf(scope), (rows) => {
        for (const row of rows) agents.push(agentRow(row));
      });
      const values: ValueRow[] = [];
      await eachArraySlice<StoredValue>(session, valuesOf(scope), (rows) => {
        for (const row of rows) values.push(valueRow(row));
      });
      let { maxRevision } = present;
      for (const { revision } of agents) if (revision > maxRevision) maxRevision = revision;
      for (const { revision } of values) if (revision > maxRevision) maxRevision = revision;
      const { xmin, purgedBefore } = present;
      const history = historyMark(server, present.tablesHistory);
      return { agents, values, cursor: cursorOf(xmin, maxRevision), xmin, maxRevision, purgedBefore, history };
    });
  }

  #inSnapshot<T>(body: (session: Session, server: string) => Promise<T>): Promise<T> {
    return this.#pool.withSession(async (session) => {
      const server = await serverHistory(session);
      return session.transaction(BEGIN_READ, () => body(session, server));
    });
  }
}

interface Present {
  xmin: bigint;
  purgedBefore: bigint;
  tablesHistory: string;
  /** The largest revision known to be committed in this snapshot before any row is looked at. */
  maxRevision: bigint;
}

/** Own flushes whose rows are left out still count for the cursor, if this snapshot has them. */
async function readPresent(session: Session, { own, maxRevision }: Scope): Promise<Present> {
  const [row] = await session.query<{ xmin: string; purged_before: string; tables: string; own: string | null }>(
    `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xmin, purged_before::text AS purged_before,
       ${TABLES_HISTORY} AS tables,
       (SELECT max(revision)::text FROM unnest($1::text[]::xid8[]) AS own(revision)
        WHERE pg_visible_in_snapshot(revision, pg_current_snapshot())) AS own
     FROM tidegate.horizon`,
    [plainArray(own)],
  );
  const seenOwn = BigInt(row?.own ?? 0);
  return {
    xmin: BigInt(row?.xmin ?? 0),
    purgedBefore: BigInt(row?.purged_before ?? 0),
    tablesHistory: row?.tables ?? '',
    maxRevision: seenOwn > maxRevision ? seenOwn : maxRevision,
  };
}

/** A query and what its plan is held to. */
interface Planned {
  plan: string;
  query: string;
}

/** All agents are gone through whatever the plan; the descriptions of each are to be found by its index. */
const agentsOf = ({ since }: Scope): Planned => ({
  plan: ROW_BY_ROW,
  query: `SELECT ${AGENT_COLUMNS} FROM tidegate.agents a WHERE a.revision >= '${since}'::xid8`,
});

const VALUE_COLUMNS = `m.agent_id, m.key, m.value, m.error, ${microseconds('m.collected_at')}, m.revision::text`;

/** A value of a tombstone, should one be left, is not read: the agent must be there and live. */
function valuesOf({ since, own }: Scope): Planned {
  const others = own.length === 0 ? '' : `AND m.revision <> ALL ('{${own.join(',')}}'::text[]::xid8[])`;
  const query = `SELECT ${VALUE_COLUMNS} FROM tidegate.agent_metadata m
    JOIN tidegate.agents a ON a.id = m.agent_id AND a.deleted_at IS NULL
    WHERE m.revision >= '${since}'::xid8 ${others}`;
  return { plan: EACH_TABLE_ONCE, query };
}

type StoredValue = [
  agentId: string,
  key: string,
  value: string,
  error: string,
  collectedAtUs: string,
  revision: string,
];

/** Rows of a flush share their revision: most texts are the same as the one before. */
let lastRevision = { text: '0', value: 0n };

function valueRow([agentId, key, value, error, collectedAtUs, revision]: StoredValue): ValueRow {
  if (revision !== lastRevision.text) lastRevision = { text: revision, value: BigInt(revision) };
  return { agentId, key, value, error, collectedAtUs: Number(collectedAtUs), revision: lastRevision.value };
}

const laterRevision = (latest: bigint, { revision }: { revision: bigint }): bigint =>
  revision > latest ? revision : latest;

/**
 * Walks a query's rows by a cursor of the server's, slice by slice, so that neither the event loop nor the socket's
 * buffers ever hold more than one slice.
 */
async function eachSlice<R>(session: Session, read: Planned, take: (rows: readonly R[]) => void): Promise<void> {
  await declare(session, read);
  for (;;) {
    const rows = await session.query<R>(FETCH);
    take(rows);
    if (rows.length < ROWS_PER_SLICE) break;
    await nextTurn();
  }
  await session.query('CLOSE slices');
}

async function eachArraySlice<R extends unknown[]>(
  session: Session,
  read: Planned,
  take: (rows: readonly R[]) => void,
): Promise<void> {
  await declare(session, read);
  for (;;) {
    const rows = await session.queryArrays<R>(FETCH);
    take(rows);
    if (rows.length < ROWS_PER_SLICE) break;
    await nextTurn();
  }
  await session.query('CLOSE slices');
}

const FETCH = `FETCH ${ROWS_PER_SLICE} FROM slices`;

/** All rows are going to be read, which a cursor's plan does not expect unless told. */
async function declare(session: Session, { plan, query }: Planned): Promise<void> {
  await session.query(
    `SET LOCAL cursor_tuple_fraction = 1; SELECT ${plan}; DECLARE slices NO SCROLL CURSOR FOR ${query}`,
  );
}
