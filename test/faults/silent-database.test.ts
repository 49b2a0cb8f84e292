import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { eventually } from '../support/gateway.ts';
import { type ProxyLink, TcpProxy } from '../support/tcp-proxy.ts';
import { DatabaseServer } from './support/database-server.ts';
import { fault, type Outcome } from './support/results.ts';
import { type Rig, withRig } from './support/rig.ts';

const group = 'PostgreSQL';
/** The gateway takes a connection for dead after 35 s without an answer. */
const SILENCE_MS = 45_000;

let server: DatabaseServer;

beforeAll(async () => {
  server = await DatabaseServer.start();
});
afterAll(() => server.close());

/** The last statement of a flush before its COMMIT, by the payload that it carries. */
const isNotify = (bytes: Buffer) => bytes.includes('{"v":1,"gateway"');
const isCommit = (bytes: Buffer) => bytes.includes('COMMIT\0');

/** A gateway that reaches its database through a proxy only; what is verified is read past it. */
async function throughProxy(act: (rig: Rig, proxy: TcpProxy) => Promise<string>): Promise<Outcome> {
  const databaseUrl = await server.database();
  const { proxy, url } = await TcpProxy.start(databaseUrl);
  try {
    return await withRig({ databaseUrl, gateway: { databaseUrl: url } }, async (rig) => {
      const happened = await act(rig, proxy);
      const recoveryMs = await rig.recovery();
      const { lost, cutOff } = await rig.verdict();
      // Waiting behind an own dead transaction would end in lock_timeout.
      expect(
        rig.gateway.log.filter(({ err }) => (err as { sqlState?: string } | undefined)?.sqlState === '55P03'),
      ).toEqual([]);
      return { happened, lost, cutOff, recoveryMs };
    });
  } finally {
    await proxy.close();
  }
}

/** Does `act` to the connection of the next flush when its notification, or the COMMIT behind it, passes. */
function atNext(
  proxy: TcpProxy,
  moment: 'notify' | 'commit',
  act: (link: ProxyLink) => 'forward' | 'swallow',
): Promise<void> {
  return new Promise((resolve) => {
    let flushing: ProxyLink | null = null;
    proxy.onClientData = (bytes, link) => {
      if (isNotify(bytes)) flushing = link;
      const isNow = moment === 'notify' ? isNotify(bytes) : link === flushing && isCommit(bytes);
      if (!isNow) return 'forward';
      proxy.onClientData = () => 'forward';
      resolve();
      return act(link);
    };
  });
}

fault(
  'its connection falls silent in mid-transaction',
  { group, mayCutOff: false, together: true, timeoutMs: 180_000 },
  () =>
    throughProxy(async ({ gateway }, proxy) => {
      await atNext(proxy, 'notify', (link) => {
        link.freeze();
        return 'swallow';
      });
      const begun = performance.now();
      await gateway.logged('a flush failed', SILENCE_MS);
      return `noticed after ${seconds(performance.now() - begun)}; known as not committed, written again on a new connection`;
    }),
);

fault(
  'silent right after COMMIT was sent, and it arrived',
  { group, mayCutOff: false, subset: true, together: true, timeoutMs: 180_000 },
  () =>
    throughProxy(async ({ gateway, fleet }, proxy) => {
      const failures = await gateway.metric('tidegate_flush_failures_total');
      await atNext(proxy, 'commit', (link) => {
        link.muteServer();
        return 'forward';
      });
      const begun = performance.now();
      await fleet.allCommittedSince(begun, SILENCE_MS + 15_000);
      expect(await gateway.metric('tidegate_flush_failures_total')).toBe(failures);
      return `settled by the nonce as committed after ${seconds(performance.now() - begun)}, not written twice`;
    }),
);

fault('silent right before COMMIT arrived', { group, mayCutOff: false, together: true, timeoutMs: 180_000 }, () =>
  throughProxy(async ({ gateway }, proxy) => {
    await atNext(proxy, 'commit', (link) => {
      link.freeze();
      return 'swallow';
    });
    const begun = performance.now();
    await gateway.logged('a flush failed', SILENCE_MS);
    return `settled by the nonce as not committed after ${seconds(performance.now() - begun)}, written again`;
  }),
);

fault(
  'every process of it frozen for 20 s (SIGSTOP)',
  { group, mayCutOff: false, subset: true, timeoutMs: 180_000 },
  () =>
    throughProxy(async ({ gateway, fleet }) => {
      const [agent] = fleet.agents;
      server.freeze();
      const begun = performance.now();
      try {
        const answers = await Promise.all([
          timed(() => fetch(`${gateway.url}/api/v2/agents/${agent?.id}`, { headers: gatewayToken(gateway) })),
          timed(() => fetch(`${gateway.url}/api/v2/agents`, { headers: gatewayToken(gateway) })),
        ]);
        for (const { response } of answers) {
          expect(response.status).toBe(503);
          expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
        }
        const slowest = Math.max(...answers.map(({ tookMs }) => tookMs));
        await eventually('/readyz says what is wrong', async () => (await gateway.ready()).status === 503);
        await pause(Math.max(0, begun + 20_000 - performance.now()));
        return `HTTP answered 503 with Retry-After after ${seconds(slowest)}, \`/readyz\` said why, agents stayed`;
      } finally {
        server.thaw();
      }
    }),
);

async function timed(ask: () => Promise<Response>): Promise<{ response: Response; tookMs: number }> {
  const begun = performance.now();
  return { response: await ask(), tookMs: performance.now() - begun };
}

const gatewayToken = ({ client }: Rig['gateway']) => ({ authorization: `Bearer ${client.token}` });
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
