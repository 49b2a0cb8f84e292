import type { AgentChange, AgentId, FlushValue } from '../../db/types.ts';
import type { CancelTimer, Clock } from '../clock.ts';
import { inTurns, type YieldTurn, yieldToEventLoop } from '../in-turns.ts';
import { Acknowledgements, type Waiter } from './acknowledgements.ts';
import { type Attempt, attemptFlush, SLICE_VALUES, type WriteBatch } from './attempt.ts';
import { fullJitterMs } from './backoff.ts';
import { type FlushDue, FlushSchedule } from './flush-schedule.ts';
import { HeldBatches } from './held-batches.ts';
import type { BatcherObserver, FlushReason } from './observer.ts';
import type { PendingBatch } from './pending-batch.ts';
import type { OnSettled } from './reply-queue.ts';
import { type BatcherSettings, batcherDefaults } from './settings.ts';

export interface BatcherOptions {
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  write: WriteBatch;
  observer: BatcherObserver;
  settings?: Partial<BatcherSettings>;
  /** Awaited between the parts of long work. */
  yieldTurn?: YieldTurn;
}

/** What one agent says at one time. The values, all of that agent, are the batcher's from then on. */
export interface Report {
  agentId: AgentId;
  values: readonly FlushValue[];
}

export interface DrainResult {
  /** True when everything has been committed. */
  drained: boolean;
  /** What has not; a write still under way counts, since nobody knows what becomes of it. */
  left: { values: number; changes: number };
}

/**
 * Gathers what agents report, newest value per agent and key, and writes it in flushes, one at a time. Adding never
 * waits for a write; what could not be written is merged back under what is newer and tried again.
 */
export class Batcher {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #write: WriteBatch;
  readonly #observer: BatcherObserver;
  readonly #settings: BatcherSettings;
  readonly #yieldTurn: YieldTurn;
  readonly #schedule: FlushSchedule;
  readonly #acks: Acknowledgements;
  readonly #abandon = new AbortController();

  readonly #held: HeldBatches;
  #overLimitSinceMs: number | null = null;
  #failures = 0;
  /** End of the backoff. */
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #cancelTimer: CancelTimer | null = null;
  #drain: { promise: Promise<DrainResult>; onEmpty: () => void } | null = null;
  #closed = false;

