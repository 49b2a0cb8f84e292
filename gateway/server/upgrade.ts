import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Log } from '../log.ts';
import { ApiError, toApiError } from './errors.ts';
import type { UpgradeQueue } from './upgrade-queue.ts';

/** An upgrade request that has had its turn. */
export interface UpgradeContext {
  request: IncomingMessage;
  url: URL;
  /** The parts of the path that the route's pattern names. */
  params: Record<string, string>;
}

/** One WebSocket endpoint. */
export interface UpgradeRoute {
  /** With one named group for each parameter. */
  path: RegExp;
  /**
   * Decides before the upgrade; what it returns takes the socket.
   * @throws {ApiError} refuses with this answer instead
   */
  prepare(context: UpgradeContext): Promise<(socket: WebSocket) => void>;
}

export interface UpgradeOptions {
  routes: UpgradeRoute[];
  queue: UpgradeQueue;
  /** Most sockets at once, of all routes together. */
  maxConnections: number;
  /** Largest WebSocket message taken in, in bytes. */
  messageBytes: number;
  log: Log;
  onRefused(reason: 'not_found' | 'limit' | 'queue' | 'refused'): void;
}

const FULL_RETRY_SECONDS = 30;
const QUEUE_RETRY_SECONDS = 10;
const DRAINING_RETRY_SECONDS = 2;

/** Takes the upgrades of one HTTP server: turn, route, decision, handshake. */
export class Upgrader {
  readonly #options: UpgradeOptions;
  readonly #sockets: WebSocketServer;
  /** Upgrades admitted or waiting that are not sockets yet. */
  #pending = 0;
  #closed = false;

  constructor(server: Server, options: UpgradeOptions) {
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: options.messageBytes,
      clientTracking: true,
    });
    server.on('upgrade', (request, socket, head) => this.#take(request, socket, head));
  }

  /** Open WebSockets. */
  get connections(): number {
    return this.#sockets.clients.size;
  }

  /** Refuses what waits and whatever comes from now on. */
  close(): void {
    this.#closed = true;
    this.#options.queue.close();
  }

  #take(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { queue, maxConnections, onRefused } = this.#options;
    socket.on('error', () => socket.destroy());
    if (this.#closed) {
      refuse(socket, new ApiError(503, 'The gateway is shutting down.', { retryAfterSeconds: DRAINING_RETRY_SECONDS }));
      return;
    }
    if (this.connections + this.#pending >= maxConnections) {
      onRefused('limit');
      refuse(
        socket,
        new ApiError(503, 'The gateway has all the connections it takes.', { retryAfterSeconds: FULL_RETRY_SECONDS }),
      );
      return;
    }
    this.#pending += 1;
    queue.enter(request.socket.remoteAddress ?? '', {
      gone: () => socket.destroyed,
      admit: () => void this.#admit(request, socket, head).finally(() => this.#settled()),
      refuse: () => {
        this.#settled();
        onRefused('queue');
        refuse(socket, new ApiError(503, 'Too many connections at once.', { retryAfterSeconds: QUEUE_RETRY_SECONDS }));
      },
    });
  }

  #settled(): void {
    this.#pending -= 1;
  }

  async #admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', 'http://gateway');
      const { route, params } = this.#route(url.pathname);
      const accept = await route.prepare({ request, url, params });
      if (socket.destroyed) return;
      this.#sockets.handleUpgrade(request, socket, head, accept);
    } catch (error) {
      const answer = toApiError(error);
      if (answer.status >= 500) this.#options.log.warn({ err: answer.cause ?? error }, answer.message);
      this.#options.onRefused(answer.status === 404 ? 'not_found' : 'refused');
      refuse(socket, answer);
    }
  }

  #route(path: string): { route: UpgradeRoute; params: Record<string, string> } {
    for (const route of this.#options.routes) {
      const match = route.path.exec(path);
      if (match !== null) return { route, params: { ...match.groups } };
    }
    throw new ApiError(404, `There is no WebSocket at ${path}.`);
  }
}

const STATUS_TEXT: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Answers an upgrade with a JSON error and closes. */
function refuse(socket: Duplex, error: ApiError): void {
  if (socket.destroyed) return;
  const body = JSON.stringify(error.body());
  socket.end(
    [
      `HTTP/1.1 ${error.status} ${STATUS_TEXT[error.status] ?? 'Error'}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...(error.retryAfterSeconds === undefined ? [] : [`Retry-After: ${error.retryAfterSeconds}`]),
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
