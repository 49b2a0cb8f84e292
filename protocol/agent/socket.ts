import { AgentError } from './error.ts';

/** The part of a WebSocket that the SDK uses; a browser's and that of `ws` both have it. */
export interface AgentWebSocket {
  binaryType: string;
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: Uint8Array): void;
  close(code?: number): void;
}

/** What the socket of `ws` has besides: the HTTP answer of a refused upgrade, and an end without a handshake. */
interface NodeWebSocket extends AgentWebSocket {
  on(event: 'unexpected-response', listener: (request: unknown, response: HttpAnswer) => void): void;
  terminate(): void;
}

interface HttpAnswer {
  statusCode?: number;
  headers: Record<string, string | string[] | undefined>;
  on(event: 'data', listener: (chunk: Uint8Array) => void): void;
  on(event: 'end' | 'close', listener: () => void): void;
}

/**
 * A WebSocket class. With `ws` the token goes in a header and a refusal tells its HTTP status; with a browser-like
 * class the token goes in the query and every refusal is `unreachable`, since such classes tell no more.
 */
export interface AgentWebSocketClass {
  readonly prototype: object;
  new (
    url: string,
    protocols?: string[],
    options?: { headers?: Record<string, string>; perMessageDeflate?: false; maxPayload?: number },
  ): AgentWebSocket;
}

export interface SocketOptions {
  /** The gateway: `http(s)://…` or `ws(s)://…`, without a path or with one to put before the API's. */
  url: string;
  token: string;
  WebSocket: AgentWebSocketClass;
  /** Version of the agent API to ask for. */
  version: string;
  onOpen(): void;
  onBytes(bytes: Uint8Array): void;
  /** The socket is gone or could not be had. Called once. */
  onClose(error: AgentError): void;
}

/** What waits in the socket above which it counts as full, in bytes: four windows of a stream. */
const HIGH_WATER_BYTES = 1024 * 1024;
/** Largest message that is read, in bytes. The gateway sends one window a message at most; this is room for others. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** How much of a refusal's body is read. */
const MAX_REFUSAL_BYTES = 4 * 1024;

/** One WebSocket to a gateway's agent endpoint, whatever class it is of. */
export class AgentSocket {
  readonly #socket: AgentWebSocket;
  readonly #onClose: (error: AgentError) => void;
  #opened = false;
  #over = false;
  #cause: unknown;

  /** @throws AgentError `unreachable` for a URL that the class refuses */
  constructor(options: SocketOptions) {
    this.#onClose = options.onClose;
    const knowsHeaders = 'terminate' in options.WebSocket.prototype;
    this.#socket = openSocket(options, knowsHeaders);
    this.#socket.binaryType = knowsHeaders ? 'nodebuffer' : 'arraybuffer';
    this.#listen(options);
    if (isNodeSocket(this.#socket)) this.#listenForRefusal(this.#socket);
  }

  /** Sends one message. Returns false when much waits to leave: see {@link AgentSocket.isFull}. */
  send(bytes: Uint8Array): boolean {
    this.#socket.send(bytes);
    return !this.isFull;
  }

  get isFull(): boolean {
    return this.#socket.bufferedAmount > HIGH_WATER_BYTES;
  }

  /** Says goodbye; `onClose` follows once the gateway has answered. */
  close(): void {
    this.#socket.close(1000);
  }

  /** Ends it at once where the class can, for a gateway that no longer answers. */
  terminate(error: AgentError): void {
    this.#finish(error);
    if (isNodeSocket(this.#socket)) this.#socket.terminate();
    else this.#socket.close(1000);
  }

  #listen(options: SocketOptions): void {
    const socket = this.#socket;
    socket.onopen = () => {
      if (this.#over) return;
      this.#opened = true;
      options.onOpen();
    };
    socket.onmessage = ({ data }: { data: unknown }) => {
      if (this.#over) return;
      if (data instanceof Uint8Array) options.onBytes(data);
      else if (data instanceof ArrayBuffer) options.onBytes(new Uint8Array(data));
      else this.terminate(new AgentError('disconnected', 'the gateway sent a text message; bytes are allowed'));
    };
    // A close event follows; its reason, where there is one, is here.
    socket.onerror = (event: { error?: unknown }) => {
      this.#cause = event.error;
    };
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => {
      this.#finish(this.#opened ? AgentError.fromClose(code, reason) : unreachable(this.#cause));
    };
  }

  #listenForRefusal(socket: NodeWebSocket): void {
    socket.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (chunk) => {
        if (text.length < MAX_REFUSAL_BYTES) text += new TextDecoder().decode(chunk);
      });
      // `end` is missing when the gateway hangs up early; `close` always comes.
      response.on('close', () => {
        const retryAfter = response.headers['retry-after'];
        this.terminate(
          AgentError.fromResponse(
            response.statusCode ?? 0,
            text,
            typeof retryAfter === 'string' ? retryAfter : undefined,
          ),
        );
      });
    });
  }

  #finish(error: AgentError): void {
    if (this.#over) return;
    this.#over = true;
    this.#onClose(error);
  }
}

function openSocket(options: SocketOptions, knowsHeaders: boolean): AgentWebSocket {
  const { WebSocket, token, url, version } = options;
  try {
    const address = agentUrl(url, version);
    if (!knowsHeaders) {
      address.searchParams.set('coder_session_token', token);
      return new WebSocket(address.href);
    }
    return new WebSocket(address.href, [], {
      headers: { 'Coder-Session-Token': token },
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
    });
  } catch (cause) {
    throw unreachable(cause);
  }
}

/** Where agents dial. */
function agentUrl(base: string, version: string): URL {
  const url = new URL(base);
  url.protocol = url.protocol.replace(/^http/, 'ws');
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v2/workspaceagents/me/rpc`;
  url.searchParams.set('version', version);
  url.searchParams.set('role', 'agent');
  return url;
}

function isNodeSocket(socket: AgentWebSocket): socket is NodeWebSocket {
  return 'terminate' in socket;
}

function unreachable(cause: unknown): AgentError {
  const text = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '';
  return new AgentError('unreachable', `no gateway could be reached${text}`, { cause });
}
