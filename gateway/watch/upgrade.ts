import { watchCloseCodes } from '../../protocol/watch/messages.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import { labelLimits } from '../auth/identity.ts';
import { presentedOrInQuery } from '../server/access.ts';
import type { UpgradeRoute } from '../server/upgrade.ts';
import type { WatchHub } from './hub.ts';
import { attachWatcherSocket } from './watcher-socket.ts';
import type { WatcherTokens } from './watcher-tokens.ts';

/**
 * The watch socket. For whoever may not watch the upgrade succeeds too, and the socket is closed with a code: a browser
 * cannot read the status of a refused upgrade.
 */
export function watchUpgrade(options: {
  authenticator: Authenticator;
  hub: WatchHub;
  tokens: WatcherTokens;
}): UpgradeRoute {
  const { authenticator, hub, tokens } = options;
  return {
    url: '/api/v2/watch',
    roles: ['admin', 'viewer'],
    token: (request, url) => presentedOrInQuery(request, url, 'token'),
    identify: (presented) => authenticator.anyone(presented),
    refuse({ status, message }) {
      const code = status === 403 ? watchCloseCodes.forbidden : watchCloseCodes.unauthorized;
      return (socket) => {
        socket.on('error', () => {});
        socket.close(code, message);
      };
    },
    accept({ identity, presented }) {
      const access = { labels: labelLimits(identity) };
      return (socket) => {
        const watcher = attachWatcherSocket(hub, socket, access);
        tokens.add(presented, socket, {
          close: (code, reason) => watcher.close(code, reason),
          destroy: () => socket.terminate(),
        });
      };
    },
  };
}
