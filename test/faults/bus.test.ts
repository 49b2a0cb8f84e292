import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, expect } from 'vitest';
import { eventually } from '../support/gateway.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { DatabaseServer } from './support/database-server.ts';
import { GatewayProcess } from './support/gateway-process.ts';
import { Pgbouncer } from './support/pgbouncer.ts';
import { fault, type Outcome } from './support/results.ts';
import { withRig } from './support/rig.ts';

const group = 'The bus';
/** The contract's 35 s, which tests with a clock of their own hold the bus to, and what a busy machine adds. */
const DETECTED_WITHIN_MS = 45_000;
/** Looked at before it counts as polling, which it does once in a flush interval of 1 s. */
const POLLS = 5;

let server: DatabaseServer;

beforeAll(async () => {
  server = await DatabaseServer.start();
});
afterAll(() => server.close());

interface DeafBus {
  databaseUrl: string;
  /** The gateway whose LISTEN does not deliver; the watchers are there, the agents at another. */
  deaf: GatewayProcess;
  /** Returns when it broke, in milliseconds since 1970. */
  breakIt(): number;
  mendIt(): void | Promise<void>;
  what: string;
}

/** Watchers on the deaf gateway see the agents of another one by its polling, and by the bus once it is whole again. */
async function hearAgain({ databaseUrl, deaf, breakIt, mendIt, what }: DeafBus): Promise<Outcome> {
  return withRig({ databaseUrl, gateway: { databaseUrl }, watchAt: deaf, others: [deaf] }, async (rig) => {
    const notices = new Set<string>();
    const watcher = deaf.watch({ onNotice: ({ code }) => notices.add(code) });
    const brokenAtMs = breakIt();
    const line = await deaf.logged('notifications do not arrive', DETECTED_WITHIN_MS);
    const detectedMs = Number(line.time) - brokenAtMs;
    expect(line.why).toBeTruthy();
    const ready = await deaf.ready();
    expect(ready).toMatchObject({ status: 200, checks: { bus: 'degraded', database: 'ok' } });
    await eventually('watchers are told', () => notices.has('bus_degraded'));
    const polls = () => deaf.metric('tidegate_bus_wakeups_total', 'source="poll"');
    // Before it is looked how many there were: what is counted then came later.
    const polling = performance.now();
    const before = await polls();
    const messages = rig.watchers.messages;
    const polled = await eventually('it polls', async () => {
      const count = (await polls()) - before;
      return count >= POLLS && rig.watchers.messages > messages && count;
    });
    const pollsPerSecond = polled / ((performance.now() - polling) / 1_000);
    expect(pollsPerSecond, 'not more often than once a flush interval').toBeLessThan(1.5);
    await mendIt();
    const mended = performance.now();
    await deaf.logged('notifications arrive again', 60_000);
    const recoveryMs = performance.now() - mended;
    await eventually('/readyz is content', async () => (await deaf.ready()).checks.bus === 'ok');
    watcher.stop();
    const { lost, cutOff } = await rig.verdict();
    const happened = `${what}: noticed after ${(detectedMs / 1_000).toFixed(1)} s, said in log, \`/readyz\` and to watchers; polled ${pollsPerSecond.toFixed(1)} times a second, recovered by itself`;
    return { happened, lost, cutOff, recoveryMs };
  });
}

fault(
  'the LISTEN connection alone half-open',
  { group, mayCutOff: false, subset: true, together: true, timeoutMs: 180_000 },
  async () => {
    const databaseUrl = await server.database();
    const { proxy, url } = await TcpProxy.start(databaseUrl);
    const deaf = await GatewayProcess.start({ databaseUrl, flags: { listenUrl: url } });
    try {
      await eventually('LISTEN goes through the proxy', () => proxy.links.size === 1);
      return await hearAgain({
        databaseUrl,
        deaf,
        what: 'nothing delivered, no error, new connections as silent',
        breakIt: () => {
          proxy.freezeNew = true;
          for (const link of proxy.links) link.freeze();
          return Date.now();
        },
        mendIt: () => {
          proxy.freezeNew = false;
        },
      });
    } finally {
      await deaf.close();
      await proxy.close();
    }
  },
);

fault(
  'LISTEN through pgbouncer in transaction mode',
  { group, mayCutOff: false, together: true, timeoutMs: 180_000 },
  async () => {
    const databaseUrl = await server.database();
    const pooler = await Pgbouncer.start(databaseUrl, 'transaction');
    try {
      const deaf = await GatewayProcess.start({ databaseUrl: pooler.url });
      const startedAtMs = Date.now();
      try {
        return await hearAgain({
          databaseUrl,
          deaf,
          what: 'accepted by the pooler, never delivered',
          breakIt: () => startedAtMs,
          mendIt: async () => {
            await pooler.stop();
            await pooler.start('session');
          },
        });
      } finally {
        await deaf.close();
      }
    } finally {
      await pooler.stop();
    }
  },
);
