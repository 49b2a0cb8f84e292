import type { ByteStream, ByteStreamEvents } from '../byte-stream.ts';
import type { YamuxError, YamuxErrorCode } from './error.ts';
import { Flag, FrameType, INITIAL_WINDOW_BYTES, MAX_U32 } from './frame.ts';
import { KeptBytes } from './kept-bytes.ts';
import type { YamuxLimits } from './limits.ts';
import { SendQueue } from './send-queue.ts';
import type { FrameWriter } from './writer.ts';

/** Credit goes back when this much has been read: half a window, so that the peer never stands still for it. */
const CREDIT_THRESHOLD_BYTES = INITIAL_WINDOW_BYTES / 2;

/** What a stream asks of its session. */
export interface StreamOwner {
  /** True while the transport takes no data frames. */
  readonly held: boolean;
  /** The stream has frames to send: {@link YamuxStream.emit} is wanted at the end of this turn. */
  wantsToSend(stream: YamuxStream): void;
  /** Both sides have finished: the session forgets the stream. */
  finished(stream: YamuxStream): void;
  /** The user gave the stream up: the session tells the peer and forgets it. */
  abandoned(stream: YamuxStream): void;
}

// One number of bits instead of a field each: an idle stream should be small.
const WAITS_FOR_SLOT = 1 << 0;
const SYN_TO_SEND = 1 << 1;
const UNACKED = 1 << 2;
const ACK_TO_SEND = 1 << 3;
const LOCAL_ENDED = 1 << 4;
const FIN_SENT = 1 << 5;
const REMOTE_ENDED = 1 << 6;
const DEAD = 1 << 7;
const WANTS_DRAIN = 1 << 8;
const INBOUND = 1 << 9;

/** `stalledAtMs` of a stream that waits for nothing. */
const NOT_STALLED = -1;

/**
 * One stream of a session. Its user sees {@link ByteStream}; the methods marked "session" are called by the session
 * alone.
 *
 * What is received is bounded by the window of 256 KiB; credit for it goes back when the user reads. What is written
 * is bounded by the user. Nothing is allocated for either before bytes come, and no stream has a timer.
 */
export class YamuxStream implements ByteStream {
  readonly id: number;
  /** Session: it stands in the outbox. */
  hasTurn = false;
  readonly #owner: StreamOwner;
  #events: ByteStreamEvents | null = null;
  #state: number;
  /** What the peer may still send. Together with what is unread and what is uncredited it makes one window. */
  #receiveWindowBytes = INITIAL_WINDOW_BYTES;
  /** Read by the user and not yet credited. */
  #uncreditedBytes = 0;
  #sendWindowBytes = INITIAL_WINDOW_BYTES;
  /** The piece being delivered: a view of the transport's memory, which the user may take without a copy. */
  #arriving: Uint8Array | null = null;
  #kept: KeptBytes | null = null;
  #outgoing: SendQueue | null = null;
  /** Why it ended, for a user who listens only afterwards. */
  #resetReason: YamuxError | null = null;
  /** When the peer's SYN came or ours went out, in whole milliseconds. */
  #openedAtMs: number;
  /** Since when a writer has had no window, or (after our FIN) the peer's FIN has been outstanding. */
  #stalledAtMs = NOT_STALLED;

  /** Session: made by it alone. Waits for {@link YamuxStream.takeSlot}. */
  constructor(owner: StreamOwner, options: { id: number; openedBy: 'us' | 'peer'; nowMs: number }) {
    this.#owner = owner;
    this.id = options.id;
    this.#openedAtMs = Math.floor(options.nowMs);
    this.#state = WAITS_FOR_SLOT | (options.openedBy === 'peer' ? INBOUND : SYN_TO_SEND | UNACKED);
  }

  // ---- the user's side: ByteStream ----

