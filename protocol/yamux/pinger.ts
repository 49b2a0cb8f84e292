import type { YamuxError } from './error.ts';
import { MAX_U32 } from './frame.ts';

interface Waiter {
  resolve(rttMs: number): void;
  reject(error: YamuxError): void;
}

/** The ping under way, if any. Keep-alive and callers share it, so a session never has two of its own in flight. */
export class Pinger {
  #nextId = 0;
  #sentAtMs: number | null = null;
  #heardSince = false;
  #waiters: Waiter[] | null = null;

  get isUnderWay(): boolean {
    return this.#sentAtMs !== null;
  }

  /** Something has come from the peer: it lives, whatever becomes of the ping. */
  heard(): void {
    this.#heardSince = true;
  }

  get heardSinceSent(): boolean {
    return this.#heardSince;
  }

  /** Begins a ping and returns its id, for the frame. */
  begin(nowMs: number): number {
    this.#sentAtMs = nowMs;
    this.#heardSince = false;
    return this.#nextId;
  }

  /** Resolves with the round trip in milliseconds when the ping under way is answered. */
  wait(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiters ??= [];
      this.#waiters.push({ resolve, reject });
    });
  }

  /** An answer has come; one for an id that is not under way is ignored. */
  answered(id: number, nowMs: number): void {
    if (this.#sentAtMs === null || id !== this.#nextId) return;
    const rttMs = nowMs - this.#sentAtMs;
    for (const waiter of this.#finish()) waiter.resolve(rttMs);
  }

  /** Gives the ping up. Harmless where none is under way. */
  fail(error: YamuxError): void {
    for (const waiter of this.#finish()) waiter.reject(error);
  }

  /** Milliseconds the ping has been under way; 0 where none is. */
  ageMs(nowMs: number): number {
    return this.#sentAtMs === null ? 0 : nowMs - this.#sentAtMs;
  }

  /** This process stood still: the ping gets its full time from now. */
  excuse(nowMs: number): void {
    if (this.#sentAtMs !== null) this.#sentAtMs = nowMs;
  }

  #finish(): Waiter[] {
    const waiters = this.#waiters ?? [];
    this.#waiters = null;
    this.#sentAtMs = null;
    this.#nextId = this.#nextId === MAX_U32 ? 0 : this.#nextId + 1;
    return waiters;
  }
}
