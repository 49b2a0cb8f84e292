import type { CancelTimer, Clock } from '../clock.ts';
import { type AckKind, type OnSettled, ReplyQueue, type ReplySettings } from './reply-queue.ts';

/** A report whose sender waits. */
export interface Waiter {
  /** Null once it has been decided what the sender is told. */
  onSettled: OnSettled | null;
  readonly deadlineMs: number;
}

export interface AcknowledgementSettings extends ReplySettings {
  ackTimeoutMs: number;
}

/** Tells each waiting report once what became of it: at its commit, or when its time is over, whichever is first. */
export class Acknowledgements {
  readonly #clock: Clock;
  readonly #ackTimeoutMs: number;
  readonly #replies: ReplyQueue;

  /** In the order of their deadlines, since all have the same time; one timer serves them all. */
  #waiting: Waiter[] = [];
  #head = 0;
  #cancelTimer: CancelTimer | null = null;
  #stopped = false;

  constructor(clock: Clock, settings: AcknowledgementSettings, onFault: (error: unknown) => void) {
    this.#clock = clock;
    this.#ackTimeoutMs = settings.ackTimeoutMs;
    this.#replies = new ReplyQueue(clock, settings, onFault);
  }

  /** Starts the time of one report. `onSettled` is never called from inside this call. */
  expect(onSettled: OnSettled): Waiter {
    const waiter = { onSettled, deadlineMs: this.#clock.now() + this.#ackTimeoutMs };
    this.#waiting.push(waiter);
    if (this.#cancelTimer === null) this.#arm(waiter);
    return waiter;
  }

  /** Decides these reports; those decided before stay as they were. The callbacks follow in slices. */
  settle(waiters: Iterable<Waiter>, kind: AckKind): void {
    if (this.#stopped) return;
    const callbacks: OnSettled[] = [];
    for (const waiter of waiters) {
      if (waiter.onSettled === null) continue;
      callbacks.push(waiter.onSettled);
      waiter.onSettled = null;
    }
    this.#replies.add(callbacks, kind);
    this.#dropSettledHead();
  }

  /** Replies leave as fast as slices allow from here on; `onIdle` is called once all that are decided have left. */
  hurry(onIdle: () => void): void {
    this.#replies.hurry(onIdle);
  }

  /** Calls nobody any more. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#waiting = [];
    this.#head = 0;
    this.#replies.stop();
  }

  #arm(first: Waiter): void {
    if (this.#stopped) return;
    const delayMs = Math.max(0, first.deadlineMs - this.#clock.now());
    this.#cancelTimer = this.#clock.after(delayMs, () => this.#expire());
  }

  #expire(): void {
    this.#cancelTimer = null;
    const nowMs = this.#clock.now();
    const expired: Waiter[] = [];
    for (let i = this.#head; i < this.#waiting.length; i += 1) {
      const waiter = this.#waiting[i];
      if (waiter === undefined || waiter.deadlineMs > nowMs) break;
      expired.push(waiter);
    }
    this.settle(expired, 'accepted');
    const first = this.#waiting[this.#head];
    if (first !== undefined) this.#arm(first);
  }

  /** Keeps the queue as long as what is undecided, give or take what was decided out of order. */
  #dropSettledHead(): void {
    while (this.#head < this.#waiting.length && this.#waiting[this.#head]?.onSettled === null) this.#head += 1;
    if (this.#head * 2 < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#head);
    this.#head = 0;
  }
}
