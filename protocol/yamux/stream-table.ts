import { YamuxError, type YamuxErrorCode } from './error.ts';
import { Flag, FrameType, GoAwayCode } from './frame.ts';
import { InboundSlots } from './inbound.ts';
import type { YamuxLimits } from './limits.ts';
import { OutboundSlots } from './outbound.ts';
import type { Outbox } from './outbox.ts';
import { type StreamOwner, YamuxStream } from './stream.ts';

/** What a stream's user is told when a time limit ends it. */
const TIMEOUT_TEXTS: Partial<Record<YamuxErrorCode, string>> = {
  WAIT_TIMEOUT: 'the stream waited too long for a slot',
  OPEN_TIMEOUT: 'the peer has not accepted the stream in time',
  WRITE_STALLED: 'the peer has given no credit in time',
  CLOSE_TIMEOUT: 'the peer has not finished its side in time',
};

export interface StreamTableOptions {
  readonly role: 'client' | 'server';
  readonly limits: YamuxLimits;
  readonly outbox: Outbox;
  readonly events: { onStream(stream: YamuxStream): void };
}

/** The streams of a session by id, and the slots of both directions. */
export class StreamTable implements StreamOwner {
  /** Set once we have sent a go-away: streams of the peer are reset from then on. */
  refusesNew = false;
  /** The peer has sent a go-away: it takes no further streams of ours. */
  peerRefusesNew = false;
  readonly #limits: YamuxLimits;
  readonly #outbox: Outbox;
  readonly #events: StreamTableOptions['events'];
  readonly #inbound: InboundSlots;
  readonly #outbound: OutboundSlots;
  readonly #byId = new Map<number, YamuxStream>();
  #closed = false;

  constructor(options: StreamTableOptions) {
    this.#limits = options.limits;
    this.#outbox = options.outbox;
    this.#events = options.events;
    this.#inbound = new InboundSlots(options.limits);
    this.#outbound = new OutboundSlots(options.limits, options.role);
  }

  get count(): number {
    return this.#byId.size;
  }

  /** What peers have announced and nobody has read yet, over all streams. */
  get bufferedBytes(): number {
    let bytes = 0;
    for (const stream of this.#byId.values()) bytes += stream.bufferedBytes;
    return bytes;
  }

  get(streamId: number): YamuxStream | undefined {
    return this.#byId.get(streamId);
  }

  // ---- streams begin ----

  /** @throws YamuxError `IDS_EXHAUSTED`. */
  open(nowMs: number): YamuxStream {
    const id = this.#outbound.takeId((taken) => this.#byId.has(taken));
    const stream = new YamuxStream(this, { id, openedBy: 'us', nowMs });
    this.#byId.set(id, stream);
    this.#outbound.queue(stream);
    this.#fillOpenSlots();
    return stream;
  }

  /** The peer opens a stream: it is served, or has to wait, or is answered with RST. */
  accept(streamId: number, nowMs: number): void {
    const verdict = this.refusesNew ? 'refuse' : this.#inbound.verdict;
    if (verdict === 'refuse') {
      this.#sendReset(streamId);
      return;
    }
    const stream = new YamuxStream(this, { id: streamId, openedBy: 'peer', nowMs });
    this.#byId.set(streamId, stream);
    if (verdict === 'wait') this.#inbound.queue(stream);
    else {
      this.#inbound.take();
      this.#serve(stream);
    }
  }

  /** The peer has accepted a stream of ours: its slot goes to the next one. */
  acked(stream: YamuxStream): void {
    this.#outbound.release(stream);
    stream.acked();
    this.#fillOpenSlots();
  }

  /**
   * Gives free slots to streams that wait. Called at the end of a turn, so outside of the call that has freed them.
   */
  fillSlots(): void {
    this.#fillServeSlots();
    this.#fillOpenSlots();
  }

  /** Counts payload of a stream that waits for a slot. False where the session's limit does not allow it. */
  mayBuffer(lengthBytes: number): boolean {
    return this.#inbound.buffer(lengthBytes);
  }

  // ---- streams end ----

  /** Ends a stream from our side: RST to the peer, `reason` to the user. */
  cut(stream: YamuxStream, reason: YamuxError): void {
    this.abandoned(stream);
    stream.kill(reason);
  }

  /** Ends a stream of which the peer has said that it is over, or has never heard. */
  drop(stream: YamuxStream, reason: YamuxError): void {
    this.finished(stream);
    stream.kill(reason);
  }

  /** The peer takes no new streams from now on: those of ours that it has not heard of end. */
  peerGoesAway(): void {
    this.peerRefusesNew = true;
    const reason = new YamuxError('REMOTE_GO_AWAY', 'the peer takes no new streams', { goAwayCode: GoAwayCode.normal });
    for (const stream of this.#byId.values()) if (stream.isUnannounced) this.drop(stream, reason);
  }

  /** The session has ended. What users throw when they are told is added to `faults`. */
  close(reason: YamuxError, faults: unknown[]): void {
    this.#closed = true;
    for (const stream of this.#byId.values()) {
      try {
        stream.kill(reason);
      } catch (fault) {
        faults.push(fault);
      }
    }
    this.#byId.clear();
  }

  // ---- time ----

  /** Ends the streams whose time has run out. */
  sweep(nowMs: number): void {
    for (const stream of this.#byId.values()) {
      const code = stream.expired(nowMs, this.#limits);
      if (code !== null) this.cut(stream, new YamuxError(code, TIMEOUT_TEXTS[code] ?? 'a time limit ran out'));
    }
  }

  /** This process stood still for so long: it does not count against the peer. */
  excuse(pausedMs: number): void {
    for (const stream of this.#byId.values()) stream.excuse(pausedMs);
  }

  // ---- StreamOwner ----

  get held(): boolean {
    return this.#outbox.held;
  }

  wantsToSend(stream: YamuxStream): void {
    this.#outbox.stream(stream);
  }

  finished(stream: YamuxStream): void {
    if (!this.#byId.delete(stream.id)) return;
    if (stream.isInbound) this.#inbound.release(stream);
    else this.#outbound.release(stream);
    if (this.#inbound.waiting > 0 || this.#outbound.waiting > 0) this.#outbox.wake();
  }

  abandoned(stream: YamuxStream): void {
    if (!this.#byId.has(stream.id)) return;
    if (!stream.isUnannounced) this.#sendReset(stream.id);
    this.finished(stream);
  }

  // ---- inside ----

  #sendReset(streamId: number): void {
    this.#outbox.control(FrameType.windowUpdate, Flag.rst, streamId, 0);
  }

  #fillServeSlots(): void {
    // A callback may close the session.
    while (!this.#closed) {
      const stream = this.#inbound.next();
      if (stream === null) return;
      this.#serve(stream);
    }
  }

  #serve(stream: YamuxStream): void {
    stream.takeSlot();
    this.#events.onStream(stream);
  }

  #fillOpenSlots(): void {
    for (let stream = this.#outbound.next(); stream !== null; stream = this.#outbound.next()) stream.takeSlot();
  }
}
