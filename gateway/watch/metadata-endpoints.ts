import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Database } from '../../db/pool.ts';
import type { AgentRow } from '../../db/types.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import { type Identity, labelLimits } from '../auth/identity.ts';
import { presentedOrInQuery, presentedToken, type Route } from '../server/access.ts';
import { ApiError } from '../server/errors.ts';
import type { Places } from '../server/places.ts';
import { visibleAgent } from '../server/routes/agents.ts';
import type { MetadataItem } from '../server/routes/metadata.ts';
import { idOf } from '../server/routes/wire.ts';
import { idParams } from '../server/schemas.ts';
import type { UpgradeRoute } from '../server/upgrade.ts';
import type { Followed, MetadataFeeds, MetadataSink } from './metadata-feed.ts';
import type { WatcherTokens } from './watcher-tokens.ts';

/** Bytes that may wait in a connection before the next state is held back. */
const BUSY_BYTES = 64 * 1024;
const READERS = ['admin', 'viewer'] as const;

export interface MetadataEndpointsOptions {
  db: Database;
  authenticator: Authenticator;
  feeds: MetadataFeeds;
  tokens: WatcherTokens;
}

/** `watch-metadata-ws`: one text message for each state, `{"type":"data","data":[…]}`. The client has nothing to say. */
export function metadataUpgrade({ db, authenticator, feeds, tokens }: MetadataEndpointsOptions): UpgradeRoute {
  return {
    url: '/api/v2/workspaceagents/:id/watch-metadata-ws',
    roles: READERS,
    token: (request, url) => presentedOrInQuery(request, url, 'coder_session_token'),
    // Coder's clients read a status, so whoever may not watch is refused before the upgrade.
    identify: (presented) => authenticator.anyone(presented),
    async accept({ params, identity, presented }) {
      const agent = await visibleAgent(db, (params.id ?? '').toLowerCase(), identity);
      return (socket) => {
        const stop = feeds.open(followed(agent, identity), {
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
        tokens.add(presented, socket, {
          close: (code, reason) => socket.close(code, reason),
          destroy: () => socket.terminate(),
        });
        socket.on('error', () => {});
        socket.on('message', () => socket.close(1002, 'the client has nothing to say here'));
        socket.once('close', stop);
      };
    },
  };
}

/** `watch-metadata`: the same as server-sent events, whose lines Coder's reader takes in exactly this form. */
export function metadataStreamRoutes(options: MetadataEndpointsOptions & { places: Places }): Route[] {
  const { db, feeds, tokens, places } = options;
  return [
    {
      method: 'GET',
      url: '/api/v2/workspaceagents/:id/watch-metadata',
      roles: READERS,
      schema: { params: idParams },
      async handle(request, reply, identity) {
        const agent: AgentRow = await visibleAgent(db, idOf(request), identity);
        const presented = presentedToken(request.raw);
        const response = reply.raw;
        // Whoever went while the agent was looked up will not say so again.
        if (response.destroyed) return reply.hijack();
        const socket = socketOf(response);
        places.take(socket);
        response.once('close', () => places.leave(socket));
        reply.hijack();
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
        const stop = feeds.open(followed(agent, identity), sink);
        if (presented !== null) {
          tokens.add(presented, response, { close: () => response.end(), destroy: () => response.destroy() });
        }
        response.on('error', () => {});
        response.once('close', stop);
        return reply;
      },
    },
  ];
}

/**
 * The connection of a response that is first in line. One that waits behind another has none yet and hears nothing of its
 * end: what is opened for it would stay for good.
 * @throws {ApiError} 400
 */
function socketOf({ socket }: ServerResponse): Socket {
  if (socket !== null) return socket;
  throw new ApiError(400, 'A stream cannot begin behind a request that is not answered yet.', {
    detail: 'Ask for it on a connection of its own, or when what was asked before has been answered.',
  });
}

function followed({ id, descriptions }: AgentRow, identity: Identity | null): Followed {
  return { agentId: id, descriptions, limits: labelLimits(identity) };
}
