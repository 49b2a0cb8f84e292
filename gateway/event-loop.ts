import type { Clock } from './clock.ts';

/**
 * How often the loop is looked at. A stall is seen from the next look on, so as up to this much shorter than it was. Each
 * look wakes a process that would sleep: fifty a second were a twentieth of what a gateway of 600 agents did.
 */
const SAMPLE_INTERVAL_MS = 100;

/**
 * Measures how late the event loop comes round to a timer, as long as it is not stopped. `pausedMsSince` is how much of the time
 * since then it has slept of its own accord, which is no stall.
 */
export function watchEventLoop(
  clock: Clock,
  onStall: (seconds: number) => void,
  pausedMsSince: (sinceMs: number) => number = () => 0,
): () => void {
  let due = clock.now() + SAMPLE_INTERVAL_MS;
  const sample = () => {
    const now = clock.now();
    onStall(Math.max(0, now - due - pausedMsSince(due)) / 1_000);
    due = now + SAMPLE_INTERVAL_MS;
    cancel = clock.after(SAMPLE_INTERVAL_MS, sample);
  };
  let cancel = clock.after(SAMPLE_INTERVAL_MS, sample);
  return () => cancel();
}
