import type { Clock } from './clock.ts';

/** How often the loop is looked at: stalls of a frame's length show, and the timer itself costs nothing. */
const SAMPLE_INTERVAL_MS = 20;

/** Measures how late the event loop comes round to a timer, as long as it is not stopped. */
export function watchEventLoop(clock: Clock, onStall: (seconds: number) => void): () => void {
  let due = clock.now() + SAMPLE_INTERVAL_MS;
  const sample = () => {
    const now = clock.now();
    onStall(Math.max(0, now - due) / 1_000);
    due = now + SAMPLE_INTERVAL_MS;
    cancel = clock.after(SAMPLE_INTERVAL_MS, sample);
  };
  let cancel = clock.after(SAMPLE_INTERVAL_MS, sample);
  return () => cancel();
}
