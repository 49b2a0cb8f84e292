import type { AgentId } from '../../db/types.ts';
import type { Waiter } from './acknowledgements.ts';
import { type PendingAgent, PendingBatch, type PendingLimits } from './pending-batch.ts';

/** What deleting an agent drops. */
export interface Forgotten {
  /** Values that are certainly never written; those in the write under way are counted when that has failed. */
  values: number;
  waiters: Waiter[];
}

/**
 * Everything not known to be committed: what gathers now, and what the flush under way took. A flush swaps, writes,
 * and ends in `commit`, or in `fail` and `takeBack`.
 */
export class HeldBatches {
  readonly #limits: PendingLimits;
  #pending: PendingBatch;
  /** From the swap until it has committed or has been taken back. */
  #inFlight: PendingBatch | null = null;
  /** Values of agents deleted since the swap that the write under way holds all the same; null when none is. */
  #forgottenInWrite: number | null = null;

  constructor(limits: PendingLimits) {
    this.#limits = limits;
    this.#pending = new PendingBatch(limits);
  }

  /** Where what arrives goes. */
  get pending(): PendingBatch {
    return this.#pending;
  }

  get flushing(): boolean {
    return this.#inFlight !== null;
  }

  get values(): number {
    return this.#pending.values + (this.#inFlight?.values ?? 0);
  }

  get bytes(): number {
    return this.#pending.bytes + (this.#inFlight?.bytes ?? 0);
  }

  get oldestChangeAtMs(): number | null {
    return this.#inFlight?.firstChangeAtMs ?? this.#pending.firstChangeAtMs;
  }

  /** In the order of arrival; an agent may come twice. */
  *agents(): Generator<PendingAgent, void, void> {
    if (this.#inFlight !== null) yield* this.#inFlight.agents.values();
    yield* this.#pending.agents.values();
  }

  /** Starts a flush with all that is pending. */
  swap(): PendingBatch {
    const held = this.#pending;
    this.#pending = new PendingBatch(this.#limits);
    this.#inFlight = held;
    this.#forgottenInWrite = 0;
    return held;
  }

  commit(): void {
    this.#inFlight = null;
    this.#forgottenInWrite = null;
  }

  /** The write has failed. Returns how many of its values are not tried again, their agents having been deleted. */
  fail(): number {
    const forgotten = this.#forgottenInWrite ?? 0;
    this.#forgottenInWrite = null;
    return forgotten;
  }

  /** Merges what the failed write held under what is newer, in slices of `sliceValues`. */
  *takeBack(sliceValues: number): Generator<void, void, void> {
    if (this.#inFlight !== null) yield* this.#pending.takeBack(this.#inFlight, sliceValues);
    this.#inFlight = null;
  }

  forget(agentId: AgentId): Forgotten {
    const older = this.#inFlight?.forget(agentId);
    const newer = this.#pending.forget(agentId);
    const olderValues = older?.values.size ?? 0;
    const newerValues = newer?.values.size ?? 0;
    const waiters = [...(older?.waiters ?? []), ...(newer?.waiters ?? [])];
    if (this.#forgottenInWrite === null) return { values: olderValues + newerValues, waiters };
    this.#forgottenInWrite += olderValues;
    return { values: newerValues, waiters };
  }
}
