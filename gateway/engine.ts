import { setFlagsFromString } from 'node:v8';

/**
 * Fits the engine's young generation to what a gateway does: most of what it makes lives until the next flush, and then no more.
 *
 * Where most objects of one place in the code have outlived the young generation, the engine otherwise makes them in the old one
 * from then on. Values that wait for a flush do so in every busy hour. When it is calmer they would die young, but then each lives
 * until the whole heap is marked, and keeps all that it points to: 7 KB a report, which brings marking about.
 *
 * And where a process has been idle, its young generation is made so small that sixty reports a second fill it twice a second,
 * and all that waits for the flush outlives it. The engine doubles it only once as much as it holds has outlived it, which takes
 * minutes; it grows to its full size at the first such occasion instead.
 */
export function fitYoungGeneration(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
  setFlagsFromString('--semi-space-growth-factor=16');
}
