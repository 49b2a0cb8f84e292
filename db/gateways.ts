import { beginHeldTo, EACH_TABLE_ONCE } from './plans.ts';
import type { Database } from './pool.ts';
import type { Queryable } from './session.ts';
import { microseconds } from './sql-time.ts';
import { type AgentChange, GATEWAY_GONE } from './types.ts';

/** A gateway whose row is older than this counts as gone; three missed renewals of 10 s. */
export const GATEWAY_STALE_AFTER_MS = 30_000;

/** Keeps payloads under 200 bytes and the id safe in JSON and in SQL. */
export const GATEWAY_ID_PATTERN = /^[A-Za-z0-9._-]{1,64}$/;

/** Any fixed number: one judge at a time. */
const JUDGE_LOCK = 7_413_220_001;

/** Throws RangeError for an id that the payload or the table cannot hold. */
export function assertGatewayId(id: string): void {
  if (!GATEWAY_ID_PATTERN.test(id)) {
    throw new RangeError(`gateway id ${JSON.stringify(id)}: 1 to 64 letters, digits, ".", "_" or "-" are allowed`);
  }
}

export interface GatewayIdentity {
  id: string;
  host: string;
  pid: number;
  /** SHA-256 of the admin token that it has by its settings; absent for none. */
  configuredTokenHash?: Uint8Array;
}

/** Writes the gateway's row as of now. An earlier life's row of the same id is taken over. */
export async function registerGateway(db: Queryable, gateway: GatewayIdentity): Promise<void> {
  assertGatewayId(gateway.id);
  await db.query(
    `INSERT INTO tidegate.gateways AS g (id, host, pid, configured_token_hash) VALUES ($1, $2, $3::integer, $4::bytea)
     ON CONFLICT (id) DO UPDATE SET host = excluded.host, pid = excluded.pid, nonce = NULL,
       configured_token_hash = excluded.configured_token_hash,
       started_at = clock_timestamp(), renewed_at = clock_timestamp(), judged_by = NULL, judged_at = NULL`,
    [gateway.id, gateway.host, gateway.pid, gateway.configuredTokenHash ?? null],
  );
}

/**
 * Renews the row by the database's clock and tells how old it was, in milliseconds. Above
 * {@link GATEWAY_STALE_AFTER_MS} (or null: it was gone) others may have judged this gateway, and it writes the state of
 * all agents it holds again.
 */
export async function renewGateway(db: Queryable, gateway: GatewayIdentity): Promise<{ ageMs: number | null }> {
  const [row] = await db.query<{ age_ms: number }>(
    `UPDATE tidegate.gateways g SET renewed_at = clock_timestamp(), judged_by = NULL, judged_at = NULL
     FROM (SELECT id, renewed_at FROM tidegate.gateways WHERE id = $1 FOR UPDATE) old WHERE g.id = old.id
     RETURNING (extract(epoch from clock_timestamp() - old.renewed_at) * 1000)::float8 AS age_ms`,
    [gateway.id],
  );
  if (row !== undefined) return { ageMs: row.age_ms };
  await registerGateway(db, gateway);
  return { ageMs: null };
}

/** Removes the row at a clean end, after the last flush. */
export async function removeGateway(db: Queryable, id: string): Promise<void> {
  await db.query('DELETE FROM tidegate.gateways WHERE id = $1', [id]);
}

/** Condition on a row of `gateways`: it has renewed within {@link GATEWAY_STALE_AFTER_MS}. */
export const IS_LIVE = `renewed_at >= clock_timestamp() - interval '${GATEWAY_STALE_AFTER_MS} milliseconds'`;

/** Gateways that have renewed within {@link GATEWAY_STALE_AFTER_MS}. */
export async function listLiveGateways(db: Queryable): Promise<GatewayIdentity[]> {
  return db.query<GatewayIdentity & Record<string, unknown>>(
    `SELECT id, host, pid FROM tidegate.gateways WHERE ${IS_LIVE} ORDER BY id`,
  );
}

