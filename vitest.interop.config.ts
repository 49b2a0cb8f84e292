import { defineConfig } from 'vitest/config';

/** The tests with live Go peers: `npm run test:interop`, which builds the peers first. */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.test.ts'],
    globalSetup: ['test/support/outputs-run.ts', 'test/support/postgres-run.ts'],
    testTimeout: 150_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Some cases judge what is held in memory, not what waits for the garbage collector.
    execArgv: ['--expose-gc'],
    // One file at a time: each peer is a process of its own beside this one, and some cases measure memory.
    maxWorkers: 1,
    fileParallelism: false,
  },
});
