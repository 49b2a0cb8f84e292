import type { IncomingMessage } from 'node:http';
import { parse as parseCookies } from 'cookie';
import type { FastifyReply, FastifyRequest, FastifySchema, HTTPMethods } from 'fastify';
import type { Actor } from '../../db/audit.ts';
import type { Identity, PresentedToken } from '../auth/identity.ts';
import type { Client } from './client.ts';
import { ApiError } from './errors.ts';

export type Role = Identity['role'];

/** One HTTP route with who may use it; with the sockets, the routes are the table of who may do what. */
export interface Route {
  method: HTTPMethods | readonly HTTPMethods[];
  url: string;
  /** Roles that may use it; `public` needs no token. */
  roles: readonly Role[] | 'public';
  schema?: FastifySchema;
  /** Its answer's body; undefined after the reply has been sent by hand or for 204. */
  handle(request: FastifyRequest, reply: FastifyReply, identity: Identity | null): unknown;
}

/** One line of the table of who may do what. */
export interface AccessRow {
  method: string;
  url: string;
  /** True where it becomes a WebSocket. */
  socket: boolean;
  roles: Route['roles'];
}

export const SESSION_COOKIE = 'tidegate_session';

/** The token of a person's request: `Authorization: Bearer`, `Coder-Session-Token`, else the session cookie. */
export function presentedToken(request: IncomingMessage): PresentedToken | null {
  return inHeaders(request) ?? inCookie(request);
}

/**
 * As {@link presentedToken}, or the query's, since a browser gives its WebSockets no headers: the cookie comes last, which
 * it sends along unasked.
 */
export function presentedOrInQuery(request: IncomingMessage, url: URL, name: string): PresentedToken | null {
  const inQuery = url.searchParams.get(name);
  return inHeaders(request) ?? (inQuery === null ? inCookie(request) : { token: inQuery, fromCookie: false });
}

function inHeaders(request: IncomingMessage): PresentedToken | null {
  const header = request.headers['coder-session-token'];
  const token = bearerToken(request) ?? (typeof header === 'string' && header !== '' ? header : undefined);
  return token === undefined ? null : { token, fromCookie: false };
}

function inCookie(request: IncomingMessage): PresentedToken | null {
  const token = sessionCookie(request);
  return token === undefined ? null : { token, fromCookie: true };
}

export function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

export function sessionCookie(request: IncomingMessage): string | undefined {
  return parseCookies(request.headers.cookie ?? '')[SESSION_COOKIE] || undefined;
}

/**
 * Refuses what another site's page makes a browser send. `SameSite=Strict` already keeps the cookie away from such
 * requests; this holds where a sibling host shares the site, and for browsers that do not know it. Programs send neither
 * of the two headers.
 * @throws {ApiError} 403
 */
export function requireSameOrigin(request: IncomingMessage, client: Client): void {
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const elsewhere = site === 'cross-site' || site === 'same-site';
  if (elsewhere || (origin !== undefined && !isOriginOf(origin, client))) {
    throw new ApiError(403, 'Requests from other origins are not allowed.');
  }
}

/**
 * Whether a page of this origin is one of ours. A page over plain HTTP, which anybody on the way may have written, is none
 * where the client speaks TLS. One over TLS is, also where this gateway does not know of any: a proxy may end it unnamed.
 */
function isOriginOf(origin: string, { https, host = '' }: Client): boolean {
  return (https ? ['https'] : ['http', 'https']).some((scheme) => origin === originOf(`${scheme}://${host}`));
}

/** As a browser writes it: small letters, no default port. */
function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null;
}

/** Who is written down for what a request changes. */
export function actorOf(request: FastifyRequest, identity: Identity | null): Actor {
  const { address } = request.client;
  const person = identity?.role === 'agent' ? null : identity;
  return { tokenId: person?.tokenId ?? null, name: person?.name ?? '', address };
}

/** Why this identity may not: 401 without one, 403 with one of another role; null where it may. */
export function denial(identity: Identity | null, roles: Route['roles']): ApiError | null {
  if (roles === 'public') return null;
  if (identity === null) return new ApiError(401, 'A valid token is needed.');
  if (roles.includes(identity.role)) return null;
  return new ApiError(403, `This needs the role ${roles.join(' or ')}; the token has the role ${identity.role}.`);
}