  listen(events: ByteStreamEvents): void {
    this.#events = events;
    if (this.#resetReason !== null) this.#tellReset(this.#resetReason);
    else if (this.#kept !== null || this.#has(REMOTE_ENDED)) events.onReadable();
  }

  read(): Uint8Array | null {
    const bytes = this.#takeReceived();
    if (bytes === null) return null;
    this.#uncreditedBytes += bytes.length;
    if (this.#owesCredit()) this.#owner.wantsToSend(this);
    return bytes;
  }

  get readEnded(): boolean {
    return this.#has(REMOTE_ENDED) && !this.#has(DEAD) && this.#arriving === null && this.#kept === null;
  }

  write(bytes: Uint8Array): boolean {
    if (this.#has(DEAD | LOCAL_ENDED)) return true;
    if (bytes.length > 0) {
      this.#outgoing ??= new SendQueue();
      this.#outgoing.push(bytes);
      if (!this.#has(WAITS_FOR_SLOT)) this.#owner.wantsToSend(this);
    }
    const waiting = this.#waitingBytes();
    if (waiting === 0) return true;
    if (waiting <= this.#sendWindowBytes && !this.#has(WAITS_FOR_SLOT) && !this.#owner.held) return true;
    this.#state |= WANTS_DRAIN;
    return false;
  }

  end(): void {
    if (this.#has(DEAD | LOCAL_ENDED)) return;
    this.#state |= LOCAL_ENDED;
    if (!this.#has(WAITS_FOR_SLOT)) this.#owner.wantsToSend(this);
  }

  reset(): void {
    if (this.#has(DEAD)) return;
    const wasFinished = this.isFinished;
    this.#die();
    if (!wasFinished) this.#owner.abandoned(this);
  }

  // ---- session: what it is ----

  get isInbound(): boolean {
    return this.#has(INBOUND);
  }

  /** Waits for a slot: un-ACKed if the peer opened it, with its SYN unsent if we did. */
  get waitsForSlot(): boolean {
    return this.#has(WAITS_FOR_SLOT);
  }

  /** The peer has not heard of it yet, so that no frame can be for it. */
  get isUnannounced(): boolean {
    return this.#has(SYN_TO_SEND);
  }

  /** Opened here and not yet accepted by the peer. */
  get isUnacked(): boolean {
    return this.#has(UNACKED);
  }

  get isDead(): boolean {
    return this.#has(DEAD);
  }

  get isFinished(): boolean {
    return this.#has(FIN_SENT) && this.#has(REMOTE_ENDED);
  }

  /** What the peer has announced and nobody has read yet. */
  get bufferedBytes(): number {
    return INITIAL_WINDOW_BYTES - this.#receiveWindowBytes - this.#uncreditedBytes;
  }

  // ---- session: slots ----

  /** It has a slot: the ACK (the peer's stream) or the SYN (ours) and what has been written may go out. */
  takeSlot(): void {
    this.#state &= ~WAITS_FOR_SLOT;
    if (this.#has(INBOUND)) this.#state |= ACK_TO_SEND;
    this.#owner.wantsToSend(this);
  }

  /** The peer has accepted it. */
  acked(): void {
    this.#state &= ~UNACKED;
  }

  // ---- session: what the peer sends ----

  /** Whether the peer may send a Data frame of this length now. */
  windowCovers(lengthBytes: number): boolean {
    return lengthBytes <= this.#receiveWindowBytes;
  }

  /** A Data frame of this length begins. */
  reserve(lengthBytes: number): void {
    this.#receiveWindowBytes -= lengthBytes;
  }

  /** Takes payload or drops it: after the peer's own FIN some peers still send, and after a reset all do. */
  get takesPayload(): boolean {
    return !this.#has(REMOTE_ENDED | DEAD);
  }

  /** Hands over a piece of payload. `last` says that the peer finishes with it. */
  deliver(piece: Uint8Array, { last }: { last: boolean }): void {
    this.#arriving = piece;
    if (last) this.#state |= REMOTE_ENDED;
    this.#events?.onReadable();
    this.#keepArrived();
    if (last) this.#checkFinished();
  }

  /** The peer's FIN without payload. A second one says nothing new. */
  remoteEnded(): void {
    if (this.#has(REMOTE_ENDED | DEAD)) return;
    this.#state |= REMOTE_ENDED;
    this.#events?.onReadable();
    this.#checkFinished();
  }

  /** Credit from the peer. The sum stops at the largest 32-bit number. */
  credit(deltaBytes: number): void {
    if (deltaBytes === 0 || this.#has(DEAD)) return;
    this.#sendWindowBytes = Math.min(MAX_U32, this.#sendWindowBytes + deltaBytes);
    if (!this.#has(FIN_SENT)) this.#stalledAtMs = NOT_STALLED;
    if (this.waitsForTransport) this.#owner.wantsToSend(this);
  }

  /** Ends it from outside: by the peer, by a time limit or with the session. Tells the user once. */
  kill(reason: YamuxError): void {
    if (this.#has(DEAD)) return;
    this.#die();
    this.#resetReason = reason;
    if (this.#events !== null) this.#tellReset(reason);
  }

  // ---- session: what goes out ----

  /** Something waits for no more than the transport: a SYN, or data that the window covers. */
  get waitsForTransport(): boolean {
    if (this.#has(WAITS_FOR_SLOT | DEAD)) return false;
    return this.#has(SYN_TO_SEND) || (this.#sendWindowBytes > 0 && this.#waitingBytes() > 0);
  }

  /**
   * Writes what may go out now: flags and credit, and at most one Data frame of at most `budgetBytes` of payload. A
   * SYN counts as data, since a peer that does not read needs no new stream. Returns the bytes of payload.
   */
  emit(writer: FrameWriter, budgetBytes: number, nowMs: number): number {
    if (this.#has(DEAD | WAITS_FOR_SLOT) || (this.#has(SYN_TO_SEND) && budgetBytes === 0)) return 0;
    const waiting = this.#waitingBytes();
    const payload = Math.min(waiting, this.#sendWindowBytes, budgetBytes);
    const finishes = payload === waiting && this.#has(LOCAL_ENDED) && !this.#has(FIN_SENT);
    this.#writeFrames(writer, payload, finishes);
    this.#sendWindowBytes -= payload;
    this.#noteSent(waiting - payload, finishes, Math.floor(nowMs));
    return payload;
  }

  /** After {@link YamuxStream.emit}: true once when the user waits for the drain that has now come. */
  takeDrained(): boolean {
    if (!this.#has(WANTS_DRAIN) || this.#waitingBytes() > 0) return false;
    this.#state &= ~WANTS_DRAIN;
    return true;
  }

  tellDrained(): void {
    if (!this.#has(DEAD)) this.#events?.onDrain?.();
  }

  // ---- session: time ----

  /** The time limit that has run out, or null. */
  expired(nowMs: number, limits: YamuxLimits): YamuxErrorCode | null {
    const openMs = nowMs - this.#openedAtMs;
    if (this.#has(WAITS_FOR_SLOT)) return this.#has(INBOUND) && openMs >= limits.maxWaitingMs ? 'WAIT_TIMEOUT' : null;
    if (this.#has(UNACKED) && !this.#has(SYN_TO_SEND) && openMs >= limits.openTimeoutMs) return 'OPEN_TIMEOUT';
    if (this.#stalledAtMs === NOT_STALLED) return null;
    const stalledMs = nowMs - this.#stalledAtMs;
    if (this.#has(FIN_SENT)) return stalledMs >= limits.closeLingerMs ? 'CLOSE_TIMEOUT' : null;
    return stalledMs >= limits.writeStallMs ? 'WRITE_STALLED' : null;
  }

  /** Time in which this process stood still does not count against the peer. */
  excuse(pausedMs: number): void {
    this.#openedAtMs += pausedMs;
    if (this.#stalledAtMs !== NOT_STALLED) this.#stalledAtMs += pausedMs;
  }

  // ---- inside ----

  #has(bits: number): boolean {
    return (this.#state & bits) !== 0;
  }

  #waitingBytes(): number {
    return this.#outgoing === null ? 0 : this.#outgoing.waitingBytes;
  }

  #owesCredit(): boolean {
    return this.#uncreditedBytes >= CREDIT_THRESHOLD_BYTES && !this.#has(REMOTE_ENDED | DEAD);
  }

  #takeReceived(): Uint8Array | null {
    if (this.#kept !== null) {
      const bytes = this.#kept.shift();
      if (this.#kept.isEmpty) this.#kept = null;
      return bytes;
    }
    const bytes = this.#arriving;
    this.#arriving = null;
    return bytes;
  }

  /** What the user did not take at once is kept in memory of our own. */
  #keepArrived(): void {
    if (this.#arriving === null) return;
    this.#kept ??= new KeptBytes();
    this.#kept.append(this.#arriving);
    this.#arriving = null;
  }

  #writeFrames(writer: FrameWriter, payload: number, finishes: boolean): void {
    const opening = (this.#has(SYN_TO_SEND) ? Flag.syn : 0) | (this.#has(ACK_TO_SEND) ? Flag.ack : 0);
    if (payload === 0) {
      const flags = opening | (finishes ? Flag.fin : 0);
      if (flags !== 0 || this.#owesCredit()) this.#writeUpdate(writer, flags);
      return;
    }
    const creditFirst = this.#owesCredit();
    if (creditFirst) this.#writeUpdate(writer, opening);
    writer.header(FrameType.data, creditFirst ? 0 : opening, this.id, payload);
    if (this.#outgoing !== null) writer.payload(this.#outgoing, payload);
    // Never on the data frame: hashicorp/yamux 0.1.2 takes in the flags before the payload, so that its reader can see
    // the end first and miss the bytes (stream.go, readData).
    if (finishes) writer.header(FrameType.windowUpdate, Flag.fin, this.id, 0);
  }

  /** A window update with these flags and all credit there is. */
  #writeUpdate(writer: FrameWriter, flags: number): void {
    const credit = this.#has(REMOTE_ENDED) ? 0 : this.#uncreditedBytes;
    writer.header(FrameType.windowUpdate, flags, this.id, credit);
    this.#receiveWindowBytes += credit;
    this.#uncreditedBytes -= credit;
  }

  #noteSent(leftBytes: number, finishes: boolean, nowMs: number): void {
    if (this.#has(SYN_TO_SEND)) this.#openedAtMs = nowMs;
    this.#state &= ~(SYN_TO_SEND | ACK_TO_SEND);
    if (leftBytes === 0) this.#outgoing = null;
    else if (this.#sendWindowBytes === 0 && this.#stalledAtMs === NOT_STALLED) this.#stalledAtMs = nowMs;
    if (!finishes) return;
    this.#state |= FIN_SENT;
    this.#stalledAtMs = nowMs;
    this.#checkFinished();
  }

  #checkFinished(): void {
    if (this.isFinished && !this.#has(DEAD)) this.#owner.finished(this);
  }

  #die(): void {
    this.#state |= DEAD;
    this.#arriving = null;
    this.#kept = null;
    this.#outgoing = null;
  }

  #tellReset(reason: YamuxError): void {
    const events = this.#events;
    this.#resetReason = null;
    this.#events = null;
    events?.onReset(reason);
  }
}
