import { foundBy } from './plans.ts';
import { microseconds } from './sql-time.ts';
import type { AgentRow, MetadataDescription } from './types.ts';

/** Columns of an agent (`tidegate.agents a`), its descriptions with it, for {@link agentRow}. */
export const AGENT_COLUMNS = `a.id, a.name, a.labels, a.revision::text AS revision, a.deleted_at IS NOT NULL AS deleted,
  CASE WHEN a.connected THEN 'connected' WHEN a.connection_number > 0 THEN 'disconnected' ELSE 'never' END AS status,
  ${microseconds('a.last_connected_at')} AS last_connected_at_us,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('key', d.key, 'displayName', d.display_name, 'script', d.script,
     'intervalSeconds', d.interval_seconds, 'timeoutSeconds', d.timeout_seconds) ORDER BY d.display_order, d.key), '[]')
   FROM tidegate.agent_metadata_descriptions d WHERE ${foundBy('d.agent_id', 'a.id')}) AS descriptions`;

export interface StoredAgent {
  id: string;
  name: string;
  labels: Record<string, string>;
  revision: string;
  deleted: boolean;
  status: AgentRow['status'];
  last_connected_at_us: string | null;
  descriptions: MetadataDescription[];
}

export function agentRow(row: StoredAgent): AgentRow {
  return {
    id: row.id,
    name: row.name,
    labels: row.labels,
    status: row.status,
    lastConnectedAtUs: row.last_connected_at_us === null ? null : Number(row.last_connected_at_us),
    descriptions: row.descriptions,
    revision: BigInt(row.revision),
    deleted: row.deleted,
  };
}

/** A fleet has few distinct sets of descriptions; beyond this many it has none to share. */
const SHARED_DESCRIPTIONS = 1_000;
const known = new Map<string, MetadataDescription[]>();

/** One array for all agents that declare the same, for what is kept of each: two kilobytes of an agent else. Never change it. */
export function sharedDescriptions(descriptions: MetadataDescription[]): MetadataDescription[] {
  const canonical = JSON.stringify(descriptions);
  const same = known.get(canonical);
  if (same !== undefined) return same;
  if (known.size >= SHARED_DESCRIPTIONS) known.clear();
  known.set(canonical, descriptions);
  return descriptions;
}
