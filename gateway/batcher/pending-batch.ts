import { Buffer } from 'node:buffer';
import { holdsKept } from '../../db/kept.ts';
import type { AgentChange, AgentId, FlushValue, KeptLimits } from '../../db/types.ts';
import type { Waiter } from './acknowledgements.ts';
import { boundKept, logBytes } from './bound-kept.ts';
import { mergeChange } from './merge-change.ts';
import { NewestValues } from './newest-values.ts';

/** Everything that waits for one agent. */
export interface PendingAgent {
  readonly agentId: AgentId;
  /** The newest value of each key. */
  readonly values: NewestValues;
  /** What `values` holds, as {@link valueBytes} counts. */
  bytes: number;
  change: AgentChange | null;
  /** Who wants to know when this is committed, oldest first. */
  waiters: Waiter[] | null;
}

/** How much may wait of what is kept beside values. */
export interface PendingLimits extends KeptLimits {
  /** What the log lines of all agents together may count, as `logBytes` does. */
  pendingLogBytes: number;
  /** Hears how many log lines are never written, since newer ones took their place. */
  onLogLinesDropped(lines: number): void;
}

/**
 * What one flush is going to write: the newest value per agent and key, what changed about agents, and the newest of what
 * is kept of them. Grows with the distinct keys of the fleet, not with the reports.
 */
export class PendingBatch {
  readonly #limits: PendingLimits;
  readonly #agents = new Map<AgentId, PendingAgent>();
  #values = 0;
  #bytes = 0;
  #logBytes = 0;
  #firstChangeAtMs: number | null = null;

  constructor(limits: PendingLimits) {
    this.#limits = limits;
  }

  get values(): number {
    return this.#values;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get agents(): ReadonlyMap<AgentId, PendingAgent> {
    return this.#agents;
  }

  /** When the oldest change in here came, or null when there is nothing to be flushed. */
  get firstChangeAtMs(): number | null {
    return this.#firstChangeAtMs;
  }

  /** Notes that there is something to flush, be it only the notification. */
  changedAt(nowMs: number): void {
    if (this.#firstChangeAtMs === null || nowMs < this.#firstChangeAtMs) this.#firstChangeAtMs = nowMs;
  }

  agent(agentId: AgentId): PendingAgent {
    let agent = this.#agents.get(agentId);
    if (agent === undefined) {
      agent = { agentId, values: new NewestValues(), bytes: 0, change: null, waiters: null };
      this.#agents.set(agentId, agent);
    }
    return agent;
  }

  /** Takes a value that arrived after all those held: it stays unless a newer one is here. */
  put(agent: PendingAgent, value: FlushValue): void {
    const place = agent.values.placeOf(value.key);
    const held = agent.values.at(place);
    if (held !== undefined && held.collectedAtUs > value.collectedAtUs) return;
    this.#store(agent, value, place);
  }

  change(agent: PendingAgent, change: AgentChange): void {
    this.#setChange(agent, mergeChange(agent.change, change));
  }

  /** Reports settled meanwhile are let go, so that an outage does not gather them. */
  wait(agent: PendingAgent, waiter: Waiter): void {
    if (agent.waiters === null) agent.waiters = [waiter];
    else if (agent.waiters.some((other) => other.onSettled === null))
      agent.waiters = [...unsettled(agent.waiters), waiter];
    else agent.waiters.push(waiter);
  }

  /** Drops what waits for an agent. */
  forget(agentId: AgentId): PendingAgent | null {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return null;
    this.#agents.delete(agentId);
    this.#values -= agent.values.size;
    this.#bytes -= agent.bytes;
    this.#logBytes -= logBytes(agent.change?.logs);
    return agent;
  }

  /**
   * Takes back what a failed flush held, leaving `older` empty: newer values win, and of two of the same time the one
   * that came later, which is the one here. Yields after every `sliceValues` values; between two parts each agent is
   * wholly in one batch, or its newer part here and its older part there.
   */
  *takeBack(older: PendingBatch, sliceValues: number): Generator<void, void, void> {
    if (older.firstChangeAtMs !== null) this.changedAt(older.firstChangeAtMs);
    let done = 0;
    for (const agentId of [...older.#agents.keys()]) {
      const agent = older.forget(agentId);
      if (agent === null) continue;
      this.#takeBackAgent(agent);
      done += agent.values.size + 1;
      if (done < sliceValues) continue;
      done = 0;
      yield;
    }
  }

  #takeBackAgent(older: PendingAgent): void {
    const agent = this.#agents.get(older.agentId);
    if (agent === undefined) {
      this.#agents.set(older.agentId, older);
      this.#values += older.values.size;
      this.#bytes += older.bytes;
      const { change } = older;
      older.change = null;
      this.#setChange(older, change);
      return;
    }
    for (const value of older.values) this.#putOlder(agent, value);
    if (older.change !== null) this.#setChange(agent, mergeChange(older.change, agent.change));
    if (older.waiters !== null) agent.waiters = [...unsettled(older.waiters), ...unsettled(agent.waiters ?? [])];
  }

  /** Where all agents' lines are at their bound, an agent's new ones take the place of its own. */
  #setChange(agent: PendingAgent, change: AgentChange | null): void {
    const before = agent.change;
    agent.change = change;
    if (change === null || !holdsKept(change)) return;
    const heldBytes = logBytes(before?.logs);
    const freeBytes = Math.max(0, this.#limits.pendingLogBytes - this.#logBytes);
    agent.change = boundKept(change, this.#limits, heldBytes + freeBytes);
    this.#logBytes += logBytes(agent.change.logs) - heldBytes;
    const dropped = (change.logs?.length ?? 0) - (agent.change.logs?.length ?? 0);
    if (dropped > 0) this.#limits.onLogLinesDropped(dropped);
  }

  /** The mirror of {@link put}: a value that arrived before all those held. */
  #putOlder(agent: PendingAgent, value: FlushValue): void {
    const place = agent.values.placeOf(value.key);
    const held = agent.values.at(place);
    if (held !== undefined && held.collectedAtUs >= value.collectedAtUs) return;
    this.#store(agent, value, place);
  }

  #store(agent: PendingAgent, value: FlushValue, place: number): void {
    const replaced = agent.values.at(place);
    agent.values.put(value, place);
    const grownBytes = valueBytes(value) - (replaced === undefined ? 0 : valueBytes(replaced));
    agent.bytes += grownBytes;
    this.#bytes += grownBytes;
    if (replaced === undefined) this.#values += 1;
  }
}

/** What a value counts against the size of a batch: its texts, as UTF-8. */
export function valueBytes(value: FlushValue): number {
  return textBytes(value.key) + textBytes(value.value) + textBytes(value.error);
}

function textBytes(text: string): number {
  return text === '' ? 0 : Buffer.byteLength(text);
}

function unsettled(waiters: readonly Waiter[]): Waiter[] {
  return waiters.filter((waiter) => waiter.onSettled !== null);
}
