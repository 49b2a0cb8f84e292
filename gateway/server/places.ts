import { ApiError } from './errors.ts';

const FULL_RETRY_SECONDS = 30;

/** What takes a place: the socket of an upgrade, or the response of a stream of events. */
interface Holder {
  on(event: 'close', listener: () => void): unknown;
}

export interface PlacesOptions {
  /** Most places taken at once. */
  most: number;
  /** Called once for each holder that finds none. */
  onFull(): void;
}

/** The places that agents and watchers share, whichever way they are connected. */
export class Places {
  readonly #options: PlacesOptions;
  readonly #holders = new Set<Holder>();
  /** One function for all: it lives as long as each of the connections. */
  readonly #onClose: (this: Holder) => void;

  constructor(options: PlacesOptions) {
    this.#options = options;
    const holders = this.#holders;
    this.#onClose = function () {
      holders.delete(this);
    };
  }

  /**
   * Takes a place, which is free again once the holder has closed or has left it.
   * @throws {ApiError} 503 with Retry-After where all are taken
   */
  take(holder: Holder): void {
    const { most, onFull } = this.#options;
    if (this.#holders.size >= most) {
      onFull();
      throw new ApiError(503, 'The gateway has all the connections it takes.', {
        retryAfterSeconds: FULL_RETRY_SECONDS,
      });
    }
    this.#holders.add(holder);
    holder.on('close', this.#onClose);
  }

  /** Frees the place of who is still open but may not stay. */
  leave(holder: Holder): void {
    this.#holders.delete(holder);
  }
}
