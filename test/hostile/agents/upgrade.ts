import { RawConnection } from '../../support/hostile-agent.ts';
import type { HostileCase } from '../case.ts';

/** Sends a request and gives the status of the answer. */
function asks(lines: string[], requestLine?: string): HostileCase[2] {
  return async ({ gateway, agent }) => {
    const connection = new RawConnection(gateway.url);
    connection.socket.write(RawConnection.request(agent.token, lines, requestLine));
    const status = await connection.status();
    connection.socket.destroy();
    return status;
  };
}

const path = '/api/v2/workspaceagents/me/rpc';

export const UPGRADES: HostileCase[] = [
  ['no token', '401', asks(['Coder-Session-Token:'])],
  ['a token that nobody has', '401', asks(['Coder-Session-Token: 0123456789'])],
  ['an admin token in the place of an agent token', '401', asks(['Coder-Session-Token: an-admin-token-for-tests'])],
  ['a token of 12 KB', '401', asks([`Coder-Session-Token: ${'x'.repeat(12_000)}`])],
  ['headers of 100 KB', '431', asks([`X-Padding: ${'x'.repeat(100_000)}`])],
  ['2,000 cookies', '431', asks([`Cookie: ${Array.from({ length: 2_000 }, (_, i) => `c${i}=x`).join('; ')}`])],
  [
    'a token in the query with NUL and bytes that are not text',
    '401',
    asks(['Coder-Session-Token:'], `GET ${path}?coder_session_token=%00%ff%fe HTTP/1.1`),
  ],
  ['a query of broken percent signs', '101', asks([], `GET ${path}?%zz=%&version=2.0 HTTP/1.1`)],
  ['version 3.0', '400', asks([], `GET ${path}?version=3.0 HTTP/1.1`)],
  ['a version of 10,000 digits', '400', asks([], `GET ${path}?version=2.${'9'.repeat(10_000)} HTTP/1.1`)],
  ['another host in the request line', '400', asks([], 'GET http://evil.example/ HTTP/1.1')],
  ['dots in the path', '404', asks([], 'GET /api/v2/workspaceagents/me/rpc/../../../../etc/passwd HTTP/1.1')],
  ['no path at all', '400', asks([], 'GET  HTTP/1.1')],
  ['a POST', '405', asks([], `POST ${path} HTTP/1.1`)],
  ['WebSocket version 7', '400', asks(['Sec-WebSocket-Version: 7'])],
  ['no WebSocket key', '400', asks(['Sec-WebSocket-Key:'])],
  ['a WebSocket key that is none', '400', asks(['Sec-WebSocket-Key: short'])],
  ['an upgrade to something else, which is as good as none', '404', asks(['Upgrade: h2c'])],
  [
    'noise in the place of HTTP',
    '400',
    async ({ gateway }) => {
      const connection = new RawConnection(gateway.url);
      connection.write(Uint8Array.from({ length: 500 }, (_, i) => (i * 37) & 0xff));
      return connection.status();
    },
  ],
  [
    'a request that stops in the middle of a header',
    'open',
    async ({ gateway }) => {
      const connection = new RawConnection(gateway.url);
      connection.socket.write(`GET ${path} HTTP/1.1\r\nHost: gate`);
      await new Promise((resolve) => connection.socket.once('ready', resolve));
      const state = connection.closed ? 'closed' : 'open';
      connection.socket.destroy();
      return state;
    },
  ],
  [
    'frames before the answer to the upgrade',
    '101',
    async ({ gateway, agent }) => {
      const connection = new RawConnection(gateway.url);
      const early = Buffer.concat([
        Buffer.from(RawConnection.request(agent.token)),
        Buffer.from('828000000000', 'hex'),
      ]);
      connection.socket.write(early);
      const status = await connection.status();
      connection.socket.destroy();
      return status;
    },
  ],
];
