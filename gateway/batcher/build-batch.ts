import type { FlushBatch, FlushValue } from '../../db/types.ts';
import type { PendingAgent, PendingBatch } from './pending-batch.ts';

/**
 * Lays a batch out as it is written: values by (agent, key), agents by id, both in the order of UTF-16 units, each
 * once. Takes the batch as it stands at the first step. Yields after about `sliceValues` steps of work.
 */
export function* buildBatch(pending: PendingBatch, sliceValues: number): Generator<void, FlushBatch, void> {
  const agents = yield* sortAgents([...pending.agents.values()], sliceValues);
  const batch: FlushBatch = { values: [], agents: [] };
  let done = 0;
  for (const agent of agents) {
    if (agent.change !== null) batch.agents.push(agent.change);
    appendValues(batch.values, agent);
    done += agent.values.size + 1;
    if (done < sliceValues) continue;
    done = 0;
    yield;
  }
  return batch;
}

function appendValues(values: FlushValue[], agent: PendingAgent): void {
  const held = agent.values.values();
  for (const value of isSorted(held) ? held : [...held].sort(byKey)) values.push(value);
}

/** A merge sort, since the one of the language cannot be interrupted. */
function* sortAgents(agents: PendingAgent[], sliceSteps: number): Generator<void, PendingAgent[], void> {
  let runs: PendingAgent[][] = [];
  for (let start = 0; start < agents.length; start += sliceSteps) {
    runs.push(agents.slice(start, start + sliceSteps).sort(byAgent));
    yield;
  }
  while (runs.length > 1) {
    const merged: PendingAgent[][] = [];
    for (let i = 0; i < runs.length; i += 2)
      merged.push(yield* mergeRuns(runs[i] ?? [], runs[i + 1] ?? [], sliceSteps));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* mergeRuns(
  left: PendingAgent[],
  right: PendingAgent[],
  sliceSteps: number,
): Generator<void, PendingAgent[], void> {
  const merged: PendingAgent[] = [];
  let l = 0;
  let r = 0;
  for (;;) {
    const fromLeft = left[l];
    const fromRight = right[r];
    const takeLeft = fromRight === undefined || (fromLeft !== undefined && byAgent(fromLeft, fromRight) <= 0);
    const next = takeLeft ? fromLeft : fromRight;
    if (next === undefined) return merged;
    merged.push(next);
    if (takeLeft) l += 1;
    else r += 1;
    if (merged.length % sliceSteps === 0) yield;
  }
}

function byAgent(a: PendingAgent, b: PendingAgent): number {
  return a.agentId < b.agentId ? -1 : a.agentId > b.agentId ? 1 : 0;
}

function isSorted(values: readonly FlushValue[]): boolean {
  for (let i = 1; i < values.length; i += 1)
    if ((values[i - 1] as FlushValue).key > (values[i] as FlushValue).key) return false;
  return true;
}

function byKey(a: FlushValue, b: FlushValue): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