/**
 * What still stands as connected to gateways that are gone, as changes for the judge's next flush: the agents with their
 * stored number, not connected, last seen when their gateway was; and all connections that no gateway has ended, also of
 * agents that have long been connected elsewhere. Only for a gateway that has itself renewed without a
 * gap for {@link GATEWAY_STALE_AFTER_MS}.
 *
 * Under an advisory lock the judge puts its name on the stale rows; another judge leaves them alone until that claim
 * is itself as old as a stale row (the judge died before its flush).
 */
export async function judgeStaleGateways(db: Database, judge: string): Promise<AgentChange[]> {
  const stale = `interval '${GATEWAY_STALE_AFTER_MS} milliseconds'`;
  return db.transaction(async (session) => {
    const [lock] = await session.query<{ taken: boolean }>('SELECT pg_try_advisory_xact_lock($1::bigint) AS taken', [
      JUDGE_LOCK,
    ]);
    if (lock?.taken !== true) return [];
    await session.query(
      `UPDATE tidegate.gateways SET judged_by = $1, judged_at = clock_timestamp()
       WHERE renewed_at < clock_timestamp() - ${stale} AND id <> $1
         AND (judged_by IS NULL OR judged_by = $1 OR judged_at < clock_timestamp() - ${stale})`,
      [judge],
    );
    return [...(await agentsOfTheGone(session, judge)), ...(await connectionsOfTheGone(session, judge))];
  }, beginHeldTo(EACH_TABLE_ONCE));
}

/** Condition on `g`, joined by the id that a row names as its gateway's: it is gone, and `$1` is its judge. */
const IS_GONE = `(g.id IS NULL OR (g.judged_by = $1
  AND g.renewed_at < clock_timestamp() - interval '${GATEWAY_STALE_AFTER_MS} milliseconds'))`;

async function agentsOfTheGone(session: Queryable, judge: string): Promise<AgentChange[]> {
  const rows = await session.query<{ id: string; number: string; at_us: string }>(
    `SELECT a.id, a.connection_number AS number,
       ${microseconds('coalesce(g.renewed_at, a.last_connected_at, clock_timestamp())')} AS at_us
     FROM tidegate.agents a LEFT JOIN tidegate.gateways g ON g.id = a.gateway_id
     WHERE a.connected AND a.deleted_at IS NULL AND a.gateway_id IS DISTINCT FROM $1 AND ${IS_GONE}
     ORDER BY a.id`,
    [judge],
  );
  return rows.map((row) => ({
    agentId: row.id,
    connection: { number: Number(row.number), connected: false, atUs: Number(row.at_us) },
  }));
}

async function connectionsOfTheGone(session: Queryable, judge: string): Promise<AgentChange[]> {
  const rows = await session.query<{ agent_id: string; number: string; gateway_id: string; at_us: string }>(
    `SELECT c.agent_id, c.number, c.gateway_id,
       greatest(c.number, ${microseconds('coalesce(g.renewed_at, a.last_connected_at, clock_timestamp())')}) AS at_us
     FROM tidegate.agent_connections c JOIN tidegate.agents a ON a.id = c.agent_id
     LEFT JOIN tidegate.gateways g ON g.id = c.gateway_id
     WHERE c.ended_at IS NULL AND c.gateway_id <> $1 AND ${IS_GONE}
     ORDER BY c.agent_id, c.number`,
    [judge],
  );
  return rows.map(({ agent_id, number, gateway_id, at_us }) => ({
    agentId: agent_id,
    connections: [{ number: Number(number), endedAtUs: Number(at_us), reason: GATEWAY_GONE, gatewayId: gateway_id }],
  }));
}

/** The database's clock in microseconds since 1970, for the collection clock's probes. */
export async function readDatabaseClock(db: Queryable): Promise<number> {
  const [row] = await db.query<{ now_us: string }>(`SELECT ${microseconds('clock_timestamp()')} AS now_us`);
  return Number(row?.now_us);
}
