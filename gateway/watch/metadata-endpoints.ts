import { parse as parseCookies } from 'cookie';
import type { Database } from '../../db/pool.ts';
import type { AgentRow } from '../../db/types.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import type { Identity } from '../auth/identity.ts';
import { presentedToken, type Route, requireRole, requireSameOrigin } from '../server/access.ts';
import { ApiError } from '../server/errors.ts';
import { visibleAgent } from '../server/routes/agents.ts';
import type { MetadataItem } from '../server/routes/metadata.ts';
import { idOf } from '../server/routes/wire.ts';
import { idParams } from '../server/schemas.ts';
import type { UpgradeContext, UpgradeRoute } from '../server/upgrade.ts';
import type { MetadataFeeds, MetadataSink } from './metadata-feed.ts';
import type { WatcherTokens } from './watcher-tokens.ts';

/** Bytes that may wait in a connection before the next state is held back. */
const BUSY_BYTES = 64 * 1024;
const READERS = ['admin', 'viewer'] as const;
const UUID = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

export interface MetadataEndpointsOptions {
  db: Database;
  authenticator: Authenticator;
  feeds: MetadataFeeds;
  tokens: WatcherTokens;
}

/** `watch-metadata-ws`: one text message for each state, `{"type":"data","data":[…]}`. The client has nothing to say. */
export function metadataUpgrade({ db, authenticator, feeds, tokens }: MetadataEndpointsOptions): UpgradeRoute {
  return {
    path: new RegExp(`^/api/v2/workspaceagents/(?<id>${UUID})/watch-metadata-ws/?$`),
    async prepare(context) {
      const { identity, token } = await reader(context, authenticator);
      const agent = await visibleAgent(db, (context.params.id ?? '').toLowerCase(), identity);
      return (socket) => {
        const stop = feeds.open(agent.id, agent.descriptions, {
          send: (items) =>
            socket.send(JSON.stringify({ type: 'data', data: items }), (error) => {
              if (error) socket.close(1011, 'the state could not be sent');
            }),
          ping: () => socket.ping(),
          get busy() {
            return socket.bufferedAmount > BUSY_BYTES;
          },
          end: () => socket.close(1000),
        });
        tokens.add({ close: (code, reason) => socket.close(code, reason) }, socket, token);
        socket.on('error', () => {});
        socket.on('message', () => socket.close(1002, 'the client has nothing to say here'));
        socket.once('close', stop);
      };
    },
  };
}

/** `watch-metadata`: the same as server-sent events, whose lines Coder's reader takes in exactly this form. */
export function metadataStreamRoutes({ db, feeds, tokens }: MetadataEndpointsOptions): Route[] {
  return [
    {
      method: 'GET',
      url: '/api/v2/workspaceagents/:id/watch-metadata',
      roles: READERS,
      schema: { params: idParams },
      async handle(request, reply, identity) {
        const agent: AgentRow = await visibleAgent(db, idOf(request), identity);
        const token = presentedToken(request.raw, parseCookies(request.headers.cookie ?? ''))?.token ?? '';
        reply.hijack();
        const response = reply.raw;
        response.writeHead(200, {
          'content-type': 'text/event-stream',
          'cache-control': 'no-cache',
          connection: 'keep-alive',
          'x-accel-buffering': 'no',
        });
        response.flushHeaders();
        const sink: MetadataSink = {
          send: (items: MetadataItem[]) => response.write(`event: data\ndata: ${JSON.stringify(items)}\n\n`),
          ping: () => response.write('event: ping\n\n'),
          get busy() {
            return response.writableLength > BUSY_BYTES;
          },
          end: () => response.end(),
        };
        const stop = feeds.open(agent.id, agent.descriptions, sink);
        tokens.add({ close: () => response.end() }, response, token);
        response.on('error', () => {});
        response.once('close', stop);
        return reply;
      },
    },
  ];
}

/** Coder's clients read a status, so whoever may not watch is refused before the upgrade. */
async function reader(
  { request, url }: UpgradeContext,
  authenticator: Authenticator,
): Promise<{ identity: Identity; token: string }> {
  const inQuery = url.searchParams.get('coder_session_token');
  const presented =
    presentedToken(request, parseCookies(request.headers.cookie ?? '')) ??
    (inQuery === null ? null : { token: inQuery, fromCookie: false });
  if (presented?.fromCookie) requireSameOrigin(request);
  const identity = presented === null ? null : await authenticator.anyone(presented.token);
  requireRole(identity, READERS);
  if (presented === null || identity === null) throw new ApiError(401, 'A valid token is needed.');
  return { identity, token: presented.token };
}
