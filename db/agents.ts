import { createHash, randomUUID } from 'node:crypto';
import { AGENT_COLUMNS, agentRow, type StoredAgent } from './agent-row.ts';
import { textArray } from './array-literal.ts';
import { type Actor, recordAudit } from './audit.ts';
import { DatabaseError, isConflict } from './errors.ts';
import { beginHeldTo, IN_INDEX_ORDER } from './plans.ts';
import type { Database } from './pool.ts';
import type { Session } from './session.ts';
import type { AgentId, AgentRow, MetadataDescription } from './types.ts';

/** Agents that one request may create. */
export const MAX_AGENTS_PER_CREATE = 1_000;
/** Agents on one page of a list, unless fewer are asked for. */
export const MAX_AGENTS_PER_PAGE = 1_000;
/** What goes with an agent. */
const TABLES_OF_AN_AGENT = [
  'agent_metadata_descriptions',
  'agent_metadata',
  'agent_connections',
  'agent_records',
  'agent_logs',
];
/** How often a change that met a deadlock is run again before its error is passed on. */
const CONFLICT_RETRIES = 5;

export interface NewAgent {
  name: string;
  labels: Record<string, string>;
  /** In display order; each key once. */
  metadata: MetadataDescription[];
  /** SHA-256 of the agent's token. */
  tokenHash: Uint8Array;
}

export interface AgentPatch {
  name?: string;
  labels?: Record<string, string>;
  /** Replaces all descriptions. Values of keys that are no longer described stay. */
  metadata?: MetadataDescription[];
}

export interface AgentPage {
  agents: AgentRow[];
  /** Pass as `after` for the next page; null on the last. */
  next: string | null;
}

/** SHA-256: the only form in which a token is stored. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/**
 * Creates all of them or none. Throws `name_taken` (its `detail` is the name, also for a name given twice), and
 * RangeError beyond {@link MAX_AGENTS_PER_CREATE}.
 */
export async function createAgents(
  db: Database,
  agents: readonly NewAgent[],
  by?: Actor,
): Promise<{ id: AgentId; name: string }[]> {
  if (agents.length > MAX_AGENTS_PER_CREATE) {
    throw new RangeError(`${agents.length} agents in one request; at most ${MAX_AGENTS_PER_CREATE} are allowed`);
  }
  const created = agents.map((agent) => ({ ...agent, id: randomUUID() }));
  const rows = created.map(({ id, name, labels, tokenHash }) => ({ id, name, labels, hash: hex(tokenHash) }));
  await db.transaction(async (session) => {
    await session
      .query(
        `INSERT INTO tidegate.agents (id, name, labels, token_hash)
         SELECT id, name, labels, decode(hash, 'hex')
         FROM jsonb_to_recordset($1::text::jsonb) AS r(id uuid, name text, labels jsonb, hash text)`,
        [JSON.stringify(rows)],
      )
      .catch((error) => throwNameTaken(session, error, created));
    await insertDescriptions(session, created);
    const events = created.map(({ id, name, labels }) => ({
      action: 'agent.create' as const,
      target: { id, name },
      detail: { labels },
    }));
    await recordAudit(session, by, events);
  });
  return created.map(({ id, name }) => ({ id, name }));
}

const LIST_AGENTS = `
  SELECT ${AGENT_COLUMNS} FROM tidegate.agents a
  WHERE deleted_at IS NULL AND labels @> $1::text::jsonb AND ($2::text IS NULL OR name > $2::text)
  ORDER BY name LIMIT $3::bigint`;

/** One page of the agents that have all of `labels`, by name. */
export async function listAgents(
  db: Database,
  options: { labels?: Record<string, string>; limit?: number; after?: string | null } = {},
): Promise<AgentPage> {
  const limit = Math.max(1, Math.min(options.limit ?? MAX_AGENTS_PER_PAGE, MAX_AGENTS_PER_PAGE));
  const parameters = [JSON.stringify(options.labels ?? {}), options.after ?? null, limit + 1];
  const rows = await db.queryWithin<StoredAgent>(beginHeldTo(IN_INDEX_ORDER), LIST_AGENTS, parameters);
  const agents = rows.slice(0, limit).map(agentRow);
  return { agents, next: rows.length > limit ? (agents.at(-1)?.name ?? null) : null };
}

/** The agent, or null when there is none of that id or it has been deleted. */
export async function getAgent(db: Database, id: AgentId): Promise<AgentRow | null> {
  const [row] = await db.query<StoredAgent>(
    `SELECT ${AGENT_COLUMNS} FROM tidegate.agents a WHERE id = $1::uuid AND deleted_at IS NULL`,
    [id],
  );
  return row === undefined ? null : agentRow(row);
}

/** Changes what is given. Throws `not_found`, or `name_taken` when another agent has the new name. */
export async function patchAgent(db: Database, id: AgentId, patch: AgentPatch, by?: Actor): Promise<AgentRow> {
  const row = await change(db, async (session) => {
    const { count } = await session
      .query(
        `UPDATE tidegate.agents SET name = coalesce($2::text, name), labels = coalesce($3::text::jsonb, labels),
           manifest_number = manifest_number + $4::integer, revision = pg_current_xact_id()
         WHERE id = $1::uuid AND deleted_at IS NULL`,
        [
          id,
          patch.name ?? null,
          patch.labels === undefined ? null : JSON.stringify(patch.labels),
          patch.metadata === undefined ? 0 : 1,
        ],
      )
      .catch((error) => throwNameTaken(session, error, [{ name: patch.name ?? '' }]));
    if (count === 0) throw notFound(id);
    if (patch.metadata !== undefined) {
      await session.query('DELETE FROM tidegate.agent_metadata_descriptions WHERE agent_id = $1::uuid', [id]);
      await insertDescriptions(session, [{ id, metadata: patch.metadata }]);
    }
    const { metadata, ...changed } = patch;
    const detail = { ...changed, ...(metadata && { keys: metadata.map(({ key }) => key) }) };
    const [stored] = await session.query<StoredAgent>(
      `SELECT ${AGENT_COLUMNS} FROM tidegate.agents a WHERE id = $1::uuid`,
      [id],
    );
    await recordAudit(session, by, [{ action: 'agent.change', target: { id, name: stored?.name ?? '' }, detail }]);
    return stored;
  });
  if (row === undefined) throw notFound(id);
  return agentRow(row);
}

