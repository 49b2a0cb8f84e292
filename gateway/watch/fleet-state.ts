import type { AgentChange, AgentId, AgentRow, AgentStatus, FleetRead } from '../../db/types.ts';
import { KeySets } from './key-sets.ts';
import { AgentState } from './subscription.ts';

/** A value as the state takes it, from wherever it comes. */
export interface IncomingValue {
  agentId: AgentId;
  key: string;
  value: string;
  error: string;
  collectedAtUs: number;
}

/** Told when an agent comes into sight, changes its labels, or goes. */
export interface FleetListener {
  listed(agent: AgentState): void;
  relabelled(agent: AgentState): void;
  removed(agent: AgentState): void;
}

/** Rows taken in before the event loop gets a turn; about 5 ms. */
export const SLICE_ROWS = 5_000;

/**
 * What is known of the fleet, once for all watchers of this gateway: from agents of its own before their flush, and
 * from reads of the database. Each key keeps the newest value by time of collection, in whatever order it is learned.
 *
 * Every change takes the next sequence number, so "what changed since" has an answer for any watcher without anything
 * being kept for it.
 */
export class FleetState {
  readonly agents = new Map<AgentId, AgentState>();
  /** Revisions of deleted agents. */
  readonly tombstones = new Map<AgentId, bigint>();
  /** Agents changed since {@link takeDirty}. */
  #dirty = new Set<AgentState>();
  #seq: number;
  #textFloorSeq = 0;
  readonly #keySets = new KeySets();
  readonly #liveStatuses = new Set<AgentState>();
  readonly #listener: FleetListener;

  /** @param firstSeq numbers go on from here, so that they grow over the life of the gateway */
  constructor(listener: FleetListener, firstSeq: number) {
    this.#listener = listener;
    this.#seq = firstSeq;
  }

  get seq(): number {
    return this.#seq;
  }

  get hasDirty(): boolean {
    return this.#dirty.size > 0;
  }

