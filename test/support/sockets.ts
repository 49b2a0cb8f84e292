import { WebSocket } from 'ws';
import { ADMIN_TOKEN } from './gateway.ts';

/** How an attempt to open a WebSocket ends. */
export interface Knock {
  /** 101 where it opened and stayed open, the status where the upgrade was refused, the code where it was closed behind it. */
  outcome: number;
  body?: unknown;
}

/** Tries to open a WebSocket and says how that ends; one that opens is closed again. */
export function knock(url: string, headers: Record<string, string> = {}): Promise<Knock> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers, rejectUnauthorized: false });
    // A close of the server's would come before its pong.
    socket.on('open', () => socket.ping());
    socket.on('pong', () => {
      resolve({ outcome: 101 });
      socket.terminate();
    });
    socket.on('close', (code) => resolve({ outcome: code }));
    socket.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ outcome: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    socket.on('error', reject);
  });
}

/** Follows one agent as Coder's clients do. */
export function follow(gatewayUrl: string, id: string, headers: Record<string, string> = adminHeaders) {
  const url = `${gatewayUrl.replace(/^http/, 'ws')}/api/v2/workspaceagents/${id}/watch-metadata-ws`;
  const socket = new WebSocket(url, { headers });
  const messages: any[] = [];
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  const refused = new Promise<number>((resolve) =>
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0)),
  );
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  socket.on('error', () => {});
  return { socket, messages, closed, refused };
}

/** The same as a stream of events; `ended` becomes true once the gateway has ended it. */
export async function followEvents(gatewayUrl: string, id: string, headers: Record<string, string> = adminHeaders) {
  const abort = new AbortController();
  const response = await fetch(`${gatewayUrl}/api/v2/workspaceagents/${id}/watch-metadata`, {
    headers,
    signal: abort.signal,
  });
  const stream = { response, text: '', ended: false, close: () => abort.abort() };
  const read = async () => {
    for await (const chunk of response.body ?? []) stream.text += Buffer.from(chunk).toString();
    stream.ended = true;
  };
  read().catch(() => {});
  return stream;
}

const adminHeaders = { authorization: `Bearer ${ADMIN_TOKEN}` };
