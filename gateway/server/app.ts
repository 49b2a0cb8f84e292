import { parse as parseCookies } from 'cookie';
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Identity } from '../auth/identity.ts';
import type { Log } from '../log.ts';
import { presentedToken, type Route, requireRole, requireSameOrigin } from './access.ts';
import { ApiError, toApiError } from './errors.ts';
import { requireText } from './text.ts';

/** Largest body of a request: 1,000 agents with their keys and scripts in one POST. */
const BODY_LIMIT_BYTES = 8 * 1024 ** 2;

/** Longest time for a client to send a whole request; a slow body holds no handler longer. */
const REQUEST_TIMEOUT_MS = 30_000;

const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const;

export interface AppOptions {
  routes: Route[];
  log: Log;
  /** Whose token this is, or null for nobody's; throws an {@link ApiError} when it cannot be checked. */
  identify(token: string): Promise<Identity | null>;
}

/** The HTTP side: the routes behind one check of who may use them, and one shape for everything that goes wrong. */
export function createApp({ routes, log, identify }: AppOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { ignoreTrailingSlash: true },
    ajv: { customOptions: { removeAdditional: false, allErrors: true, coerceTypes: false } },
    return503OnClosing: false,
    forceCloseConnections: true,
  });

  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Many clients name a content type even where they send nothing.
    if (body === '') done(null, null);
    else parseJson(request, body as string, done);
  });
  app.addHook('preValidation', async (request) => requireText({ body: request.body, query: request.query }));
  app.addHook('onSend', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  app.setNotFoundHandler((request) => {
    throw new ApiError(404, `There is no ${request.method} ${request.url.split('?')[0]}.`);
  });
  app.setErrorHandler(async (error: FastifyError | ApiError, request, reply) => {
    const answer = toApiError(error);
    if (answer.status >= 500) {
      log.error({ err: answer.cause ?? error, method: request.method, url: request.routeOptions.url }, answer.message);
    }
    if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', answer.retryAfterSeconds);
    return reply.code(answer.status).type('application/json; charset=utf-8').send(answer.body());
  });

  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.url,
      ...(route.schema && { schema: route.schema }),
      onRequest: async (request) => {
        request.identity = await identityOf(request, identify);
        requireRole(request.identity, route.roles);
      },
      handler: (request, reply) => route.handle(request, reply, request.identity),
    });
  }
  return app;
}

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity | null;
  }
}

async function identityOf(request: FastifyRequest, identify: AppOptions['identify']): Promise<Identity | null> {
  const presented = presentedToken(request.raw, parseCookies(request.headers.cookie ?? ''));
  if (presented === null) return null;
  if (presented.fromCookie && request.method !== 'GET' && request.method !== 'HEAD') requireSameOrigin(request.raw);
  return identify(presented.token);
}
