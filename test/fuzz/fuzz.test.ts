import { setTimeout as pause } from 'node:timers/promises';
/** A short run of every fuzzer, and what they have found. `npm run fuzz -- --minutes 10` runs them for longer. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FOUND } from './found.ts';
import { fuzz } from './fuzzer.ts';
import { FUZZERS } from './fuzzers.ts';

describe.each(FUZZERS.map(({ fuzzer, runs }) => ({ name: fuzzer.name, fuzzer, runs })))('$name', (row) => {
  const { name, fuzzer, runs } = row;
  const found = FOUND[name] ?? [];

  it.each(found)('stays mended: %s', async (_name, program) => {
    await fuzzer.run(program);
  });

  it(`${runs} random programs`, { timeout: 120_000 }, async () => {
    const { seed, programs, actions, failure } = await fuzz(fuzzer, {
      runs,
      ...(process.env.SEED !== undefined && { seed: Number(process.env.SEED) }),
    });
    console.log(`${name}: ${programs} programs, ${actions} actions, SEED=${seed}`);
    expect(failure, failure ?? '').toBeNull();
  });
});

it('what was found belongs to a fuzzer', () => {
  const names = ['gateway', ...FUZZERS.map(({ fuzzer }) => fuzzer.name)];
  for (const name of Object.keys(FOUND)) expect(names).toContain(name);
});

describe('a run', () => {
  const fuzzerOf = (run: (program: number) => Promise<void>) => ({
    name: 'numbers',
    programs: fc.nat(1_000),
    actions: () => 1,
    run,
  });

  it('prints what failed, made short, with the way to see it again and the row to keep', async () => {
    const fuzzer = fuzzerOf(async (program) => {
      if (program >= 10) throw new Error('too large');
    });
    const { failure } = await fuzz(fuzzer, { runs: 1_000, seed: 5 });
    expect(failure).toMatch(/too large.*--only 'numbers' --seed 5 --path \d.*, 10\],/s);
  });

  it('whose time is up before its first program has ended has not failed', async () => {
    const { failure } = await fuzz(
      fuzzerOf(() => pause(100)),
      { runs: 1, timeLimitMs: 1 },
    );
    expect(failure).toBeNull();
  });
});
