import type { AgentChange, AgentId, FleetRead, FlushResult, FlushValue } from '../../db/types.ts';
import type { Clock } from '../clock.ts';
import { type FleetListener, FleetState, SLICE_ROWS } from './fleet-state.ts';
import { ReadLoop } from './read-loop.ts';
import type { WatchSettings } from './settings.ts';

/** Where the database's state is read. */
export interface FleetReader {
  /** The whole fleet, with the tombstones that have not been purged. */
  readAll(options: { maxRevision: bigint }): Promise<FleetRead>;
  /** Rows with a revision of at least `cursor`; values written by `ownRevisions` may be left out. */
  readSince(cursor: bigint, options: { maxRevision: bigint; ownRevisions: readonly bigint[] }): Promise<FleetRead>;
}

/** What this gateway holds and the database does not yet; a batcher is one. */
export interface PendingChanges {
  forEachPending(visit: (value: FlushValue) => void): void;
  forEachPendingChange(visit: (change: AgentChange) => void): void;
}

/** A committed flush of this gateway: its whole batch and what became of it. */
export type OwnFlush = Pick<FlushResult, 'revision' | 'superseded' | 'deleted' | 'rejected'> & {
  values: readonly FlushValue[];
  agents: readonly AgentChange[];
};

/** How much of the database the state holds. */
export interface Position {
  /** Everything below it is in the state. */
  cursor: bigint;
  /** The state's sequence number by which that was so. */
  seq: number;
  /** No cursor given out before that read is above it. */
  xmin: bigint;
  purgedBefore: bigint;
  maxRevision: bigint;
  /** The database's history to which all of these belong. */
  history: string;
}

export interface FleetFeedOptions {
  clock: Clock;
  reader: FleetReader;
  pending: PendingChanges;
  settings: WatchSettings;
  listener: FleetListener;
  firstSeq: number;
  /** Where an earlier feed of this gateway had come to. */
  resume: Position | null;
  random: () => number;
  yieldTurn: () => Promise<void>;
  onRead: () => void;
  /** A further part of a large flush has been taken in. */
  onMerged: () => void;
  onReadFailed: (error: unknown) => void;
}

