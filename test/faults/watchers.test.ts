import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { WebSocket } from 'ws';
import { Pool } from '../../db/pool.ts';
import { purgeTombstones } from '../../db/purge.ts';
import { shows } from '../../gateway/cli/simulate/watchers.ts';
import { ADMIN_TOKEN, eventually } from '../support/gateway.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { DatabaseServer } from './support/database-server.ts';
import { FaultFleet } from './support/fleet.ts';
import { fault } from './support/results.ts';
import { withRig } from './support/rig.ts';
import { firstSnapshot } from './support/snapshots.ts';

const group = 'Watchers';
/** Watchers that read nothing; what each of them is not sent adds up, so that keeping it would show. */
const STUCK = 10;
const PROGRESS_TIMEOUT_MS = 30_000;

let server: DatabaseServer;

beforeAll(async () => {
  server = await DatabaseServer.start();
});
afterAll(() => server.close());

fault('watchers that never read, among 50 that do', { group, mayCutOff: false, timeoutMs: 240_000 }, async () => {
  const databaseUrl = await server.database();
  return withRig({ databaseUrl, gateway: { databaseUrl }, watchers: 50 }, async (rig) => {
    const { gateway } = rig;
    const valueBytes = 1_900;
    const heavy = await FaultFleet.create({
      client: gateway.client,
      name: 'heavy',
      agents: 40,
      keys: 10,
      intervalMs: 1_000,
      padding: 'x'.repeat(valueBytes),
    });
    await heavy.start();
    const stateMiB = (heavy.agents.length * 10 * valueBytes) / 2 ** 20;
    const closes: number[] = [];
    const stuck = Array.from({ length: STUCK }, () => {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
      const socket = new WebSocket(gateway.client.socketUrl('/api/v2/watch'), { headers });
      socket.once('open', () => {
        socket.send('{"type":"watch","agents":"all"}');
        socket.pause();
      });
      socket.on('error', () => {});
      socket.once('close', (code) => closes.push(code));
      return socket;
    });
    await pause(5_000);
    const early = gateway.residentMiB();
    const begun = performance.now();
    const since = gateway.log.length;
    await gateway.logged('a watcher that took nothing for too long was closed', 120_000, since);
    const closedMs = performance.now() - begun;
    const late = gateway.residentMiB();
    // What was in the sockets arrives now, the close frame behind it.
    for (const socket of stuck) socket.resume();
    await eventually('they are closed', () => closes.length === STUCK, 30_000);
    expect(closes).toContain(4008);
    expect(closedMs).toBeGreaterThan(PROGRESS_TIMEOUT_MS - 5_000);
    // One state for each of them and what a socket holds; had it been kept, it would be all that was not taken.
    const notTakenMiB = (stateMiB * STUCK * closedMs) / 1_000;
    expect(notTakenMiB).toBeGreaterThan(150);
    expect(late - early).toBeLessThan(STUCK * (stateMiB + 2) + 50);
    await heavy.finish();
    await heavy.close();
    const slowest = rig.watchers.latency.percentiles();
    const { lost, cutOff } = await rig.verdict();
    const happened =
      `${STUCK} closed with 4008 after 30 s without progress; memory grew by ${Math.round(late - early)} MiB while ` +
      `${Math.round(notTakenMiB)} MiB were not taken; the 50 ended exact, a value reached them after ${slowest?.p99 ?? 0} ms (p99)`;
    return { happened, lost, cutOff, recoveryMs: null };
  });
});

fault('a watcher that reads 10 KB/s', { group, mayCutOff: false, timeoutMs: 180_000 }, async () => {
  const databaseUrl = await server.database();
  return withRig({ databaseUrl, gateway: { databaseUrl }, keys: 20 }, async (rig) => {
    const { gateway, fleet } = rig;
    const { proxy, url } = await TcpProxy.start(gateway.url);
    proxy.throttle = { toClient: 10_000, toServer: null };
    let connects = 0;
    const slow = gateway.watch({
      connect: () => {
        connects += 1;
        const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
        return new WebSocket(`${url.replace(/^http/, 'ws')}api/v2/watch`, {
          headers,
          perMessageDeflate: false,
        }) as never;
      },
    });
    try {
      await eventually('it has its snapshot', () => slow.connection.state === 'live', 60_000);
      await pause(40_000);
      const { lost, cutOff } = await rig.verdict();
      expect(connects).toBe(1);
      // What has piled up between it and the gateway, in sockets of the system, would take minutes at that rate.
      proxy.throttle = { toClient: null, toServer: null };
      const ended = performance.now();
      const stored = await rig.evidence.stored(fleet.agents);
      await eventually('it shows exactly what is stored', () => shows(slow.agents, stored), 60_000);
      expect(connects).toBe(1);
      const recoveryMs = performance.now() - ended;
      return {
        happened: 'not closed in 40 s of several times as much, and exact once it could read faster',
        lost,
        cutOff,
        recoveryMs,
      };
    } finally {
      slow.stop();
      await proxy.close();
    }
  });
});

fault(
  'watchers that come back with old, useless and made-up cursors',
  { group, mayCutOff: true, subset: true, timeoutMs: 120_000 },
  async () => {
    const databaseUrl = await server.database();
    return withRig({ databaseUrl, gateway: { databaseUrl } }, async (rig) => {
      const { gateway, fleet } = rig;
      const { client } = gateway;
      const all = fleet.agents.length;
      const watcher = gateway.watch();
      const old = await eventually('a cursor is given', () => watcher.cursor);
      watcher.stop();

      expect(await gateway.end('SIGTERM')).toBe(0);
      await gateway.start();
      const restarted = performance.now();
      const resumed = await firstSnapshot(gateway, { agents: 'all', since: old });
      expect(resumed).toMatchObject({ resumed: true, agents: all });
      await fleet.allConnected(20_000);
      const recoveryMs = performance.now() - restarted;

      const [, run, ...rest] = old.split('-');
      for (const since of [
        '',
        'nonsense',
        '12',
        `${2n ** 64n}-${run}-${rest.join('-')}`,
        `99999999999-${run}-${rest.join('-')}`,
      ]) {
        expect(await firstSnapshot(gateway, { agents: 'all', since })).toMatchObject({ resumed: false, agents: all });
      }

      const { agents } = await client.request<{ agents: { id: string }[] }>('POST', '/api/v2/agents', {
        agents: [{ name: 'short-lived' }],
      });
      await client.request('DELETE', `/api/v2/agents/${agents[0]?.id}`);
      const db = new Pool({ url: databaseUrl });
      expect(await purgeTombstones(db, 0)).toBe(1);
      await db.close();
      await rig.recovery();
      expect(await firstSnapshot(gateway, { agents: 'all', since: old })).toMatchObject({
        resumed: false,
        agents: all,
      });
      const { lost, cutOff } = await rig.verdict();
      const happened =
        'a cursor from before a restart of the gateway went on from there; one from before a purge and made-up ones got everything';
      return { happened, lost, cutOff, recoveryMs };
    });
  },
);
