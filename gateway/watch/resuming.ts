import type { AgentId } from '../../db/types.ts';
import type { Cursor } from './cursor.ts';
import type { Position } from './feed.ts';
import type { FleetState } from './fleet-state.ts';
import type { Subscription } from './subscription.ts';
import type { Watcher } from './watcher.ts';

/**
 * A cursor of another subscription, from another history of the database (a restore, a promoted replica), from before
 * the last purge, or from the future is of no use; nor is one that is older than what this socket has been given, since cursors do not go back on it.
 */
export function isResumable(
  since: Cursor,
  { subscription, watcher, position }: { subscription: Subscription; watcher: Watcher; position: Position },
): boolean {
  if (since.subscription !== subscription.hash || since.history !== position.history) return false;
  if (since.revision < watcher.sentCursor) return false;
  return since.revision >= position.purgedBefore && since.revision <= position.xmin;
}

/** Agents changed since a cursor that are deleted or not in the subscription. */
export function goneSince(sinceRevision: bigint, { spec, members }: Subscription, state: FleetState): string[] {
  const gone: string[] = [];
  const isAskedFor = (id: AgentId) => spec.ids === null || spec.ids.has(id);
  for (const [id, revision] of state.tombstones) if (revision >= sinceRevision && isAskedFor(id)) gone.push(id);
  for (const agent of state.agents.values()) {
    const changed = agent.listed && agent.revision !== null && agent.revision >= sinceRevision;
    if (changed && !members.has(agent) && isAskedFor(agent.id)) gone.push(agent.id);
  }
  return gone;
}

/** So many ids are always cheaper than a snapshot. */
const FEW_IDS = 100;

/**
 * Whether a watcher that resumes may be told these ids. One that may see only a part of the fleet must not learn of the
 * rest, and where more has gone than is left a full snapshot is shorter.
 */
export function mayBeNamed(gone: readonly string[], { access }: Watcher, { members }: Subscription): boolean {
  return gone.length === 0 || (access.labels === null && gone.length <= Math.max(FEW_IDS, members.size));
}
