import { AGENT_COLUMNS, agentRow, type StoredAgent } from './agent-row.ts';
import type { Queryable } from './session.ts';
import { microseconds } from './sql-time.ts';
import type { AgentId, AgentRecord, AgentRow, ConnectionSpan, LogLine } from './types.ts';

/** One agent with all that is kept of it beside its values. */
export interface AgentDetails extends AgentRow {
  createdAtUs: number;
  lifecycle: { state: string; changedAtUs: number } | null;
  startup: { version: string; expandedDirectory: string; subsystems: string[] } | null;
  /** Newest first. */
  connections: (ConnectionSpan & { gatewayId: string })[];
  /** Newest first. */
  records: AgentRecord[];
  /** Oldest first. */
  logs: Omit<LogLine, 'bytes'>[];
}

/** Reads one agent whole, in one snapshot; null when there is none of that id or it has been deleted. */
export async function readAgentDetails(db: Queryable, id: AgentId): Promise<AgentDetails | null> {
  const [row] = await db.query<StoredAgent & StoredDetails>(
    `SELECT ${AGENT_COLUMNS}, ${microseconds('a.created_at')} AS created_at_us,
       a.lifecycle_state, ${microseconds('a.lifecycle_changed_at')} AS lifecycle_changed_at_us,
       a.startup_version, a.startup_directory, to_jsonb(a.startup_subsystems) AS startup_subsystems,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('number', c.number, 'gatewayId', c.gateway_id,
          'endedAtUs', ${microseconds('c.ended_at')}, 'reason', c.reason) ORDER BY c.number DESC), '[]')
        FROM tidegate.agent_connections c WHERE c.agent_id = a.id) AS connections,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', r.kind, 'subject', r.subject,
          'atUs', ${microseconds('r.at')}, 'body', r.body) ORDER BY r.at DESC, r.subject), '[]')
        FROM tidegate.agent_records r WHERE r.agent_id = a.id) AS records,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('atUs', ${microseconds('l.at')}, 'sourceId', l.source_id,
          'level', l.level, 'output', l.output) ORDER BY l.number), '[]')
        FROM tidegate.agent_logs l WHERE l.agent_id = a.id) AS logs
     FROM tidegate.agents a WHERE a.id = $1::uuid AND a.deleted_at IS NULL`,
    [id],
  );
  if (row === undefined) return null;
  return {
    ...agentRow(row),
    createdAtUs: Number(row.created_at_us),
    lifecycle: lifecycleOf(row),
    startup: startupOf(row),
    connections: row.connections,
    records: row.records,
    logs: row.logs,
  };
}

interface StoredDetails {
  created_at_us: string;
  lifecycle_state: string | null;
  lifecycle_changed_at_us: string | null;
  startup_version: string | null;
  startup_directory: string | null;
  startup_subsystems: string[] | null;
  connections: AgentDetails['connections'];
  records: AgentDetails['records'];
  logs: AgentDetails['logs'];
}

function lifecycleOf(row: StoredDetails): AgentDetails['lifecycle'] {
  if (row.lifecycle_state === null) return null;
  return { state: row.lifecycle_state, changedAtUs: Number(row.lifecycle_changed_at_us) };
}

function startupOf(row: StoredDetails): AgentDetails['startup'] {
  if (row.startup_version === null) return null;
  return {
    version: row.startup_version,
    expandedDirectory: row.startup_directory ?? '',
    subsystems: row.startup_subsystems ?? [],
  };
}
