import { YamuxError, type YamuxErrorCode } from './error.ts';
import { Flag, type FrameHeader, FrameType, GoAwayCode, PROTOCOL_VERSION } from './frame.ts';
import { InboundSlots } from './inbound.ts';
import { DEFAULT_YAMUX_LIMITS, type YamuxLimits } from './limits.ts';
import { OutboundSlots } from './outbound.ts';
import { Outbox } from './outbox.ts';
import { Pinger } from './pinger.ts';
import { FrameReader, type FrameSink } from './reader.ts';
import { type StreamOwner, YamuxStream } from './stream.ts';

/** What carries a session's bytes. It cuts and joins them as it likes. */
export interface YamuxTransport {
  /**
   * Sends one message, at most one for each turn of the event loop; the array is the transport's from then on. False
   * says that it is full: data frames are held back until {@link YamuxSession.transportDrained}. Must not call back
   * into the session.
   */
  send(bytes: Uint8Array): boolean;
  /** The session has ended; null where this side closed it. Called once, behind the last `send`. */
  close(reason: YamuxError | null): void;
}

export interface YamuxSessionOptions {
  readonly role: 'client' | 'server';
  readonly transport: YamuxTransport;
  /** A stream of the peer has a slot. Listen to it here, so that what comes is handed over without a copy. */
  readonly onStream: (stream: YamuxStream) => void;
  /**
   * The session has ended and every stream has heard of it. Null where this side called `close`. Called once.
   */
  readonly onClose: (reason: YamuxError | null) => void;
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
  readonly #onStream: (stream: YamuxStream) => void;
  readonly #onClose: (reason: YamuxError | null) => void;
  readonly #limits: YamuxLimits;
  readonly #now: () => number;
  readonly #endOfTurn: (task: () => void) => void;

  readonly #reader: FrameReader;
  readonly #outbox: Outbox;
  readonly #inbound: InboundSlots;
  readonly #outbound: OutboundSlots;
  readonly #pinger = new Pinger();
  readonly #owner: StreamOwner;
  readonly #streams = new Map<number, YamuxStream>();
  readonly #flush = () => this.#guard(() => this.#flushNow());

  #flushIsScheduled = false;
  #closed = false;
  #transportGone = false;
  #localGoAway = false;
  #remoteGoAway = false;
  #lastHeardMs: number;
  /** The stream whose payload is being read, or null where it is dropped; and whether the frame finishes it. */
  #payloadStream: YamuxStream | null = null;
  #payloadFinishes = false;

  constructor(options: YamuxSessionOptions) {
    this.#transport = options.transport;
    this.#onStream = options.onStream;
    this.#onClose = options.onClose;
    this.#limits = options.limits ?? DEFAULT_YAMUX_LIMITS;
    this.#now = options.now ?? monotonicNow;
    this.#endOfTurn = options.endOfTurn ?? endOfTurn;
    this.#lastHeardMs = this.#now();
    this.#reader = new FrameReader(this.#sink());
    this.#outbox = new Outbox(this.#limits);
    this.#inbound = new InboundSlots(this.#limits);
    this.#outbound = new OutboundSlots(this.#limits, options.role);
    this.#owner = this.#streamOwner();
  }

  // ---- what the session is asked ----

