import type { CancelTimer, Clock } from '../clock.ts';
import { textFrame } from '../framed-socket.ts';
import { CatchUp, changesFor } from './catch-up.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { FleetState } from './fleet-state.ts';
import type { WatchSettings } from './settings.ts';
import type { AgentState, Subscription } from './subscription.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { Watcher } from './watcher.ts';

export interface FramesOptions {
  clock: Clock;
  settings: WatchSettings;
  state: FleetState;
  subscriptions: Subscriptions;
  dispatcher: Dispatcher;
  yieldTurn: () => Promise<void>;
  /** Tells a watcher the newest cursor, if it has seen everything below it and has not been told. */
  commit: (watcher: Watcher) => void;
  /** The agents that changed, once per frame. */
  onChanged: (agents: readonly AgentState[]) => void;
  onFault: (error: unknown) => void;
}

/** How often the time is looked at while agents are encoded. */
const AGENTS_BETWEEN_LOOKS = 64;

/**
 * Sends what has changed, at most once per live interval. Everyone who is in step gets the same bytes, made once per
 * subscription; who is not (a slow socket, a snapshot just ended) gets what it misses by a {@link CatchUp} of its own,
 * and is in step again once that fits into one go.
 */
export class Frames {
  readonly #options: FramesOptions;
  /** Who has been sent everything up to here is in step. */
  #baseSeq: number;
  #cancelTimer: CancelTimer | null = null;
  #making = false;
  #wanted = false;
  #stopped = false;
  #lastMs = Number.NEGATIVE_INFINITY;
  /** Subscriptions with someone in step. */
  readonly #receiving = new Set<Subscription>();
  /** What the frames being made hold so far, of subscriptions with something in them. */
  readonly #open = new Map<Subscription, string>();

  constructor(options: FramesOptions) {
    this.#options = options;
    this.#baseSeq = options.state.seq;
  }

  /** Something has changed, or someone waits: a frame is due, now or one live interval after the last. */
  want(): void {
    this.#wanted = true;
    if (this.#making || this.#stopped || this.#cancelTimer !== null) return;
    const { clock, settings } = this.#options;
    const delayMs = Math.max(0, this.#lastMs + settings.liveIntervalMs - clock.now());
    this.#cancelTimer = clock.after(delayMs, () => {
      this.#cancelTimer = null;
      void this.#make();
    });
  }

  /**
   * Where nobody is in step, nobody needs a frame of what has changed so far: the snapshots that come next hold it.
   * Returns the agents that such a frame would have been about.
   */
  skip(): readonly AgentState[] {
    const { state, subscriptions } = this.#options;
    if (this.#making) return [];
    for (const { watchers } of subscriptions.all) for (const { live } of watchers) if (live) return [];
    this.#baseSeq = state.seq;
    return state.takeDirty();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  async #make(): Promise<void> {
    this.#making = true;
    this.#wanted = false;
    this.#lastMs = this.#options.clock.now();
    try {
      await this.#frame();
    } catch (error) {
      this.#options.onFault(error);
    }
    this.#making = false;
    if (this.#wanted) this.want();
  }

  async #frame(): Promise<void> {
    const { state, subscriptions, onChanged } = this.#options;
    const toSeq = state.seq;
    const changed = state.takeDirty();
    this.#choose();
    this.#sendRemoved(toSeq);
    await this.#sendChanged(changed);
    for (const filter of subscriptions.filters) filter.forgetFragments();
    this.#baseSeq = toSeq;
    this.#settle(toSeq);
    onChanged(changed);
  }

  #choose(): void {
    this.#receiving.clear();
    for (const subscription of this.#options.subscriptions.all) {
      for (const watcher of subscription.watchers) {
        watcher.inFrame = watcher.live && watcher.transmission === null && watcher.sentSeq >= this.#baseSeq;
        if (watcher.inFrame) this.#receiving.add(subscription);
      }
    }
  }

