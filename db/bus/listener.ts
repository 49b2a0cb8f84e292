import { DatabaseError } from '../errors.ts';
import { Session } from '../session.ts';
import type { FlushNotification } from '../types.ts';
import { CONTROL_CHANNEL, type ControlMessage, FLUSH_CHANNEL, parseControl, parseFlush } from './channels.ts';

/** Pauses between attempts to connect: a random time below a bound that doubles from the first to the last. */
export const FIRST_RECONNECT_PAUSE_MS = 100;
export const LAST_RECONNECT_PAUSE_MS = 5_000;
/** LISTEN answers at once or the connection is dead. */
const LISTEN_TIMEOUT_MS = 10_000;

export interface BusListenerOptions {
  /** A direct connection: LISTEN does not work through a pooler that shares connections by transaction. */
  url: string;
  gatewayId: string;
  /** After every successful LISTEN, the first one too: what was notified before is unknown, read it again. */
  onListening(): void;
  onNotification(notification: FlushNotification): void;
  onControl?(message: ControlMessage): void;
  /** The connection has ended or could not be made; the listener goes on trying. */
  onLost?(error: DatabaseError): void;
  connectTimeoutMs?: number;
  /** Uniform in [0, 1); for the jitter. */
  random?: () => number;
}

/** One connection that listens on both channels and comes back by itself until it is closed. */
export class BusListener {
  readonly #options: BusListenerOptions;
  #session: Session | null = null;
  #abort: AbortController | null = null;
  #timer: NodeJS.Timeout | null = null;
  #failures = 0;
  #state: 'new' | 'running' | 'closed' = 'new';
  #malformed = 0;
  #listening = false;

  constructor(options: BusListenerOptions) {
    this.#options = options;
  }

  /** Payloads so far that were not understood and ignored. */
  get malformedCount(): number {
    return this.#malformed;
  }

  /** Whether LISTEN stands, as far as this end can tell. */
  get listening(): boolean {
    return this.#listening;
  }

  /** Begins; returns at once. Failures go to `onLost`. */
  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'running';
    void this.#connect();
  }

  /** Drops a connection that is open yet deaf, and connects anew at once. */
  reconnect(reason: string): void {
    if (this.#state !== 'running') return;
    this.#failures = 0;
    if (this.#session !== null) this.#session.destroy(new DatabaseError('connection_lost', reason));
    else if (this.#abort === null) this.#schedule(0);
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    this.#listening = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#abort?.abort();
    await this.#session?.close();
  }

  async #connect(): Promise<void> {
    this.#timer = null;
    this.#abort = new AbortController();
    const { url, gatewayId, connectTimeoutMs } = this.#options;
    try {
      const session = await Session.open({
        url,
        signal: this.#abort.signal,
        applicationName: `tidegate listen ${gatewayId}`.slice(0, 63),
        ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
        onNotification: (channel, payload) => this.#heard(channel, payload),
        onClosed: (reason) => this.#lost(reason),
      });
      this.#session = session;
      await session.query(`LISTEN ${FLUSH_CHANNEL}; LISTEN ${CONTROL_CHANNEL}`, [], LISTEN_TIMEOUT_MS);
    } catch (error) {
      // A session reports its own end through onClosed; only a refused LISTEN leaves it open.
      this.#session?.destroy(error as DatabaseError);
      return;
    } finally {
      this.#abort = null;
    }
    if (this.#state !== 'running') return;
    this.#failures = 0;
    this.#listening = true;
    this.#options.onListening();
  }

  #heard(channel: string, payload: string): void {
    if (this.#state !== 'running') return;
    if (channel === FLUSH_CHANNEL) {
      const notification = parseFlush(payload);
      if (notification === null) this.#malformed += 1;
      else this.#options.onNotification(notification);
    } else if (channel === CONTROL_CHANNEL) {
      const message = parseControl(payload);
      if (message === null) this.#malformed += 1;
      else this.#options.onControl?.(message);
    }
  }

  /** Every session, connected or not, comes here exactly once. */
  #lost(reason: DatabaseError): void {
    this.#session = null;
    this.#listening = false;
    if (this.#state !== 'running') return;
    const bound = Math.min(FIRST_RECONNECT_PAUSE_MS * 2 ** this.#failures, LAST_RECONNECT_PAUSE_MS);
    this.#failures += 1;
    this.#schedule((this.#options.random ?? Math.random)() * bound);
    this.#options.onLost?.(reason);
  }

  #schedule(pauseMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), pauseMs);
  }
}