/**
 * Makes the agent a tombstone: its name is free; its token, descriptions, values and all else that is kept of it are
 * gone. False when there was none. The row is taken FOR UPDATE first, which an insert of a new key (FOR KEY SHARE) waits for, so that no flush
 * brings a value back.
 */
export async function deleteAgent(db: Database, id: AgentId, by?: Actor): Promise<boolean> {
  return change(db, async (session) => {
    const [agent] = await session.query<{ name: string }>(
      'SELECT name FROM tidegate.agents WHERE id = $1::uuid AND deleted_at IS NULL FOR UPDATE',
      [id],
    );
    if (agent === undefined) return false;
    await session.query(
      `UPDATE tidegate.agents SET deleted_at = clock_timestamp(), token_hash = NULL, previous_token_hash = NULL,
         previous_token_expires_at = NULL, connected = false, gateway_id = NULL, revision = pg_current_xact_id()
       WHERE id = $1::uuid`,
      [id],
    );
    for (const table of TABLES_OF_AN_AGENT) {
      await session.query(`DELETE FROM tidegate.${table} WHERE agent_id = $1::uuid`, [id]);
    }
    await recordAudit(session, by, [{ action: 'agent.delete', target: { id, name: agent.name } }]);
    return true;
  });
}

/** Replaces the token; the old one stays good for `overlapMs` (0 ends it at once). Throws `not_found`. */
export async function rotateToken(
  db: Database,
  id: AgentId,
  options: { tokenHash: Uint8Array; overlapMs: number },
  by?: Actor,
): Promise<void> {
  const overlapMs = Math.round(options.overlapMs);
  await change(db, async (session) => {
    const [agent] = await session.query<{ name: string }>(
      `UPDATE tidegate.agents SET token_hash = $2::bytea,
         previous_token_hash = CASE WHEN $3::bigint > 0 THEN token_hash END,
         previous_token_expires_at =
           CASE WHEN $3::bigint > 0 THEN clock_timestamp() + $3::bigint * interval '1 millisecond' END,
         revision = pg_current_xact_id()
       WHERE id = $1::uuid AND deleted_at IS NULL RETURNING name`,
      [id, options.tokenHash, overlapMs],
    );
    if (agent === undefined) throw notFound(id);
    const detail = { overlap_ms: overlapMs };
    await recordAudit(session, by, [{ action: 'agent.rotate', target: { id, name: agent.name }, detail }]);
  });
}

/** Runs a change of one agent, again when it met a flush in a deadlock. */
async function change<T>(db: Database, body: (session: Session) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction(body);
    } catch (error) {
      if (!isConflict(error) || attempt > CONFLICT_RETRIES) throw error;
    }
  }
}

async function insertDescriptions(
  session: Session,
  agents: readonly { id: AgentId; metadata: readonly MetadataDescription[] }[],
): Promise<void> {
  const rows = agents.flatMap(({ id, metadata }) =>
    metadata.map((description, order) => ({ id, order, ...description })),
  );
  if (rows.length === 0) return;
  await session.query(
    `INSERT INTO tidegate.agent_metadata_descriptions
       (agent_id, key, display_name, script, interval_seconds, timeout_seconds, display_order)
     SELECT id, key, "displayName", script, "intervalSeconds", "timeoutSeconds", "order"
     FROM jsonb_to_recordset($1::text::jsonb) AS r(id uuid, key text, "displayName" text, script text,
       "intervalSeconds" bigint, "timeoutSeconds" bigint, "order" integer)`,
    [JSON.stringify(rows)],
  );
}

/** Turns a unique violation of the name into `name_taken` with the name; rethrows anything else. */
async function throwNameTaken(session: Session, error: unknown, wanted: readonly { name: string }[]): Promise<never> {
  if (!(error instanceof DatabaseError) || error.sqlState !== '23505') throw error;
  await session.query('ROLLBACK AND CHAIN');
  const names = textArray(wanted.map(({ name }) => name));
  const [taken] = await session.query<{ name: string }>(
    'SELECT name FROM tidegate.agents WHERE deleted_at IS NULL AND name = ANY($1::text[]) ORDER BY name LIMIT 1',
    [names],
  );
  const name = taken?.name ?? firstRepeated(wanted);
  if (name === undefined) throw error;
  throw new DatabaseError('name_taken', `an agent named ${JSON.stringify(name)} exists already`, {
    cause: error,
    sqlState: '23505',
    detail: name,
  });
}

function firstRepeated(wanted: readonly { name: string }[]): string | undefined {
  const seen = new Set<string>();
  for (const { name } of wanted) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

function notFound(id: AgentId): DatabaseError {
  return new DatabaseError('not_found', `there is no agent ${id}`, { detail: id });
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
