import { expect } from 'vitest';

/** What a transfer may add to this process, whatever its size: some windows or the largest message, and copies under way. */
const MAX_GROWTH_BYTES = 32 * 1024 * 1024;
const SAMPLE_INTERVAL_MS = 50;

/** Bytes held outside the JavaScript heap. */
const heldBytes = (): number => process.memoryUsage().arrayBuffers;

/**
 * Runs a task while the bytes that are held are sampled: they must not grow with what is moved. What only waits for the
 * garbage collector does not count: it is run where there seems to be too much.
 */
export async function flatMemory<T>(task: () => Promise<T>): Promise<T> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('memory is judged with --expose-gc: see vitest.interop.config.ts');
  gc();
  const before = heldBytes();
  let most = before;
  const timer = setInterval(() => {
    if (heldBytes() - before >= MAX_GROWTH_BYTES) gc();
    most = Math.max(most, heldBytes());
  }, SAMPLE_INTERVAL_MS);
  try {
    return await task();
  } finally {
    clearInterval(timer);
    expect(most - before).toBeLessThan(2 * MAX_GROWTH_BYTES);
  }
}
