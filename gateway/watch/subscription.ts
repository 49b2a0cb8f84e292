import { createHash } from 'node:crypto';
import type { AgentId } from '../../db/types.ts';
import type { WatchSubscription } from '../../protocol/watch/messages.ts';
import type { AgentState, KeySet } from './agent-state.ts';
import type { KeyFilter } from './key-filter.ts';
import type { SharedSnapshot } from './snapshot.ts';
import type { Watcher } from './watcher.ts';

/** What a watcher may see at all: agents with all of these labels, or every agent. */
export interface WatchAccess {
  labels: Readonly<Record<string, string>> | null;
}

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
  /** Agents whose changes go into the frame being made. */
  frame: AgentState[] = [];
  /** Snapshots that joiners may share, by the cursor they resume. */
  readonly snapshots = new Map<string, SharedSnapshot>();
  #common: ReadonlyMap<string, { readonly json: string }> | null = null;
  readonly #differences = new Map<KeySet, string>();

  constructor(spec: SubscriptionSpec, filter: KeyFilter) {
    this.spec = spec;
    this.filter = filter;
    this.hash = createHash('sha256').update(spec.canonical).digest('hex').slice(0, 12);
  }

  matches(agent: AgentState): boolean {
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
    for (const { options } of this.snapshots.values()) oldest = Math.min(oldest, options.seq);
    for (const [id, seq] of this.left) if (seq <= oldest) this.left.delete(id);
  }

  /** The descriptions that most members share, as JSON; fixed at the first snapshot, so that updates can rely on them. */
  commonKeysJson(): string {
    return toJson(this.#commonKeys());
  }

  /** Where an agent's keys differ from the common ones, as JSON; `{}` where they do not. */
  differencesJson(keySet: KeySet): string {
    let json = this.#differences.get(keySet);
    if (json === undefined) {
      json = this.#compare(keySet);
      this.#differences.set(keySet, json);
    }
    return json;
  }

  #compare(keySet: KeySet): string {
    const common = this.#commonKeys();
    const differences = new Map<string, { readonly json: string }>();
    for (const [key, description] of keySet.keys) {
      if (this.filter.passes(key) && common.get(key) !== description) differences.set(key, description);
    }
    for (const key of common.keys()) if (!keySet.keys.has(key)) differences.set(key, { json: 'null' });
    return toJson(differences);
  }

  #commonKeys(): ReadonlyMap<string, { readonly json: string }> {
    this.#common ??= commonKeys(this.members.keys(), this.filter);
    return this.#common;
  }
}

/** A description is common when more than half of the agents share it: then naming the exceptions is shorter. */
function commonKeys(agents: Iterable<AgentState>, filter: KeyFilter): Map<string, { readonly json: string }> {
  const bySet = new Map<KeySet, number>();
  let total = 0;
  for (const agent of agents) {
    bySet.set(agent.keySet, (bySet.get(agent.keySet) ?? 0) + 1);
    total += 1;
  }
  const sets = [...bySet].sort(([, a], [, b]) => b - a);
  const counts = new Map<string, Map<{ readonly json: string }, number>>();
  for (const [{ keys }, agentsOfSet] of sets) {
    for (const [key, description] of keys) {
      if (!filter.passes(key)) continue;
      const ofKey = counts.get(key) ?? new Map<{ readonly json: string }, number>();
      ofKey.set(description, (ofKey.get(description) ?? 0) + agentsOfSet);
      counts.set(key, ofKey);
    }
  }
  const common = new Map<string, { readonly json: string }>();
  for (const [key, ofKey] of counts) {
    for (const [description, count] of ofKey) if (count * 2 > total) common.set(key, description);
  }
  return common;
}

function toJson(keys: ReadonlyMap<string, { readonly json: string }>): string {
  return `{${[...keys].map(([key, { json }]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
}
