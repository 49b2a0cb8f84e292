import { encodeCursor } from './cursor.ts';
import type { Position } from './feed.ts';
import type { Subscription } from './subscription.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { Watcher } from './watcher.ts';

export interface GivenCursorsOptions {
  collectionClock: { nowUs(): number };
  subscriptions: Subscriptions;
  /** Bytes that may wait in a socket before a cursor passes it by. */
  socketBufferBytes: number;
  /** The run of this gateway, as its cursors name it. */
  run: string;
}

/** The cursors that this gateway gives out. */
export class GivenCursors {
  readonly #options: GivenCursorsOptions;

  constructor(options: GivenCursorsOptions) {
    this.#options = options;
  }

  /** The run of this gateway, as its cursors name it. */
  get run(): string {
    return this.#options.run;
  }

  /** A cursor as a watcher of the subscription gets it. */
  of({ cursor: revision, history }: Pick<Position, 'cursor' | 'history'>, subscription: Subscription): string {
    return encodeCursor({ revision, run: this.run, subscription: subscription.hash, history });
  }

  /** Tells a watcher the newest cursor, if it has seen everything below it and has not been told. */
  commit(watcher: Watcher, position: Position): void {
    if (watcher.sentSeq < position.seq || watcher.sentCursor >= position.cursor) return;
    const subscription = this.#options.subscriptions.of(watcher);
    if (subscription === undefined) return;
    if (watcher.channel.bufferedBytes > this.#options.socketBufferBytes) {
      watcher.passedBy = true;
      return;
    }
    watcher.sentCursor = position.cursor;
    const cursor = this.of(position, subscription);
    const now = this.#options.collectionClock.nowUs() / 1000;
    watcher.send(JSON.stringify({ type: 'committed', cursor, now }));
  }
}
