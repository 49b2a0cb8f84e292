import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../db/pool.ts';
import { ensureAdminToken, hasAdminToken, revokeConfiguredTokens } from '../../db/tokens.ts';
import { hashToken, newToken } from './token.ts';

export const ADMIN_TOKEN_FILE = 'admin-token';

export interface AdminToken {
  /** Its id in the database; null where this gateway knows no admin token. */
  id: string | null;
  /** The secret, only where it was made just now: it is shown this once. */
  made: string | null;
  /** The file that holds it; null where the token is a setting or not known here. */
  path: string | null;
}

/**
 * Sees to it that there is an admin token: the configured one for as long as it is set, else the one kept in the data
 * directory, else, where the database knows none at all, a new one.
 */
export async function settleAdminToken(
  db: Database,
  options: { configured: string | undefined; dataDir: string },
): Promise<AdminToken> {
  const { configured, dataDir } = options;
  await revokeConfiguredTokens(db, configured === undefined ? null : hashToken(configured));
  if (configured !== undefined) {
    const token = await ensureAdminToken(db, {
      name: 'configured',
      tokenHash: hashToken(configured),
      configured: true,
    });
    return { id: token.id, made: null, path: null };
  }
  const path = join(dataDir, ADMIN_TOKEN_FILE);
  const kept = readKept(path);
  if (kept === null && (await hasAdminToken(db))) return { id: null, made: null, path: null };
  const secret = kept ?? newToken('tgp');
  if (kept === null) keep(path, dataDir, secret);
  const token = await ensureAdminToken(db, { name: 'first admin', tokenHash: hashToken(secret), configured: false });
  return { id: token.id, made: kept === null ? secret : null, path };
}

function readKept(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim() || null;
  } catch {
    return null;
  }
}

function keep(path: string, dataDir: string, secret: string): void {
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(path, `${secret}\n`, { mode: 0o600 });
  chmodSync(path, 0o600);
}
