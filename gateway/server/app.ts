import { isUtf8 } from 'node:buffer';
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest, type HTTPMethods } from 'fastify';
import type { Identity, PresentedToken } from '../auth/identity.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/settings.ts';
import type { Log } from '../log.ts';
import { within } from '../within.ts';
import { type AccessRow, denial, presentedToken, type Route, requireSameOrigin } from './access.ts';
import type { Client, ReadClient } from './client.ts';
import { ApiError, databaseAway, logLevelOf, toApiError } from './errors.ts';
import { requireText } from './text.ts';
import type { TlsPair } from './tls.ts';
import { webSocketsOnly } from './websockets-only.ts';

/** Slow requests are looked for this often within the time that they have. */
const TIMEOUT_CHECKS = 4;

/** Longest time for a TLS handshake. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

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
  clock: Clock;
  config: Pick<Config, 'bodyBytes' | 'requestTimeoutMs'>;
  log: Log;
  /** Null for plain HTTP. */
  tls: TlsPair | null;
  readClient: ReadClient;
  /** How long one request may wait for the database, who asks and what is asked for taken together. */
  databaseTimeoutMs: number;
  /** Whose token this is, or null for nobody's; throws an {@link ApiError} when it cannot be checked. */
  identify(presented: PresentedToken): Promise<Identity | null>;
  /** Resolves when it may be answered that a token was not good. */
  onFailedSignIn(address: string): Promise<void>;
  /** Told of everything that is served, whoever registers it. */
  onServed(row: AccessRow): void;
}

/** The HTTP side: the routes behind one check of who may use them, and one shape for everything that goes wrong. */
export function createApp(options: AppOptions): FastifyInstance {
  const { routes, clock, config, log, tls, readClient, onServed, databaseTimeoutMs } = options;
  const serverOptions = {
    ...webSocketsOnly,
    headersTimeout: config.requestTimeoutMs,
    requestTimeout: config.requestTimeoutMs,
    connectionsCheckingInterval: config.requestTimeoutMs / TIMEOUT_CHECKS,
  };
  const app = fastify({
    logger: false,
    bodyLimit: config.bodyBytes,
    requestTimeout: config.requestTimeoutMs,
    routerOptions: { ignoreTrailingSlash: true },
    exposeHeadRoutes: false,
    ajv: { customOptions: { removeAdditional: false, allErrors: true, coerceTypes: false } },
    return503OnClosing: false,
    forceCloseConnections: true,
    // The types take one kind of server or the other; nothing here depends on which it is.
    ...(tls === null
      ? { http: serverOptions }
      : ({
          https: { ...serverOptions, cert: tls.cert, key: tls.key, handshakeTimeout: HANDSHAKE_TIMEOUT_MS },
        } as object)),
  });

  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    // Many clients name a content type even where they send nothing.
    if (body.length === 0) done(null, null);
    else if (!isUtf8(body as Buffer)) done(new ApiError(400, 'The body is not UTF-8.'));
    else parseJson(request, body.toString(), (error, value) => done(error && jsonError(error, body.toString()), value));
  });
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const one of [method].flat()) onServed({ method: one, url, socket: false, roles: config?.roles ?? 'public' });
  });
  app.addHook('preValidation', async ({ body, query, routeOptions }) => {
    // The query of the page itself is read by nobody but the page.
    if (routeOptions.config?.roles !== undefined) requireText({ body, query });
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  app.setNotFoundHandler((request) => {
    throw new ApiError(404, `There is no ${request.method} ${request.url.split('?')[0]}.`);
  });
  app.setErrorHandler(async (error: FastifyError | ApiError, request, reply) => {
    const answer = toApiError(error);
    if (answer.failedSignIn) await options.onFailedSignIn(request.client.address);
    const level = logLevelOf(answer);
    if (level !== null) {
      log[level]({ err: answer.cause ?? error, method: request.method, url: request.routeOptions.url }, answer.message);
    }
    if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', answer.retryAfterSeconds);
    return reply.code(answer.status).type('application/json; charset=utf-8').send(answer.body());
  });

  for (const route of routes) {
    app.route({
      method: [route.method].flat() as HTTPMethods[],
      url: route.url,
      ...(route.schema && { schema: route.schema }),
      config: { roles: route.roles },
      onRequest: async (request) => {
        request.client = readClient(request.raw);
        request.databaseTimeLeftMs = databaseTimeoutMs;
        request.identity = route.roles === 'public' ? null : await identityOf(request, options);
        const denied = denial(request.identity, route.roles);
        if (denied !== null) throw denied;
      },
      handler: (request, reply) => {
        const answer = route.handle(request, reply, request.identity);
        if (!(answer instanceof Promise)) return answer;
        return within(answer, { clock, limitMs: request.databaseTimeLeftMs, late: tooLate });
      },
    });
  }
  return app;
}

declare module 'fastify' {
  interface FastifyRequest {
    client: Client;
    /** Null on public routes: who asks makes no difference there, and a database that is away none either. */
    identity: Identity | null;
    databaseTimeLeftMs: number;
  }
  interface FastifyContextConfig {
    roles?: Route['roles'];
  }
}

/** What is wrong with a body: what the parser refuses may be JSON all the same, with a key that would change an object's kind. */
function jsonError(error: Error, text: string): Error {
  try {
    JSON.parse(text);
  } catch {
    return error;
  }
  const detail = 'has a key named __proto__, or constructor with prototype in it, which no request may have';
  return new ApiError(400, 'The request is not valid.', { validations: [{ field: 'body', detail }] });
}

const tooLate = () => databaseAway(new Error('no answer within the time limit'));

type IdentityOptions = Pick<AppOptions, 'clock' | 'databaseTimeoutMs' | 'identify' | 'onFailedSignIn'>;

async function identityOf(request: FastifyRequest, options: IdentityOptions): Promise<Identity | null> {
  const { raw, client } = request;
  const { clock, databaseTimeoutMs: limitMs, identify, onFailedSignIn } = options;
  const presented = presentedToken(raw);
  if (presented === null) return null;
  if (presented.fromCookie) requireSameOrigin(raw, client);
  const begunMs = clock.now();
  const identity = await within(identify(presented), { clock, limitMs, late: tooLate });
  request.databaseTimeLeftMs = limitMs - (clock.now() - begunMs);
  if (identity === null) await onFailedSignIn(client.address);
  return identity;
}
