import { byteaArray } from './array-literal.ts';
import { type Actor, type AuditEvent, recordAudit } from './audit.ts';
import type { Database } from './pool.ts';
import type { Queryable } from './session.ts';
import { millisecondsUntil } from './sql-time.ts';
import type { AccessRole } from './tokens.ts';

/** A browser that is signed in: what it may do is what the token may with which it signed in. */
export interface SignedInSession {
  /** SHA-256 of the session's secret. */
  sessionHash: Buffer;
  accessTokenId: string;
  role: AccessRole;
  name: string;
  labels: Record<string, string> | null;
  /** How long the session is still good. */
  endsInMs: number;
}

/**
 * Opens a session for whoever holds the token, unless that has been revoked, which makes it false; sessions that have
 * expired are removed on the way.
 */
export async function createSession(
  db: Database,
  session: { sessionHash: Uint8Array; accessTokenId: string; lifetimeMs: number },
  /** With how the token was shown: itself, or by a one-time code. */
  by?: Pick<Actor, 'address'> & { shown: 'token' | 'code' },
): Promise<boolean> {
  const { sessionHash, accessTokenId, lifetimeMs } = session;
  return db.transaction(async (transaction) => {
    await transaction.query('DELETE FROM tidegate.sessions WHERE expires_at < clock_timestamp()');
    const opened = await transaction.query(
      `INSERT INTO tidegate.sessions (token_hash, access_token_id, expires_at)
       SELECT $1::bytea, id, clock_timestamp() + $3::bigint * interval '1 millisecond'
       FROM tidegate.access_tokens WHERE id = $2::uuid AND revoked_at IS NULL
       RETURNING access_token_id`,
      [sessionHash, accessTokenId, lifetimeMs],
    );
    if (opened.length === 0) return false;
    if (by !== undefined) {
      await record(transaction, accessTokenId, by, { action: 'session.create', detail: { shown: by.shown } });
    }
    return true;
  });
}

/** Looks up many at once; those that have expired or whose token was revoked are not found. */
export async function findSessionsByHash(db: Queryable, hashes: readonly Uint8Array[]): Promise<SignedInSession[]> {
  const rows = await db.query<{
    token_hash: Buffer;
    id: string;
    role: AccessRole;
    name: string;
    labels: Record<string, string> | null;
    ends_in_ms: number;
  }>(
    `SELECT s.token_hash, t.id, t.role, t.name, t.labels, ${millisecondsUntil('s.expires_at')} AS ends_in_ms
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
    endsInMs: row.ends_in_ms,
  }));
}

/** Signs a browser out; false where it was not signed in. */
export async function deleteSession(
  db: Database,
  sessionHash: Uint8Array,
  by?: Pick<Actor, 'address'>,
): Promise<boolean> {
  return db.transaction(async (transaction) => {
    const [session] = await transaction.query<{ access_token_id: string }>(
      'DELETE FROM tidegate.sessions WHERE token_hash = $1::bytea RETURNING access_token_id',
      [sessionHash],
    );
    if (session === undefined) return false;
    if (by !== undefined) await record(transaction, session.access_token_id, by, { action: 'session.delete' });
    return true;
  });
}

/** Writes down what the holder of a token does with a session: the token is both who acts and what is acted on. */
async function record(
  transaction: Queryable,
  id: string,
  { address }: Pick<Actor, 'address'>,
  event: Omit<AuditEvent, 'target'>,
): Promise<void> {
  const [token] = await transaction.query<{ name: string }>(
    'SELECT name FROM tidegate.access_tokens WHERE id = $1::uuid',
    [id],
  );
  const name = token?.name ?? '';
  await recordAudit(transaction, { tokenId: id, name, address }, [{ ...event, target: { id, name } }]);
}
