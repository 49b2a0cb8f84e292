import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Server as SocketServer, WebSocketServer } from 'ws';
import type { Identity, PresentedToken } from '../auth/identity.ts';
import type { EndOfTurn } from '../end-of-turn.ts';
import { FramedSocket } from '../framed-socket.ts';
import type { Log } from '../log.ts';
import { denial, type Role, requireSameOrigin } from './access.ts';
import type { ReadClient } from './client.ts';
import { ApiError, logLevelOf, toApiError } from './errors.ts';
import { PacedEnds } from './paced-ends.ts';
import type { Places } from './places.ts';
import type { UpgradeQueue } from './upgrade-queue.ts';

/** Takes a socket whose handshake is done. */
export type TakeSocket = (socket: FramedSocket) => void;

/** An upgrade request that has had its turn and whose token is good for the route. */
export interface UpgradeContext<I extends Identity = Identity> {
  url: URL;
  /** The parts of the path that the route's pattern names. */
  params: Record<string, string>;
  identity: I;
  presented: PresentedToken;
}

/** One WebSocket endpoint with who may use it. */
export interface UpgradeRoute<I extends Identity = Identity> {
  /** The path, `:name` standing for an id. */
  url: string;
  roles: readonly Role[];
  /** Finds the token where this endpoint's clients put it. */
  token(request: IncomingMessage, url: URL): PresentedToken | null;
  /** Whose token it is; null for nobody who could have a role here. */
  identify(presented: PresentedToken): Promise<I | null>;
  /**
   * Answers who may not: takes the socket to close it with a code, or throws what is to be answered before the upgrade.
   * Without it `denied` is the answer.
   */
  refuse?(denied: ApiError, presented: PresentedToken | null): TakeSocket;
  /**
   * What to do with the socket.
   * @throws {ApiError} refuses with this answer instead
   */
  accept(context: UpgradeContext<I>): TakeSocket | Promise<TakeSocket>;
}

export interface UpgradeOptions {
  routes: UpgradeRoute[];
  queue: UpgradeQueue;
  /** Each socket takes one from its request on, until it is gone or is refused. */
  places: Places;
  /** Upgrades and the ends of sockets that come in one instant are spread over several turns. */
  endOfTurn: EndOfTurn;
  /** Largest WebSocket message taken in, in bytes. */
  messageBytes: number;
  log: Log;
  readClient: ReadClient;
  /** Resolves when it may be answered that a token was not good. */
  onFailedSignIn(address: string): Promise<void>;
  onRefused(reason: 'not_found' | 'queue' | 'refused'): void;
}

/** No arrow function within a method: its surroundings, the whole request with them, would live as long as the socket. */
function destroyIt(this: Duplex): void {
  this.destroy();
}

/** Who does not answer a close frame by then is cut off: it would keep its place, and a revoked token its socket. */
const CLOSE_TIMEOUT_MS = 2_000;
const QUEUE_RETRY_SECONDS = 10;
const DRAINING_RETRY_SECONDS = 2;

/** Takes the upgrades of one HTTP server: turn, route, decision, handshake. */
export class Upgrader {
  readonly #options: UpgradeOptions;
  readonly #routes: { route: UpgradeRoute; path: RegExp }[];
  readonly #sockets: SocketServer<typeof FramedSocket>;
  readonly #ends: PacedEnds;
  #closed = false;