  /** Streams of both sides that have not ended, those that wait for a slot included. */
  get streamCount(): number {
    return this.#streams.size;
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
    this.#guard(() => this.#reader.feed(chunk));
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
    if (this.#remoteGoAway) throw new YamuxError('REMOTE_GO_AWAY', 'the peer takes no new streams');
    const id = this.#outbound.takeId((taken) => this.#streams.has(taken));
    const stream = new YamuxStream(this.#owner, { id, openedBy: 'us', nowMs: this.#now() });
    this.#streams.set(id, stream);
    this.#outbound.queue(stream);
    this.#giveOpenSlots();
    return stream;
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
    if (this.#localGoAway) return;
    this.#localGoAway = true;
    this.#outbox.goAway(code);
    this.#scheduleFlush();
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
    this.#guard(() => {
      if (pausedMs > 0) this.#excuse(nowMs, pausedMs);
      this.#keepAlive(nowMs);
      for (const stream of this.#streams.values()) {
        const code = stream.expired(nowMs, this.#limits);
        if (code !== null) this.#giveUp(stream, new YamuxError(code, TIMEOUT_TEXTS[code] ?? 'a time limit ran out'));
      }
    });
  }

  // ---- frames that come ----

  #sink(): FrameSink {
    return {
      onHeader: (header) => this.#onHeader(header),
      onPayload: (chunk, start, end, leftBytes) => {
        const stream = this.#payloadStream;
        if (stream === null || !stream.takesPayload) return;
        stream.deliver(chunk.subarray(start, end), { last: this.#payloadFinishes && leftBytes === 0 });
      },
    };
  }

  #onHeader(header: FrameHeader): void {
    this.#payloadStream = null;
    const { version, type } = header;
    if (version !== PROTOCOL_VERSION) this.#violation('BAD_VERSION', `version ${version}; allowed is 0`);
    else if (type === FrameType.data || type === FrameType.windowUpdate) this.#onStreamFrame(header);
    else if (type === FrameType.ping) this.#onPing(header);
    else if (type === FrameType.goAway) this.#onGoAway(header.length);
    else this.#violation('BAD_TYPE', `frame type ${type}; allowed are 0 to 3`);
  }

  #onStreamFrame({ type, flags, streamId, length }: FrameHeader): void {
    if ((flags & Flag.syn) !== 0 && !this.#onSyn(streamId, flags)) return;
    const stream = this.#streams.get(streamId);
    // Ids that are unknown or forgotten are normal: a reset crosses what was under way. Nothing of them is kept.
    if (stream === undefined || stream.isUnannounced) return;
    if ((flags & Flag.rst) !== 0) {
      this.#forget(stream);
      stream.kill(new YamuxError('STREAM_RESET', `stream ${streamId} was reset by the peer`));
      return;
    }
    // Data and FIN prove as well as the flag that the peer has taken the stream.
    if (stream.isUnacked && ((flags & (Flag.ack | Flag.fin)) !== 0 || type === FrameType.data)) this.#onAck(stream);
    if (type === FrameType.data && length > 0) this.#onDataHeader(stream, flags, length);
    else {
      if (type === FrameType.windowUpdate) stream.credit(length);
      if ((flags & Flag.fin) !== 0) stream.remoteEnded();
    }
  }

  /** Judges the declared length before a byte of the payload is looked at. */
  #onDataHeader(stream: YamuxStream, flags: number, length: number): void {
    if (!stream.takesPayload) return;
    if (!stream.windowCovers(length)) {
      this.#violation('WINDOW_EXCEEDED', `stream ${stream.id} was sent ${length} bytes, more than its window`);
      return;
    }
    if (stream.waitsForSlot && !this.#inbound.buffer(length)) {
      this.#refuse(stream.id);
      this.#forget(stream);
      return;
    }
    stream.reserve(length);
    this.#payloadStream = stream;
    this.#payloadFinishes = (flags & Flag.fin) !== 0;
  }

  /** A stream of the peer begins. False where the rest of the frame is void. */
  #onSyn(streamId: number, flags: number): boolean {
    if (streamId === 0) return this.#violation('BAD_STREAM_ID', 'stream 0 is the session itself and cannot be opened');
    if (this.#streams.has(streamId)) return this.#violation('DUPLICATE_STREAM', `stream ${streamId} is open already`);
    if ((flags & Flag.rst) !== 0) return false;
    const verdict = this.#localGoAway ? 'refuse' : this.#inbound.verdict;
    if (verdict === 'refuse') {
      this.#refuse(streamId);
      return false;
    }
    const stream = new YamuxStream(this.#owner, { id: streamId, openedBy: 'peer', nowMs: this.#lastHeardMs });
    this.#streams.set(streamId, stream);
    if (verdict === 'wait') this.#inbound.queue(stream);
    else {
      this.#inbound.served++;
      this.#serve(stream);
    }
    return !this.#closed;
  }

  #onAck(stream: YamuxStream): void {
    this.#outbound.release(stream);
    stream.acked();
    this.#giveOpenSlots();
  }

  #onPing({ flags, length }: FrameHeader): void {
    if ((flags & Flag.syn) !== 0) {
      this.#outbox.control(FrameType.ping, Flag.ack, 0, length);
      this.#scheduleFlush();
    } else if ((flags & Flag.ack) !== 0) this.#pinger.answered(length, this.#lastHeardMs);
  }

