import { plainArray, textArray } from '../array-literal.ts';
import { foundBy, ROW_BY_ROW } from '../plans.ts';
import type { SqlParameter } from '../session.ts';
import { instant, microseconds } from '../sql-time.ts';
import type { AgentChange, FlushValue } from '../types.ts';

/**
 * Limits and plan of the transaction, local to it so that they hold through a pooler. `synchronous_commit` is raised to
 * local where it is off, and left alone where it is stricter.
 *
 * Locks are taken in the order in which an UPDATE visits rows, so the plan is held to the one that visits them in the
 * order of the arrays: a nested loop from the sorted input into the primary key.
 */
export const PREPARE_TRANSACTION = `
  SELECT set_config('synchronous_commit',
      CASE current_setting('synchronous_commit') WHEN 'off' THEN 'local' ELSE current_setting('synchronous_commit') END,
      true),
    set_config('statement_timeout', '30s', true),
    set_config('lock_timeout', '5s', true),
    set_config('idle_in_transaction_session_timeout', '10s', true),
    ${ROW_BY_ROW}`;

/** Assigns the transaction's id and tells who runs it, before anything can commit. */
export const IDENTIFY_TRANSACTION = `
  SELECT pg_current_xact_id()::text AS xid, pg_backend_pid() AS pid,
    (SELECT ${microseconds('backend_start')} FROM pg_stat_get_activity(pg_backend_pid())) AS backend_start_us`;

const INPUT = `
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
    AS input(agent_id, key, value, error, collected_at_us, agent_collected_at_us)
  ORDER BY agent_id, key COLLATE "C"`;

/** Brings existing rows up to date; its count says how many. A newer stored row is left alone. */
export const UPDATE_VALUES = `
  UPDATE tidegate.agent_metadata m
  SET value = i.value, error = i.error, collected_at = ${instant('i.collected_at_us')},
    agent_collected_at = ${instant('i.agent_collected_at_us')}, revision = pg_current_xact_id()
  FROM (${INPUT}) i
  WHERE ${foundBy('(m.agent_id, m.key)', '(i.agent_id, i.key)')}
    AND m.collected_at <= ${instant('i.collected_at_us')}`;

/** Inserts keys that were missing; what another gateway inserted meanwhile is updated like any existing row. */
export const INSERT_VALUES = `
  INSERT INTO tidegate.agent_metadata AS m
    (agent_id, key, value, error, collected_at, agent_collected_at, revision)
  SELECT agent_id, key, value, error, ${instant('collected_at_us')}, ${instant('agent_collected_at_us')},
    pg_current_xact_id()
  FROM (${INPUT}) i
  ON CONFLICT (agent_id, key) DO UPDATE
  SET value = excluded.value, error = excluded.error, collected_at = excluded.collected_at,
    agent_collected_at = excluded.agent_collected_at, revision = excluded.revision
  WHERE m.collected_at <= excluded.collected_at`;

/**
 * Of a chunk that did not land whole: which values are not there by this transaction, and whether a newer stored one is
 * why. The others are missing, or came from elsewhere between two statements: both are for INSERT_VALUES.
 */
export const FIND_UNWRITTEN = `
  SELECT i.position::integer AS position, coalesce(m.collected_at > ${instant('i.collected_at_us')}, false) AS superseded
  FROM unnest($1::uuid[], $2::text[], $3::bigint[]) WITH ORDINALITY AS i(agent_id, key, collected_at_us, position)
  LEFT JOIN tidegate.agent_metadata m ON ${foundBy('(m.agent_id, m.key)', '(i.agent_id, i.key)')}
  WHERE m.revision IS DISTINCT FROM pg_current_xact_id()
  ORDER BY position`;

/**
 * Locks those of the agents `$1` that are no tombstones, in their order. Each is looked up for itself, which the lock inside
 * the subquery makes sure of: a join, or `id = ANY($1)`, is planned as one pass over all agents that compares each with the
 * whole array, as long as there are no statistics or once a plan is kept for many calls.
 */
export const lockLiveAgents = (strength: 'KEY SHARE' | 'NO KEY UPDATE'): string => `
  SELECT live.id FROM (SELECT id FROM unnest($1::uuid[]) AS input(id) ORDER BY id) wanted
  CROSS JOIN LATERAL (
    SELECT a.id FROM tidegate.agents a
    WHERE a.id = wanted.id AND coalesce(a.deleted_at, 'infinity') = 'infinity' FOR ${strength}
  ) live`;

/**
 * Locks the agents of missing keys against deletion. A deletion under way is waited for; READ COMMITTED then looks at
 * the row again and leaves the tombstone out.
 */
export const LOCK_LIVE_AGENTS = lockLiveAgents('KEY SHARE');

