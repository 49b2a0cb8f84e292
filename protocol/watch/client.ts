import { Backoff } from './backoff.ts';
import { type Freshness, freshness } from './freshness.ts';
import {
  type NoticeMessage,
  type ServerMessage,
  type WatchRequest,
  type WatchSubscription,
  watchCloseCodes,
} from './messages.ts';
import { ServerClock } from './server-clock.ts';
import { type WatchChange, type WatchedAgent, WatchState } from './state.ts';

/** The part of a WebSocket that the client uses; a browser's and that of `ws` both have it. */
export interface WatchWebSocket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

/**
 * - `connecting`: the first attempt, or one after a pause.
 * - `synchronizing`: the socket is open, the snapshot is arriving; what is shown may be old.
 * - `live`: what is shown is what the gateway knows.
 * - `waiting`: the socket is lost; the next attempt comes in `retryInMs`.
 * - `refused`: the gateway will not have this token (`code` 4401 or 4403); no further attempt is made.
 * - `stopped`: `stop()` was called, or `start()` not yet.
 */
export type WatchConnection =
  | { state: 'stopped' | 'connecting' | 'synchronizing' | 'live' }
  | { state: 'waiting'; code: number; retryInMs: number }
  | { state: 'refused'; code: 4401 | 4403 };

export interface WatchClientOptions {
  /** Opens a socket to `/api/v2/watch`: `() => new WebSocket(url)`, in Node with the token in a header. */
  connect: () => WatchWebSocket;
  subscription: WatchSubscription;
  /** The state has changed; called once a message, after the merge. */
  onChange?: (change: WatchChange) => void;
  onNotice?: (notice: NoticeMessage) => void;
  onConnection?: (connection: WatchConnection) => void;
  /** The gateway did not understand our request, or we did not understand the gateway. */
  onError?: (message: string) => void;
  /** Everything below the cursor has been seen. */
  onCommitted?: (cursor: string) => void;
  /** Each message before it is merged, for those who measure. */
  onMessage?: (message: ServerMessage) => void;
  /** Longest pause before the first new attempt; doubles from there. Default 500 ms. */
  reconnectBaseMs?: number;
  /** Longest pause between two attempts. Default 15 s: everyone is back within 20 s of a gateway's return. */
  reconnectMaxMs?: number;
  /** Replaced in tests. */
  random?: () => number;
  /** Monotonic milliseconds; replaced in tests. */
  monotonicNow?: () => number;
  /** Runs a task later and returns how to cancel it; replaced in tests. */
  after?: (delayMs: number, task: () => void) => () => void;
}

/**
 * Watches a part of the fleet and stays with it: reconnects with full-jitter backoff, resumes by cursor, and merges all
 * messages into one state. A lost socket blanks nothing: values stay as they were, and grow old by
 * {@link WatchClient.freshnessOf}.
 */
export class WatchClient {
  readonly #options: WatchClientOptions;
  readonly #state = new WatchState();
  readonly #clock: ServerClock;
  readonly #backoff: Backoff;
  #subscription: WatchSubscription;
  #connection: WatchConnection = { state: 'stopped' };
  #socket: WatchWebSocket | null = null;
  #cancelRetry: (() => void) | null = null;
  #cursor: string | undefined;
  #flushIntervalMs = 0;

