import { parse as parseCookies, serialize } from 'cookie';
import type { FastifyRequest } from 'fastify';
import type { Database } from '../../../db/pool.ts';
import { createSession, deleteSession } from '../../../db/sessions.ts';
import type { Authenticator } from '../../auth/authenticator.ts';
import type { OneTimeCodes } from '../../auth/one-time-codes.ts';
import { hashToken, newToken } from '../../auth/token.ts';
import { type Route, requireSameOrigin, SESSION_COOKIE } from '../access.ts';
import { ApiError } from '../errors.ts';
import { sessionBody } from '../schemas.ts';

/** How long a browser stays signed in: a page on a second screen survives a week off. */
const SESSION_LIFETIME_MS = 14 * 86_400_000;

export interface SessionRoutesOptions {
  db: Database;
  authenticator: Authenticator;
  codes: OneTimeCodes;
  /** The token that a one-time code stands for; null where this gateway knows none and gives out no codes. */
  adminTokenId(): string | null;
}

export function sessionRoutes(options: SessionRoutesOptions): Route[] {
  const { db } = options;
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
        requireSameOrigin(request.raw);
        const accessTokenId = await signIn(options, request.body as { token?: string; code?: string });
        const secret = newToken('tgs');
        await createSession(db, {
          sessionHash: hashToken(secret),
          accessTokenId,
          lifetimeMs: SESSION_LIFETIME_MS,
        });
        reply.header('set-cookie', cookie(request, secret, SESSION_LIFETIME_MS)).code(204);
      },
    },
    {
      method: 'DELETE',
      url: '/api/v2/session',
      roles: 'public',
      async handle(request, reply) {
        requireSameOrigin(request.raw);
        const secret = parseCookies(request.headers.cookie ?? '')[SESSION_COOKIE];
        if (secret !== undefined) await deleteSession(db, hashToken(secret));
        reply.header('set-cookie', cookie(request, '', 0)).code(204);
      },
    },
  ];
}

/** The id of the token that the session stands for. */
async function signIn(options: SessionRoutesOptions, body: { token?: string; code?: string }): Promise<string> {
  if (body.code !== undefined) {
    const id = options.codes.redeem(body.code) ? options.adminTokenId() : null;
    if (id === null) throw new ApiError(401, 'This sign-in link has been used or has expired.');
    return id;
  }
  const person = await options.authenticator.person(body.token ?? '');
  if (person === null) throw new ApiError(401, 'This token is not valid.');
  return person.tokenId;
}

function cookie(request: FastifyRequest, value: string, lifetimeMs: number): string {
  return serialize(SESSION_COOKIE, value, {
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
    path: '/',
    maxAge: Math.floor(lifetimeMs / 1_000),
  });
}
