import type { Queryable } from './session.ts';
import { microseconds } from './sql-time.ts';

/** What the trail knows of. */
export const auditActions = [
  'agent.create',
  'agent.change',
  'agent.rotate',
  'agent.delete',
  'token.create',
  'token.delete',
  'session.create',
  'session.delete',
] as const;

export type AuditAction = (typeof auditActions)[number];

/** Those after which something that was good is good no longer. */
export const revokingActions = [
  'agent.rotate',
  'agent.delete',
  'token.delete',
  'session.delete',
] as const satisfies readonly AuditAction[];

/** Who does something. */
export interface Actor {
  /** The access token that was shown; null for a gateway that acts by its settings. */
  tokenId: string | null;
  name: string;
  /** The client's IP address; empty for a gateway that acts by its settings. */
  address: string;
}

export interface AuditEvent {
  action: AuditAction;
  /** The agent, the token, or for a session the token that it stands for. */
  target: { id: string; name: string };
  /** What was asked for; never a secret. */
  detail?: Record<string, unknown>;
}

/** One row of the trail. */
export interface AuditEntry extends AuditEvent {
  /** A number that grows with time; as text. */
  id: string;
  atUs: number;
  actor: Actor;
  detail: Record<string, unknown>;
}

export interface AuditPage {
  entries: AuditEntry[];
  /** Pass as `before` for the next, older page; null on the last. */
  next: string | null;
}

/** Rows on one page, unless fewer are asked for. */
export const MAX_AUDIT_ENTRIES_PER_PAGE = 1_000;

/** Writes down what `actor` does; call it in the transaction that does it. Without an actor nothing is written. */
export async function recordAudit(
  transaction: Queryable,
  actor: Actor | undefined,
  events: readonly AuditEvent[],
): Promise<void> {
  if (actor === undefined || events.length === 0) return;
  const rows = events.map(({ action, target: { id, name }, detail = {} }) => ({ action, id, name, detail }));
  await transaction.query(
    `INSERT INTO tidegate.audit (action, actor_token_id, actor_name, address, target_id, target_name, detail)
     SELECT action, $2::uuid, $3::text, $4::text, id, name, detail
     FROM jsonb_to_recordset($1::text::jsonb) AS r(action text, id uuid, name text, detail jsonb)`,
    [JSON.stringify(rows), actor.tokenId, actor.name, actor.address],
  );
}

/** One page of the trail, newest first; with `target` only what was done to it. */
export async function listAudit(
  db: Queryable,
  options: { limit?: number; before?: string | null; action?: string | null; target?: string | null } = {},
): Promise<AuditPage> {
  const limit = Math.max(1, Math.min(options.limit ?? MAX_AUDIT_ENTRIES_PER_PAGE, MAX_AUDIT_ENTRIES_PER_PAGE));
  const rows = await db.query<StoredEntry>(
    `SELECT id::text AS id, ${microseconds('at')} AS at_us, action, actor_token_id, actor_name, address, target_id,
       target_name, detail
     FROM tidegate.audit a
     WHERE ($1::bigint IS NULL OR id < $1::bigint) AND ($2::text IS NULL OR action = $2::text)
       AND ($3::uuid IS NULL OR target_id = $3::uuid)
     ORDER BY a.id DESC LIMIT $4::bigint`,
    [options.before ?? null, options.action ?? null, options.target ?? null, limit + 1],
  );
  const entries = rows.slice(0, limit).map(auditEntry);
  return { entries, next: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
}

/** Removes what is older than `ageMs`. Returns how many rows went. */
export async function purgeAudit(db: Queryable, ageMs: number): Promise<number> {
  const { count } = await db.query(
    "DELETE FROM tidegate.audit WHERE at < clock_timestamp() - $1::bigint * interval '1 millisecond'",
    [Math.round(ageMs)],
  );
  return count;
}

interface StoredEntry {
  id: string;
  at_us: string;
  action: AuditAction;
  actor_token_id: string | null;
  actor_name: string;
  address: string;
  target_id: string;
  target_name: string;
  detail: Record<string, unknown>;
}

const auditEntry = (row: StoredEntry): AuditEntry => ({
  id: row.id,
  atUs: Number(row.at_us),
  action: row.action,
  actor: { tokenId: row.actor_token_id, name: row.actor_name, address: row.address },
  target: { id: row.target_id, name: row.target_name },
  detail: row.detail,
});
