import type { Clock } from '../clock.ts';
import type { Watcher } from './watcher.ts';

export interface DispatcherOptions {
  clock: Clock;
  turnMs: number;
  socketRefillBytes: number;
  yieldTurn: () => Promise<void>;
  /** A watcher has been sent all of its transmission. */
  onFinished: (watcher: Watcher) => void;
  onFault: (error: unknown) => void;
}

/**
 * Carries transmissions to their sockets, message by message and watcher by watcher in turn, as far as each socket
 * takes them, and gives the event loop a turn before anyone notices.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #queue = new Set<Watcher>();
  #running = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Goes on with a watcher's transmission; what fits leaves before this returns, unless others are being served. */
  serve(watcher: Watcher): void {
    this.#queue.add(watcher);
    if (!this.#running) void this.#run();
  }

  drop(watcher: Watcher): void {
    this.#queue.delete(watcher);
  }

  async #run(): Promise<void> {
    const { clock, turnMs, yieldTurn } = this.#options;
    this.#running = true;
    let startedMs = clock.now();
    while (this.#queue.size > 0) {
      for (const watcher of this.#queue) {
        this.#step(watcher);
        if (clock.now() - startedMs < turnMs) continue;
        await yieldTurn();
        startedMs = clock.now();
      }
    }
    this.#running = false;
  }

  #step(watcher: Watcher): void {
    try {
      const had = watcher.transmission !== null;
      if (watcher.pump(this.#options.socketRefillBytes)) return;
      this.#queue.delete(watcher);
      if (had && watcher.transmission === null) this.#options.onFinished(watcher);
    } catch (error) {
      this.#queue.delete(watcher);
      this.#options.onFault(error);
    }
  }
}
