import type { WebSocket } from 'ws';

/** What a socket delivers at once anyway, so that only messages which are longer are cut. */
const PIECE_BYTES = 64 * 1024;

/**
 * Hands an agent's messages to its session, long ones in pieces: one piece a turn of the event loop, the socket resting
 * meanwhile. 4 MiB of frames that each cost something would else hold up every other agent, and what a stream keeps of a
 * message, be it one byte, would hold all of it in memory.
 */
export class PacedFeed {
  readonly #socket: Pick<WebSocket, 'pause' | 'resume'>;
  readonly #receive: (bytes: Uint8Array) => void;
  /** Messages that have begun to be handed over or wait behind one that has. */
  #waiting: Uint8Array[] = [];

  constructor(socket: Pick<WebSocket, 'pause' | 'resume'>, receive: (bytes: Uint8Array) => void) {
    this.#socket = socket;
    this.#receive = receive;
  }

  take(message: Uint8Array): void {
    if (this.#waiting.length > 0) {
      this.#waiting.push(message);
      return;
    }
    if (message.length <= PIECE_BYTES) {
      this.#receive(message);
      return;
    }
    this.#waiting.push(message);
    this.#socket.pause();
    this.#next();
  }

  /** The socket is gone: drops what waits. */
  stop(): void {
    this.#waiting = [];
  }

  readonly #next = (): void => {
    const [message] = this.#waiting;
    if (message === undefined) return;
    if (message.length > PIECE_BYTES) this.#waiting[0] = message.subarray(PIECE_BYTES);
    else this.#waiting.shift();
    // A copy of its own, since parts of it may be kept.
    this.#receive(new Uint8Array(message.subarray(0, PIECE_BYTES)));
    if (this.#waiting.length > 0) setImmediate(this.#next);
    else this.#socket.resume();
  };
}
