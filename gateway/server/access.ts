import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest, FastifySchema, HTTPMethods } from 'fastify';
import type { Identity } from '../auth/identity.ts';
import { ApiError } from './errors.ts';

export type Role = Identity['role'];

/** One HTTP route with who may use it; the routes together are the table of who may do what. */
export interface Route {
  method: HTTPMethods;
  url: string;
  /** Roles that may use it; `public` needs no token. */
  roles: readonly Role[] | 'public';
  schema?: FastifySchema;
  /** Its answer's body; undefined after the reply has been sent by hand or for 204. */
  handle(request: FastifyRequest, reply: FastifyReply, identity: Identity | null): unknown;
}

/** Where a token was found, which decides what else is checked: a cookie travels by itself, so its origin is checked. */
export interface PresentedToken {
  token: string;
  fromCookie: boolean;
}

export const SESSION_COOKIE = 'tidegate_session';

/** The token of a person's request: `Authorization: Bearer`, `Coder-Session-Token`, else the session cookie. */
export function presentedToken(
  request: IncomingMessage,
  cookies: Record<string, string | undefined>,
): PresentedToken | null {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const header = request.headers['coder-session-token'];
  const direct = bearer ?? (typeof header === 'string' && header !== '' ? header : undefined);
  if (direct !== undefined) return { token: direct, fromCookie: false };
  const cookie = cookies[SESSION_COOKIE];
  return cookie === undefined ? null : { token: cookie, fromCookie: true };
}

/**
 * Refuses what another site's page makes a signed-in browser send. `SameSite=Strict` already keeps the cookie away from
 * such requests; this holds where a sibling host shares the site.
 * @throws {ApiError} 403
 */
export function requireSameOrigin(request: IncomingMessage): void {
  const { origin, host } = request.headers;
  if (origin === undefined) return;
  if (originHost(origin) !== host) throw new ApiError(403, 'Requests from other origins are not allowed.');
}

function originHost(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}

/** @throws {ApiError} 401 without an identity, 403 with one of another role */
export function requireRole(identity: Identity | null, roles: Route['roles']): void {
  if (roles === 'public') return;
  if (identity === null) throw new ApiError(401, 'A valid token is needed.');
  if (!roles.includes(identity.role)) {
    throw new ApiError(403, `This needs the role ${roles.join(' or ')}; the token has the role ${identity.role}.`);
  }
}