  #onGoAway(code: number): void {
    if (code !== GoAwayCode.normal) {
      const reason = new YamuxError('REMOTE_ERROR', `the peer ended the session with go-away ${code}`, {
        goAwayCode: code,
      });
      this.#end(reason, reason);
      return;
    }
    this.#remoteGoAway = true;
    for (const stream of this.#streams.values()) {
      if (!stream.isUnannounced) continue;
      this.#forget(stream);
      stream.kill(new YamuxError('REMOTE_GO_AWAY', 'the peer takes no new streams', { goAwayCode: code }));
    }
  }

  // ---- streams that come and go ----

  #streamOwner(): StreamOwner {
    const outbox = this.#outbox;
    return {
      get held() {
        return outbox.held;
      },
      wantsToSend: (stream) => {
        outbox.stream(stream);
        this.#scheduleFlush();
      },
      finished: (stream) => this.#forget(stream),
      abandoned: (stream) => {
        if (!stream.isUnannounced) this.#refuse(stream.id);
        this.#forget(stream);
      },
    };
  }

  #serve(stream: YamuxStream): void {
    stream.takeSlot();
    this.#onStream(stream);
  }

  #refuse(streamId: number): void {
    this.#outbox.control(FrameType.windowUpdate, Flag.rst, streamId, 0);
    this.#scheduleFlush();
  }

  #giveUp(stream: YamuxStream, reason: YamuxError): void {
    this.#refuse(stream.id);
    this.#forget(stream);
    stream.kill(reason);
  }

  /** The slot it held is given to the next one at the end of the turn, outside whatever call has ended this one. */
  #forget(stream: YamuxStream): void {
    if (!this.#streams.delete(stream.id)) return;
    if (stream.isInbound) this.#inbound.release(stream);
    else this.#outbound.release(stream);
    if (this.#inbound.waiting > 0 || this.#outbound.waiting > 0) this.#scheduleFlush();
  }

  #giveOpenSlots(): void {
    for (let stream = this.#outbound.next(); stream !== null; stream = this.#outbound.next()) stream.takeSlot();
  }

  #giveServeSlots(): void {
    while (!this.#closed) {
      const stream = this.#inbound.next();
      if (stream === null) return;
      this.#serve(stream);
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
    this.#giveServeSlots();
    this.#giveOpenSlots();
    if (this.#closed) return;
    this.#send();
    if (this.#outbox.isOverflowing) {
      const text = `more than ${this.#limits.maxHeldControlBytes} bytes of answers wait for a peer that does not read`;
      this.#fail('CONTROL_OVERFLOW', text, null);
      return;
    }
    if (this.#outbox.hasMore) this.#scheduleFlush();
    for (const stream of this.#outbox.takeDrained()) stream.tellDrained();
  }

  #send(): void {
    const message = this.#outbox.collect(this.#now());
    if (message !== null && !this.#transport.send(message)) this.#outbox.held = true;
  }

  #sendPing(nowMs: number): void {
    this.#outbox.control(FrameType.ping, Flag.syn, 0, this.#pinger.begin(nowMs));
    this.#scheduleFlush();
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
    for (const stream of this.#streams.values()) stream.excuse(pausedMs);
  }

  // ---- the end ----

  /** Always false, so that a check can return it. */
  #violation(code: YamuxErrorCode, text: string): false {
    this.#fail(code, text, GoAwayCode.protocolError);
    return false;
  }

  #fail(code: YamuxErrorCode, text: string, goAwayCode: GoAwayCode | null, cause?: unknown): void {
    if (this.#closed) return;
    if (goAwayCode !== null) this.#outbox.goAway(goAwayCode);
    const reason = new YamuxError(code, text, goAwayCode === null ? { cause } : { goAwayCode, cause });
    this.#end(reason, reason);
  }

  #end(reason: YamuxError | null, streamReason: YamuxError): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reader.stop();
    this.#payloadStream = null;
    const faults: unknown[] = [];
    if (!this.#transportGone) attempt(faults, () => this.#send());
    for (const stream of this.#streams.values()) attempt(faults, () => stream.kill(streamReason));
    this.#streams.clear();
    this.#pinger.fail(streamReason);
    const told = faults.length === 0 ? reason : internalError(faults[0]);
    if (!this.#transportGone) attempt(faults, () => this.#transport.close(told));
    this.#onClose(told);
  }

  /** Runs what may call out; what is thrown there is this process's fault and ends this session alone. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (cause) {
      const { message } = internalError(cause);
      this.#fail('INTERNAL_ERROR', message, GoAwayCode.internalError, cause);
    }
  }
}

/** What a stream's user is told when a time limit ends it. */
const TIMEOUT_TEXTS: Partial<Record<YamuxErrorCode, string>> = {
  WAIT_TIMEOUT: 'the stream waited too long for a slot',
  OPEN_TIMEOUT: 'the peer has not accepted the stream in time',
  WRITE_STALLED: 'the peer has given no credit in time',
  CLOSE_TIMEOUT: 'the peer has not finished its side in time',
};

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
