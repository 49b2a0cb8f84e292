import { createClient, type ServiceClient } from '../drpc/client.ts';
import { agentService, apiVersion, tailnetService } from '../messages/services.ts';
import type { YamuxError } from '../yamux/error.ts';
import { YamuxSession } from '../yamux/session.ts';
import { AgentError } from './error.ts';
import { AgentSocket, type AgentWebSocketClass } from './socket.ts';
import { type SharedTimers, type Sweepable, sharedTimers } from './timers.ts';

export interface AgentClientOptions {
  /** The gateway, like `http://127.0.0.1:7080`. */
  url: string;
  /** The agent's own token. */
  token: string;
  /** `WebSocket` of the package `ws`, or a class like a browser's. */
  WebSocket: AgentWebSocketClass;
  /** Version of the agent API to ask for. Default the newest known here. */
  version?: string;
  /** Longest wait for the upgrade, in milliseconds. Default 30 s: a gateway may queue upgrades for 20 s. */
  connectTimeoutMs?: number;
  /** Default: those that all agents of the process share. */
  timers?: SharedTimers;
}

export interface AgentClientEvents {
  /** Calls can be made. */
  onOpen(client: AgentClient): void;
  /** The connection is gone or could not be had; running calls have failed. Called once, never from the constructor. */
  onClose(error: AgentError, client: AgentClient): void;
}

const DEFAULT_VERSION = `${apiVersion.major}.${apiVersion.minor}`;
const DEFAULT_CONNECT_TIMEOUT_MS = 30_000;
/** How often a full socket is looked at. A browser's socket does not say when it has drained. */
const DRAIN_POLL_MS = 50;
/** How long a goodbye may take before the socket is ended without it. */
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * One connection of an agent: a WebSocket that carries a yamux session on which each call has a stream of its own. It
 * does not reconnect; `Agent` does.
 */
export class AgentClient implements Sweepable {
  readonly #events: AgentClientEvents;
  readonly #timers: SharedTimers;
  #socket: AgentSocket | null = null;
  #session: YamuxSession | null = null;
  #agent: ServiceClient<typeof agentService> | null = null;
  #tailnet: ServiceClient<typeof tailnetService> | null = null;
  #cancelDeadline: () => void;
  /** Why the session ended, where the session knows better than the socket. */
  #reason: AgentError | null = null;
  #over = false;

  constructor(options: AgentClientOptions, events: AgentClientEvents) {
    this.#events = events;
    this.#timers = options.timers ?? sharedTimers;
    this.#cancelDeadline = this.#timers.after(options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS, () =>
      this.#abandon(new AgentError('connect_timeout', 'the gateway did not answer the upgrade in time')),
    );
    try {
      this.#socket = new AgentSocket({
        ...options,
        version: options.version ?? DEFAULT_VERSION,
        onOpen: () => this.#opened(),
        onBytes: (bytes) => this.#session?.receive(bytes),
        onClose: (error) => this.#closed(error),
      });
    } catch (error) {
      queueMicrotask(() => this.#closed(error as AgentError));
    }
  }

  /** The calls of `coder.agent.v2.Agent`. Those made while there is no connection fail. */
  get agent(): ServiceClient<typeof agentService> {
    this.#agent ??= createClient(agentService, { openStream: () => this.#openStream() });
    return this.#agent;
  }

  /** The calls of `coder.tailnet.v2.Tailnet`. */
  get tailnet(): ServiceClient<typeof tailnetService> {
    this.#tailnet ??= createClient(tailnetService, { openStream: () => this.#openStream() });
    return this.#tailnet;
  }

  /** Round trip through the session, in milliseconds; rejects when it has ended. */
  ping(): Promise<number> {
    return this.#session?.ping() ?? Promise.reject(new AgentError('closed', 'there is no connection'));
  }

  /**
   * Ends the connection: running calls fail, what has been sent leaves, then the socket says goodbye. `onClose` follows
   * with `closed`, or with `reason` if there is one.
   */
  close(reason?: AgentError): void {
    if (this.#over || this.#reason !== null) return;
    this.#reason = reason ?? new AgentError('closed', 'the connection was closed by this side');
    if (this.#session === null) this.#abandon(this.#reason);
    else this.#session.close();
  }

  sweep(nowMs: number, pausedMs: number): void {
    this.#session?.sweep(nowMs, pausedMs);
  }

  #openStream() {
    if (this.#session === null) throw new AgentError('closed', 'there is no connection');
    return this.#session.openStream();
  }

  #opened(): void {
    this.#cancelDeadline();
    this.#session = new YamuxSession({
      role: 'client',
      transport: { send: (bytes) => this.#send(bytes), close: (reason) => this.#sessionEnded(reason) },
      // A gateway opens no streams; one that does gets nothing from them.
      events: { onStream: (stream) => stream.reset(), onClose: () => {} },
      now: () => this.#timers.now(),
    });
    this.#timers.add(this);
    this.#events.onOpen(this);
  }

  #send(bytes: Uint8Array): boolean {
    if (this.#socket === null || this.#socket.send(bytes)) return true;
    this.#timers.after(DRAIN_POLL_MS, () => this.#pollDrain());
    return false;
  }

  #pollDrain(): void {
    if (this.#over) return;
    if (this.#socket?.isFull) this.#timers.after(DRAIN_POLL_MS, () => this.#pollDrain());
    else this.#session?.transportDrained();
  }

  #sessionEnded(reason: YamuxError | null): void {
    if (this.#over) return;
    if (reason !== null) {
      this.#abandon(new AgentError('disconnected', `the connection broke: ${reason.message}`, { cause: reason }));
      return;
    }
    const lastWord = this.#reason ?? new AgentError('closed', 'the connection was closed by this side');
    this.#cancelDeadline = this.#timers.after(CLOSE_TIMEOUT_MS, () => this.#abandon(lastWord));
    this.#socket?.close();
  }

  #abandon(error: AgentError): void {
    this.#reason ??= error;
    this.#socket?.terminate(error);
  }

  #closed(error: AgentError): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelDeadline();
    this.#timers.remove(this);
    this.#session?.transportClosed();
    // Behind whatever call has led here: a user may open the next connection from the callback.
    queueMicrotask(() => this.#events.onClose(this.#reason ?? error, this));
  }
}

/**
 * Connects once.
 * @throws (rejects) AgentError where no connection could be had
 */
export function connectAgent(
  options: AgentClientOptions & { onClose?: (error: AgentError) => void },
): Promise<AgentClient> {
  return new Promise((resolve, reject) => {
    const { onClose, ...clientOptions } = options;
    new AgentClient(clientOptions, {
      onOpen: resolve,
      onClose(error) {
        // After `resolve` this does nothing.
        reject(error);
        onClose?.(error);
      },
    });
  });
}
