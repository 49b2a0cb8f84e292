import { revokingActions } from './audit.ts';
import type { Queryable } from './session.ts';
import type { AgentId } from './types.ts';

/** What has been committed since an earlier look. */
export interface Changes {
  /** Stands for this look; the next one takes it for the earlier. */
  snapshot: string;
  /** Agents whose row has changed; null where any may have: there was no earlier look, or it was at another server. */
  agentIds: AgentId[] | null;
  /** A token or a session has been revoked, replaced or ended. */
  revoked: boolean;
}

/**
 * Looks for changes that agents' and people's connections may not survive. Two snapshots are compared rather than two
 * numbers: transactions commit in any order, and what commits late would stand below a number that was already seen.
 * A scan of the agents, whose revisions no index covers: 3 ms for 10,000.
 */
export async function findChanges(db: Queryable, since: string | null): Promise<Changes> {
  const [row] = await db.query<{ snapshot: string; known: boolean; agent_ids: AgentId[]; revoked: boolean }>(
    `SELECT pg_current_snapshot()::text AS snapshot, since.known,
       (SELECT coalesce(jsonb_agg(id), '[]') FROM tidegate.agents WHERE since.known AND ${NEW}) AS agent_ids,
       NOT since.known OR EXISTS (SELECT FROM tidegate.audit
         WHERE ${NEW} AND action = ANY ('{${revokingActions.join(',')}}'::text[])) AS revoked
     FROM (SELECT snapshot, coalesce(pg_snapshot_xmax(snapshot) <= pg_snapshot_xmax(pg_current_snapshot()), false) AS known
       FROM (SELECT $1::text::pg_snapshot AS snapshot) given) since`,
    [since],
  );
  if (row === undefined) throw new Error('one row was asked for');
  return { snapshot: row.snapshot, agentIds: row.known ? row.agent_ids : null, revoked: row.revoked };
}

/** A row that was not there at the earlier look. Revisions that this server has not given out come from a restore. */
const NEW = `revision >= pg_snapshot_xmin(since.snapshot) AND NOT pg_visible_in_snapshot(revision, since.snapshot)
  AND pg_visible_in_snapshot(revision, pg_current_snapshot())`;
