import { byteaArray } from './array-literal.ts';
import type { Queryable } from './session.ts';
import type { AccessRole } from './tokens.ts';

/** A browser that is signed in: what it may do is what the token may with which it signed in. */
export interface SignedInSession {
  /** SHA-256 of the session's secret. */
  sessionHash: Buffer;
  accessTokenId: string;
  role: AccessRole;
  name: string;
  labels: Record<string, string> | null;
}

/** Opens a session for whoever holds the token; sessions that have expired are removed on the way. */
export async function createSession(
  db: Queryable,
  session: { sessionHash: Uint8Array; accessTokenId: string; lifetimeMs: number },
): Promise<void> {
  await db.query('DELETE FROM tidegate.sessions WHERE expires_at < clock_timestamp()');
  await db.query(
    `INSERT INTO tidegate.sessions (token_hash, access_token_id, expires_at)
     VALUES ($1::bytea, $2::uuid, clock_timestamp() + $3::bigint * interval '1 millisecond')`,
    [session.sessionHash, session.accessTokenId, session.lifetimeMs],
  );
}

/** Looks up many at once; those that have expired or whose token was revoked are not found. */
export async function findSessionsByHash(db: Queryable, hashes: readonly Uint8Array[]): Promise<SignedInSession[]> {
  const rows = await db.query<{
    token_hash: Buffer;
    id: string;
    role: AccessRole;
    name: string;
    labels: Record<string, string> | null;
  }>(
    `SELECT s.token_hash, t.id, t.role, t.name, t.labels
     FROM tidegate.sessions s JOIN tidegate.access_tokens t ON t.id = s.access_token_id
     WHERE s.token_hash = ANY($1::bytea[]) AND s.expires_at > clock_timestamp() AND t.revoked_at IS NULL`,
    [byteaArray(hashes)],
  );
  return rows.map((row) => ({
    sessionHash: row.token_hash,
    accessTokenId: row.id,
    role: row.role,
    name: row.name,
    labels: row.labels,
  }));
}

/** Signs a browser out. */
export async function deleteSession(db: Queryable, sessionHash: Uint8Array): Promise<void> {
  await db.query('DELETE FROM tidegate.sessions WHERE token_hash = $1::bytea', [sessionHash]);
}
