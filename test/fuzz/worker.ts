/** The process in which `npm run fuzz` runs programs: on its own, so that one that hangs can be told of. */
import { randomInt } from 'node:crypto';
import { withEmbeddedGateway } from '../support/embedded-gateway.ts';
import { type AnyFuzzer, fuzz } from './fuzzer.ts';
import { FUZZERS } from './fuzzers.ts';
import { GatewayFuzz } from './gateway.ts';

export interface WorkerOrder {
  milliseconds: number;
  only: string | null;
  seed: number | null;
  path: string | null;
  /** The whole gateway over real sockets instead of what runs in this process. */
  gateway: boolean;
}

export type WorkerNews =
  | { news: 'begins'; name: string; seed: number }
  | { news: 'ran'; name: string; programs: number; actions: number; failure: string | null; memoryBytes: number };

/** How long one fuzzer runs before the next one has its turn. */
const TURN_MS = 3_000;

const say = (news: WorkerNews) => process.send?.(news);

async function takeTurns(fuzzers: readonly AnyFuzzer[], order: WorkerOrder): Promise<void> {
  const end = performance.now() + order.milliseconds;
  const failed = new Set<string>();
  do {
    for (const fuzzer of fuzzers) {
      if (failed.has(fuzzer.name)) continue;
      const seed = order.seed ?? randomInt(2 ** 31);
      say({ news: 'begins', name: fuzzer.name, seed });
      const { programs, actions, failure } = await fuzz(fuzzer, {
        runs: order.path === null ? Number.MAX_SAFE_INTEGER : 1,
        seed,
        timeLimitMs: order.seed === null ? TURN_MS : order.milliseconds,
        ...(order.path !== null && { path: order.path }),
      });
      if (failure !== null) failed.add(fuzzer.name);
      globalThis.gc?.();
      const { rss: memoryBytes } = process.memoryUsage();
      say({ news: 'ran', name: fuzzer.name, programs, actions, failure, memoryBytes });
    }
  } while (performance.now() < end && failed.size < fuzzers.length && order.seed === null);
}

function chosen(only: string | null): AnyFuzzer[] {
  const all = FUZZERS.map(({ fuzzer }) => fuzzer);
  const wanted = all.filter(({ name }) => only === null || name === only);
  if (wanted.length > 0) return wanted;
  throw new Error(`no fuzzer is called "${only}"; there are ${all.map(({ name }) => name).join(', ')}`);
}

/** Nobody waits any more for what this process finds. */
const orphaned = () => process.exit(1);
process.once('disconnect', orphaned);

process.once('message', async (order: WorkerOrder) => {
  process.on('unhandledRejection', (cause) => {
    throw cause;
  });
  if (order.gateway) {
    await withEmbeddedGateway({ flushIntervalMs: '100ms' }, async (gateway) => {
      await takeTurns([(await GatewayFuzz.on(gateway)).fuzzer], order);
    });
  } else await takeTurns(chosen(order.only), order);
  process.off('disconnect', orphaned);
  process.disconnect();
});
