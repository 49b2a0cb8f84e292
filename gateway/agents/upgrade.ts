import type { IncomingMessage } from 'node:http';
import { parse as parseCookies } from 'cookie';
import type { Authenticator } from '../auth/authenticator.ts';
import type { AgentIdentity, PresentedToken } from '../auth/identity.ts';
import type { FramedSocket } from '../framed-socket.ts';
import { bearerToken } from '../server/access.ts';
import { ApiError } from '../server/errors.ts';
import type { UpgradeRoute } from '../server/upgrade.ts';
import { checkApiVersion } from './api-version.ts';

const COOKIE = 'coder_session_token';

/** The endpoint that agents dial, unmodified Coder agents among them. */
export function agentUpgrade(options: {
  authenticator: Authenticator;
  /** Takes a connected agent's socket. `monitored` is false for helpers that dial with an agent's token. */
  accept(socket: FramedSocket, identity: AgentIdentity, monitored: boolean): void;
}): UpgradeRoute<AgentIdentity> {
  return {
    url: '/api/v2/workspaceagents/me/rpc',
    roles: ['agent'],
    token: agentToken,
    // People's tokens are not looked for: thousands of agents connect in one second.
    identify: ({ token }) => options.authenticator.agent(token),
    refuse(_denied, presented) {
      if (presented === null) throw new ApiError(401, `Cookie "${COOKIE}" must be provided.`);
      throw new ApiError(401, 'Workspace agent token invalid.', { detail: 'No agent has this token.' });
    },
    accept({ url, identity }) {
      checkApiVersion(url.searchParams.get('version'));
      const role = url.searchParams.get('role');
      const monitored = role === null || role === '' || role === 'agent';
      return (socket) => options.accept(socket, identity, monitored);
    },
  };
}

/**
 * The token of an agent's request: cookie, query, then the headers, in the order of Coder's server; older SDKs send only
 * the cookie, newer ones only the header.
 */
function agentToken(request: IncomingMessage, url: URL): PresentedToken | null {
  const header = request.headers['coder-session-token'];
  const cookie = parseCookies(request.headers.cookie ?? '')[COOKIE];
  const token =
    cookie || url.searchParams.get(COOKIE) || (typeof header === 'string' ? header : undefined) || bearerToken(request);
  return token ? { token, fromCookie: Boolean(cookie) } : null;
}
