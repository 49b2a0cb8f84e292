import { createHash } from 'node:crypto';
import type { AgentId } from '../../db/types.ts';
import type { WatchSubscription } from '../../protocol/watch/messages.ts';
import { AgentFacts } from './agent-facts.ts';
import { CommonKeys } from './common-keys.ts';
import type { KeyFilter } from './key-filter.ts';
import type { KeySet } from './key-sets.ts';
import type { WatchAccess, Watcher } from './watcher.ts';

/** A subscription in the one form that equal ones share. */
export interface SubscriptionSpec {
  readonly canonical: string;
  /** Null for agents of any id. */
  readonly ids: ReadonlySet<AgentId> | null;
  /** Those asked for and those that limit the watcher; an agent needs all of them. */
  readonly labels: readonly (readonly [string, string])[];
  /** Null for all keys; else sorted. */
  readonly keys: readonly string[] | null;
}

export function specOf(wanted: WatchSubscription, access: WatchAccess): SubscriptionSpec {
  const ids = wanted.agents === 'all' ? null : [...new Set(wanted.agents)].sort();
  const asked = [...Object.entries(wanted.labels ?? {}), ...Object.entries(access.labels ?? {})];
  const labels = [...new Map(asked.map((label) => [JSON.stringify(label), label])).values()].sort(byNameThenValue);
  const keys = wanted.keys === undefined ? null : [...new Set(wanted.keys)].sort();
  return { canonical: JSON.stringify([ids, labels, keys]), ids: ids && new Set(ids), labels, keys };
}

function byNameThenValue([aName, aValue]: [string, string], [bName, bValue]: [string, string]): number {
  if (aName !== bName) return aName < bName ? -1 : 1;
  return aValue < bValue ? -1 : aValue > bValue ? 1 : 0;
}

/** An agent that knows its subscriptions: what changes about it reaches those who want it without a search. */
export class AgentState extends AgentFacts {
  readonly subscriptions = new Set<Subscription>();
}

/** What the watchers of one and the same part of the fleet share. */
export class Subscription {
  readonly spec: SubscriptionSpec;
  /** Names it in cursors, on every gateway alike. */
  readonly hash: string;
  readonly filter: KeyFilter;
  readonly watchers = new Set<Watcher>();
  /** The agents in it, with the sequence number at which each joined. */
  readonly members = new Map<AgentState, number>();
  /** Agents that have left, with the sequence number at which they did, until every watcher has been told. */
  readonly left = new Map<AgentId, number>();
  /** Snapshots that may still be given out: behind one its readers are told what came after its sequence number. */
  readonly snapshots = new Set<{ readonly seq: number }>();
  #common: CommonKeys | null = null;

  constructor(spec: SubscriptionSpec, filter: KeyFilter) {
    this.spec = spec;
    this.filter = filter;
    this.hash = createHash('sha256').update(spec.canonical).digest('hex').slice(0, 12);
  }

  matches(agent: Pick<AgentFacts, 'id' | 'labels'>): boolean {
    const { ids, labels } = this.spec;
    if (ids !== null && !ids.has(agent.id)) return false;
    return labels.every(([name, value]) => Object.hasOwn(agent.labels, name) && agent.labels[name] === value);
  }

  join(agent: AgentState, seq: number): void {
    this.members.set(agent, seq);
    this.left.delete(agent.id);
    agent.subscriptions.add(this);
  }

  leave(agent: AgentState, seq: number): void {
    if (!this.members.delete(agent)) return;
    this.left.set(agent.id, seq);
    agent.subscriptions.delete(this);
  }

  /** Forgets who left before every watcher's last message, and before every snapshot that may still be given out. */
  forgetLeft(): void {
    if (this.left.size === 0) return;
    let oldest = Number.POSITIVE_INFINITY;
    for (const watcher of this.watchers) oldest = Math.min(oldest, watcher.sentSeq);
    for (const { seq } of this.snapshots) oldest = Math.min(oldest, seq);
    for (const [id, seq] of this.left) if (seq <= oldest) this.left.delete(id);
  }

  /** The descriptions that most members share, as JSON; fixed at the first snapshot, so that updates can rely on them. */
  commonKeysJson(): string {
    return this.#commonKeys().json;
  }

  /** Where an agent's keys differ from the common ones, as JSON; `{}` where they do not. */
  differencesJson(keySet: KeySet): string {
    return this.#commonKeys().differencesJson(keySet);
  }

  #commonKeys(): CommonKeys {
    this.#common ??= new CommonKeys(this.members.keys(), this.filter);
    return this.#common;
  }
}
