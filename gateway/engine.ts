import { setFlagsFromString } from 'node:v8';

/**
 * Has the engine make all objects in its young generation.
 *
 * Where most objects of one place in the code have outlived the young generation, it otherwise makes them in the old one from
 * then on. Values that wait for a flush do so in every busy hour. When it is calmer they would die young, but then each lives
 * until the whole heap is marked, and keeps all that it points to: 7 KB a report, which brings marking about.
 */
export function makeObjectsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
