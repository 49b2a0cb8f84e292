import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ServiceHandlers } from '../../protocol/drpc/handlers.ts';
import { DrpcServer } from '../../protocol/drpc/server.ts';
import { agentService, tailnetService } from '../../protocol/messages/services.ts';
import { YamuxSession } from '../../protocol/yamux/session.ts';

/** One agent's connection as the server sees it. */
export interface ServedAgent {
  request: IncomingMessage;
  socket: WebSocket;
  session: YamuxSession;
}

export type AgentHandlers = ServiceHandlers<typeof agentService, ServedAgent>;

export interface AgentServerOptions {
  agent?: AgentHandlers;
  tailnet?: ServiceHandlers<typeof tailnetService, ServedAgent>;
  /** Answers an upgrade otherwise than by accepting it. */
  refuse?(request: IncomingMessage): { status: number; headers?: Record<string, string>; body?: string } | null;
}

/** The smallest server that an agent can talk to, made of the real parts: `ws`, yamux, DRPC, protobuf. */
export class AgentServer {
  readonly connections = new Set<ServedAgent>();
  /** Every request that asked for an upgrade, refused ones included. */
  readonly requests: IncomingMessage[] = [];
  readonly #http = createServer();
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #waiting: ((agent: ServedAgent) => void)[] = [];
  #port = 0;

  constructor(options: AgentServerOptions = {}) {
    const rpc = new DrpcServer<ServedAgent>();
    rpc.add(agentService, { ...defaultHandlers, ...options.agent });
    rpc.add(tailnetService, options.tailnet ?? {});
    this.#http.on('upgrade', (request, socket, head) => {
      this.requests.push(request);
      const refusal = options.refuse?.(request) ?? null;
      if (refusal === null) {
        this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#accept(rpc, request, webSocket));
        return;
      }
      const headers = Object.entries(refusal.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
      const body = refusal.body ?? '';
      socket.end(
        `HTTP/1.1 ${refusal.status} No\r\n${headers.join('')}Connection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async listen(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#http.listen(port, '127.0.0.1', resolve));
    this.#port = (this.#http.address() as AddressInfo).port;
    return this;
  }

  /** The next agent that connects. */
  nextAgent(): Promise<ServedAgent> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #accept(rpc: DrpcServer<ServedAgent>, request: IncomingMessage, socket: WebSocket): void {
    const session = new YamuxSession({
      role: 'server',
      transport: {
        send(bytes) {
          socket.send(bytes);
          return true;
        },
        close: () => socket.close(),
      },
      events: { onStream: (stream) => rpc.serve(stream, agent), onClose: () => {} },
    });
    const agent = { request, socket, session };
    this.connections.add(agent);
    socket.on('message', (data) => session.receive(data as Buffer));
    socket.on('close', () => {
      this.connections.delete(agent);
      session.transportClosed();
    });
    socket.on('error', () => {});
    this.#waiting.shift()?.(agent);
  }
}

const defaultHandlers: AgentHandlers = {
  GetManifest: () => ({ agentId: new Uint8Array(16).fill(1), agentName: 'test', metadata: [] }),
  UpdateStartup: ({ startup }) => startup ?? {},
  UpdateLifecycle: ({ lifecycle }) => lifecycle ?? {},
  BatchUpdateMetadata: () => ({}),
};
