import type { Clock } from '../clock.ts';
import { SharedSnapshot, type SnapshotOptions } from './snapshot.ts';
import type { Subscription } from './subscription.ts';

export interface RecentSnapshotsOptions {
  clock: Clock;
  /** For how long a snapshot is given to those who come after its first reader. */
  shareMs: number;
}

/** Snapshots begun a moment ago: those who join at about the same time share them. */
export class RecentSnapshots {
  readonly #options: RecentSnapshotsOptions;
  /** Of each subscription by what is asked for: since when, and from which history of the database. */
  readonly #bySubscription = new WeakMap<Subscription, Map<string, SharedSnapshot>>();

  constructor(options: RecentSnapshotsOptions) {
    this.#options = options;
  }

  /**
   * One that was begun a moment ago, or a new one.
   *
   * @param leastCursor the newest cursor that the watcher has been given: on one socket it never goes back
   */
  of(wanted: SnapshotOptions, { history, leastCursor }: { history: string; leastCursor: bigint }): SharedSnapshot {
    const { subscription, sinceRevision, allStatuses } = wanted;
    const name = `${history} ${sinceRevision} ${allStatuses}`;
    const recent = this.#recentOf(subscription);
    const known = recent.get(name);
    if (known !== undefined && known.options.cursor >= leastCursor) return known;
    if (known !== undefined) subscription.snapshots.delete(known);
    const snapshot = new SharedSnapshot(wanted);
    recent.set(name, snapshot);
    subscription.snapshots.add(snapshot);
    const { clock, shareMs } = this.#options;
    clock.after(shareMs, () => {
      snapshot.forget();
      subscription.snapshots.delete(snapshot);
      if (recent.get(name) === snapshot) recent.delete(name);
    });
    return snapshot;
  }

  #recentOf(subscription: Subscription): Map<string, SharedSnapshot> {
    let recent = this.#bySubscription.get(subscription);
    if (recent === undefined) {
      recent = new Map();
      this.#bySubscription.set(subscription, recent);
    }
    return recent;
  }
}