/** True where the input says this of the agent, and what is stored did not arrive later. */
function saidLater(what: 'lifecycle' | 'startup'): string {
  return `(coalesce(a.${what}_said_at, '-infinity') <= ${instant(`i.${what}_said_at_us`)})`;
}

function whereSaidLater(what: 'lifecycle' | 'startup', columns: Record<string, string>): string {
  const all = { ...columns, [`${what}_said_at`]: instant(`i.${what}_said_at_us`) };
  return Object.entries(all)
    .map(([column, value]) => `${column} = CASE WHEN ${saidLater(what)} THEN ${value} ELSE a.${column} END`)
    .join(', ');
}

/**
 * Writes what changed about agents: a connection only where the stored number is not larger, what an agent says of itself
 * only where what is stored did not arrive later. So a flush that was held up takes nothing newer back.
 *
 * That an agent is no tombstone is asked so that no partial index answers it: while the table has no statistics, as just
 * after thousands of agents were made, the planner takes the one by name for tiny and walks all of it for every row.
 */
export const UPDATE_AGENTS = `
  UPDATE tidegate.agents a
  SET connection_number = CASE WHEN i.number >= a.connection_number THEN i.number ELSE a.connection_number END,
    connected = CASE WHEN i.number >= a.connection_number THEN i.connected ELSE a.connected END,
    gateway_id = CASE WHEN i.number >= a.connection_number
      THEN CASE WHEN i.connected THEN $2::text END ELSE a.gateway_id END,
    last_connected_at = CASE WHEN i.number >= a.connection_number
      THEN greatest(a.last_connected_at, ${instant('i.at_us')}) ELSE a.last_connected_at END,
    ${whereSaidLater('lifecycle', {
      lifecycle_state: 'i.lifecycle_state',
      lifecycle_changed_at: instant('i.lifecycle_changed_at_us'),
    })},
    ${whereSaidLater('startup', {
      startup_version: 'i.startup_version',
      startup_directory: 'i.startup_directory',
      startup_subsystems: 'i.startup_subsystems',
    })},
    revision = pg_current_xact_id()
  FROM (
    SELECT * FROM jsonb_to_recordset($1::text::jsonb) AS input(agent_id uuid, number bigint, connected boolean,
      at_us bigint, lifecycle_state text, lifecycle_changed_at_us bigint, lifecycle_said_at_us bigint,
      startup_version text, startup_directory text, startup_subsystems text[], startup_said_at_us bigint)
    ORDER BY agent_id
  ) i
  WHERE ${foundBy('a.id', 'i.agent_id')} AND coalesce(a.deleted_at, 'infinity') = 'infinity'
    AND (i.number >= a.connection_number OR ${saidLater('lifecycle')} OR ${saidLater('startup')})
  RETURNING a.id`;

/**
 * The last statement before COMMIT: the nonce into the gateway's own row (last, since renewing that row would wait for
 * it) and the one notification.
 */
export const SIGN_AND_NOTIFY = `
  WITH signed AS (
    INSERT INTO tidegate.gateways (id, nonce) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET nonce = excluded.nonce
  )
  SELECT pg_notify('tidegate', $3)`;

/** Parameters of {@link UPDATE_VALUES} and {@link INSERT_VALUES}. */
export function valueParameters(values: readonly FlushValue[]): SqlParameter[] {
  return [
    textArray(values.map((value) => value.agentId)),
    textArray(values.map((value) => value.key)),
    textArray(values.map((value) => value.value)),
    textArray(values.map((value) => value.error)),
    plainArray(values.map((value) => value.collectedAtUs)),
    plainArray(values.map((value) => value.agentCollectedAtUs)),
  ];
}

/** Parameters of {@link FIND_UNWRITTEN}. */
export function keyParameters(values: readonly FlushValue[]): SqlParameter[] {
  return [
    textArray(values.map((value) => value.agentId)),
    textArray(values.map((value) => value.key)),
    plainArray(values.map((value) => value.collectedAtUs)),
  ];
}

/** First parameter of {@link UPDATE_AGENTS}. */
export function agentParameter(changes: readonly AgentChange[]): string {
  return JSON.stringify(
    changes.map(({ agentId, connection, lifecycle, startup }) => ({
      agent_id: agentId,
      number: connection?.number,
      connected: connection?.connected,
      at_us: connection?.atUs,
      lifecycle_state: lifecycle?.state,
      lifecycle_changed_at_us: lifecycle?.changedAtUs,
      lifecycle_said_at_us: lifecycle?.atUs,
      startup_version: startup?.version,
      startup_directory: startup?.expandedDirectory,
      startup_subsystems: startup?.subsystems,
      startup_said_at_us: startup?.atUs,
    })),
  );
}
