import { randomBytes } from 'node:crypto';
import type { AgentChange, AgentId, FlushValue } from '../../db/types.ts';
import { type WatchRequest, watchCloseCodes } from '../../protocol/watch/messages.ts';
import { yieldToEventLoop } from '../in-turns.ts';
import { AgentObservers } from './agent-observers.ts';
import { Dispatcher } from './dispatcher.ts';
import type { OwnFlush } from './feed.ts';
import type { FleetListener } from './fleet-state.ts';
import { GivenCursors } from './given-cursors.ts';
import type { WatchHubOptions, WatchObserver } from './hub-options.ts';
import { Joiners } from './joiners.ts';
import { Notices, type ProblemCode } from './notices.ts';
import { type AgentObserver, type ObservedAgent, observedAgent } from './observed-agent.ts';
import { Progress } from './progress.ts';
import { parseRequest, WatchRequestError } from './request.ts';
import { type WatchSettings, watchDefaults } from './settings.ts';
import { specOf } from './subscription.ts';
import { Subscriptions } from './subscriptions.ts';
import { WatchedFleet } from './watched-fleet.ts';
import { type WatchAccess, type WatchChannel, Watcher, type WatcherHandle } from './watcher.ts';

export type { WatchHubOptions, WatchObserver };

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
  readonly #subscriptions = new Subscriptions();
  readonly #notices = new Notices();
  readonly #watchers = new Set<Watcher>();
  readonly #agentObservers: AgentObservers;
  readonly #cursors: GivenCursors;
  readonly #joiners: Joiners;
  readonly #dispatcher: Dispatcher;
  readonly #progress: Progress;
  readonly #fleet: WatchedFleet;
  #closed = false;

  constructor(options: WatchHubOptions) {
    this.#options = options;
    this.#settings = { ...watchDefaults, ...options.settings };
    this.#observer = options.observer ?? {};
    const { clock, collectionClock, run = randomBytes(5).toString('hex'), yieldTurn = yieldToEventLoop } = options;
    const settings = this.#settings;
    const { turnMs, socketBufferBytes, socketRefillBytes } = settings;
    const onFault = (error: unknown) => this.#fault(error);
    this.#dispatcher = new Dispatcher({
      clock,
      turnMs,
      socketRefillBytes,
      yieldTurn,
      onFinished: (watcher) => this.#onFinished(watcher),
      onFault,
    });
    this.#agentObservers = new AgentObservers({ agent: (id) => this.agent(id), onFault });
    this.#cursors = new GivenCursors({ collectionClock, subscriptions: this.#subscriptions, socketBufferBytes, run });
    this.#joiners = new Joiners({
      clock,
      collectionClock,
      settings,
      cursors: this.#cursors,
      notices: this.#notices,
      dispatcher: this.#dispatcher,
      onBegin: () => this.#skipFrame(),
    });
    this.#fleet = this.#newFleet(yieldTurn);
    const onSlow = () => this.#observer.onSlow?.();
    this.#progress = new Progress({ clock, settings, watchers: this.#watchers, onSlow });
  }

  /** Watchers connected, whether they have asked for something yet or not. */
  get watcherCount(): number {
    return this.#watchers.size;
  }

  /** True while some watcher or observer of this gateway follows the agent. */
  watches(agentId: AgentId): boolean {
    if (this.#agentObservers.follows(agentId)) return true;
    return (this.#fleet.current?.feed.state.agents.get(agentId)?.subscriptions.size ?? 0) > 0;
  }

  /** Values of an agent connected here, before their flush. */
  acceptLive(values: readonly FlushValue[]): void {
    this.#fleet.current?.feed.acceptLive(values);
    this.#wantFrame();
  }

  /** The state of an agent's connection to this gateway, before it is written. */
  changeLive(change: AgentChange): void {
    this.#fleet.current?.feed.changeLive(change);
    this.#wantFrame();
  }

  /** A flush of this gateway has committed. Leads to a read. */
  flushed(flush: OwnFlush): void {
    this.#fleet.current?.feed.flushed(flush);
    this.#wantFrame();
    this.wake('local');
  }

  /**
   * The database has changed. `local` is for own flushes and changes made here by HTTP, and for our own notification
   * heard back: nobody waits for those values, so the read waits for the wake-ups that follow.
   */
  wake(source: WakeSource): void {
    if (this.#isIdle()) return;
    this.#fleet.current?.feed.wake(source === 'local' ? this.#settings.readSpacingMs : 0);
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
    const outdated = this.#isIdle();
    const { feed } = this.#fleet.hold();
    const remove = this.#agentObservers.add(agentId, onAgent, { feed, outdated });
    return () => {
      remove();
      this.#releaseIfIdle();
    };
  }

  /** An agent as it is known now; null where nobody watches or there is no such agent. */
  agent(agentId: AgentId): ObservedAgent | null {
    const agent = this.#fleet.current?.feed.state.agents.get(agentId);
    return agent?.listed ? observedAgent(agent) : null;
  }

  /** Closes every watcher's socket, those that come later too. */
  close(): void {
    this.#closed = true;
    const { draining } = watchCloseCodes;
    for (const watcher of this.#watchers) this.#progress.end(watcher, draining, 'the gateway is shutting down');
    this.#progress.stop();
    this.#fleet.end();
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
      // Whoever errs and does not read what is wrong would have these pile up here.
      if (watcher.channel.bufferedBytes >= this.#settings.socketRefillBytes) return;
      watcher.send(JSON.stringify({ type: 'error', message }));
    }
  }

  #join(watcher: Watcher, request: WatchRequest): void {
    const spec = specOf(request, watcher.access);
    const outdated = this.#isIdle();
    const { feed } = this.#fleet.hold();
    const subscription = this.#subscriptions.join(watcher, spec);
    this.#pause(watcher);
    this.#joiners.add(watcher, feed, { subscription, since: request.since, outdated });
  }

  #onFinished(watcher: Watcher): void {
    const { nextRequest } = watcher;
    watcher.nextRequest = null;
    if (nextRequest === null) this.#fleet.current?.frames.want();
    else this.#join(watcher, nextRequest);
  }

  #pause(watcher: Watcher): void {
    watcher.pause();
    this.#dispatcher.drop(watcher);
  }

  #drained(watcher: Watcher): void {
    if (watcher.transmission !== null) this.#dispatcher.serve(watcher);
    else if (watcher.passedBy) this.#fleet.current?.frames.want();
  }

  #detach(watcher: Watcher): void {
    if (!this.#watchers.delete(watcher)) return;
    watcher.closing = true;
    this.#joiners.remove(watcher);
    this.#pause(watcher);
    this.#subscriptions.leave(watcher);
    this.#releaseIfIdle();
  }

  #newFleet(yieldTurn: () => Promise<void>): WatchedFleet {
    const { clock, reader, pending, random = Math.random } = this.#options;
    return new WatchedFleet({
      clock,
      reader,
      pending,
      settings: this.#settings,
      random,
      yieldTurn,
      listener: this.#listener(),
      subscriptions: this.#subscriptions,
      dispatcher: this.#dispatcher,
      onRead: () => this.#onRead(),
      onMerged: () => this.#wantFrame(),
      onReadFailed: (error) => this.#onReadFailed(error),
      commit: (watcher, position) => this.#cursors.commit(watcher, position),
      onChanged: (agents) => this.#agentObservers.changed(agents),
      onFault: (error) => this.#fault(error),
    });
  }

  #listener(): FleetListener {
    const subscriptions = this.#subscriptions;
    return {
      listed: (agent) => subscriptions.listed(agent),
      relabelled: (agent) => subscriptions.relabelled(agent),
      removed: (agent) => {
        subscriptions.removed(agent);
        this.#agentObservers.removed(agent.id);
      },
    };
  }

  #onRead(): void {
    const { feed, frames } = this.#fleet.current ?? {};
    const position = feed?.position;
    if (!feed || !frames || !position) return;
    if (feed.readsDone === 1) frames.skip();
    this.#agentObservers.afterRead(feed);
    this.#observer.onRead?.(position);
    this.#joiners.begin(feed);
    frames.want();
  }

  #onReadFailed(error: unknown): void {
    this.#observer.onReadFailed?.(error);
    const feed = this.#fleet.current?.feed;
    if (feed !== undefined) this.#joiners.begin(feed, { afterFailure: true });
  }

  /** What has changed so far needs no frame where everyone gets a snapshot; those who follow one agent hear of it. */
  #skipFrame(): void {
    this.#agentObservers.changed(this.#fleet.current?.frames.skip() ?? []);
  }

  #wantFrame(): void {
    const { feed, frames } = this.#fleet.current ?? {};
    if (feed?.position && feed.state.hasDirty && !this.#isIdle()) frames?.want();
  }

  #isIdle(): boolean {
    for (const _ of this.#subscriptions.all) return false;
    return this.#agentObservers.isEmpty;
  }

  #releaseIfIdle(): void {
    if (this.#isIdle()) this.#fleet.release();
  }

  #fault(error: unknown): void {
    this.#observer.onFault?.(error);
  }
}
