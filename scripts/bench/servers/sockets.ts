import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** As the gateway has it: with fewer the system drops part of a fleet that comes back at once. */
const ACCEPT_BACKLOG = 4_096;

/** Listens on some port of this host; returns the URL. */
export async function listening(http: Server): Promise<string> {
  const options = { port: 0, host: '127.0.0.1', backlog: ACCEPT_BACKLOG };
  await new Promise<void>((resolve) => http.listen(options, resolve));
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

/** A bare `ws` server: watchers are at `/watch`, agents anywhere else. Returns its URL. */
export function serveSockets(serve: { agent(socket: WebSocket): void; watcher(socket: WebSocket): void }) {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const http = createServer();
  http.on('upgrade', (request, socket, head) =>
    server.handleUpgrade(request, socket, head, (webSocket) => {
      if (request.url?.startsWith('/watch')) serve.watcher(webSocket);
      else serve.agent(webSocket);
    }),
  );
  return listening(http);
}
