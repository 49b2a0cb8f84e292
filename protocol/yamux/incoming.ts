import { YamuxError, type YamuxErrorCode } from './error.ts';
import { Flag, type FrameHeader, FrameType, PROTOCOL_VERSION } from './frame.ts';
import type { Outbox } from './outbox.ts';
import type { Pinger } from './pinger.ts';
import { FrameReader, type FrameSink } from './reader.ts';
import type { YamuxStream } from './stream.ts';
import type { StreamTable } from './stream-table.ts';

export interface IncomingOptions {
  readonly streams: StreamTable;
  readonly outbox: Outbox;
  readonly pinger: Pinger;
  /** The peer has broken the protocol: the session ends with go-away 1. */
  readonly onViolation: (code: YamuxErrorCode, text: string) => void;
  readonly onGoAway: (code: number) => void;
}

/** What a session does with each frame of the peer; the rules of hashicorp/yamux `session.go` and `stream.go`. */
export class IncomingFrames implements FrameSink {
  readonly #reader = new FrameReader(this);
  readonly #streams: StreamTable;
  readonly #outbox: Outbox;
  readonly #pinger: Pinger;
  readonly #onViolation: (code: YamuxErrorCode, text: string) => void;
  readonly #onGoAway: (code: number) => void;
  #nowMs = 0;
  #stopped = false;
  /** The stream whose payload is being read, or null where it is dropped; and whether the frame finishes it. */
  #payloadStream: YamuxStream | null = null;
  #payloadFinishes = false;

  constructor(options: IncomingOptions) {
    this.#streams = options.streams;
    this.#outbox = options.outbox;
    this.#pinger = options.pinger;
    this.#onViolation = options.onViolation;
    this.#onGoAway = options.onGoAway;
  }

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
    if (version !== PROTOCOL_VERSION) this.#onViolation('BAD_VERSION', `version ${version}; allowed is 0`);
    else if (type === FrameType.data || type === FrameType.windowUpdate) this.#onStreamFrame(header);
    else if (type === FrameType.ping) this.#onPing(header);
    else if (type === FrameType.goAway) this.#onGoAway(header.length);
    else this.#onViolation('BAD_TYPE', `frame type ${type}; allowed are 0 to 3`);
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
    if (streamId === 0) this.#onViolation('BAD_STREAM_ID', 'stream 0 is the session itself and cannot be opened');
    else if (this.#streams.get(streamId) !== undefined) {
      this.#onViolation('DUPLICATE_STREAM', `stream ${streamId} is open already`);
    } else if ((flags & Flag.rst) === 0) this.#streams.accept(streamId, this.#nowMs);
  }

  /** Judges the declared length before a byte of the payload is looked at. */
  #onDataHeader(stream: YamuxStream, flags: number, length: number): void {
    // Some peers still send after their own FIN.
    if (!stream.takesPayload) return;
    if (!stream.windowCovers(length)) {
      this.#onViolation('WINDOW_EXCEEDED', `stream ${stream.id} was sent ${length} bytes, more than its window`);
      return;
    }
    if (stream.waitsForSlot && !this.#streams.mayBuffer(length)) {
      this.#streams.cut(stream, new YamuxError('WAIT_OVERFLOW', 'waiting streams buffer too much'));
      return;
    }
    stream.reserve(length);
    this.#payloadStream = stream;
    this.#payloadFinishes = (flags & Flag.fin) !== 0;
  }

  #onPing({ flags, length }: FrameHeader): void {
    if ((flags & Flag.syn) !== 0) this.#outbox.control(FrameType.ping, Flag.ack, 0, length);
    else if ((flags & Flag.ack) !== 0) this.#pinger.answered(length, this.#nowMs);
  }
}
