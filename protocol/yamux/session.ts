import { YamuxError, type YamuxErrorCode } from './error.ts';
import { Flag, FrameType, GoAwayCode } from './frame.ts';
import { EndedByPeer, IncomingFrames } from './incoming.ts';
import { DEFAULT_YAMUX_LIMITS, type YamuxLimits } from './limits.ts';
import { Outbox } from './outbox.ts';
import { Pinger } from './pinger.ts';
import type { YamuxStream } from './stream.ts';
import { StreamTable } from './stream-table.ts';

/** What carries a session's bytes. It cuts and joins them as it likes. */
export interface YamuxTransport {
  /** What is left free in front of each message, for a header of the transport's; none by default. */
  readonly headroomBytes?: number;
  /**
   * Sends one message, at most one for each turn of the event loop; the array is the transport's from then on. False
   * says that it is full: data frames are held back until {@link YamuxSession.transportDrained}. Must not call back
   * into the session.
   */
  send(bytes: Uint8Array): boolean;
  /** The session has ended; null where this side closed it. Called once, behind the last `send`. */
  close(reason: YamuxError | null): void;
}

/** What a session tells its user. */
export interface YamuxEvents {
  /** A stream of the peer has a slot. Listen to it here, so that what comes is handed over without a copy. */
  onStream(stream: YamuxStream): void;
  /** The session has ended and every stream has heard of it. Null where this side called `close`. Called once. */
  onClose(reason: YamuxError | null): void;
}

export interface YamuxSessionOptions {
  readonly role: 'client' | 'server';
  readonly transport: YamuxTransport;
  readonly events: YamuxEvents;
  /** Default {@link DEFAULT_YAMUX_LIMITS}. */
  readonly limits?: YamuxLimits;
  /** Monotonic milliseconds, the same clock as {@link YamuxSession.sweep} is given. Default `performance.now`. */
  readonly now?: () => number;
  /**
   * Runs a task at the end of this turn of the event loop, when all that the turn has to say is there. Default
   * `setImmediate`: a microtask would run between a stream's ACK and the answer of a handler that awaits something,
   * and make two messages of them. Where there is no `setImmediate`, `queueMicrotask`.
   */
  readonly endOfTurn?: (task: () => void) => void;
}

/**
 * One yamux session of either role, after hashicorp/yamux `spec.md` and `session.go`: fed with bytes, it gives out
 * streams. It has no timers: who owns it calls {@link YamuxSession.sweep} every second or two.
 *
 * No input makes `receive` throw. What breaks the protocol is answered with go-away 1 and ends the session; a
 * callback that throws ends it with go-away 2.
 */
export class YamuxSession {
  readonly #transport: YamuxTransport;
  readonly #events: YamuxEvents;
  readonly #limits: YamuxLimits;
  readonly #now: () => number;
  readonly #endOfTurn: (task: () => void) => void;

