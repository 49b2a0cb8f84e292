import type { CancelTimer, Clock } from '../clock.ts';

/**
 * `committed`: what the report held, or something newer, is in the database. `accepted`: not yet, and it holds only
 * while this gateway lives, the time for a reply being over. `dropped`: it never will be, since the agent was deleted.
 */
export type AckKind = 'committed' | 'accepted' | 'dropped';

export type OnSettled = (kind: AckKind) => void;

export interface ReplySettings {
  /** Longest work in one turn of the event loop; the callback that passes it is the last of its turn. */
  ackSliceMs: number;
  /** Time over which the replies of one commit are spread. */
  ackSpreadMs: number;
}

/** Between two slices of one spread. */
const SLICE_DISTANCE_MS = 25;

/** As many go at once however much time there is: fewer would only add latency. */
const SLICE_MIN_REPLIES = 50;

interface Replies {
  callbacks: OnSettled[];
  next: number;
  kind: AckKind;
  doneByMs: number;
}

/**
 * Calls many callbacks in the order in which they came without holding the event loop: in slices of bounded work,
 * evenly over a bounded time. Where the work does not fit into that time, slice follows slice with a turn between.
 */
export class ReplyQueue {
  readonly #clock: Clock;
  readonly #settings: ReplySettings;
  readonly #onFault: (error: unknown) => void;
  #queue: Replies[] = [];
  #cancelTimer: CancelTimer | null = null;
  #stopped = false;
  #hurried = false;
  #onIdle: (() => void) | null = null;

  constructor(clock: Clock, settings: ReplySettings, onFault: (error: unknown) => void) {
    this.#clock = clock;
    this.#settings = settings;
    this.#onFault = onFault;
  }

  /** The queue owns the array from then on. No callback runs inside this call. */
  add(callbacks: OnSettled[], kind: AckKind): void {
    if (this.#stopped || callbacks.length === 0) return;
    this.#queue.push({ callbacks, next: 0, kind, doneByMs: this.#clock.now() + this.#settings.ackSpreadMs });
    if (this.#cancelTimer === null) this.#arm(0);
  }

  /** No more spreading. `onIdle` is called when the queue is empty: at once if it is. */
  hurry(onIdle: () => void): void {
    this.#hurried = true;
    this.#onIdle = onIdle;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#rearm();
  }

  stop(): void {
    this.#stopped = true;
    this.#queue = [];
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #arm(delayMs: number): void {
    this.#cancelTimer = this.#clock.after(delayMs, () => {
      this.#cancelTimer = null;
      this.#slice();
      this.#rearm();
    });
  }

  #rearm(): void {
    if (this.#stopped) return;
    const first = this.#queue[0];
    if (first === undefined) {
      this.#onIdle?.();
      this.#onIdle = null;
      return;
    }
    const late = this.#hurried || first.doneByMs - this.#clock.now() < SLICE_DISTANCE_MS;
    this.#arm(late ? 0 : SLICE_DISTANCE_MS);
  }

  #slice(): void {
    const startMs = this.#clock.now();
    for (let quota = this.#quota(startMs); quota > 0 && !this.#stopped; quota -= 1) {
      if (!this.#callNext() || this.#clock.now() - startMs >= this.#settings.ackSliceMs) return;
    }
  }

  /** So many that what remains is gone by its time, if every slice to come does as many. */
  #quota(nowMs: number): number {
    if (this.#hurried) return Number.POSITIVE_INFINITY;
    let quota = 0;
    for (const replies of this.#queue) {
      const slicesLeft = Math.max(1, Math.floor((replies.doneByMs - nowMs) / SLICE_DISTANCE_MS));
      quota += Math.ceil((replies.callbacks.length - replies.next) / slicesLeft);
    }
    return Math.max(quota, SLICE_MIN_REPLIES);
  }

  /** False when none is left. */
  #callNext(): boolean {
    const replies = this.#queue[0];
    if (replies === undefined) return false;
    const callback = replies.callbacks[replies.next];
    replies.next += 1;
    if (replies.next >= replies.callbacks.length) this.#queue.shift();
    try {
      callback?.(replies.kind);
    } catch (error) {
      this.#onFault(error);
    }
    return true;
  }
}