  constructor(options: BatcherOptions) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#write = options.write;
    this.#observer = options.observer;
    this.#settings = { ...batcherDefaults, ...options.settings };
    this.#held = new HeldBatches({
      ...this.#settings,
      onLogLinesDropped: (lines) => this.#tell(() => this.#observer.onLogLinesDropped?.(lines)),
    });
    this.#yieldTurn = options.yieldTurn ?? yieldToEventLoop;
    this.#schedule = new FlushSchedule(this.#settings);
    this.#acks = new Acknowledgements(this.#clock, this.#settings, (error) => this.#observer.onFault?.(error));
  }

  /** Values not known to be committed, those of a flush under way included. */
  get pendingValues(): number {
    return this.#held.values;
  }

  /** What they take as UTF-8: keys, values and errors. */
  get pendingBytes(): number {
    return this.#held.bytes;
  }

  /** When the oldest change not known to be committed came, on the batcher's clock; null when there is none. */
  get oldestChangeAtMs(): number | null {
    return this.#held.oldestChangeAtMs;
  }

  /**
   * Takes a report. `onSettled` is called once, never from inside this call: when the report is committed, or accepted
   * after the acknowledgement timeout. A report without values is committed as it is. Returns false, and will not
   * call, once the batcher has been drained.
   */
  add(report: Report, onSettled?: OnSettled): boolean {
    if (this.#closed) return false;
    if (report.values.length === 0) {
      if (onSettled !== undefined) this.#acks.settle([this.#acks.expect(onSettled)], 'committed');
      return true;
    }
    const { pending } = this.#held;
    const agent = pending.agent(report.agentId);
    for (const value of report.values) pending.put(agent, value);
    if (onSettled !== undefined) pending.wait(agent, this.#acks.expect(onSettled));
    this.#changed();
    return true;
  }

  /**
   * Takes what changed about an agent itself, and what is kept of it. `onSettled` as with {@link add}. Returns false once
   * the batcher has been drained.
   */
  changeAgent(change: AgentChange, onSettled?: OnSettled): boolean {
    if (this.#closed) return false;
    const { pending } = this.#held;
    const agent = pending.agent(change.agentId);
    pending.change(agent, change);
    if (onSettled !== undefined) pending.wait(agent, this.#acks.expect(onSettled));
    this.#changed();
    return true;
  }

  /** Something was committed elsewhere (by HTTP): a flush notifies for it, be that the only thing it does. */
  touch(): boolean {
    if (this.#closed) return false;
    this.#changed();
    return true;
  }

  /**
   * Visits every value not known to be committed in the order of arrival. A key may come twice: from the flush under
   * way, and from what came after it.
   */
  forEachPending(visit: (value: FlushValue) => void): void {
    for (const agent of this.#held.agents()) for (const value of agent.values.values()) visit(value);
  }

  /** The same for what changed about agents. */
  forEachPendingChange(visit: (change: AgentChange) => void): void {
    for (const agent of this.#held.agents()) if (agent.change !== null) visit(agent.change);
  }

  /**
   * Drops what waits for a deleted agent and settles its reports as dropped. What a write under way holds of it is
   * the database's to refuse, and is not tried again.
   */
  forgetAgent(agentId: AgentId): void {
    const { values, waiters } = this.#held.forget(agentId);
    this.#acks.settle(waiters, 'dropped');
    this.#tellForgotten(values);
    if (this.#overLimitSinceMs !== null && !this.#isOverLimit()) this.#overLimitSinceMs = null;
  }

  /**
   * Flushes everything, what arrives meanwhile included, without waiting for the interval; then refuses more. Resolves
   * once the replies have left as well, or after `timeoutMs` with what is left: reports of that are never settled. A
   * second call returns the first one's promise.
   */
  drain(timeoutMs: number): Promise<DrainResult> {
    this.#drain ??= this.#startDrain(timeoutMs);
    this.#next();
    return this.#drain.promise;
  }

  #startDrain(timeoutMs: number): { promise: Promise<DrainResult>; onEmpty: () => void } {
    let finish = () => {};
    const promise = new Promise<DrainResult>((resolve) => {
      finish = () => resolve(this.#close());
    });
    const cancelTimeout = this.#clock.after(timeoutMs, () => finish());
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
    return {
      promise,
      onEmpty: () => {
        this.#closed = true;
        this.#acks.hurry(() => {
          cancelTimeout();
          finish();
        });
      },
    };
  }

  #close(): DrainResult {
    this.#closed = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#acks.stop();
    this.#abandon.abort();
    let changes = 0;
    this.forEachPendingChange(() => {
      changes += 1;
    });
    return { drained: this.oldestChangeAtMs === null, left: { values: this.pendingValues, changes } };
  }

  #changed(): void {
    const nowMs = this.#clock.now();
    this.#held.pending.changedAt(nowMs);
    if (this.#overLimitSinceMs === null && this.#isOverLimit()) {
      this.#overLimitSinceMs = nowMs;
      this.#next();
    } else if (this.#cancelTimer === null) {
      this.#next();
    }
  }

  #isOverLimit(): boolean {
    const { batchMaxValues, batchMaxBytes } = this.#settings;
    const { values, bytes } = this.#held.pending;
    return values >= batchMaxValues || bytes >= batchMaxBytes;
  }

  /** Sets the timer for the next flush by what is pending now. */
  #next(): void {
    if (this.#held.flushing || this.#closed) return;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const due = this.#due(this.#notBeforeMs);
    if (due === null) this.#drain?.onEmpty();
    else this.#cancelTimer = this.#clock.after(Math.max(0, due.atMs - this.#clock.now()), () => this.#wake());
  }

  #due(notBeforeMs: number): FlushDue | null {
    const { firstChangeAtMs } = this.#held.pending;
    if (firstChangeAtMs === null) return null;
    if (this.#drain !== null) return { atMs: notBeforeMs, reason: 'shutdown' };
    return this.#schedule.due({ firstChangeAtMs, overLimitSinceMs: this.#overLimitSinceMs, notBeforeMs });
  }

  #wake(): void {
    this.#cancelTimer = null;
    const nowMs = this.#clock.now();
    const due = this.#due(Math.max(this.#notBeforeMs, nowMs));
    // Timers may fire up to a millisecond early, and early flushes would break the bound on their number.
    if (due === null || due.atMs > nowMs) this.#next();
    else void this.#flush(due.reason, nowMs);
  }

  async #flush(reason: FlushReason, startedAtMs: number): Promise<void> {
    const held = this.#held.swap();
    this.#overLimitSinceMs = null;
    if (reason === 'size') this.#tellSize(held);

    const attempt = await attemptFlush(held, {
      write: this.#write,
      yieldTurn: this.#yieldTurn,
      signal: this.#abandon.signal,
    });
    if (attempt.committed) this.#committed(held, attempt, { reason, startedAtMs });
    else await this.#failed(held, attempt.error, { reason, startedAtMs });
    this.#next();
  }

  #committed(
    held: PendingBatch,
    { batch, result }: Extract<Attempt, { committed: true }>,
    { reason, startedAtMs }: { reason: FlushReason; startedAtMs: number },
  ): void {
    const attempt = this.#failures + 1;
    const durationMs = this.#clock.now() - startedAtMs;
    this.#held.commit();
    this.#failures = 0;
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
    this.#schedule.committed(startedAtMs);
    this.#tell(() => this.#observer.onFlushed({ ...result, ...batch, reason, startedAtMs, durationMs, attempt }));
    this.#acks.settle(waitersOf(held), 'committed');
  }

  async #failed(
    held: PendingBatch,
    error: unknown,
    { reason, startedAtMs }: { reason: FlushReason; startedAtMs: number },
  ): Promise<void> {
    this.#failures += 1;
    const { retryFloorMs: floorMs, retryCapMs: capMs } = this.#settings;
    const retryInMs = fullJitterMs(this.#failures, { floorMs, capMs }, this.#random);
    this.#notBeforeMs = this.#clock.now() + retryInMs;
    this.#tellForgotten(this.#held.fail());
    const failure = { reason, durationMs: this.#clock.now() - startedAtMs, attempt: this.#failures, retryInMs };
    this.#tell(() => this.#observer.onFlushFailed(error, { ...failure, values: held.values }));

    await inTurns(this.#held.takeBack(SLICE_VALUES), this.#yieldTurn);
    if (this.#overLimitSinceMs === null && this.#isOverLimit()) this.#overLimitSinceMs = this.#clock.now();
  }

  #tellSize({ values, bytes }: PendingBatch): void {
    const { batchMaxValues, batchMaxBytes } = this.#settings;
    this.#tell(() => this.#observer.onSizeFlush?.({ values, bytes, batchMaxValues, batchMaxBytes }));
  }

  #tellForgotten(values: number): void {
    if (values > 0) this.#tell(() => this.#observer.onForgotten?.(values));
  }

  /** What an observer throws must not end the flushing. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#observer.onFault?.(error);
    }
  }
}

function* waitersOf(batch: PendingBatch): Generator<Waiter, void, void> {
  for (const agent of batch.agents.values()) if (agent.waiters !== null) yield* agent.waiters;
}
