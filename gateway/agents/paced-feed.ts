import type { WebSocket } from 'ws';
import type { YamuxSession } from '../../protocol/yamux/session.ts';

/** What a socket delivers at once anyway, so that only messages which are longer are cut. */
const PIECE_BYTES = 64 * 1024;

/** Turns of the event loop, as {@link EndOfTurn} keeps them. */
interface Turns {
  readonly isLong: boolean;
  add(task: () => void): void;
}

/**
 * Hands an agent's messages to its session. Long ones go in pieces: one piece a turn of the event loop, the socket resting
 * meanwhile. 4 MiB of frames that each cost something would else hold up every other agent, and what a stream keeps of a
 * message, be it one byte, would hold all of it in memory. In a turn that is long already, as where all agents report in the
 * same instant, messages wait for a later one.
 */
export class PacedFeed {
  readonly #socket: Pick<WebSocket, 'pause' | 'resume'>;
  readonly #session: Pick<YamuxSession, 'receive'>;
  readonly #turns: Turns;
  /** Messages that have begun to be handed over or wait; null for none, as most of the time. */
  #waiting: Uint8Array[] | null = null;

  constructor(
    socket: Pick<WebSocket, 'pause' | 'resume'>,
    { turns, session }: { turns: Turns; session: Pick<YamuxSession, 'receive'> },
  ) {
    this.#socket = socket;
    this.#session = session;
    this.#turns = turns;
  }

  take(message: Uint8Array): void {
    if (this.#waiting !== null) this.#waiting.push(message);
    else if (message.length <= PIECE_BYTES && !this.#turns.isLong) this.#session.receive(message);
    else {
      this.#waiting = [message];
      this.#socket.pause();
      if (this.#turns.isLong) this.#later();
      else this.#next();
    }
  }

  /** The socket is gone: drops what waits. */
  stop(): void {
    this.#waiting = null;
  }

  /** Hands over what comes next, as much as a piece: one long part or many short messages. */
  #next(): void {
    for (let roomBytes = PIECE_BYTES; this.#waiting !== null; ) {
      const [message] = this.#waiting;
      if (message === undefined) {
        this.#waiting = null;
        this.#socket.resume();
        return;
      }
      if (roomBytes === 0) {
        this.#later();
        return;
      }
      // A copy of its own, since parts of it may be kept.
      const piece = new Uint8Array(message.subarray(0, roomBytes));
      if (piece.length < message.length) this.#waiting[0] = message.subarray(piece.length);
      else this.#waiting.shift();
      roomBytes -= piece.length;
      this.#session.receive(piece);
    }
  }

  #later(): void {
    this.#turns.add(() => this.#next());
  }
}
