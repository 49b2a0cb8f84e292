import { randomUUID } from 'node:crypto';
import { byteaArray } from './array-literal.ts';
import { type Actor, recordAudit } from './audit.ts';
import { IS_LIVE } from './gateways.ts';
import type { Database } from './pool.ts';
import type { Queryable } from './session.ts';
import { microseconds } from './sql-time.ts';

export type AccessRole = 'admin' | 'viewer';

/** A person's (or a script's) token; the secret itself is never stored. */
export interface AccessToken {
  id: string;
  role: AccessRole;
  name: string;
  /** Only agents with all of these labels may be seen; null for all agents. */
  labels: Record<string, string> | null;
  /** It comes from a setting, not from a request. */
  configured: boolean;
  createdAtUs: number;
}

export interface NewAccessToken {
  role: AccessRole;
  name: string;
  labels?: Record<string, string> | null;
  /** SHA-256 of the secret. */
  tokenHash: Uint8Array;
}

const COLUMNS = `id, role, name, labels, configured, ${microseconds('created_at')} AS created_at_us`;

interface StoredToken {
  id: string;
  role: AccessRole;
  name: string;
  labels: Record<string, string> | null;
  configured: boolean;
  created_at_us: string;
}

const accessToken = (row: StoredToken): AccessToken => ({
  id: row.id,
  role: row.role,
  name: row.name,
  labels: row.labels,
  configured: row.configured,
  createdAtUs: Number(row.created_at_us),
});

export async function createAccessToken(db: Database, token: NewAccessToken, by?: Actor): Promise<AccessToken> {
  return db.transaction(async (session) => {
    const rows = await session.query<StoredToken>(
      `INSERT INTO tidegate.access_tokens (id, role, name, labels, token_hash)
       VALUES ($1::uuid, $2, $3, $4::text::jsonb, $5::bytea) RETURNING ${COLUMNS}`,
      [randomUUID(), token.role, token.name, token.labels ? JSON.stringify(token.labels) : null, token.tokenHash],
    );
    const made = accessToken(rows[0] as StoredToken);
    await recordAudit(session, by, [created(made)]);
    return made;
  });
}

const created = (target: AccessToken) => ({
  action: 'token.create' as const,
  target,
  detail: { role: target.role, ...(target.labels && { labels: target.labels }) },
});

/** Those in force, oldest first. */
export async function listAccessTokens(db: Queryable): Promise<AccessToken[]> {
  const rows = await db.query<StoredToken>(
    `SELECT ${COLUMNS} FROM tidegate.access_tokens WHERE revoked_at IS NULL ORDER BY created_at, id`,
  );
  return rows.map(accessToken);
}

/** Any fixed number: what is configured is put in force and taken out of it one after the other. */
const CONFIGURED_LOCK = 7_413_220_003;

/**
 * Behind this, a statement sees every gateway that registered before another put its token in force: without it one that
 * began a moment earlier could take out of force what a gateway has just started with.
 */
const lockConfigured = (session: Queryable) =>
  session.query('SELECT pg_advisory_xact_lock($1::bigint)', [CONFIGURED_LOCK]);

/** Revokes the token; false when there is none in force of that id. From then on it is as good as not configured. */
export async function deleteAccessToken(db: Database, id: string, by?: Actor): Promise<boolean> {
  return db.transaction(async (session) => {
    const [target] = await session.query<{ id: string; name: string }>(
      `UPDATE tidegate.access_tokens SET revoked_at = clock_timestamp(), configured = false
       WHERE id = $1::uuid AND revoked_at IS NULL RETURNING id, name`,
      [id],
    );
    if (target === undefined) return false;
    await recordAudit(session, by, [{ action: 'token.delete', target }]);
    return true;
  });
}

/** Looks up many at once; also how a gateway finds out which of the tokens it serves are still in force. */
export async function findAccessTokensByHash(
  db: Queryable,
  hashes: readonly Uint8Array[],
): Promise<(AccessToken & { tokenHash: Buffer })[]> {
  if (hashes.length === 0) return [];
  const rows = await db.query<StoredToken & { token_hash: Buffer }>(
    `SELECT ${COLUMNS}, token_hash FROM tidegate.access_tokens
     WHERE token_hash = ANY($1::bytea[]) AND revoked_at IS NULL`,
    [byteaArray(hashes)],
  );
  return rows.map((row) => ({ ...accessToken(row), tokenHash: row.token_hash }));
}

/** Whether any admin token is in force; at the first start none is. */
export async function hasAdminToken(db: Queryable): Promise<boolean> {
  const rows = await db.query("SELECT FROM tidegate.access_tokens WHERE role = 'admin' AND revoked_at IS NULL LIMIT 1");
  return rows.length > 0;
}

/**
 * What is known of the admin token with this hash: `revoked` for one that somebody has taken out of force, `unset` for one
 * that was configured, and ended with its gateways.
 */
export async function adminTokenState(
  db: Queryable,
  tokenHash: Uint8Array,
): Promise<{ state: 'in force' | 'revoked' | 'unset'; id: string } | null> {
  const [row] = await db.query<{ id: string; revoked: boolean; configured: boolean }>(
    `SELECT id, revoked_at IS NOT NULL AS revoked, configured FROM tidegate.access_tokens
     WHERE token_hash = $1::bytea AND role = 'admin'`,
    [tokenHash],
  );
  if (row === undefined) return null;
  const { id, revoked, configured } = row;
  if (!revoked) return { state: 'in force', id };
  return { state: configured ? 'unset' : 'revoked', id };
}

/** Makes sure that this admin token is in force, whether or not it was there before. */
export async function ensureAdminToken(
  db: Database,
  token: { name: string; tokenHash: Uint8Array; configured: boolean },
  by?: Actor,
): Promise<AccessToken> {
  return db.transaction(async (session) => {
    await lockConfigured(session);
    const before = await adminTokenState(session, token.tokenHash);
    const rows = await session.query<StoredToken>(
      `INSERT INTO tidegate.access_tokens (id, role, name, token_hash, configured)
       VALUES ($1::uuid, 'admin', $2, $3::bytea, $4::boolean)
       ON CONFLICT (token_hash) DO UPDATE SET role = 'admin', labels = NULL, revoked_at = NULL,
         configured = excluded.configured
       RETURNING ${COLUMNS}`,
      [randomUUID(), token.name, token.tokenHash, token.configured],
    );
    const made = accessToken(rows[0] as StoredToken);
    if (before?.state !== 'in force') await recordAudit(session, by, [created(made)]);
    return made;
  });
}

/**
 * Revokes every configured token that no gateway has by its settings. Returns how many. Whoever has one registers
 * first: its own is then among those that stay.
 *
 * @param of `stopped`: gateways that have taken their row away. `gone`: those too that no longer renew theirs, which is
 *   for a judge to say: after an outage the rows of all are old.
 */
export async function revokeUnsetTokens(db: Database, of: 'stopped' | 'gone', by?: Actor): Promise<number> {
  return db.transaction(async (session) => {
    await lockConfigured(session);
    const revoked = await session.query<{ id: string; name: string }>(
      `UPDATE tidegate.access_tokens t SET revoked_at = clock_timestamp()
       WHERE configured AND revoked_at IS NULL AND NOT EXISTS (SELECT FROM tidegate.gateways
         WHERE configured_token_hash = t.token_hash AND ${of === 'stopped' ? 'true' : IS_LIVE}) RETURNING id, name`,
    );
    await recordAudit(
      session,
      by,
      revoked.map((target) => ({ action: 'token.delete', target })),
    );
    return revoked.length;
  });
}
