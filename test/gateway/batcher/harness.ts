import type { AgentChange, FlushBatch, FlushResult, FlushValue } from '../../../db/types.ts';
import { Batcher, type BatcherOptions } from '../../../gateway/batcher/batcher.ts';
import type { CommittedFlush, FailedFlush, SizeFlush } from '../../../gateway/batcher/observer.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** A write that the test decides. */
export interface OpenWrite {
  batch: FlushBatch;
  signal: AbortSignal;
  commit(result?: Partial<FlushResult>): void;
  fail(error?: Error): void;
}

export interface Harness {
  clock: FakeClock;
  batcher: Batcher;
  /** Every write asked for, in order; those not decided are `open`. */
  writes: OpenWrite[];
  open: OpenWrite[];
  flushed: CommittedFlush[];
  failed: { error: unknown; failure: FailedFlush }[];
  sizeFlushes: SizeFlush[];
  forgotten: number[];
  droppedLines: number[];
  faults: unknown[];
}

export function harness(
  options: Partial<Pick<BatcherOptions, 'settings' | 'random' | 'yieldTurn'>> & { clock?: FakeClock } = {},
): Harness {
  const clock = options.clock ?? new FakeClock({ startMs: 1_000 });
  const seen: Omit<Harness, 'batcher'> = {
    clock,
    writes: [],
    open: [],
    flushed: [],
    failed: [],
    sizeFlushes: [],
    forgotten: [],
    droppedLines: [],
    faults: [],
  };
  const batcher = new Batcher({
    clock,
    random: options.random ?? (() => 0.5),
    write: (batch, signal) => openWrite(seen, batch, signal),
    observer: {
      onFlushed: (flush) => seen.flushed.push(flush),
      onFlushFailed: (error, failure) => seen.failed.push({ error, failure }),
      onSizeFlush: (flush) => seen.sizeFlushes.push(flush),
      onForgotten: (values) => seen.forgotten.push(values),
      onLogLinesDropped: (lines) => seen.droppedLines.push(lines),
      onFault: (error) => seen.faults.push(error),
    },
    settings: options.settings ?? {},
    ...(options.yieldTurn === undefined ? {} : { yieldTurn: options.yieldTurn }),
  });
  return { ...seen, batcher };
}

function openWrite(seen: Omit<Harness, 'batcher'>, batch: FlushBatch, signal: AbortSignal): Promise<FlushResult> {
  return new Promise((resolve, reject) => {
    const decided = () => seen.open.splice(seen.open.indexOf(write), 1);
    const write: OpenWrite = {
      batch,
      signal,
      commit(result = {}) {
        decided();
        resolve({ ...committed(batch, seen.flushed.length + 1), ...result });
      },
      fail(error = new Error('the database is away')) {
        decided();
        reject(error);
      },
    };
    seen.writes.push(write);
    seen.open.push(write);
  });
}

export function committed(batch: FlushBatch, revision: number): FlushResult {
  return { revision: BigInt(revision), written: batch.values.length, superseded: [], deleted: [], rejected: [] };
}

export function value(agentId: string, key: string, text: string, collectedAtUs = 1): FlushValue {
  return { agentId, key, value: text, error: '', collectedAtUs, agentCollectedAtUs: null };
}

export function report(...values: FlushValue[]): { agentId: string; values: FlushValue[] } {
  return { agentId: values[0]?.agentId ?? 'nobody', values };
}

export function connection(agentId: string, number: number, atUs: number, connected = true): AgentChange {
  return { agentId, connection: { number, connected, atUs } };
}

/** The only open write. */
export function theWrite({ open }: Harness): OpenWrite {
  const [write] = open;
  if (write === undefined || open.length > 1) throw new Error(`${open.length} writes are open, expected 1`);
  return write;
}
