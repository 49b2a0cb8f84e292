import { YamuxError, type YamuxErrorCode } from './error.ts';
import { Flag, type FrameHeader, FrameType, GoAwayCode, PROTOCOL_VERSION } from './frame.ts';
import type { Outbox } from './outbox.ts';
import type { Pinger } from './pinger.ts';
import { FrameReader, type FrameSink } from './reader.ts';
import type { YamuxStream } from './stream.ts';
import type { StreamTable } from './stream-table.ts';

export interface IncomingOptions {
  readonly streams: StreamTable;
  readonly outbox: Outbox;
  readonly pinger: Pinger;
}

/** Thrown out of {@link IncomingFrames.feed}: what the peer has sent ends the session. */
export class EndedByPeer extends Error {
  readonly reason: YamuxError;
  /** The go-away that the peer is to be sent, if any. */
  readonly lastWord: GoAwayCode | null;

  constructor(reason: YamuxError, lastWord: GoAwayCode | null) {
    super(reason.message);
    this.reason = reason;
    this.lastWord = lastWord;
  }
}

/** The peer has broken the protocol. */
function violation(code: YamuxErrorCode, text: string): EndedByPeer {
  const { protocolError: goAwayCode } = GoAwayCode;
  return new EndedByPeer(new YamuxError(code, text, { goAwayCode }), goAwayCode);
}

/** What a session does with each frame of the peer; the rules of hashicorp/yamux `session.go` and `stream.go`. */
export class IncomingFrames implements FrameSink {
  readonly #reader = new FrameReader(this);
  readonly #streams: StreamTable;
  readonly #outbox: Outbox;
  readonly #pinger: Pinger;
  #nowMs = 0;
  #stopped = false;
  /** The stream whose payload is being read, or null where it is dropped; and whether the frame finishes it. */
  #payloadStream: YamuxStream | null = null;
  #payloadFinishes = false;

  constructor(options: IncomingOptions) {
    this.#streams = options.streams;
    this.#outbox = options.outbox;
    this.#pinger = options.pinger;
  }

  /** @throws {EndedByPeer} and what callbacks throw; not to be used again after either */
  feed(chunk: Uint8Array, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#reader.feed(chunk);
  }

  /** Ignores everything from here on, the rest of the chunk being read included. */
  stop(): void {
    this.#stopped = true;
    this.#payloadStream = null;
    this.#reader.stop();
  }

  onHeader(header: FrameHeader): void {
    this.#payloadStream = null;
    const { version, type } = header;
    if (version !== PROTOCOL_VERSION) throw violation('BAD_VERSION', `version ${version}; allowed is 0`);
    if (type === FrameType.data || type === FrameType.windowUpdate) this.#onStreamFrame(header);
    else if (type === FrameType.ping) this.#onPing(header);
    else if (type === FrameType.goAway) this.#onGoAway(header.length);
    else throw violation('BAD_TYPE', `frame type ${type}; allowed are 0 to 3`);
  }

  onPayload(chunk: Uint8Array, start: number, end: number, leftBytes: number): void {
    const stream = this.#payloadStream;
    if (stream === null || !stream.takesPayload) return;
    stream.deliver(chunk.subarray(start, end), { last: this.#payloadFinishes && leftBytes === 0 });
  }

  #onStreamFrame({ type, flags, streamId, length }: FrameHeader): void {
    if ((flags & Flag.syn) !== 0) this.#onSyn(streamId, flags);
    const stream = this.#stopped ? undefined : this.#streams.get(streamId);
    // Ids that are unknown or forgotten are normal: a reset crosses what was under way. Nothing of them is kept.
    if (stream === undefined || stream.isUnannounced) return;
    if ((flags & Flag.rst) !== 0) {
      this.#streams.drop(stream, new YamuxError('STREAM_RESET', `stream ${streamId} was reset by the peer`));
      return;
    }
    // Data and FIN prove as well as the flag that the peer has taken the stream.
    if (stream.isUnacked && ((flags & (Flag.ack | Flag.fin)) !== 0 || type === FrameType.data)) {
      this.#streams.acked(stream);
    }
    if (type === FrameType.windowUpdate) stream.credit(length);
    else if (length > 0) {
      this.#onDataHeader(stream, flags, length);
      return;
    }
    if ((flags & Flag.fin) !== 0) stream.remoteEnded();
  }

  /** A stream of the peer begins. Parity is not judged: no known peer does. */
  #onSyn(streamId: number, flags: number): void {
    if (streamId === 0) throw violation('BAD_STREAM_ID', 'stream 0 is the session itself and cannot be opened');
    if (this.#streams.get(streamId) !== undefined) {
      throw violation('DUPLICATE_STREAM', `stream ${streamId} is open already`);
    }
    if ((flags & Flag.rst) === 0) this.#streams.accept(streamId, this.#nowMs);
  }

  /** Judges the declared length before a byte of the payload is looked at. */
  #onDataHeader(stream: YamuxStream, flags: number, length: number): void {
    // Some peers still send after their own FIN.
    if (!stream.takesPayload) return;
    if (!stream.windowCovers(length)) {
      throw violation('WINDOW_EXCEEDED', `stream ${stream.id} was sent ${length} bytes, more than its window`);
    }
    if (stream.waitsForSlot && !this.#streams.mayBuffer(length)) {
      this.#streams.cut(stream, new YamuxError('WAIT_OVERFLOW', 'waiting streams buffer too much'));
      return;
    }
    stream.reserve(length);
    this.#payloadStream = stream;
    this.#payloadFinishes = (flags & Flag.fin) !== 0;
  }

  #onGoAway(code: number): void {
    if (code === GoAwayCode.normal) {
      this.#streams.peerGoesAway();
      return;
    }
    const text = `the peer ended the session with go-away ${code}`;
    throw new EndedByPeer(new YamuxError('REMOTE_ERROR', text, { goAwayCode: code }), null);
  }

  #onPing({ flags, length }: FrameHeader): void {
    if ((flags & Flag.syn) !== 0) this.#outbox.control(FrameType.ping, Flag.ack, 0, length);
    else if ((flags & Flag.ack) !== 0) this.#pinger.answered(length, this.#nowMs);
  }
}
