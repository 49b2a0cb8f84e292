/** Memory of one gateway process at one time. */
export interface MemorySample {
  atMs: number;
  rssBytes: number;
  heapBytes: number;
}

export interface MemoryFigures {
  /** Resident, the median of each window. */
  rssMiB: { start: number; end: number };
  /** Used heap, the least of each window: what the garbage collector leaves. */
  heapMiB: { start: number; end: number };
  /** Null where the process did not live long enough to judge. */
  flat: boolean | null;
}

const MIB = 1024 * 1024;
/** Pools, caches and compiled code grow at first. */
const WARM_UP_MS = 60_000;
/** What is compared: the first of these behind the warm-up with the last one. */
const WINDOW_MS = 45_000;
/** Between the middles of the two windows, so that growth has time to show. */
const LEAST_APART_MS = 60_000;

/** What may be added from the first window to the last: noise of the collector and the allocator, not growth. */
export const ALLOWED_GROWTH = { rss: { share: 0.1, mib: 8 }, heap: { share: 0.1, mib: 4 } };

/** @throws when there is no sample */
export function memoryFigures(samples: readonly MemorySample[]): MemoryFigures {
  const from = samples.at(0)?.atMs;
  const to = samples.at(-1)?.atMs;
  if (from === undefined || to === undefined) throw new Error('memory was not looked at');
  const longEnough = to - from >= WARM_UP_MS + WINDOW_MS + LEAST_APART_MS;
  const begin = longEnough ? from + WARM_UP_MS : from;
  const length = longEnough ? WINDOW_MS : (to - from) / 3;
  const first = samples.filter(({ atMs }) => atMs >= begin && atMs <= begin + length);
  const last = samples.filter(({ atMs }) => atMs >= to - length);
  const rssMiB = { start: median(first.map(rss)), end: median(last.map(rss)) };
  const heapMiB = { start: Math.min(...first.map(heap)), end: Math.min(...last.map(heap)) };
  const flat = isFlat(rssMiB, ALLOWED_GROWTH.rss) && isFlat(heapMiB, ALLOWED_GROWTH.heap);
  return { rssMiB: rounded(rssMiB), heapMiB: rounded(heapMiB), flat: longEnough ? flat : null };
}

const rss = ({ rssBytes }: MemorySample): number => rssBytes / MIB;
const heap = ({ heapBytes }: MemorySample): number => heapBytes / MIB;

function isFlat({ start, end }: { start: number; end: number }, allowed: { share: number; mib: number }): boolean {
  return end <= start * (1 + allowed.share) + allowed.mib;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function rounded({ start, end }: { start: number; end: number }) {
  return { start: Math.round(start * 10) / 10, end: Math.round(end * 10) / 10 };
}
