import { expect } from 'vitest';

/** What a transfer may add to this process, whatever its size: several windows, and what the garbage collector leaves. */
const MAX_GROWTH_BYTES = 32 * 1024 * 1024;
const SAMPLE_INTERVAL_MS = 50;

/** Runs a task while the bytes held outside the JavaScript heap are sampled: they must not grow with what is moved. */
export async function flatMemory<T>(task: () => Promise<T>): Promise<T> {
  const before = process.memoryUsage().arrayBuffers;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  }, SAMPLE_INTERVAL_MS);
  try {
    return await task();
  } finally {
    clearInterval(timer);
    expect(most - before).toBeLessThan(MAX_GROWTH_BYTES);
  }
}
