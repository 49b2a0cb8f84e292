import type { WatchRequest } from '../../protocol/watch/messages.ts';
import { payloadBytesOf, textFrame } from '../framed-socket.ts';

/** What a watcher may see at all: agents with all of these labels, or every agent. */
export interface WatchAccess {
  labels: Readonly<Record<string, string>> | null;
}

/** A watcher's socket as the hub sees it. */
export interface WatchChannel {
  /** One text message, framed already ({@link textFrame}); others may be sent the same, so never change it. */
  sendFrame(frame: Buffer): void;
  /** What has been given to `sendFrame` and has not left the process. */
  readonly bufferedBytes: number;
  /** Changes whenever bytes leave the process. */
  readonly progressMark: number;
  /** Starts the closing handshake behind what waits. */
  close(code: number, reason: string): void;
  /** Ends the connection at once. */
  destroy(): void;
}

/** What a socket's adapter calls. */
export interface WatcherHandle {
  /** A text message of the watcher. */
  receive(text: string): void;
  /** Bytes have left; more may fit. */
  drained(): void;
  /** The connection has ended. */
  closed(): void;
  /** Ends it from our side: a revoked token, say. */
  close(code: number, reason: string): void;
}

/** Several messages for one watcher, made one at a time as its socket takes them. */
export interface Transmission {
  /** The next message, or null behind the last. */
  next(): string | null;
  /** The state's sequence number that the watcher has seen behind the last message. */
  readonly seq: number;
  /** The cursor that one of the messages carries, or null. */
  readonly cursor: bigint | null;
}

/** One watcher: how far it has been sent the state. Of what it has not taken, only that number is kept. */
export class Watcher {
  readonly channel: WatchChannel;
  readonly access: WatchAccess;
  /** True from the end of its snapshot on. */
  live = false;
  transmission: Transmission | null = null;
  /** What it asked for while its snapshot was under way; only the last request counts. */
  nextRequest: WatchRequest | null = null;
  /** It has been sent every change up to this sequence number. */
  sentSeq = Number.POSITIVE_INFINITY;
  /** The newest cursor given out on this socket. */
  sentCursor = -1n;
  /** Takes part in the shared frame that is being made. */
  inFrame = false;
  /** Something was not sent because too much waited: when it drains, a frame is due. */
  passedBy = false;
  lastMark = 0;
  lastProgressMs: number;
  closing = false;
  readonly #onSent: (bytes: number) => void;

  constructor(options: {
    channel: WatchChannel;
    access: WatchAccess;
    nowMs: number;
    onSent: (bytes: number) => void;
  }) {
    this.channel = options.channel;
    this.access = options.access;
    this.lastProgressMs = options.nowMs;
    this.#onSent = options.onSent;
  }

  /** It has asked for something else: nothing of the state is sent until its next transmission. */
  pause(): void {
    this.live = false;
    this.inFrame = false;
    this.transmission = null;
    this.sentSeq = Number.POSITIVE_INFINITY;
  }

  send(message: string): void {
    if (!this.closing) this.sendFrame(textFrame(message));
  }

  /** Sends what others get as well. */
  sendFrame(frame: Buffer): void {
    if (this.closing) return;
    this.channel.sendFrame(frame);
    this.#onSent(payloadBytesOf(frame));
  }

  /** Sends the next message of its transmission; false when it cannot take one now or there is none. */
  pump(refillBytes: number): boolean {
    const { transmission } = this;
    if (transmission === null || this.closing || this.channel.bufferedBytes >= refillBytes) return false;
    const message = transmission.next();
    if (message !== null) {
      this.send(message);
      return true;
    }
    this.transmission = null;
    this.live = true;
    this.sentSeq = transmission.seq;
    if (transmission.cursor !== null) this.sentCursor = transmission.cursor;
    return false;
  }
}
