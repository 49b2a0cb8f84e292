import { keptDefaults } from '../../db/kept.ts';
import type { KeptLimits } from '../../db/types.ts';

/** What the batcher may be told. Times are milliseconds. */
export interface BatcherSettings extends KeptLimits {
  /** Least time between the starts of two committed flushes. One transaction and one notification each. */
  flushIntervalMs: number;
  /** From a first change to its flush when no flush was lately: lets a burst gather, and is hardly felt. */
  idleDelayMs: number;
  /** Pending values that bring a flush forward. The default is above the 150,000 of 10,000 agents with 15 keys. */
  batchMaxValues: number;
  /** Pending bytes (UTF-8 of key, value and error) that bring a flush forward. */
  batchMaxBytes: number;
  /**
   * What the log lines of all agents that wait may count: their text and 128 bytes each. Beyond it
   * an agent's new lines take the place of its own older ones.
   */
  pendingLogBytes: number;
  /** Flushes brought forward by size keep this distance from the last committed one. */
  sizeFlushMinIntervalMs: number;
  /** After this long a report is settled as accepted, though it is not committed yet. */
  ackTimeoutMs: number;
  /** A failed flush is tried again after a random part of this, doubled with each further failure… */
  retryFloorMs: number;
  /** …up to this. */
  retryCapMs: number;
  /** Longest work on replies in one turn of the event loop. */
  ackSliceMs: number;
  /** Replies of one commit leave over at most this time, so that a fleet's next reports do not come as one. */
  ackSpreadMs: number;
}

export const batcherDefaults: BatcherSettings = {
  flushIntervalMs: 5_000,
  idleDelayMs: 50,
  batchMaxValues: 200_000,
  batchMaxBytes: 64 * 1024 ** 2,
  ...keptDefaults,
  pendingLogBytes: 8 * 1024 ** 2,
  sizeFlushMinIntervalMs: 1_000,
  ackTimeoutMs: 10_000,
  retryFloorMs: 100,
  retryCapMs: 5_000,
  ackSliceMs: 20,
  ackSpreadMs: 500,
};
