import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/interop/**', 'test/faults/**'],
    // What the product says is searched for secrets at the end; PostgreSQL for the tests that ask for it.
    globalSetup: ['test/support/outputs-run.ts', 'test/support/postgres-run.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Two workers: real PostgreSQL servers and browsers run beside them.
    maxWorkers: 2,
  },
});
