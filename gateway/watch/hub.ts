import { randomBytes } from 'node:crypto';
import type { AgentChange, AgentId, FlushValue } from '../../db/types.ts';
import { type WatchRequest, watchCloseCodes } from '../../protocol/watch/messages.ts';
import { yieldToEventLoop } from '../batcher/in-turns.ts';
import type { CancelTimer, Clock } from '../clock.ts';
import type { AgentState } from './agent-state.ts';
import { type Cursor, decodeCursor, encodeCursor } from './cursor.ts';
import { Dispatcher } from './dispatcher.ts';
import { FleetFeed, type FleetReader, type OwnFlush, type PendingChanges, type Position } from './feed.ts';
import type { FleetListener } from './fleet-state.ts';
import { Frames } from './frames.ts';
import { Notices, type ProblemCode } from './notices.ts';
import { type AgentObserver, type ObservedAgent, observedAgent } from './observed-agent.ts';
import { Progress } from './progress.ts';
import { parseRequest, WatchRequestError } from './request.ts';
import { type WatchSettings, watchDefaults } from './settings.ts';
import { SharedSnapshot, type SnapshotOptions, SnapshotTransmission } from './snapshot.ts';
import { type Subscription, specOf, type WatchAccess } from './subscription.ts';
import { Subscriptions } from './subscriptions.ts';
import { type WatchChannel, Watcher, type WatcherHandle } from './watcher.ts';

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

interface Joiner {
  since: Cursor | null;
  /** The read that has to be taken in first; 0 for none. */
  afterRead: number;
}

/** What exists only while someone watches, and for a while after. */
interface Watching {
  feed: FleetFeed;
  frames: Frames;
}

/** Why a read is due. */
export type WakeSource = 'notify' | 'poll' | 'reconnect' | 'local';

/**
 * Joins the fleet's values to those who watch them: one state for all watchers, one read per wake-up, one encoding per
 * distinct subscription. Costs nothing while nobody watches.
 */
export class WatchHub {
  readonly #options: WatchHubOptions;
  readonly #settings: WatchSettings;
  readonly #observer: WatchObserver;
  readonly #yieldTurn: () => Promise<void>;
  readonly #run: string;
  readonly #subscriptions = new Subscriptions();
  readonly #notices = new Notices();
  readonly #watchers = new Set<Watcher>();
  readonly #joiners = new Map<Watcher, Joiner>();
  readonly #observers = new Map<AgentId, Set<AgentObserver>>();
  readonly #dispatcher: Dispatcher;
  readonly #progress: Progress;
  #watching: Watching | null = null;
  #cancelLinger: CancelTimer | null = null;
  /** Carried from one state to the next. */
  #lastSeq = 0;
  #lastPosition: Position | null = null;
  #closed = false;

