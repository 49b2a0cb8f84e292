import { DrpcError } from './error.ts';

/**
 * Where one side of a call waits for the other's messages: room for a single one, so that whoever fills it stops
 * reading the stream until it has been taken, and the peer is held back by its window.
 */
export class Inbox {
  readonly #onTaken: () => void;
  #message: Uint8Array | null = null;
  #ended = false;
  #failure: (() => Error) | null = null;
  #waiter: { resolve: (message: Uint8Array | null) => void; reject: (reason: Error) => void } | null = null;

  /** `onTaken` is told when there is room again. */
  constructor(onTaken: () => void) {
    this.#onTaken = onTaken;
  }

  get full(): boolean {
    return this.#message !== null;
  }

  /** Only while not {@link full}; ignored after the end. */
  offer(message: Uint8Array): void {
    if (this.#ended || this.#failure !== null) return;
    if (this.#waiter === null) {
      this.#message = message;
      return;
    }
    this.#waiter.resolve(message);
    this.#waiter = null;
  }

  /** No more messages follow the one that waits. */
  end(): void {
    this.#ended = true;
    if (this.#failure === null) this.#waiter?.resolve(null);
    this.#waiter = null;
  }

  /**
   * The call is over: what waits is dropped and whoever takes gets the reason, which is made only then: most calls end with
   * nobody waiting, and thousands in the same instant where a network fails.
   */
  fail(reason: () => Error): void {
    if (this.#failure !== null) return;
    this.#failure = reason;
    this.#message = null;
    this.#waiter?.reject(reason());
    this.#waiter = null;
  }

  /** The next message, or null at the end. One caller at a time. */
  take(): Promise<Uint8Array | null> {
    if (this.#failure !== null) return Promise.reject(this.#failure());
    const message = this.#message;
    if (message !== null) {
      this.#message = null;
      this.#onTaken();
      return Promise.resolve(message);
    }
    if (this.#ended) return Promise.resolve(null);
    if (this.#waiter !== null) {
      return Promise.reject(new DrpcError('internal', 'a message is already being waited for'));
    }
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }
}
