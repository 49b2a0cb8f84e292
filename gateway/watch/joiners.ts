import type { Clock } from '../clock.ts';
import { type Cursor, decodeCursor, encodeCursor } from './cursor.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { FleetFeed, Position } from './feed.ts';
import type { GivenCursors } from './given-cursors.ts';
import type { Notices } from './notices.ts';
import { RecentSnapshots } from './recent-snapshots.ts';
import { goneSince, isResumable, mayBeNamed } from './resuming.ts';
import type { WatchSettings } from './settings.ts';
import { SnapshotTransmission } from './snapshot.ts';
import type { Subscription } from './subscription.ts';
import type { Watcher } from './watcher.ts';

export interface JoinersOptions {
  clock: Clock;
  collectionClock: { nowUs(): number };
  settings: WatchSettings;
  cursors: GivenCursors;
  notices: Notices;
  dispatcher: Dispatcher;
  /** A snapshot of the state as it is now is about to be begun. */
  onBegin: () => void;
}

interface Joiner {
  subscription: Subscription;
  since: Cursor | null;
  /** The read that has to be taken in first; 0 for none. */
  afterRead: number;
}

/** Watchers that have asked for a part of the fleet, until each one's snapshot, whole or since its cursor, is begun. */
export class Joiners {
  readonly #options: JoinersOptions;
  readonly #waiting = new Map<Watcher, Joiner>();
  readonly #snapshots: RecentSnapshots;

  constructor(options: JoinersOptions) {
    this.#options = options;
    const { clock, settings } = options;
    this.#snapshots = new RecentSnapshots({ clock, shareMs: settings.snapshotShareMs });
  }

  /**
   * Takes a watcher that has joined its subscription, in place of what it asked for before.
   *
   * @param since the cursor that it came back with, as it gave it
   * @param outdated true when wake-ups have been ignored, so that a new read has to come first
   */
  add(
    watcher: Watcher,
    feed: FleetFeed,
    { subscription, since, outdated }: { subscription: Subscription; since: string | undefined; outdated: boolean },
  ): void {
    const cursor = since === undefined ? null : decodeCursor(since);
    const { position } = feed;
    // A cursor from ahead of us, or of another history, may be another gateway's newer one, or made up: only a new read
    // can tell.
    const isAhead =
      position !== null && cursor !== null && (cursor.revision > position.xmin || cursor.history !== position.history);
    const afterRead = position !== null && (outdated || isAhead) ? feed.wake() : 0;
    this.#waiting.set(watcher, { subscription, since: cursor, afterRead });
    this.begin(feed);
  }

  remove(watcher: Watcher): void {
    this.#waiting.delete(watcher);
  }

  /** Begins the snapshots that can be made now; after a failed read, all, from what is known. */
  begin(feed: FleetFeed, { afterFailure = false } = {}): void {
    const { position } = feed;
    if (position === null) return;
    for (const [watcher, { subscription, since, afterRead }] of this.#waiting) {
      if (!afterFailure && feed.readsDone < afterRead) continue;
      this.#waiting.delete(watcher);
      this.#options.onBegin();
      const resumable = since !== null && isResumable(since, { subscription, watcher, position });
      const gone = resumable ? goneSince(since.revision, subscription, feed.state) : [];
      const known = resumable && mayBeNamed(gone, watcher, subscription) ? since : null;
      this.#serve(watcher, subscription, { feed, position, known, gone: known === null ? [] : gone });
    }
  }

  #serve(
    watcher: Watcher,
    subscription: Subscription,
    { feed, position, known, gone }: { feed: FleetFeed; position: Position; known: Cursor | null; gone: string[] },
  ): void {
    const { cursors, settings, collectionClock, notices, dispatcher } = this.#options;
    const { state } = feed;
    const sinceRevision = known?.revision ?? null;
    const isForeign = known !== null && known.run !== cursors.run;
    if (isForeign) state.repeatTexts();
    const { history } = position;
    const snapshot = this.#snapshots.of(
      {
        subscription,
        seq: state.seq,
        cursor: position.cursor,
        sinceRevision,
        allStatuses: isForeign,
        messageChars: settings.messageChars,
      },
      { history, leastCursor: watcher.sentCursor },
    );
    watcher.transmission = new SnapshotTransmission(snapshot, {
      cursor: cursors.of({ cursor: snapshot.options.cursor, history }, subscription),
      sinceCursor: known === null ? '' : encodeCursor(known),
      nowUs: () => collectionClock.nowUs(),
      flushIntervalMs: settings.flushIntervalMs,
      removed: gone,
      notices: () => notices.active,
    });
    watcher.sentSeq = snapshot.seq;
    dispatcher.serve(watcher);
  }
}
