import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/interop/**', 'test/faults/**'],
    // PostgreSQL for the tests that ask for it; nothing is started before.
    globalSetup: ['test/support/postgres-run.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Two workers: real PostgreSQL servers and browsers run beside them.
    maxWorkers: 2,
  },
});
