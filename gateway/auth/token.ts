import { randomBytes, timingSafeEqual } from 'node:crypto';
import { hashToken } from '../../db/agents.ts';

export { hashToken };

const TOKEN_BYTES = 32;

/** What a token is for shows in its first characters, so that secret scanners and people can tell. */
export type TokenPrefix = 'tga' | 'tgp' | 'tgs' | 'tgc';

/** A new secret of 256 random bits. `tga`: agent, `tgp`: person, `tgs`: session, `tgc`: one-time code. */
export function newToken(prefix: TokenPrefix): string {
  return `${prefix}_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
}

/** Compares a secret with the hash of another without telling by its duration where they differ. */
export function isSecretOf(hash: Uint8Array, secret: string): boolean {
  return timingSafeEqual(hash, hashToken(secret));
}
