import type { IncomingMessage } from 'node:http';
import { parse as parseCookies } from 'cookie';
import type { WebSocket } from 'ws';
import { watchCloseCodes } from '../../protocol/watch/messages.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import { presentedToken, requireSameOrigin } from '../server/access.ts';
import type { UpgradeRoute } from '../server/upgrade.ts';
import type { WatchHub } from './hub.ts';
import { attachWatcherSocket } from './watcher-socket.ts';
import type { WatcherTokens } from './watcher-tokens.ts';

/**
 * The watch socket. The upgrade always succeeds, and a token that is not good closes the socket with a code: a browser
 * cannot read the status of a refused upgrade.
 */
export function watchUpgrade(options: {
  authenticator: Authenticator;
  hub: WatchHub;
  tokens: WatcherTokens;
}): UpgradeRoute {
  const { authenticator, hub, tokens } = options;
  return {
    path: /^\/api\/v2\/watch\/?$/,
    async prepare({ request, url }) {
      const presented = watcherToken(request, url);
      if (presented?.fromCookie) requireSameOrigin(request);
      const identity = presented === null ? null : await authenticator.anyone(presented.token);
      return (socket) => {
        if (presented === null || identity === null)
          close(socket, watchCloseCodes.unauthorized, 'a valid token is needed');
        else if (identity.role === 'agent') close(socket, watchCloseCodes.forbidden, 'agents may not watch');
        else tokens.add(attachWatcherSocket(hub, socket, { labels: identity.labels }), socket, presented.token);
      };
    },
  };
}

/** Also taken from the query, for browsers that have a token and no cookie. */
function watcherToken(request: IncomingMessage, url: URL): { token: string; fromCookie: boolean } | null {
  const presented = presentedToken(request, parseCookies(request.headers.cookie ?? ''));
  const inQuery = url.searchParams.get('token');
  return presented ?? (inQuery === null ? null : { token: inQuery, fromCookie: false });
}

function close(socket: WebSocket, code: number, reason: string): void {
  socket.on('error', () => {});
  socket.close(code, reason);
}