/** Fills one {@link FleetState} from all three sides: live values, own flushes, and reads of the database. */
export class FleetFeed {
  readonly state: FleetState;
  readonly #options: FleetFeedOptions;
  readonly #reads: ReadLoop;
  #position: Position | null = null;
  #readsStarted = 0;
  #readsDone = 0;
  #wholeNext = true;
  #ownRevisions: bigint[] = [];
  /** Resolves when all own flushes so far have been taken in. */
  #merging: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: FleetFeedOptions) {
    this.#options = options;
    this.state = new FleetState(options.listener, options.firstSeq);
    const { clock, settings, random, onReadFailed } = options;
    this.#reads = new ReadLoop({
      clock,
      read: () => this.#read(),
      spacingMs: settings.readSpacingMs,
      retryMaxMs: settings.readRetryMaxMs,
      random,
      onFailed: onReadFailed,
    });
  }

  /** Null before the first read. */
  get position(): Position | null {
    return this.#position;
  }

  /** The number of the last read that was taken in. */
  get readsDone(): number {
    return this.#readsDone;
  }

  /** Asks for a read that starts from now on; returns its number. */
  wake(delayMs = 0): number {
    this.#reads.wake(delayMs);
    return this.#readsStarted + 1;
  }

  stop(): void {
    this.#stopped = true;
    this.#reads.stop();
  }

  acceptLive(values: readonly FlushValue[]): void {
    if (this.#options.settings.liveIntervalMs === 0) return;
    for (const value of values) this.state.accept(value, null);
  }

  changeLive(change: AgentChange): void {
    this.state.changeLive(change);
  }

  /** Values that the database has not taken as they are stay what they were: a read brings what beats them. */
  flushed(flush: OwnFlush): void {
    for (const change of flush.agents) this.state.committedLive(change, this.#readsStarted);
    this.#ownRevisions.push(flush.revision);
    const before = this.#merging;
    this.#merging = this.#merge(merging(this.state, flush)).then(() => before);
  }

  /** The first slice is taken in at once. */
  async #merge(slices: Iterable<void>): Promise<void> {
    let sliced = false;
    for (const _ of slices) {
      sliced = true;
      await this.#options.yieldTurn();
      this.#options.onMerged();
    }
    if (sliced) this.#options.onMerged();
  }

  async #read(): Promise<void> {
    const whole = this.#wholeNext;
    this.#readsStarted += 1;
    const readNumber = this.#readsStarted;
    const since = this.#position?.cursor ?? 0n;
    const read = await this.#query(whole, since);
    if (this.#stopped) return;
    if (!whole && read.history !== this.#position?.history) {
      // What is newer than our cursor says nothing here: the cursor is another history's.
      this.#wholeNext = true;
      this.#ownRevisions = [];
      this.#reads.wake();
      return;
    }
    await this.state.apply(read, { whole, readNumber, yieldTurn: this.#options.yieldTurn });
    if (this.#position === null) await this.#takePending();
    // The read has left out the values of own flushes: they must be here before its cursor says so.
    await this.#merging;
    if (this.#stopped) return;
    // The purge may have taken tombstones that we never saw.
    this.#wholeNext = !whole && read.purgedBefore > since;
    this.#arrivedAt(read);
    this.#readsDone = readNumber;
    if (this.#wholeNext) this.#reads.wake();
    this.#options.onRead();
  }

  #query(whole: boolean, since: bigint): Promise<FleetRead> {
    const { reader, resume } = this.#options;
    const maxRevision = (this.#position ?? resume)?.maxRevision ?? 0n;
    if (whole) return reader.readAll({ maxRevision });
    return reader.readSince(since, { maxRevision, ownRevisions: [...this.#ownRevisions] });
  }

  /** Everything that arrives has been taken since before the read, so nothing lies between it and what is pending. */
  async #takePending(): Promise<void> {
    const { pending, settings } = this.#options;
    pending.forEachPendingChange((change) => this.state.changeLive(change));
    if (settings.liveIntervalMs === 0) return;
    const values: FlushValue[] = [];
    pending.forEachPending((value) => values.push(value));
    await this.#merge(merging(this.state, { values, revision: null }));
  }

  #arrivedAt(read: FleetRead): void {
    const known = this.#position ?? this.#options.resume;
    // In another history numbers begin anew.
    const before = known?.history === read.history ? known : null;
    this.#position = {
      cursor: larger(read.cursor, before?.cursor),
      seq: this.state.seq,
      xmin: larger(read.xmin, before?.xmin),
      purgedBefore: larger(read.purgedBefore, before?.purgedBefore),
      maxRevision: larger(read.maxRevision, before?.maxRevision),
      history: read.history,
    };
    const { cursor } = this.#position;
    this.#ownRevisions = this.#ownRevisions.filter((revision) => revision >= cursor);
  }
}

type Merged = Partial<Pick<OwnFlush, 'superseded' | 'deleted' | 'rejected'>> & {
  values: readonly FlushValue[];
  revision: bigint | null;
};

/** Takes values in, save those that the database has not taken; stops between slices of {@link SLICE_ROWS}. */
function* merging(
  state: FleetState,
  { values, revision, superseded = [], deleted = [], rejected = [] }: Merged,
): Generator<void, void, void> {
  let rows = 0;
  const refusedValues = [...superseded, ...deleted, ...rejected.map(({ value }) => value)];
  const refused = new Map<AgentId, Set<string>>();
  for (const { agentId, key } of refusedValues) {
    if (rows > 0 && rows % SLICE_ROWS === 0) yield;
    rows += 1;
    const keys = refused.get(agentId);
    if (keys === undefined) refused.set(agentId, new Set([key]));
    else keys.add(key);
  }
  for (const value of values) {
    if (rows > 0 && rows % SLICE_ROWS === 0) yield;
    rows += 1;
    if (!refused.get(value.agentId)?.has(value.key)) state.accept(value, revision);
  }
}

function larger(a: bigint, b: bigint | undefined): bigint {
  return b !== undefined && b > a ? b : a;
}
