import type { CancelTimer } from '../clock.ts';
import { FleetFeed, type FleetFeedOptions, type Position } from './feed.ts';
import { Frames, type FramesOptions } from './frames.ts';
import type { Watcher } from './watcher.ts';

/** What exists only while someone watches, and for a while after. */
export interface Watching {
  readonly feed: FleetFeed;
  readonly frames: Frames;
}

export interface WatchedFleetOptions
  extends Omit<FleetFeedOptions, 'firstSeq' | 'resume'>,
    Omit<FramesOptions, 'state' | 'commit'> {
  /** Everything below the position's cursor is in the state; called for each watcher that is in step. */
  commit: (watcher: Watcher, position: Position) => void;
}

/**
 * The life of the fleet's state: begun for the first who watches, kept for a while behind the last. Sequence numbers
 * and the position go on from one state to the next, so that nothing given out goes back.
 */
export class WatchedFleet {
  readonly #options: WatchedFleetOptions;
  #current: Watching | null = null;
  #cancelLinger: CancelTimer | null = null;
  #lastSeq = 0;
  #lastPosition: Position | null = null;

  constructor(options: WatchedFleetOptions) {
    this.#options = options;
  }

  /** Null where nobody watches. */
  get current(): Watching | null {
    return this.#current;
  }

  /** The state, begun if there is none. Someone is about to watch. */
  hold(): Watching {
    this.#cancelLinger?.();
    this.#cancelLinger = null;
    this.#current ??= this.#begin();
    return this.#current;
  }

  /** Nobody watches any more: the state goes, unless someone comes in time. */
  release(): void {
    if (this.#current === null || this.#cancelLinger !== null) return;
    const { clock, settings } = this.#options;
    this.#cancelLinger = clock.after(settings.stateLingerMs, () => this.end());
  }

  /** The state goes now. */
  end(): void {
    this.#cancelLinger?.();
    this.#cancelLinger = null;
    if (this.#current === null) return;
    const { feed, frames } = this.#current;
    feed.stop();
    frames.stop();
    this.#lastSeq = feed.state.seq;
    this.#lastPosition = feed.position ?? this.#lastPosition;
    this.#current = null;
  }

  #begin(): Watching {
    const feed = new FleetFeed({ ...this.#options, firstSeq: this.#lastSeq, resume: this.#lastPosition });
    const { state } = feed;
    this.#options.subscriptions.useSource(state);
    const commit = (watcher: Watcher) => {
      const position = this.#current?.feed.position;
      if (position) this.#options.commit(watcher, position);
    };
    const frames = new Frames({ ...this.#options, state, commit });
    feed.wake();
    return { feed, frames };
  }
}
