import { seededRandom } from '../../support/yamux-wire.ts';

/** Numbers in [0, 1) that come again with the printed seed: `SEED=…`. */
export function printedRandom(): () => number {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  console.log(`SEED=${seed}`);
  return seededRandom(seed);
}
