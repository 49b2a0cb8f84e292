/** Time and timers as the gateway's parts see them, so that tests can drive both by hand. */
export interface Clock {
  /** Monotonic milliseconds since an arbitrary start; fractions allowed. Never goes back, whatever the wall clock does. */
  now(): number;
  /** Runs `task` once after `delayMs`; the returned function cancels it. A pending timer keeps no process alive. */
  after(delayMs: number, task: () => void): CancelTimer;
}

export type CancelTimer = () => void;

export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
