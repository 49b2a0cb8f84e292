import type { Clock } from '../clock.ts';
import type { FleetReader, PendingChanges, Position } from './feed.ts';
import type { WatchSettings } from './settings.ts';

/** Hears what the hub does, for metrics and logs. */
export interface WatchObserver {
  /** One message of so many bytes was given to one watcher's socket. */
  onSent?(bytes: number): void;
  /** A watcher was closed because it took nothing for too long. */
  onSlow?(): void;
  /** A read was taken in; `cursor` is what watchers are given. */
  onRead?(position: Readonly<Position>): void;
  /** The database could not be read; what is known stays, and it is tried again. */
  onReadFailed?(error: unknown): void;
  /** Something failed that should not; the hub goes on. */
  onFault?(error: unknown): void;
}

export interface WatchHubOptions {
  clock: Clock;
  collectionClock: { nowUs(): number };
  reader: FleetReader;
  pending: PendingChanges;
  settings?: Partial<WatchSettings>;
  observer?: WatchObserver;
  /** Uniform in [0, 1). */
  random?: () => number;
  /** Awaited between the parts of long work. */
  yieldTurn?: () => Promise<void>;
  /** Names this run of the gateway in cursors: lower-case letters and digits. */
  run?: string;
}
