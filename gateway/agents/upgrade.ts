import type { IncomingMessage } from 'node:http';
import { parse as parseCookies } from 'cookie';
import type { WebSocket } from 'ws';
import type { Authenticator } from '../auth/authenticator.ts';
import type { AgentIdentity } from '../auth/identity.ts';
import { ApiError } from '../server/errors.ts';
import type { UpgradeRoute } from '../server/upgrade.ts';
import { checkApiVersion } from './api-version.ts';

const COOKIE = 'coder_session_token';

/** The endpoint that agents dial, unmodified Coder agents among them. */
export function agentUpgrade(options: {
  authenticator: Authenticator;
  /** Takes a connected agent's socket. `monitored` is false for helpers that dial with an agent's token. */
  accept(socket: WebSocket, identity: AgentIdentity, monitored: boolean): void;
}): UpgradeRoute {
  return {
    path: /^\/api\/v2\/workspaceagents\/me\/rpc\/?$/,
    async prepare({ request, url }) {
      const identity = await options.authenticator.agent(agentToken(request, url));
      if (identity === null) {
        throw new ApiError(401, 'Workspace agent token invalid.', { detail: 'No agent has this token.' });
      }
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
 * @throws {ApiError} 401 when there is none
 */
function agentToken(request: IncomingMessage, url: URL): string {
  const header = request.headers['coder-session-token'];
  const token =
    parseCookies(request.headers.cookie ?? '')[COOKIE] ||
    url.searchParams.get(COOKIE) ||
    (typeof header === 'string' ? header : undefined) ||
    /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!token) throw new ApiError(401, `Cookie "${COOKIE}" must be provided.`);
  return token;
}