  takeDirty(): AgentState[] {
    const dirty = [...this.#dirty];
    this.#dirty = new Set();
    return dirty;
  }

  /**
   * From now on every key counts as changed once more before its text may be left out. For watchers that come from
   * another gateway: they may hold a value that died with it and that was never known here.
   */
  repeatTexts(): void {
    this.#textFloorSeq = this.#seq;
  }

  /** @param revision the transaction that holds the value, or null while it is pending */
  accept(incoming: IncomingValue, revision: bigint | null): void {
    const agent = this.#agent(incoming.agentId);
    if (agent === null) return;
    const known = agent.values.get(incoming.key);
    const { value, error, collectedAtUs: atUs } = incoming;
    if (known === undefined) {
      const seq = this.#touch(agent);
      agent.values.set(incoming.key, { value, error, atUs, revision, textSeq: seq, seq });
      return;
    }
    const sameText = known.value === value && known.error === error;
    if (atUs === known.atUs && sameText) {
      if (revision !== null && (known.revision === null || revision > known.revision)) known.revision = revision;
      return;
    }
    if (atUs < known.atUs || (atUs === known.atUs && !winsTie(revision, known.revision))) return;
    const seq = this.#touch(agent);
    if (!sameText || known.textSeq <= this.#textFloorSeq) known.textSeq = seq;
    known.value = value;
    known.error = error;
    known.atUs = atUs;
    known.revision = revision;
    known.seq = seq;
  }

  /** The state of a connection to this gateway, known before it is written. */
  changeLive(change: AgentChange): void {
    const { connection } = change;
    const agent = connection && this.#agent(change.agentId);
    if (!connection || !agent) return;
    if (agent.live !== null && connection.number < agent.live.number) return;
    const status = connection.connected ? 'connected' : 'disconnected';
    agent.live = { number: connection.number, status, committedAtRead: null };
    this.#liveStatuses.add(agent);
    this.#show(agent, status);
  }

  /** The change has been committed: the next read that starts after `readsStarted` ones knows better than we do. */
  committedLive(change: AgentChange, readsStarted: number): void {
    const live = this.agents.get(change.agentId)?.live;
    if (live && change.connection && change.connection.number >= live.number) live.committedAtRead = readsStarted;
  }

  /**
   * Takes in what a read has found, in slices with a turn of the event loop between them.
   *
   * @param whole true when agents that are not in it do not exist
   * @param readNumber which read of this gateway it was, counted from 1
   */
  async apply(
    read: FleetRead,
    { whole, readNumber, yieldTurn }: { whole: boolean; readNumber: number; yieldTurn: () => Promise<void> },
  ): Promise<void> {
    let rows = 0;
    for (const row of read.agents) {
      if (rows > 0 && rows % SLICE_ROWS === 0) await yieldTurn();
      rows += 1;
      this.#applyRow(row);
    }
    for (const row of read.values) {
      if (rows > 0 && rows % SLICE_ROWS === 0) await yieldTurn();
      rows += 1;
      this.accept(row, row.revision);
    }
    if (whole) this.#removeAllBut(read);
    this.#forgetLive(readNumber);
    for (const [id, revision] of this.tombstones) if (revision < read.purgedBefore) this.tombstones.delete(id);
  }

  #applyRow(row: AgentRow): void {
    if (row.deleted) {
      this.#remove(row.id, row.revision);
      return;
    }
    const agent = this.#agent(row.id);
    if (agent === null) return;
    // Reads follow each other, so the last one is right even with a smaller revision: a transaction that began earlier
    // may write the row later.
    agent.revision = row.revision;
    agent.storedStatus = row.status;
    const keySet = this.#keySets.of(row.descriptions);
    const relabelled = !sameLabels(agent.labels, row.labels);
    if (agent.name !== row.name) {
      agent.name = row.name;
      agent.nameSeq = this.#touch(agent);
    }
    if (relabelled) {
      agent.labels = row.labels;
      agent.labelsSeq = this.#touch(agent);
    }
    if (agent.keySet !== keySet) {
      agent.keySet = keySet;
      agent.keysSeq = this.#touch(agent);
    }
    this.#show(agent, agent.live?.status ?? row.status);
    if (!agent.listed) {
      agent.listed = true;
      this.#touch(agent);
      this.#listener.listed(agent);
    } else if (relabelled) {
      this.#listener.relabelled(agent);
    }
  }

  #remove(id: AgentId, revision: bigint): void {
    this.tombstones.set(id, revision);
    const agent = this.agents.get(id);
    if (agent === undefined) return;
    this.agents.delete(id);
    this.#dirty.delete(agent);
    this.#liveStatuses.delete(agent);
    this.#seq += 1;
    if (agent.listed) this.#listener.removed(agent);
  }

  #removeAllBut(read: FleetRead): void {
    const existing = new Set(read.agents.map((row) => row.id));
    for (const agent of this.agents.values()) {
      if (agent.revision !== null && !existing.has(agent.id)) this.#remove(agent.id, read.cursor);
    }
  }

  #forgetLive(readNumber: number): void {
    for (const agent of this.#liveStatuses) {
      const committedAtRead = agent.live?.committedAtRead ?? null;
      if (committedAtRead === null || readNumber <= committedAtRead) continue;
      agent.live = null;
      this.#liveStatuses.delete(agent);
      this.#show(agent, agent.storedStatus);
    }
  }

  #show(agent: AgentState, status: AgentStatus): void {
    if (agent.status === status) return;
    agent.status = status;
    agent.statusSeq = this.#touch(agent);
  }

  /** Null for an agent that has been deleted. */
  #agent(id: AgentId): AgentState | null {
    const known = this.agents.get(id);
    if (known !== undefined) return known;
    if (this.tombstones.has(id)) return null;
    const agent = new AgentState(id);
    this.agents.set(id, agent);
    return agent;
  }

  #touch(agent: AgentState): number {
    this.#seq += 1;
    agent.seq = this.#seq;
    this.#dirty.add(agent);
    return this.#seq;
  }
}

/** Of two values with one time the later arrival wins, and what is pending is later than what is stored. */
function winsTie(incoming: bigint | null, known: bigint | null): boolean {
  return incoming === null || known !== null;
}

function sameLabels(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key]);
}
