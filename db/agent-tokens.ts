import { AGENT_COLUMNS, agentRow, type StoredAgent, sharedDescriptions } from './agent-row.ts';
import { byteaArray, hexArray, plainArray } from './array-literal.ts';
import { beginHeldTo, foundBy, ROW_BY_ROW } from './plans.ts';
import type { Database } from './pool.ts';
import { microseconds, millisecondsUntil } from './sql-time.ts';
import type { AgentId, AgentRow } from './types.ts';

/** What a gateway needs to know of the agent that shows a token. */
export interface AgentCredential {
  /** SHA-256 of the token that was shown. */
  tokenHash: Buffer;
  agent: AgentRow;
  /** The number of the agent's newest connection; 0 before the first. A new connection's number is larger. */
  connectionNumber: number;
  /** The newest stored collectedAt of the agent's values; 0 without any. A new connection's values start above it. */
  newestCollectedAtUs: number;
  /** Keys of the agent that have a value stored. */
  storedKeys: string[];
  /** Grows when its descriptions change. */
  manifestNumber: number;
  /** How long the token is still good, for one that has been rotated away; null for the present one. */
  endsInMs: number | null;
}

/**
 * Each token is looked up for itself, and each agent's values and descriptions: of joins, which the OFFSETs rule out, every
 * agent would be compared with every token of the array. For a transaction that is held to {@link ROW_BY_ROW}.
 */
export const FIND_AGENTS_BY_TOKEN_HASH = `
  SELECT ${AGENT_COLUMNS}, t.hash, a.connection_number, a.manifest_number,
    ${millisecondsUntil('t.expires_at')} AS ends_in_ms,
    m.newest_collected_at_us, m.stored_keys
  FROM unnest($1::bytea[]) AS shown(hash)
  CROSS JOIN LATERAL (
    SELECT id, shown.hash, NULL::timestamptz AS expires_at FROM tidegate.agents WHERE token_hash = shown.hash
    UNION ALL
    SELECT id, shown.hash, previous_token_expires_at FROM tidegate.agents
    WHERE previous_token_hash = shown.hash AND previous_token_expires_at > clock_timestamp()
    OFFSET 0
  ) t
  CROSS JOIN LATERAL (SELECT * FROM tidegate.agents WHERE id = t.id OFFSET 0) a
  CROSS JOIN LATERAL (
    SELECT ${microseconds('max(collected_at)')} AS newest_collected_at_us,
      coalesce(jsonb_agg(key ORDER BY key), '[]') AS stored_keys
    FROM tidegate.agent_metadata WHERE ${foundBy('agent_id', 'a.id')}
  ) m
  WHERE a.deleted_at IS NULL`;

/** Looks up many tokens at once. A hash that belongs to nobody, or no longer, is absent from the answer. */
export async function findAgentsByTokenHash(db: Database, hashes: readonly Uint8Array[]): Promise<AgentCredential[]> {
  const rows = await db.queryWithin<StoredAgent & Stored>(beginHeldTo(ROW_BY_ROW), FIND_AGENTS_BY_TOKEN_HASH, [
    byteaArray(hashes),
  ]);
  return rows.map((row) => ({
    tokenHash: row.hash,
    agent: { ...agentRow(row), descriptions: sharedDescriptions(row.descriptions) },
    connectionNumber: Number(row.connection_number),
    newestCollectedAtUs: Number(row.newest_collected_at_us ?? 0),
    storedKeys: row.stored_keys,
    manifestNumber: row.manifest_number,
    endsInMs: row.ends_in_ms,
  }));
}

interface Stored {
  hash: Buffer;
  connection_number: string;
  newest_collected_at_us: string | null;
  stored_keys: string[];
  manifest_number: number;
  ends_in_ms: number | null;
}

/** An agent whose socket this gateway holds. */
export interface HeldAgent {
  agentId: AgentId;
  connectionNumber: number;
  /** SHA-256 of the token it connected with, in hex. */
  tokenHash: string;
  /** Of the manifest that it was given. */
  manifestNumber: number;
}

/** Why a held socket must be closed. */
export interface LostAgent {
  agentId: AgentId;
  connectionNumber: number;
  reason: 'deleted' | 'revoked' | 'replaced' | 'described';
  /** How long it stands all the same: the rest of the overlap of a token that has been replaced; 0 for no longer. */
  inMs: number;
}

/** For a transaction that is held to {@link ROW_BY_ROW}. */
export const FIND_LOST_AGENTS = `
  SELECT agent_id, number, reason, CASE WHEN reason = 'revoked' THEN left_ms ELSE 0 END AS in_ms FROM (
    SELECT h.agent_id, h.number, o.left_ms, CASE
      WHEN a.id IS NULL OR a.deleted_at IS NOT NULL THEN 'deleted'
      WHEN a.token_hash <> h.hash AND o.left_ms = 0 THEN 'revoked'
      WHEN a.connection_number > h.number THEN 'replaced'
      WHEN a.manifest_number > h.manifest THEN 'described'
      WHEN a.token_hash <> h.hash THEN 'revoked'
    END AS reason
    FROM unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::integer[]) AS h(agent_id, number, hash, manifest)
    LEFT JOIN tidegate.agents a ON ${foundBy('a.id', 'h.agent_id')}
    CROSS JOIN LATERAL (SELECT CASE WHEN a.previous_token_hash = h.hash
      THEN greatest(0, ${millisecondsUntil('a.previous_token_expires_at')}) ELSE 0 END AS left_ms) o
  ) judged WHERE reason IS NOT NULL`;

/**
 * Which of the held agents have been deleted, had their token replaced, are connected anew with a larger number, or have
 * a manifest that has changed since. What is not in the answer stands.
 */
export async function findLostAgents(db: Database, held: readonly HeldAgent[]): Promise<LostAgent[]> {
  if (held.length === 0) return [];
  const parameters = [
    plainArray(held.map(({ agentId }) => agentId)),
    plainArray(held.map(({ connectionNumber }) => connectionNumber)),
    hexArray(held.map(({ tokenHash }) => tokenHash)),
    plainArray(held.map(({ manifestNumber }) => manifestNumber)),
  ];
  const rows = await db.queryWithin<StoredLost>(beginHeldTo(ROW_BY_ROW), FIND_LOST_AGENTS, parameters);
  return rows.map((row) => ({
    agentId: row.agent_id,
    connectionNumber: Number(row.number),
    reason: row.reason,
    inMs: row.in_ms,
  }));
}

interface StoredLost {
  agent_id: string;
  number: string;
  reason: LostAgent['reason'];
  in_ms: number;
}
