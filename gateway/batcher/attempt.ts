import type { FlushBatch, FlushResult } from '../../db/types.ts';
import { inTurns, type YieldTurn } from '../in-turns.ts';
import { buildBatch } from './build-batch.ts';
import type { PendingBatch } from './pending-batch.ts';

/**
 * Writes one batch with its one notification. Resolves when that is committed; rejects when it certainly is not.
 * Whoever implements it settles an unknown outcome itself, however long that takes; `signal` says that nobody waits
 * any more. The batch is not changed while it is being written, and may be kept.
 */
export type WriteBatch = (batch: FlushBatch, signal: AbortSignal) => Promise<FlushResult>;

export interface AttemptOptions {
  write: WriteBatch;
  yieldTurn: YieldTurn;
  signal: AbortSignal;
}

export type Attempt =
  | { committed: true; batch: FlushBatch; result: FlushResult }
  | { committed: false; error: unknown };

/** Values laid out or merged back in one turn of the event loop: one or two milliseconds of work. */
export const SLICE_VALUES = 4_096;

/** Lays `pending` out and writes it. Never rejects. */
export async function attemptFlush(pending: PendingBatch, options: AttemptOptions): Promise<Attempt> {
  try {
    const batch = await inTurns(buildBatch(pending, SLICE_VALUES), options.yieldTurn);
    return { committed: true, batch, result: await options.write(batch, options.signal) };
  } catch (error) {
    return { committed: false, error };
  }
}