  constructor(server: Server, options: UpgradeOptions) {
    this.#options = options;
    this.#ends = new PacedEnds({ turns: options.endOfTurn, atOnce: options.places.onGone });
    this.#routes = options.routes.map((route) => ({ route, path: pathOf(route.url) }));
    this.#sockets = new WebSocketServer({
      noServer: true,
      WebSocket: FramedSocket,
      // A frame that is compressed for each watcher would be encoded once for each.
      perMessageDeflate: false,
      maxPayload: options.messageBytes,
      clientTracking: false,
      // An option of ws that its types do not know yet.
      ...({ closeTimeout: CLOSE_TIMEOUT_MS } as object),
    });
    server.on('upgrade', (request, socket, head) => this.#take(request, socket, head));
  }

  /** Refuses what waits and whatever comes from now on. */
  close(): void {
    this.#closed = true;
    this.#options.queue.close();
  }

  #take(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { places, queue, endOfTurn, readClient, onRefused } = this.#options;
    // Node destroys what fails; an error that nobody hears would end the process.
    socket.on('error', places.onGone);
    // Whoever has gone will not say so again.
    if (socket.destroyed) return;
    try {
      if (this.#closed) throw draining();
      places.take(socket);
    } catch (error) {
      this.#refuse(socket, toApiError(error));
      return;
    }
    // Who gives up while waiting ends its half, and nobody else reads from it now: its turn is for somebody who is still there.
    socket.on('end', destroyIt);
    queue.enter(readClient(request).address, {
      gone: () => socket.destroyed,
      admit: () => {
        socket.off('end', destroyIt);
        endOfTurn.add(() => void this.#admit(request, socket, head));
      },
      refuse: () => {
        socket.off('end', destroyIt);
        onRefused('queue');
        this.#refuse(
          socket,
          new ApiError(503, 'Too many connections at once.', { retryAfterSeconds: QUEUE_RETRY_SECONDS }),
        );
      },
    });
  }

  async #admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Nothing is looked up for who has gone.
    if (socket.destroyed) return;
    if (this.#closed) {
      this.#refuse(socket, draining());
      return;
    }
    try {
      const take = await this.#decide(request, socket);
      // One query tells whose hundreds of tokens are.
      this.#options.endOfTurn.add(() => this.#shakeHands(request, socket, { head, take }));
    } catch (error) {
      this.#refuseFor(socket, error);
    }
  }

  #shakeHands(request: IncomingMessage, socket: Duplex, { head, take }: { head: Buffer; take: TakeSocket }): void {
    if (socket.destroyed) return;
    try {
      // All sockets may have been closed while the token was looked up; nobody would close this one.
      if (this.#closed) this.#refuse(socket, draining());
      else
        this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
          this.#ends.pace(socket);
          take(webSocket);
        });
    } catch (error) {
      this.#refuseFor(socket, error);
    }
  }

  /** @throws {ApiError} */
  async #decide(request: IncomingMessage, socket: Duplex): Promise<TakeSocket> {
    const url = urlOf(request);
    const { route, params } = this.#route(url.pathname);
    const client = this.#options.readClient(request);
    requireSameOrigin(request, client);
    const presented = route.token(request, url);
    const identity = presented === null ? null : await route.identify(presented);
    const denied = denial(identity, route.roles);
    // Who may not be here takes no place while the answer waits, nor while the socket is closed.
    if (denied !== null) this.#options.places.leave(socket);
    if (presented !== null && identity === null) await this.#options.onFailedSignIn(client.address);
    if (denied !== null && route.refuse !== undefined) return route.refuse(denied, presented);
    if (denied !== null || identity === null || presented === null) throw denied;
    return route.accept({ url, params, identity, presented });
  }

  #refuseFor(socket: Duplex, error: unknown): void {
    const answer = toApiError(error);
    const level = logLevelOf(answer);
    if (level !== null) this.#options.log[level]({ err: answer.cause ?? error }, answer.message);
    this.#options.onRefused(answer.status === 404 ? 'not_found' : 'refused');
    this.#refuse(socket, answer);
  }

  #refuse(socket: Duplex, error: ApiError): void {
    this.#options.places.leave(socket);
    refuse(socket, error);
  }

  #route(path: string): { route: UpgradeRoute; params: Record<string, string> } {
    for (const { route, path: pattern } of this.#routes) {
      const match = pattern.exec(path);
      if (match !== null) return { route, params: { ...match.groups } };
    }
    throw new ApiError(404, `There is no WebSocket at ${path}.`);
  }
}

/** @throws {ApiError} 400 for what no URL can be made of */
function urlOf(request: IncomingMessage): URL {
  const url = `http://gateway${request.url}`;
  if (!request.url?.startsWith('/') || !URL.canParse(url)) {
    throw new ApiError(400, 'The path of the request is not valid.');
  }
  return new URL(url);
}

const UUID = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

/** `/agents/:id/…` as a pattern with one named group for each id. */
function pathOf(url: string): RegExp {
  return new RegExp(`^${url.replace(/:(\w+)/g, `(?<$1>${UUID})`)}/?$`);
}

const draining = () =>
  new ApiError(503, 'The gateway is shutting down.', { retryAfterSeconds: DRAINING_RETRY_SECONDS });

const STATUS_TEXT: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Answers an upgrade with a JSON error and closes, for good: nothing else watches over who never closes its own end. */
function refuse(socket: Duplex, error: ApiError): void {
  if (socket.destroyed) return;
  const body = JSON.stringify(error.body());
  socket.once('finish', () => socket.destroy());
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
