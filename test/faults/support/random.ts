/** Numbers in [0, 1) that come again with the printed seed: `SEED=…`. */
export function seededRandom(): () => number {
  let state = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  console.log(`SEED=${state}`);
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 2 ** 31;
  };
}
