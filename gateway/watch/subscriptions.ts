import type { AgentId } from '../../db/types.ts';
import type { FleetListener } from './fleet-state.ts';
import { KeyFilter } from './key-filter.ts';
import { type AgentState, Subscription, type SubscriptionSpec } from './subscription.ts';
import type { Watcher } from './watcher.ts';

/** Where the index finds agents and the present sequence number. */
export interface AgentSource {
  readonly agents: ReadonlyMap<AgentId, AgentState>;
  readonly seq: number;
}

/** The distinct subscriptions of all watchers, and which agents belong to each. */
export class Subscriptions implements FleetListener {
  readonly #byWatcher = new Map<Watcher, Subscription>();
  readonly #byCanonical = new Map<string, Subscription>();
  readonly #byId = new Map<AgentId, Set<Subscription>>();
  /** Those that name no ids: every agent may belong to them. */
  readonly #open = new Set<Subscription>();
  readonly #filters = new Map<string, { filter: KeyFilter; users: number }>();
  #source: AgentSource = { agents: new Map(), seq: 0 };

  /** Says where agents are found; call it before the first watcher joins. */
  useSource(source: AgentSource): void {
    this.#source = source;
  }

  get all(): Iterable<Subscription> {
    return this.#byCanonical.values();
  }

  get filters(): Iterable<KeyFilter> {
    return [...this.#filters.values()].map(({ filter }) => filter);
  }

  /** Undefined for a watcher that has asked for nothing yet. */
  of(watcher: Watcher): Subscription | undefined {
    return this.#byWatcher.get(watcher);
  }

  /** A watcher belongs to one subscription: this one takes the place of what it was in. */
  join(watcher: Watcher, spec: SubscriptionSpec): Subscription {
    const before = this.of(watcher);
    const subscription = this.#byCanonical.get(spec.canonical) ?? this.#create(spec);
    if (subscription === before) return subscription;
    subscription.watchers.add(watcher);
    this.#byWatcher.set(watcher, subscription);
    if (before !== undefined) this.#removeFrom(before, watcher);
    return subscription;
  }

  leave(watcher: Watcher): void {
    const subscription = this.of(watcher);
    this.#byWatcher.delete(watcher);
    if (subscription !== undefined) this.#removeFrom(subscription, watcher);
  }

  listed(agent: AgentState): void {
    for (const subscription of this.#candidates(agent)) {
      if (subscription.matches(agent)) subscription.join(agent, this.#source.seq);
    }
  }

  relabelled(agent: AgentState): void {
    for (const subscription of this.#candidates(agent)) {
      const isIn = subscription.members.has(agent);
      if (subscription.matches(agent) === isIn) continue;
      if (isIn) subscription.leave(agent, this.#source.seq);
      else subscription.join(agent, this.#source.seq);
    }
  }

  removed(agent: AgentState): void {
    for (const subscription of agent.subscriptions) subscription.leave(agent, this.#source.seq);
  }

  #removeFrom(subscription: Subscription, watcher: Watcher): void {
    subscription.watchers.delete(watcher);
    if (subscription.watchers.size > 0) return;
    this.#byCanonical.delete(subscription.spec.canonical);
    this.#open.delete(subscription);
    for (const id of subscription.spec.ids ?? []) this.#forgetId(id, subscription);
    for (const agent of subscription.members.keys()) agent.subscriptions.delete(subscription);
    this.#releaseFilter(subscription.filter);
  }

  #create(spec: SubscriptionSpec): Subscription {
    const subscription = new Subscription(spec, this.#acquireFilter(spec.keys));
    this.#byCanonical.set(spec.canonical, subscription);
    if (spec.ids === null) this.#open.add(subscription);
    for (const id of spec.ids ?? []) this.#subscriptionsOf(id).add(subscription);
    for (const agent of this.#eligible(spec)) {
      if (agent.listed && subscription.matches(agent)) subscription.join(agent, 0);
    }
    return subscription;
  }

  *#eligible(spec: SubscriptionSpec): Generator<AgentState, void, void> {
    const { agents } = this.#source;
    if (spec.ids === null) yield* agents.values();
    for (const id of spec.ids ?? []) {
      const agent = agents.get(id);
      if (agent !== undefined) yield agent;
    }
  }

  *#candidates(agent: AgentState): Generator<Subscription, void, void> {
    yield* this.#open;
    yield* this.#byId.get(agent.id) ?? [];
  }

  #subscriptionsOf(id: AgentId): Set<Subscription> {
    let subscriptions = this.#byId.get(id);
    if (subscriptions === undefined) {
      subscriptions = new Set();
      this.#byId.set(id, subscriptions);
    }
    return subscriptions;
  }

  #forgetId(id: AgentId, subscription: Subscription): void {
    const subscriptions = this.#byId.get(id);
    subscriptions?.delete(subscription);
    if (subscriptions?.size === 0) this.#byId.delete(id);
  }

  #acquireFilter(keys: readonly string[] | null): KeyFilter {
    const canonical = JSON.stringify(keys);
    let entry = this.#filters.get(canonical);
    if (entry === undefined) {
      entry = { filter: new KeyFilter(canonical, keys), users: 0 };
      this.#filters.set(canonical, entry);
    }
    entry.users += 1;
    return entry.filter;
  }

  #releaseFilter(filter: KeyFilter): void {
    const entry = this.#filters.get(filter.canonical);
    if (entry === undefined) return;
    entry.users -= 1;
    if (entry.users === 0) this.#filters.delete(filter.canonical);
  }
}