  readonly #incoming: IncomingFrames;
  readonly #outbox: Outbox;
  readonly #streams: StreamTable;
  readonly #pinger = new Pinger();
  readonly #flush = () => {
    try {
      this.#flushNow();
    } catch (cause) {
      this.#failInside(cause);
    }
  };

  #flushIsScheduled = false;
  #closed = false;
  #transportGone = false;
  #lastHeardMs: number;

  constructor(options: YamuxSessionOptions) {
    this.#transport = options.transport;
    this.#events = options.events;
    this.#limits = options.limits ?? DEFAULT_YAMUX_LIMITS;
    this.#now = options.now ?? monotonicNow;
    this.#endOfTurn = options.endOfTurn ?? endOfTurn;
    this.#lastHeardMs = this.#now();
    this.#outbox = new Outbox(this.#limits, () => this.#scheduleFlush());
    const { role, events } = options;
    this.#streams = new StreamTable({ role, events, limits: this.#limits, outbox: this.#outbox });
    this.#incoming = new IncomingFrames({ streams: this.#streams, outbox: this.#outbox, pinger: this.#pinger });
  }

  // ---- what the session is asked ----

  /** Streams of both sides that have not ended, those that wait for a slot included. */
  get streamCount(): number {
    return this.#streams.count;
  }

  /**
   * Received and not yet read, over all streams, in bytes: at most a window for each that is served, and
   * `maxWaitingBytes` for those that wait. Walks over the streams.
   */
  get bufferedBytes(): number {
    return this.#streams.bufferedBytes;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** When bytes last came from the peer, on the session's clock. */
  get lastHeardMs(): number {
    return this.#lastHeardMs;
  }

  /**
   * Takes bytes from the transport, cut anywhere. The session owns the array from then on: streams hand out views of
   * it. Never throws; after the end it does nothing.
   */
  receive(chunk: Uint8Array): void {
    if (this.#closed) return;
    this.#lastHeardMs = this.#now();
    this.#pinger.heard();
    try {
      this.#incoming.feed(chunk, this.#lastHeardMs);
    } catch (cause) {
      if (cause instanceof EndedByPeer) this.#end(cause.reason, cause.reason, cause.lastWord);
      else this.#failInside(cause);
    }
    // A peer that asks for many answers in one turn gets them in several messages, before they become many.
    if (this.#outbox.controlBytes > this.#limits.maxHeldControlBytes) this.#flush();
  }

  /**
   * Opens a stream, at once and without a round trip: its SYN leaves at the end of this turn, on the first data if
   * some is written by then. While the peer has `maxUnackedOpens` of ours un-ACKed the stream keeps its SYN and
   * its writes (which return false) until one is ACKed or gone. How many may queue so is the caller's to bound.
   * @throws YamuxError `SESSION_CLOSED` once it has ended, `REMOTE_GO_AWAY`, `IDS_EXHAUSTED`.
   */
  openStream(): YamuxStream {
    if (this.#closed) throw new YamuxError('SESSION_CLOSED', 'the session has ended: no stream can be opened');
    if (this.#streams.peerRefusesNew) throw new YamuxError('REMOTE_GO_AWAY', 'the peer takes no new streams');
    return this.#streams.open(this.#now());
  }

  /**
   * Asks the peer for a sign of life; resolves with the round trip in milliseconds. A ping that is under way, one of
   * keep-alive included, is shared.
   * @throws (rejects) YamuxError `PING_TIMEOUT` after `keepAliveTimeoutMs`, or the session's reason.
   */
  ping(): Promise<number> {
    if (this.#closed) return Promise.reject(new YamuxError('SESSION_CLOSED', 'the session has ended: no ping is sent'));
    if (!this.#pinger.isUnderWay) this.#sendPing(this.#now());
    return this.#pinger.wait();
  }

  /**
   * Tells the peer to open no more streams; those it opens nevertheless are reset. With 0 the streams there are live
   * on; 1 and 2 end the session here too, as they do at the peer.
   */
  goAway(code: GoAwayCode): void {
    if (this.#closed) return;
    if (code !== GoAwayCode.normal) {
      this.#fail('SESSION_CLOSED', `closed with go-away ${code}`, code);
      return;
    }
    if (this.#streams.refusesNew) return;
    this.#streams.refusesNew = true;
    this.#outbox.control(FrameType.goAway, 0, 0, code);
  }

  /** Ends the session: sends what one message takes of what waits, resets every stream, closes the transport. */
  close(): void {
    this.#end(null, new YamuxError('SESSION_CLOSED', 'the session was closed by this side'));
  }

  /** The transport is gone: ends the session with `TRANSPORT_CLOSED`. */
  transportClosed(): void {
    const reason = new YamuxError('TRANSPORT_CLOSED', 'the transport was closed');
    this.#transportGone = true;
    this.#end(reason, reason);
  }

  /** The transport that was full takes messages again. */
  transportDrained(): void {
    if (this.#closed || !this.#outbox.held) return;
    this.#outbox.release();
    this.#scheduleFlush();
  }

  /**
   * Enforces every time limit and sends keep-alive pings; one timer of the process calls it on all sessions, every
   * second or two. `pausedMs` is the time for which the process itself stood still since the last call: limits are
   * extended by it, and keep-alive begins a full period again before it judges.
   */
  sweep(nowMs: number, pausedMs = 0): void {
    if (this.#closed) return;
    try {
      if (pausedMs > 0) this.#excuse(nowMs, pausedMs);
      this.#keepAlive(nowMs);
      this.#streams.sweep(nowMs);
    } catch (cause) {
      this.#failInside(cause);
    }
  }

  // ---- what goes out ----

  #scheduleFlush(): void {
    if (this.#flushIsScheduled || this.#closed) return;
    this.#flushIsScheduled = true;
    this.#endOfTurn(this.#flush);
  }

  #flushNow(): void {
    this.#flushIsScheduled = false;
    if (this.#closed) return;
    this.#streams.fillSlots();
    if (this.#closed) return;
    this.#send(null);
    if (this.#outbox.isOverflowing) {
      const text = `more than ${this.#limits.maxHeldControlBytes} bytes of answers wait for a peer that does not read`;
      this.#fail('CONTROL_OVERFLOW', text, null);
      return;
    }
    if (this.#outbox.hasMore) this.#scheduleFlush();
    for (const stream of this.#outbox.takeDrained()) stream.tellDrained();
  }

  #send(lastWord: GoAwayCode | null): void {
    const message = this.#outbox.collect(this.#now(), lastWord, this.#transport.headroomBytes ?? 0);
    if (message !== null && !this.#transport.send(message)) this.#outbox.held = true;
  }

  #sendPing(nowMs: number): void {
    this.#outbox.control(FrameType.ping, Flag.syn, 0, this.#pinger.begin(nowMs));
  }

  // ---- time ----

  #keepAlive(nowMs: number): void {
    const { keepAliveIntervalMs, keepAliveTimeoutMs } = this.#limits;
    if (this.#pinger.isUnderWay) {
      if (this.#pinger.ageMs(nowMs) < keepAliveTimeoutMs) return;
      if (keepAliveIntervalMs > 0 && !this.#pinger.heardSinceSent) {
        this.#fail('KEEP_ALIVE_TIMEOUT', `nothing was heard for ${keepAliveTimeoutMs} ms after a ping`, null);
        return;
      }
      this.#pinger.fail(new YamuxError('PING_TIMEOUT', `no answer to a ping within ${keepAliveTimeoutMs} ms`));
    }
    if (keepAliveIntervalMs > 0 && nowMs - this.#lastHeardMs >= keepAliveIntervalMs) this.#sendPing(nowMs);
  }

  #excuse(nowMs: number, pausedMs: number): void {
    this.#lastHeardMs = nowMs;
    this.#pinger.excuse(nowMs);
    this.#streams.excuse(Math.ceil(pausedMs));
  }

  // ---- the end ----

  #fail(code: YamuxErrorCode, text: string, goAwayCode: GoAwayCode | null, cause?: unknown): void {
    if (this.#closed) return;
    const reason = new YamuxError(code, text, goAwayCode === null ? { cause } : { goAwayCode, cause });
    this.#end(reason, reason, goAwayCode);
  }

  /** Ends the session; `lastWord` is the go-away to send, if any. */
  #end(reason: YamuxError | null, streamReason: YamuxError, lastWord: GoAwayCode | null = null): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#incoming.stop();
    const faults: unknown[] = [];
    if (!this.#transportGone) attempt(faults, () => this.#send(lastWord));
    this.#streams.close(streamReason, faults);
    this.#pinger.fail(streamReason);
    const told = faults.length === 0 ? reason : internalError(faults[0]);
    if (!this.#transportGone) attempt(faults, () => this.#transport.close(told));
    try {
      this.#events.onClose(told);
    } catch (fault) {
      // Nobody is left to tell, and `receive` does not throw: let it be an uncaught exception of its own.
      queueMicrotask(() => {
        throw fault;
      });
    }
  }

  /** What may call out has thrown: this process's fault, which ends this session alone. */
  #failInside(cause: unknown): void {
    this.#fail('INTERNAL_ERROR', internalError(cause).message, GoAwayCode.internalError, cause);
  }
}

function internalError(cause: unknown): YamuxError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const { internalError: goAwayCode } = GoAwayCode;
  return new YamuxError('INTERNAL_ERROR', `a callback or the transport threw: ${text}`, { goAwayCode, cause });
}

function attempt(faults: unknown[], run: () => void): void {
  try {
    run();
  } catch (fault) {
    faults.push(fault);
  }
}

function monotonicNow(): number {
  return performance.now();
}

function endOfTurn(task: () => void): void {
  if (typeof setImmediate === 'function') setImmediate(task);
  else queueMicrotask(task);
}
