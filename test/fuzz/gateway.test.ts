/** A short run of the fuzzer against a whole gateway. `npm run fuzz -- --gateway --minutes 10` runs it for longer. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { FOUND } from './found.ts';
import { type Fuzzer, fuzz } from './fuzzer.ts';
import { GatewayFuzz } from './gateway.ts';

const RUNS = 30;

let database: TestDatabase;
let gateway: TestGateway;
let fuzzer: Fuzzer<any>;

beforeAll(async () => {
  database = await testDatabase();
  gateway = await testGateway(database.url, { flushIntervalMs: '100ms' });
  ({ fuzzer } = await GatewayFuzz.on(gateway));
});
afterAll(async () => {
  await gateway.stop();
  await database.drop();
});

it.each(FOUND.gateway ?? [])('stays mended: %s', async (_name, program) => {
  await fuzzer.run(program);
});

it(`${RUNS} random programs leave the neighbours unharmed`, { timeout: 180_000 }, async () => {
  const { seed, programs, actions, failure } = await fuzz(fuzzer, {
    runs: RUNS,
    ...(process.env.SEED !== undefined && { seed: Number(process.env.SEED) }),
  });
  console.log(`gateway: ${programs} programs, ${actions} actions, SEED=${seed}`);
  expect(failure, failure ?? '').toBeNull();
});