  constructor(options: WatchHubOptions) {
    this.#options = options;
    this.#settings = { ...watchDefaults, ...options.settings };
    this.#observer = options.observer ?? {};
    this.#yieldTurn = options.yieldTurn ?? yieldToEventLoop;
    this.#run = options.run ?? randomBytes(5).toString('hex');
    const { clock } = options;
    const settings = this.#settings;
    this.#dispatcher = new Dispatcher({
      clock,
      turnMs: settings.turnMs,
      socketRefillBytes: settings.socketRefillBytes,
      yieldTurn: this.#yieldTurn,
      onFinished: (watcher) => this.#onFinished(watcher),
      onFault: (error) => this.#fault(error),
    });
    const onSlow = () => this.#observer.onSlow?.();
    this.#progress = new Progress({ clock, settings, watchers: this.#watchers, onSlow });
  }

  /** Watchers connected, whether they have asked for something yet or not. */
  get watcherCount(): number {
    return this.#watchers.size;
  }

  /** True while some watcher or observer of this gateway follows the agent. */
  watches(agentId: AgentId): boolean {
    if (this.#observers.has(agentId)) return true;
    return (this.#watching?.feed.state.agents.get(agentId)?.subscriptions.size ?? 0) > 0;
  }

  /** Values of an agent connected here, before their flush. */
  acceptLive(values: readonly FlushValue[]): void {
    if (this.#watching === null) return;
    this.#watching.feed.acceptLive(values);
    this.#wantFrame();
  }

  /** The state of an agent's connection to this gateway, before it is written. */
  changeLive(change: AgentChange): void {
    if (this.#watching === null) return;
    this.#watching.feed.changeLive(change);
    this.#wantFrame();
  }

  /** A flush of this gateway has committed. Leads to a read. */
  flushed(flush: OwnFlush): void {
    if (this.#watching === null) return;
    this.#watching.feed.flushed(flush);
    this.#wantFrame();
    this.wake('local');
  }

  /**
   * The database has changed. `local` is for own flushes and changes made here by HTTP, and for our own notification
   * heard back: nobody waits for those values, so the read waits for the wake-ups that follow.
   */
  wake(source: WakeSource): void {
    if (this.#watching === null || this.#isIdle()) return;
    this.#watching.feed.wake(source === 'local' ? this.#settings.readSpacingMs : 0);
  }

  /** Tells watchers of a problem while it lasts, and once that it is over. */
  setNotice(code: ProblemCode, { active, message }: { active: boolean; message: string }): void {
    const notice = this.#notices.set(code, active, message);
    if (notice === null) return;
    for (const watcher of this.#watchers) if (watcher.live) watcher.send(notice);
  }

  /** Takes a watcher's socket. */
  attach(channel: WatchChannel, access: WatchAccess): WatcherHandle {
    const nowMs = this.#options.clock.now();
    const onSent = (bytes: number) => this.#observer.onSent?.(bytes);
    const watcher = new Watcher({ channel, access, nowMs, onSent });
    this.#watchers.add(watcher);
    if (this.#closed) this.#progress.end(watcher, watchCloseCodes.draining, 'the gateway is shutting down');
    else this.#progress.start();
    return {
      receive: (text) => this.#receive(watcher, text),
      drained: () => this.#drained(watcher),
      closed: () => this.#detach(watcher),
      close: (code, reason) => this.#progress.end(watcher, code, reason),
    };
  }

  /**
   * Follows one agent: `onAgent` is called with its state once that is known, then whenever it changes, at most once
   * per live interval. Returns how to stop.
   */
  observe(agentId: AgentId, onAgent: AgentObserver): () => void {
    const observers = this.#observers.get(agentId) ?? new Set();
    observers.add(onAgent);
    this.#observers.set(agentId, observers);
    const { feed } = this.#watch();
    if (feed.position !== null) this.#tell(onAgent, this.agent(agentId));
    return () => {
      observers.delete(onAgent);
      if (observers.size === 0 && this.#observers.get(agentId) === observers) this.#observers.delete(agentId);
      this.#lingerIfIdle();
    };
  }

  /** An agent as it is known now; null where nobody watches or there is no such agent. */
  agent(agentId: AgentId): ObservedAgent | null {
    const agent = this.#watching?.feed.state.agents.get(agentId);
    return agent?.listed ? observedAgent(agent) : null;
  }

  /** Closes every watcher's socket, those that come later too. */
  close(): void {
    this.#closed = true;
    const { draining } = watchCloseCodes;
    for (const watcher of this.#watchers) this.#progress.end(watcher, draining, 'the gateway is shutting down');
    this.#progress.stop();
    this.#cancelLinger?.();
    this.#drop();
  }

  #receive(watcher: Watcher, text: string): void {
    if (watcher.closing) return;
    try {
      const request = parseRequest(text, this.#settings);
      // Half of one snapshot before another would look like one.
      if (watcher.transmission !== null && !watcher.live) watcher.nextRequest = request;
      else this.#join(watcher, request);
    } catch (error) {
      if (!(error instanceof WatchRequestError)) this.#fault(error);
      const message = error instanceof WatchRequestError ? error.message : 'internal error';
      watcher.send(JSON.stringify({ type: 'error', message }));
    }
  }

  #join(watcher: Watcher, request: WatchRequest): void {
    const spec = specOf(request, watcher.access);
    const wasIdle = this.#isIdle();
    const { feed } = this.#watch();
    const before = watcher.subscription;
    watcher.subscription = this.#subscriptions.join(watcher, spec);
    if (before !== null && before !== watcher.subscription) this.#subscriptions.leave(watcher, before);
    this.#pause(watcher);
    const since = request.since === undefined ? null : decodeCursor(request.since);
    const position = feed.position;
    // A cursor from ahead of us may be another gateway's newer one, or made up: only a new read can tell.
    const isAhead = position !== null && since !== null && since.revision > position.xmin;
    const afterRead = position !== null && (wasIdle || isAhead) ? feed.wake() : 0;
    this.#joiners.set(watcher, { since, afterRead });
    if (position !== null) this.#startJoiners();
  }

  #onFinished(watcher: Watcher): void {
    const { nextRequest } = watcher;
    watcher.nextRequest = null;
    if (nextRequest === null) this.#watching?.frames.want();
    else this.#join(watcher, nextRequest);
  }

  #pause(watcher: Watcher): void {
    watcher.live = false;
    watcher.inFrame = false;
    watcher.transmission = null;
    watcher.sentSeq = Number.POSITIVE_INFINITY;
    this.#dispatcher.drop(watcher);
  }

  /** Starts the snapshots that can be answered now; after a failed read, all, from what is known. */
  #startJoiners({ afterFailure = false } = {}): void {
    const feed = this.#watching?.feed;
    if (!feed?.position) return;
    for (const [watcher, joiner] of this.#joiners) {
      if (!afterFailure && feed.readsDone < joiner.afterRead) continue;
      this.#joiners.delete(watcher);
      if (watcher.subscription !== null) this.#start(watcher, watcher.subscription, joiner.since);
    }
  }

  #start(watcher: Watcher, subscription: Subscription, since: Cursor | null): void {
    const { feed, frames } = this.#watching ?? {};
    if (!feed?.position || !frames) return;
    this.#onChanged(frames.skip());
    const known =
      since !== null && isResumable(since, { subscription, watcher, position: feed.position }) ? since : null;
    const sinceRevision = known?.revision ?? null;
    const isForeign = known !== null && known.run !== this.#run;
    if (isForeign) feed.state.repeatTexts();
    const { cursor } = feed.position;
    const { seq } = feed.state;
    const { messageChars } = this.#settings;
    const wanted = { subscription, seq, cursor, sinceRevision, allStatuses: isForeign, messageChars };
    const snapshot = this.#snapshot(watcher, wanted);
    const { cursor: revision } = snapshot.options;
    watcher.transmission = new SnapshotTransmission(snapshot, {
      cursor: this.#cursor(revision, subscription),
      sinceCursor: known === null ? '' : encodeCursor(known),
      nowUs: () => this.#options.collectionClock.nowUs(),
      flushIntervalMs: this.#settings.flushIntervalMs,
      removed: sinceRevision === null ? [] : goneSince(sinceRevision, subscription, feed),
      notices: () => this.#notices.active,
    });
    watcher.sentSeq = snapshot.options.seq;
    this.#dispatcher.serve(watcher);
  }

  /** One that was made a moment ago, or a new one. */
  #snapshot(watcher: Watcher, wanted: SnapshotOptions): SharedSnapshot {
    const { subscription, sinceRevision, allStatuses } = wanted;
    const name = `${sinceRevision} ${allStatuses}`;
    const shared = subscription.snapshots.get(name);
    // On one socket a cursor never goes back.
    if (shared !== undefined && shared.options.cursor >= watcher.sentCursor) return shared;
    const snapshot = new SharedSnapshot(wanted);
    subscription.snapshots.set(name, snapshot);
    this.#options.clock.after(this.#settings.snapshotShareMs, () => {
      snapshot.forget();
      if (subscription.snapshots.get(name) === snapshot) subscription.snapshots.delete(name);
    });
    return snapshot;
  }

  #drained(watcher: Watcher): void {
    if (watcher.transmission !== null) this.#dispatcher.serve(watcher);
    else if (watcher.passedBy) this.#watching?.frames.want();
  }

  #detach(watcher: Watcher): void {
    if (!this.#watchers.delete(watcher)) return;
    watcher.closing = true;
    this.#joiners.delete(watcher);
    this.#pause(watcher);
    if (watcher.subscription !== null) this.#subscriptions.leave(watcher, watcher.subscription);
    watcher.subscription = null;
    this.#lingerIfIdle();
  }

  #commit(watcher: Watcher): void {
    const position = this.#watching?.feed.position;
    const { subscription } = watcher;
    if (!position || subscription === null) return;
    if (watcher.sentSeq < position.seq || watcher.sentCursor >= position.cursor) return;
    if (watcher.channel.bufferedBytes > this.#settings.socketBufferBytes) {
      watcher.passedBy = true;
      return;
    }
    watcher.sentCursor = position.cursor;
    const cursor = this.#cursor(position.cursor, subscription);
    const now = this.#options.collectionClock.nowUs() / 1000;
    watcher.send(JSON.stringify({ type: 'committed', cursor, now }));
  }

  #cursor(revision: bigint, { hash }: Subscription): string {
    return encodeCursor({ revision, run: this.#run, subscription: hash });
  }

  /** The state, begun if there is none. Someone is about to watch. */
  #watch(): Watching {
    this.#cancelLinger?.();
    this.#cancelLinger = null;
    this.#watching ??= this.#begin();
    return this.#watching;
  }

  #begin(): Watching {
    const { clock, reader, pending, random = Math.random } = this.#options;
    const settings = this.#settings;
    const yieldTurn = this.#yieldTurn;
    const feed = new FleetFeed({
      clock,
      reader,
      pending,
      settings,
      listener: this.#listener(),
      firstSeq: this.#lastSeq,
      resume: this.#lastPosition,
      random,
      yieldTurn,
      onRead: () => this.#onRead(),
      onMerged: () => this.#wantFrame(),
      onReadFailed: (error) => this.#onReadFailed(error),
    });
    this.#subscriptions.useSource({
      agents: feed.state.agents,
      get seq() {
        return feed.state.seq;
      },
    });
    const frames = new Frames({
      clock,
      settings,
      state: feed.state,
      subscriptions: this.#subscriptions,
      dispatcher: this.#dispatcher,
      yieldTurn,
      commit: (watcher) => this.#commit(watcher),
      onChanged: (agents) => this.#onChanged(agents),
      onFault: (error) => this.#fault(error),
    });
    feed.wake();
    return { feed, frames };
  }

  #listener(): FleetListener {
    const subscriptions = this.#subscriptions;
    return {
      listed: (agent) => subscriptions.listed(agent),
      relabelled: (agent) => subscriptions.relabelled(agent),
      removed: (agent) => {
        subscriptions.removed(agent);
        for (const onAgent of this.#observers.get(agent.id) ?? []) this.#tell(onAgent, null);
      },
    };
  }

  #onRead(): void {
    const watching = this.#watching;
    const position = watching?.feed.position;
    if (!watching || !position) return;
    if (watching.feed.readsDone === 1) {
      watching.frames.skip();
      this.#tellAllObservers();
    }
    this.#lastPosition = position;
    this.#observer.onRead?.(position);
    this.#startJoiners();
    watching.frames.want();
  }

  #onReadFailed(error: unknown): void {
    this.#observer.onReadFailed?.(error);
    this.#startJoiners({ afterFailure: true });
  }

  #onChanged(agents: readonly AgentState[]): void {
    if (this.#observers.size === 0) return;
    for (const { id, listed } of agents) {
      if (listed) for (const onAgent of this.#observers.get(id) ?? []) this.#tell(onAgent, this.agent(id));
    }
  }

  #tellAllObservers(): void {
    for (const [id, observers] of this.#observers) {
      for (const onAgent of observers) this.#tell(onAgent, this.agent(id));
    }
  }

  #tell(onAgent: AgentObserver, agent: ObservedAgent | null): void {
    try {
      onAgent(agent);
    } catch (error) {
      this.#fault(error);
    }
  }

  #wantFrame(): void {
    const { feed, frames } = this.#watching ?? {};
    if (feed?.position && feed.state.hasDirty && !this.#isIdle()) frames?.want();
  }

  #isIdle(): boolean {
    for (const _ of this.#subscriptions.all) return false;
    return this.#observers.size === 0;
  }

  #lingerIfIdle(): void {
    if (this.#watching === null || this.#cancelLinger !== null || !this.#isIdle()) return;
    this.#cancelLinger = this.#options.clock.after(this.#settings.stateLingerMs, () => this.#drop());
  }

  #drop(): void {
    this.#cancelLinger = null;
    if (this.#watching === null) return;
    const { feed, frames } = this.#watching;
    feed.stop();
    frames.stop();
    this.#lastSeq = feed.state.seq;
    this.#watching = null;
  }

  #fault(error: unknown): void {
    this.#observer.onFault?.(error);
  }
}

/**
 * A cursor of another subscription, from before the last purge, or from the future is of no use; nor is one that is
 * older than what this socket has been given, since cursors do not go back on it.
 */
function isResumable(
  since: Cursor,
  { subscription, watcher, position }: { subscription: Subscription; watcher: Watcher; position: Position },
): boolean {
  if (since.subscription !== subscription.hash || since.revision < watcher.sentCursor) return false;
  return since.revision >= position.purgedBefore && since.revision <= position.xmin;
}

/** Agents changed since a cursor that are deleted or not in the subscription. */
function goneSince(sinceRevision: bigint, { spec, members }: Subscription, { state }: FleetFeed): string[] {
  const gone: string[] = [];
  const isAskedFor = (id: AgentId) => spec.ids === null || spec.ids.has(id);
  for (const [id, revision] of state.tombstones) if (revision >= sinceRevision && isAskedFor(id)) gone.push(id);
  for (const agent of state.agents.values()) {
    const changed = agent.listed && agent.revision !== null && agent.revision >= sinceRevision;
    if (changed && !members.has(agent) && isAskedFor(agent.id)) gone.push(agent.id);
  }
  return gone;
}
