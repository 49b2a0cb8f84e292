import fc from 'fast-check';

/**
 * Random programs of actions, legal and illegal, and what runs one against the code under test. Programs are plain data
 * (bytes as hexadecimal text), so that one that fails can be kept as a row of `found.ts`.
 */
export interface Fuzzer<Program> {
  readonly name: string;
  readonly programs: fc.Arbitrary<Program>;
  /** @throws where the code under test does not do what the model and the limits say */
  run(program: Program): void | Promise<void>;
  /** How many actions a program has, for the tally. */
  actions(program: Program): number;
}

// A list of fuzzers holds programs of several types.
export type AnyFuzzer = Fuzzer<any>;

export interface FuzzOptions {
  /** Most programs to run. */
  runs: number;
  /** With `path`: of a failure, to see it again. */
  seed?: number;
  path?: string;
  /** Stops after this long, between two programs. */
  timeLimitMs?: number;
}

export interface FuzzResult {
  seed: number;
  programs: number;
  actions: number;
  /** What failed, how to see it again and the row to keep; null where nothing did. */
  failure: string | null;
}

/** Runs programs until one fails, which is then made as short as it can be. */
export async function fuzz(fuzzer: AnyFuzzer, { runs, seed, path, timeLimitMs }: FuzzOptions): Promise<FuzzResult> {
  let [programs, actions] = [0, 0];
  const property = fc.asyncProperty(fuzzer.programs, async (program) => {
    programs += 1;
    actions += fuzzer.actions(program);
    await fuzzer.run(program);
  });
  const details = await fc.check(property, {
    numRuns: runs,
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path }),
    ...(timeLimitMs !== undefined && { interruptAfterTimeLimit: timeLimitMs }),
  });
  // A run whose time was up before its first program had ended counts as failed there, without a counterexample.
  const failed = details.failed && details.counterexample !== null;
  return { seed: details.seed, programs, actions, failure: failed ? describe(fuzzer, details) : null };
}

function describe(fuzzer: AnyFuzzer, details: fc.RunDetails<[unknown]>): string {
  const { seed, counterexamplePath, counterexample, errorInstance } = details;
  const error = errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance);
  return [
    `${fuzzer.name}: ${error}`,
    '',
    `again: npm run fuzz -- ${fuzzer.name === 'gateway' ? '--gateway' : `--only '${fuzzer.name}'`} --seed ${seed} --path ${counterexamplePath}`,
    `to keep: a row of '${fuzzer.name}' in test/fuzz/found.ts, under a name that says what went wrong:`,
    `  ['…', ${JSON.stringify(counterexample?.[0])}],`,
  ].join('\n');
}
