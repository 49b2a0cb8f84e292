import type { Duplex } from 'node:stream';
import type { EndOfTurn } from '../end-of-turn.ts';

type Listener = (this: Duplex) => void;

export interface PacedEndsOptions {
  turns: Pick<EndOfTurn, 'add'>;
  /** The one listener that hears of an end when it is there, as often as there are others that hear of it later. */
  atOnce: Listener;
}

/**
 * Lets what is done at the end of a socket wait for its share of a turn. Where a network fails, one turn of the event loop
 * hears of the end of every socket, and what `ws` and Node do then (shutting down, closing, telling of it) is done for all of
 * them phase by phase: ten thousand take a third of a second, in which nothing else runs. Sockets over TLS are destroyed by Node
 * at once; of those only what the gateway itself does at an end waits for its share.
 */
export class PacedEnds {
  readonly #options: PacedEndsOptions;
  /** By the listener in whose place it stands. Node and `ws` have the same functions for all sockets, so it stays small. */
  readonly #later = new Map<Listener, Listener>();

  constructor(options: PacedEndsOptions) {
    this.#options = options;
  }

  /** Whoever else listens for this socket's end by now hears of it later, or not at all where it has been destroyed by then. */
  pace(socket: Duplex): void {
    const listeners = socket.listeners('end') as Listener[];
    // All are taken off first, and none is added but those that wait: a list that ever held three keeps room for twenty.
    for (const listener of listeners) socket.off('end', listener);
    for (const listener of listeners) {
      if (listener !== this.#options.atOnce) socket.on('end', this.#laterOf(listener));
    }
  }

  #laterOf(listener: Listener): Listener {
    const known = this.#later.get(listener);
    if (known !== undefined) return known;
    const { turns, atOnce } = this.#options;
    const later: Listener = function () {
      atOnce.call(this);
      turns.add(() => {
        if (!this.destroyed) listener.call(this);
      });
    };
    this.#later.set(listener, later);
    return later;
  }
}