  #sendRemoved(toSeq: number): void {
    for (const subscription of this.#options.subscriptions.all) {
      const agents: string[] = [];
      for (const [id, seq] of subscription.left) if (seq > this.#baseSeq && seq <= toSeq) agents.push(id);
      if (agents.length > 0) this.#send(subscription, JSON.stringify({ type: 'removed', agents }));
    }
  }

  async #sendChanged(changed: readonly AgentState[]): Promise<void> {
    const { clock, settings, yieldTurn } = this.#options;
    let turnStartedMs = clock.now();
    for (const [index, agent] of changed.entries()) {
      for (const subscription of agent.subscriptions) this.#add(subscription, agent);
      if (index % AGENTS_BETWEEN_LOOKS !== 0 || clock.now() - turnStartedMs < settings.turnMs) continue;
      await yieldTurn();
      turnStartedMs = clock.now();
    }
    for (const subscription of [...this.#open.keys()]) this.#emit(subscription);
  }

  #add(subscription: Subscription, agent: AgentState): void {
    if (!this.#receiving.has(subscription)) return;
    const json = this.#fragment(subscription, agent);
    if (json === '') return;
    // Not gathered in an array: joining would copy every part, and the whole once more when it is framed.
    const before = this.#open.get(subscription);
    const agents = before === undefined ? json : `${before},${json}`;
    this.#open.set(subscription, agents);
    if (agents.length >= this.#options.settings.messageChars) this.#emit(subscription);
  }

  /** Subscriptions with the same keys share an agent's changes, save what depends on their common keys. */
  #fragment(subscription: Subscription, agent: AgentState): string {
    const joinedSeq = subscription.members.get(agent) ?? 0;
    const ownWords = joinedSeq > this.#baseSeq || agent.keysSeq > this.#baseSeq;
    if (ownWords) return changesFor(subscription, agent, this.#baseSeq);
    const { fragments } = subscription.filter;
    let json = fragments.get(agent);
    if (json === undefined) {
      json = changesFor(subscription, agent, this.#baseSeq);
      fragments.set(agent, json);
    }
    return json;
  }

  #emit(subscription: Subscription): void {
    const agents = this.#open.get(subscription);
    this.#open.delete(subscription);
    if (agents !== undefined) this.#send(subscription, `{"type":"update","agents":[${agents}]}`);
  }

  /** One frame for all; a socket in which too much waits is left behind, to catch up when it drains. */
  #send(subscription: Subscription, json: string): void {
    let frame: Buffer | null = null;
    for (const watcher of subscription.watchers) {
      if (!watcher.inFrame) continue;
      if (watcher.channel.bufferedBytes > this.#options.settings.socketBufferBytes) {
        watcher.inFrame = false;
        continue;
      }
      frame ??= textFrame(json);
      watcher.sendFrame(frame);
    }
  }

  #settle(toSeq: number): void {
    for (const subscription of this.#options.subscriptions.all) {
      for (const watcher of subscription.watchers) {
        if (watcher.inFrame) watcher.sentSeq = Math.max(watcher.sentSeq, toSeq);
        watcher.inFrame = false;
        this.#settleOne(subscription, watcher);
      }
      subscription.forgetLeft();
    }
  }

  #settleOne(subscription: Subscription, watcher: Watcher): void {
    if (!watcher.live || watcher.transmission !== null) return;
    watcher.passedBy = false;
    if (watcher.sentSeq >= this.#baseSeq) {
      this.#options.commit(watcher);
      return;
    }
    const { settings, state, dispatcher } = this.#options;
    if (watcher.channel.bufferedBytes >= settings.socketRefillBytes) {
      watcher.passedBy = true;
      return;
    }
    const { messageChars } = settings;
    watcher.transmission = new CatchUp({ subscription, sinceSeq: watcher.sentSeq, seq: state.seq, messageChars });
    dispatcher.serve(watcher);
  }
}