  constructor(options: WatchClientOptions) {
    this.#options = options;
    this.#subscription = options.subscription;
    this.#clock = new ServerClock(options.monotonicNow ?? (() => performance.now()));
    this.#backoff = new Backoff({
      baseMs: options.reconnectBaseMs ?? 500,
      maxMs: options.reconnectMaxMs ?? 15_000,
      random: options.random ?? Math.random,
    });
  }

  /** Every agent known, by id. The objects are kept and changed in place; `onChange` says which. */
  get agents(): ReadonlyMap<string, WatchedAgent> {
    return this.#state.agents;
  }

  get connection(): WatchConnection {
    return this.#connection;
  }

  /** The last cursor received for the present subscription. */
  get cursor(): string | undefined {
    return this.#cursor;
  }

  /** The gateway's flush interval, 0 before the first snapshot. */
  get flushIntervalMs(): number {
    return this.#flushIntervalMs;
  }

  /** The gateway's collection clock in milliseconds since 1970; this machine's clock before the first snapshot. */
  nowMs(): number {
    return this.#clock.nowMs() ?? Date.now();
  }

  /** How far the value of a key can be trusted now, or undefined where there is none. */
  freshnessOf(agent: WatchedAgent, key: string, nowMs = this.nowMs()): Freshness | undefined {
    const value = agent.values.get(key);
    if (value === undefined) return undefined;
    const { status } = agent;
    return freshness({ at: value.at, nowMs, status, key: agent.keys.get(key), flushIntervalMs: this.#flushIntervalMs });
  }

  /** Connects, now and whenever the socket is lost. Also the way back from `refused`, with a new token in `connect`. */
  start(): void {
    if (this.#connection.state === 'stopped' || this.#connection.state === 'refused') this.#open();
  }

  /** Closes the socket and stays away until `start()`. What is known stays. */
  stop(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    const socket = this.#socket;
    this.#letGo();
    this.#become({ state: 'stopped' });
    socket?.close(1000);
  }

  /** Watches something else from now on. What is known stays in sight until its snapshot is whole. */
  watch(subscription: WatchSubscription): void {
    this.#subscription = subscription;
    this.#cursor = undefined;
    const { state } = this.#connection;
    if (state !== 'live' && state !== 'synchronizing') return;
    // A snapshot that is arriving is finished first by the gateway.
    this.#become({ state: 'synchronizing' });
    this.#request();
  }

  #open(): void {
    this.#cancelRetry = null;
    this.#become({ state: 'connecting' });
    // `stop()` may have been called from the callback just run.
    if (this.#connection.state !== 'connecting') return;
    let socket: WatchWebSocket;
    try {
      socket = this.#options.connect();
    } catch (error) {
      this.#options.onError?.(String(error));
      this.#lost(1006);
      return;
    }
    this.#socket = socket;
    socket.onopen = () => {
      this.#become({ state: 'synchronizing' });
      if (this.#socket === socket) this.#request();
    };
    socket.onmessage = (event: { data: unknown }) => {
      if (this.#socket === socket) this.#receive(event.data);
    };
    socket.onclose = (event: { code: number }) => {
      if (this.#socket === socket) this.#lost(event.code);
    };
    // A close event follows; without a listener `ws` would throw.
    socket.onerror = () => {};
  }

  #request(): void {
    const request: WatchRequest = { type: 'watch', ...this.#subscription };
    if (this.#cursor !== undefined) request.since = this.#cursor;
    this.#socket?.send(JSON.stringify(request));
  }

  #letGo(): void {
    this.#socket = null;
    this.#state.interrupt();
    this.#clock.reset();
  }

  #lost(code: number): void {
    this.#letGo();
    if (code === watchCloseCodes.unauthorized || code === watchCloseCodes.forbidden) {
      this.#become({ state: 'refused', code });
      return;
    }
    const retryInMs = this.#backoff.next();
    this.#cancelRetry = (this.#options.after ?? afterTimeout)(retryInMs, () => this.#open());
    this.#become({ state: 'waiting', code, retryInMs });
  }

  #receive(data: unknown): void {
    let message: ServerMessage;
    try {
      message = JSON.parse(String(data)) as ServerMessage;
    } catch {
      this.#options.onError?.('the gateway sent a message that is not JSON');
      return;
    }
    this.#options.onMessage?.(message);
    this.#apply(message);
  }

  #apply(message: ServerMessage): void {
    switch (message.type) {
      case 'snapshot': {
        this.#changed(this.#state.applySnapshot(message));
        if (!message.last) return;
        this.#flushIntervalMs = message.flush_interval_ms ?? this.#flushIntervalMs;
        if (message.now !== undefined) this.#clock.read(message.now);
        this.#backoff.reset();
        this.#become({ state: 'live' });
        this.#seen(message.cursor);
        return;
      }
      case 'update':
        this.#changed(this.#state.applyUpdate(message));
        this.#seen(message.cursor);
        return;
      case 'removed':
        this.#changed(this.#state.applyRemoved(message));
        this.#seen(message.cursor);
        return;
      case 'committed':
        this.#clock.read(message.now);
        this.#seen(message.cursor);
        return;
      case 'notice':
        this.#options.onNotice?.(message);
        return;
      case 'error':
        this.#options.onError?.(message.message);
    }
  }

  /** Before the snapshot of the present subscription is whole, a cursor belongs to the one before it. */
  #seen(cursor: string | undefined): void {
    if (cursor === undefined || this.#connection.state !== 'live') return;
    this.#cursor = cursor;
    this.#options.onCommitted?.(cursor);
  }

  #changed(change: WatchChange | null): void {
    if (change === null) return;
    if (change.reset || change.agents.length > 0 || change.removed.length > 0) this.#options.onChange?.(change);
  }

  #become(connection: WatchConnection): void {
    this.#connection = connection;
    this.#options.onConnection?.(connection);
  }
}

function afterTimeout(delayMs: number, task: () => void): () => void {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
}
