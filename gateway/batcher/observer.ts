import type { AgentChange, FlushResult, FlushValue } from '../../db/types.ts';

/**
 * Why a flush started when it did: the interval since the last one had passed, nothing had been flushed lately, too
 * much was pending, or the gateway is ending.
 */
export type FlushReason = 'interval' | 'idle' | 'size' | 'shutdown';

/** One flush that stands in the database, with its one notification. */
export interface CommittedFlush extends FlushResult {
  reason: FlushReason;
  /** The whole batch as it was written, sorted by agent and key; superseded, deleted and rejected ones among them. */
  values: readonly FlushValue[];
  agents: readonly AgentChange[];
  /** On the batcher's clock. */
  startedAtMs: number;
  durationMs: number;
  /** 1 when it went through at once. */
  attempt: number;
}

/** One attempt that has certainly not committed; what it held is pending again. */
export interface FailedFlush {
  reason: FlushReason;
  values: number;
  durationMs: number;
  /** How many attempts have failed since the last commit, this one included. */
  attempt: number;
  /** Until the next attempt at the earliest. */
  retryInMs: number;
}

/** What was pending when its size brought a flush forward, beside what is allowed to wait. */
export interface SizeFlush {
  values: number;
  bytes: number;
  batchMaxValues: number;
  batchMaxBytes: number;
}

/** Hears what the batcher does, for metrics, logs and watchers. What it throws goes to `onFault`. */
export interface BatcherObserver {
  /** Before any report of this flush is settled. */
  onFlushed(flush: CommittedFlush): void;
  onFlushFailed(error: unknown, failure: FailedFlush): void;
  /** Worth a warning: the flush interval alone would let too much gather. */
  onSizeFlush?(flush: SizeFlush): void;
  /** Values dropped unwritten because their agent was deleted. */
  onForgotten?(values: number): void;
  /** Log lines dropped unwritten, since newer ones of their agent took their place. */
  onLogLinesDropped?(lines: number): void;
  /** A callback threw; the batcher goes on. */
  onFault?(error: unknown): void;
}
