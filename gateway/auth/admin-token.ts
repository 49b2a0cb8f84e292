import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from '../../db/audit.ts';
import type { Database } from '../../db/pool.ts';
import {
  type AccessToken,
  adminTokenState,
  ensureAdminToken,
  hasAdminToken,
  revokeUnsetTokens,
} from '../../db/tokens.ts';
import { hashToken, newToken } from './token.ts';

export const ADMIN_TOKEN_FILE = 'admin-token';

/** Who is written down for what the settings and the data directory say. */
const GATEWAY: Actor = { tokenId: null, name: 'the gateway, by its settings', address: '' };

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
 * directory, else, where the database knows none at all, a new one. A gateway with a configured one has registered before.
 */
export async function settleAdminToken(
  db: Database,
  options: { configured: string | undefined; dataDir: string },
): Promise<AdminToken> {
  const { configured, dataDir } = options;
  await revokeUnsetTokens(db, 'stopped', GATEWAY);
  if (configured !== undefined) {
    const token = await ensureConfiguredToken(db, configured);
    return { id: token.id, made: null, path: null };
  }
  const path = join(dataDir, ADMIN_TOKEN_FILE);
  const kept = readKept(path);
  const known = kept === null ? null : await adminTokenState(db, hashToken(kept));
  if (known?.state === 'in force') return { id: known.id, made: null, path };
  // One that was revoked stays so, whatever file still holds it.
  if (await hasAdminToken(db)) return { id: null, made: null, path: null };
  const secret = known === null && kept !== null ? kept : newToken('tgp');
  if (secret !== kept) keep(path, dataDir, secret);
  const first = { name: 'first admin', tokenHash: hashToken(secret), configured: false };
  const token = await ensureAdminToken(db, first, GATEWAY);
  return { id: token.id, made: secret === kept ? null : secret, path };
}

/** Puts the configured admin token in force again where others took this gateway for gone; not where somebody has revoked it. */
export async function restoreConfiguredToken(db: Database, secret: string): Promise<void> {
  const known = await adminTokenState(db, hashToken(secret));
  if (known?.state !== 'revoked') await ensureConfiguredToken(db, secret);
}

function ensureConfiguredToken(db: Database, secret: string): Promise<AccessToken> {
  return ensureAdminToken(db, { name: 'configured', tokenHash: hashToken(secret), configured: true }, GATEWAY);
}

/** Takes out of force what was configured for gateways that are gone, or run without it; for a judge. Returns how many. */
export function endUnsetTokens(db: Database): Promise<number> {
  return revokeUnsetTokens(db, 'gone', GATEWAY);
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
