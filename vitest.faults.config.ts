import { defineConfig } from 'vitest/config';

/** The faults that a gateway survives: `npm run test:faults`, which makes the table of docs/reliability.md of them. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    globalSetup: ['test/support/outputs-run.ts', 'test/support/postgres-run.ts', 'test/faults/support/build.ts'],
    hookTimeout: 120_000,
    pool: 'forks',
    // One fault at a time: each has servers and processes of its own, and promises in seconds to keep.
    maxWorkers: 1,
    fileParallelism: false,
  },
});
