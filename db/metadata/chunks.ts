import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FlushValue } from '../types.ts';

/** Values in one statement: beyond this a larger statement is no faster, and its text keeps the event loop longer. */
export const MAX_VALUES_PER_STATEMENT = 5_000;
/** Characters of text in one statement, for fleets with long values. */
export const MAX_CHARACTERS_PER_STATEMENT = 1 << 20;

/** Cuts values into runs of bounded count and size; a value alone may exceed the size. */
export function chunkValues(values: readonly FlushValue[], maxValues: number): Generator<readonly FlushValue[]> {
  return chunkBySize(values, maxValues, ({ key, value, error }) => key.length + value.length + error.length);
}

/** The same for anything that has a size in characters. */
export function* chunkBySize<T>(
  items: readonly T[],
  maxItems: number,
  sizeOf: (item: T) => number,
): Generator<readonly T[]> {
  let start = 0;
  let characters = 0;
  for (let i = 0; i < items.length; i += 1) {
    const size = sizeOf(items[i] as T);
    if (i > start && (i - start >= maxItems || characters + size > MAX_CHARACTERS_PER_STATEMENT)) {
      yield items.slice(start, i);
      start = i;
      characters = 0;
    }
    characters += size;
  }
  if (start < items.length) yield items.slice(start);
}

/** Runs of at most `size` items. */
export function* chunkItems<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/**
 * Sends one statement per chunk, in order, and builds the next one's parameters while the server works on the last.
 * The event loop turns between two chunks.
 */
export async function pipeline<C, P, R>(
  chunks: Iterable<C>,
  steps: { build: (chunk: C) => P; send: (parameters: P) => Promise<R>; done: (chunk: C, result: R) => Promise<void> },
): Promise<void> {
  let last: { chunk: C; result: Promise<R> } | null = null;
  for (const chunk of chunks) {
    const parameters = steps.build(chunk);
    if (last !== null) await steps.done(last.chunk, await last.result);
    const result = steps.send(parameters);
    // It is awaited one round later; until then a failure must not count as unhandled.
    result.catch(() => {});
    last = { chunk, result };
    await nextTurn();
  }
  if (last !== null) await steps.done(last.chunk, await last.result);
}
