import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Always in one order, so that the table is. */
class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.sort((one, other) => one.moduleId.localeCompare(other.moduleId));
  }
}

/** The faults that a gateway survives: `npm run test:faults`, which makes the table of docs/reliability.md of them. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    globalSetup: ['test/support/outputs-run.ts', 'test/support/postgres-run.ts', 'test/faults/support/build.ts'],
    hookTimeout: 120_000,
    pool: 'forks',
    sequence: { sequencer: ByName },
    // One file at a time: each has servers and processes of its own, and promises in seconds to keep.
    maxWorkers: 1,
    fileParallelism: false,
  },
});
