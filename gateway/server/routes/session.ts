import { serialize } from 'cookie';
import type { Database } from '../../../db/pool.ts';
import { createSession, deleteSession } from '../../../db/sessions.ts';
import type { Authenticator } from '../../auth/authenticator.ts';
import type { OneTimeCodes } from '../../auth/one-time-codes.ts';
import { hashToken, newToken } from '../../auth/token.ts';
import { type Route, requireSameOrigin, SESSION_COOKIE, sessionCookie } from '../access.ts';
import type { Client } from '../client.ts';
import { ApiError } from '../errors.ts';
import { sessionBody } from '../schemas.ts';
import type { FleetEffects } from './agents.ts';

/** How long a browser stays signed in: a page on a second screen survives a week off. */
const SESSION_LIFETIME_MS = 14 * 86_400_000;

export interface SessionRoutesOptions {
  db: Database;
  authenticator: Authenticator;
  codes: OneTimeCodes;
  effects: Pick<FleetEffects, 'revoked'>;
  /** The token that a one-time code stands for; null where this gateway knows none and gives out no codes. */
  adminTokenId(): string | null;
}

export function sessionRoutes(options: SessionRoutesOptions): Route[] {
  const { db, effects } = options;
  return [
    {
      method: 'GET',
      url: '/api/v2/session',
      roles: ['admin', 'viewer'],
      handle: (_request, _reply, identity) => ({ role: identity?.role, name: identity?.name }),
    },
    {
      method: 'POST',
      url: '/api/v2/session',
      roles: 'public',
      schema: { body: sessionBody },
      async handle(request, reply) {
        requireSameOrigin(request.raw, request.client);
        const { address } = request.client;
        const { accessTokenId, shown, message, giveBack } = await signIn(options, request.body as SessionBody);
        // A code that nothing came of can be shown again: the database may be away, or the answer come too late.
        const { raw } = reply;
        raw.once('close', () => {
          if (raw.statusCode !== 204 || !raw.writableFinished) giveBack();
        });
        const secret = newToken('tgs');
        const session = { sessionHash: hashToken(secret), accessTokenId, lifetimeMs: SESSION_LIFETIME_MS };
        if (!(await createSession(db, session, { address, shown }))) throw refused(message);
        reply.header('set-cookie', cookie(request.client, secret, SESSION_LIFETIME_MS)).code(204);
      },
    },
    {
      method: 'DELETE',
      url: '/api/v2/session',
      roles: 'public',
      async handle(request, reply) {
        requireSameOrigin(request.raw, request.client);
        const secret = sessionCookie(request.raw);
        const { address } = request.client;
        if (secret !== undefined && (await deleteSession(db, hashToken(secret), { address }))) effects.revoked();
        reply.header('set-cookie', cookie(request.client, '', 0)).code(204);
      },
    },
  ];
}

type SessionBody = { token?: string; code?: string };
interface SignedIn {
  accessTokenId: string;
  shown: 'token' | 'code';
  /** For who finds that it was revoked meanwhile. */
  message: string;
  giveBack(): void;
}

async function signIn(options: SessionRoutesOptions, { token, code }: SessionBody): Promise<SignedIn> {
  if (code !== undefined) {
    const message = 'This sign-in link has been used or has expired.';
    const giveBack = options.codes.redeem(code);
    const accessTokenId = giveBack === null ? null : options.adminTokenId();
    if (giveBack === null || accessTokenId === null) throw refused(message);
    return { accessTokenId, shown: 'code', message, giveBack };
  }
  const message = 'This token is not valid.';
  const person = await options.authenticator.person(token ?? '');
  if (person === null) throw refused(message);
  return { accessTokenId: person.tokenId, shown: 'token', message, giveBack() {} };
}

const refused = (message: string) => new ApiError(401, message, { failedSignIn: true });

function cookie({ https }: Client, value: string, lifetimeMs: number): string {
  return serialize(SESSION_COOKIE, value, {
    httpOnly: true,
    sameSite: 'strict',
    secure: https,
    path: '/',
    maxAge: Math.floor(lifetimeMs / 1_000),
  });
}
