import { plainArray, textArray } from '../array-literal.ts';
import { foundBy, IN_INDEX_ORDER, ROW_BY_ROW } from '../plans.ts';
import type { SqlParameter } from '../session.ts';
import { instant } from '../sql-time.ts';
import { type AgentId, type AgentRecord, type ConnectionSpan, GATEWAY_GONE, type LogLine } from '../types.ts';
import { lockLiveAgents } from './flush-statements.ts';

/** Something kept, with whose it is. */
export type Owned<T> = T & { agentId: AgentId };

/**
 * Locks the agents of one statement's changes, in their order: against deletion, and so that two flushes number an
 * agent's log lines one after the other. A deletion under way is waited for, and its agent is then not in the answer.
 */
export const LOCK_AGENTS = lockLiveAgents('NO KEY UPDATE');

/** A judge's word gives way to that of the gateway that held the connection, whichever comes first. */
export const PUT_CONNECTIONS = `
  INSERT INTO tidegate.agent_connections AS c (agent_id, number, gateway_id, ended_at, reason)
  SELECT agent_id, number, coalesce(gateway_id, $2::text), ${instant('ended_at_us')}, reason
  FROM jsonb_to_recordset($1::text::jsonb)
    AS input(agent_id uuid, number bigint, gateway_id text, ended_at_us bigint, reason text)
  ORDER BY agent_id, number
  ON CONFLICT (agent_id, number) DO UPDATE
  SET gateway_id = excluded.gateway_id, ended_at = excluded.ended_at, reason = excluded.reason
  WHERE excluded.reason IS DISTINCT FROM '${GATEWAY_GONE}' OR c.ended_at IS NULL`;

/** Leaves each agent its `$2` newest. */
export const TRIM_CONNECTIONS = `
  DELETE FROM tidegate.agent_connections c USING unnest($1::uuid[]) AS agent(id)
  WHERE ${foundBy('c.agent_id', 'agent.id')} AND c.number < (
    SELECT number FROM tidegate.agent_connections WHERE ${foundBy('agent_id', 'agent.id')}
    ORDER BY number DESC OFFSET $2::bigint - 1 LIMIT 1)`;

/** Joins each body with the stored one, part by part; where both have a part, the later one's stands. */
export const PUT_RECORDS = `
  INSERT INTO tidegate.agent_records AS r (agent_id, kind, subject, at, body)
  SELECT agent_id, kind, subject, ${instant('at_us')}, body
  FROM jsonb_to_recordset($1::text::jsonb) AS input(agent_id uuid, kind text, subject text, at_us bigint, body jsonb)
  ORDER BY agent_id, kind COLLATE "C", subject COLLATE "C"
  ON CONFLICT (agent_id, kind, subject) DO UPDATE
  SET at = greatest(r.at, excluded.at),
    body = CASE WHEN r.at <= excluded.at THEN r.body || excluded.body ELSE excluded.body || r.body END`;

/** Leaves each agent the `$2` newest of each kind. */
export const TRIM_RECORDS = `
  DELETE FROM tidegate.agent_records r USING (
    SELECT agent_id, kind, subject, row_number() OVER (PARTITION BY agent_id, kind ORDER BY at DESC, subject) AS place
    FROM tidegate.agent_records WHERE agent_id = ANY($1::uuid[])
  ) placed
  WHERE placed.place > $2::bigint
    AND ${foundBy('(r.agent_id, r.kind, r.subject)', '(placed.agent_id, placed.kind, placed.subject)')}`;

/**
 * Around the statements on log lines: the newest of an agent is found by walking the index from its end, where the plan
 * that the rest of the flush is held to would sort all of them.
 */
export const ALLOW_INDEX_WALKS = `SELECT ${IN_INDEX_ORDER}`;
export const FORBID_INDEX_WALKS = `SELECT ${ROW_BY_ROW}`;

/** Appends lines to what each agent has; its row is locked, so that nobody else does. */
export const APPEND_LOGS = `
  INSERT INTO tidegate.agent_logs (agent_id, number, start_bytes, at, source_id, level, output)
  SELECT i.agent_id, coalesce(last.number, 0) + i.place, coalesce(last.end_bytes, 0) + i.bytes_before,
    ${instant('i.at_us')}, i.source_id, i.level, i.output
  FROM (
    SELECT *, row_number() OVER own AS place, sum(octet_length(output)) OVER own - octet_length(output) AS bytes_before
    FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY
      AS input(agent_id, at_us, source_id, level, output, position)
    WINDOW own AS (PARTITION BY agent_id ORDER BY position)
  ) i
  LEFT JOIN LATERAL (
    SELECT number, start_bytes + octet_length(output) AS end_bytes
    FROM tidegate.agent_logs l WHERE l.agent_id = i.agent_id ORDER BY number DESC LIMIT 1
  ) last ON true`;

/**
 * Leaves each agent its newest lines: at most `$2` of them, and as many as take `$3` bytes together. Reads what goes, the
 * first that stays and the last, not what lies between.
 *
 * What goes is a range of the primary key from one row of `bound`, which the OFFSET keeps together. An agent that equals
 * another column would make the planner think of a walk through all lines in the index's order, which looks cheapest
 * while the table counts as empty.
 */
export const TRIM_LOGS = `
  DELETE FROM tidegate.agent_logs l USING (
    SELECT agent.id, last.number AS last, last.number - $2::bigint AS below, last.end_bytes - $3::bigint AS from_bytes
    FROM unnest($1::uuid[]) AS agent(id)
    CROSS JOIN LATERAL (
      SELECT number, start_bytes + octet_length(output) AS end_bytes
      FROM tidegate.agent_logs WHERE agent_id = agent.id ORDER BY number DESC LIMIT 1
    ) last
    OFFSET 0
  ) bound
  WHERE (l.agent_id, l.number) BETWEEN (bound.id, 0::bigint) AND (bound.id, greatest(bound.below, coalesce((
    SELECT number - 1 FROM tidegate.agent_logs
    WHERE agent_id = bound.id AND start_bytes >= bound.from_bytes ORDER BY number LIMIT 1), bound.last)))`;

/** First parameter of {@link PUT_CONNECTIONS}. */
export function connectionsParameter(spans: readonly Owned<ConnectionSpan>[]): string {
  return JSON.stringify(
    spans.map(({ agentId, number, gatewayId, endedAtUs, reason }) => ({
      agent_id: agentId,
      number,
      gateway_id: gatewayId,
      ended_at_us: endedAtUs,
      reason,
    })),
  );
}

/** The parameter of {@link PUT_RECORDS}. */
export function recordsParameter(records: readonly Owned<AgentRecord>[]): string {
  return JSON.stringify(
    records.map(({ agentId, kind, subject, atUs, body }) => ({ agent_id: agentId, kind, subject, at_us: atUs, body })),
  );
}

/** Parameters of {@link APPEND_LOGS}. */
export function logParameters(lines: readonly Owned<LogLine>[]): SqlParameter[] {
  return [
    plainArray(lines.map(({ agentId }) => agentId)),
    plainArray(lines.map(({ atUs }) => atUs)),
    textArray(lines.map(({ sourceId }) => sourceId)),
    textArray(lines.map(({ level }) => level)),
    textArray(lines.map(({ output }) => output)),
  ];
}
