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
  /** Those of them that have ended or failed, the first first. */
  readonly #gone = new Set<Duplex>();
  /** One function for all: it lives as long as each of the connections. */
  readonly #onClose: (this: Duplex) => void;
  /**
   * Hears that a socket has gone: of its end at once, which must not be paced. An upgrade's listens to errors as well, and for
   * as long as the socket lives, so one without a place means nothing to it.
   */
  readonly onGone: (this: Duplex) => void;

  constructor(options: PlacesOptions) {
    this.#options = options;
    const places = this;
    const taken = this.#taken;
    const gone = this.#gone;
    this.#onClose = function () {
      places.leave(this);
    };
    this.onGone = function () {
      if (taken.has(this)) gone.add(this);
    };
  }

  /**
   * Takes a place, which is free again once the socket has closed or has left it, and to be had once it has ended. A socket
   * that has one is destroyed: an upgrade behind a stream could not be told from it, and there is one place to give back.
   * @throws {ApiError} 503 with Retry-After where all are taken by who is still there
   */
  take(socket: Duplex): void {
    const { most, onFull } = this.#options;
    if (this.#taken.has(socket)) {
      socket.destroy();
      return;
    }
    if (this.#taken.size >= most) this.#makeRoom();
    if (this.#taken.size >= most) {
      onFull();
      throw new ApiError(503, 'The gateway has all the connections it takes.', {
        retryAfterSeconds: FULL_RETRY_SECONDS,
      });
    }
    this.#taken.add(socket);
    // What has ended by now will not say so again.
    if (socket.readableEnded) this.#gone.add(socket);
    socket.on('end', this.onGone).on('close', this.#onClose);
  }

  /** Frees the socket's place, if it has one: it has closed, may not stay, or has no more use for it. */
  leave(socket: Duplex): void {
    if (!this.#taken.delete(socket)) return;
    this.#gone.delete(socket);
    socket.off('end', this.onGone).off('close', this.#onClose);
  }

  #makeRoom(): void {
    const [socket] = this.#gone;
    if (socket === undefined) return;
    this.leave(socket);
    socket.destroy();
  }
}
