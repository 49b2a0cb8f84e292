import type { Duplex } from 'node:stream';
import { ApiError } from './errors.ts';

const FULL_RETRY_SECONDS = 30;

export interface PlacesOptions {
  /** Most places taken at once. */
  most: number;
  /** Called once for each socket that finds none. */
  onFull(): void;
}

/**
 * The places that agents and watchers share, whichever way they are connected. Who has gone makes room for who comes: where
 * thousands go at once, it takes a while until the last of their sockets has closed, and all of them may be back before.
 * Until it closes a socket has a descriptor, so one that has ended keeps its place until somebody wants it, and is destroyed
 * then: sockets of both kinds together are never more than there are places.
 */
export class Places {
  readonly #options: PlacesOptions;
  readonly #taken = new Set<Duplex>();
  /** Those of them that have ended, the first first. */
  readonly #gone = new Set<Duplex>();
  /** One function for all: it lives as long as each of the connections. */
  readonly #onClose: (this: Duplex) => void;
  /** Listens for the end and for errors of each socket that has a place: to hear of both at once is what it is for. */
  readonly onGone: (this: Duplex) => void;

  constructor(options: PlacesOptions) {
    this.#options = options;
    const places = this;
    const gone = this.#gone;
    this.#onClose = function () {
      places.leave(this);
    };
    this.onGone = function () {
      gone.add(this);
    };
  }

  /**
   * Takes a place, which is free again once the socket has closed or has left it, and to be had once it has ended.
   * @throws {ApiError} 503 with Retry-After where all are taken by who is still there
   */
  take(socket: Duplex): void {
    const { most, onFull } = this.#options;
    if (this.#taken.size >= most) this.#makeRoom();
    if (this.#taken.size >= most) {
      onFull();
      throw new ApiError(503, 'The gateway has all the connections it takes.', {
        retryAfterSeconds: FULL_RETRY_SECONDS,
      });
    }
    this.#taken.add(socket);
    socket.on('end', this.onGone).on('error', this.onGone).on('close', this.#onClose);
  }

  /** Frees the place of who is still open but may not stay, or has no more use for it. */
  leave(socket: Duplex): void {
    if (!this.#taken.delete(socket)) return;
    this.#gone.delete(socket);
    socket.off('end', this.onGone).off('error', this.onGone).off('close', this.#onClose);
  }

  #makeRoom(): void {
    const [socket] = this.#gone;
    if (socket === undefined) return;
    this.leave(socket);
    socket.destroy();
  }
}
