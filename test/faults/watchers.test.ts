import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { WebSocket } from 'ws';
import { Pool } from '../../db/pool.ts';
import { purgeTombstones } from '../../db/purge.ts';
import { type StoredState, shows } from '../../gateway/cli/simulate/watchers.ts';
import type { WatchClient } from '../../protocol/watch/client.ts';
import { ADMIN_TOKEN, eventually } from '../support/gateway.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { DatabaseServer } from './support/database-server.ts';
import { FaultFleet } from './support/fleet.ts';
import type { GatewayProcess } from './support/gateway-process.ts';
import { fault } from './support/results.ts';
import { withRig } from './support/rig.ts';
import { firstSnapshot } from './support/snapshots.ts';

const group = 'Watchers';
/** Watchers that read nothing; what each of them is not sent adds up, so that keeping it would show. */
const STUCK = 10;
const SLOW = 10;
const PROGRESS_TIMEOUT_MS = 30_000;

let server: DatabaseServer;

beforeAll(async () => {
  server = await DatabaseServer.start();
});
afterAll(() => server.close());

/** A fleet whose agents say 19 KB a second each, for watchers of everything: those of the rig do not see it. */
const VALUE_BYTES = 1_900;
const HEAVY_KEYS = 10;
const HEAVY_AGENTS = 40;
const STATE_MIB = (HEAVY_AGENTS * HEAVY_KEYS * VALUE_BYTES) / 2 ** 20;

async function startHeavy({ client }: GatewayProcess): Promise<FaultFleet> {
  const padding = 'x'.repeat(VALUE_BYTES);
  const load = { agents: HEAVY_AGENTS, keys: HEAVY_KEYS, intervalMs: 1_000, padding };
  const heavy = await FaultFleet.create({ client, name: 'heavy', ...load });
  await heavy.start();
  return heavy;
}

/** One state for each of so many watchers and what a socket holds; had all been kept that they were not sent, it would be more. */
const heldAtMostMiB = (watchers: number): number => watchers * (STATE_MIB + 2) + 50;

fault(
  'watchers that never read, among 50 that do',
  { group, mayCutOff: false, together: true, timeoutMs: 240_000 },
  async () => {
    const databaseUrl = await server.database();
    return withRig({ databaseUrl, gateway: { databaseUrl }, watchers: 50 }, async (rig) => {
      const { gateway } = rig;
      const heavy = await startHeavy(gateway);
      const closes: number[] = [];
      const begun = performance.now();
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
      const ended = () =>
        gateway.log.filter(({ msg }) => msg === 'a watcher that took nothing for too long was closed');
      await eventually('the gateway has closed the first', () => ended().length > 0, 120_000);
      const closedMs = performance.now() - begun;
      await eventually('the gateway has closed them all', () => ended().length === STUCK, 30_000);
      const late = gateway.residentMiB();
      // What was in the sockets arrives now, the close frame behind it; two seconds after that the connection is cut.
      for (const socket of stuck) socket.resume();
      await eventually('they are closed', () => closes.length === STUCK, 30_000);
      const told = closes.filter((code) => code === 4008).length;
      expect(closes.filter((code) => code !== 4008 && code !== 1006)).toEqual([]);
      expect(told, 'at least the last of them reads on in time to be told').toBeGreaterThan(0);
      expect(ended()).toHaveLength(STUCK);
      expect(closedMs).toBeGreaterThan(PROGRESS_TIMEOUT_MS);
      const notTakenMiB = (STATE_MIB * STUCK * closedMs) / 1_000;
      expect(notTakenMiB).toBeGreaterThan(150);
      expect(late - early).toBeLessThan(heldAtMostMiB(STUCK));
      await heavy.finish();
      await heavy.close();
      const slowest = rig.watchers.latency.percentiles();
      const { lost, cutOff } = await rig.verdict();
      const happened =
        `${ended().length} closed, the first after ${seconds(closedMs)} (${told} were told 4008, ${STUCK - told} cut off before they ` +
        `read it); memory grew by ${Math.round(late - early)} MiB while ` +
        `${Math.round(notTakenMiB)} MiB were not taken; the 50 ended exact, a value reached them after ${slowest?.p99 ?? 0} ms (p99)`;
      return { happened, lost, cutOff, recoveryMs: null };
    });
  },
);

/**
 * The first is within what a socket of the system takes, of which a process sees nothing: such a socket asks for more only
 * once a third of it is free again, on loopback some 870 KB. At the second rate that takes less than the 30 s that a
 * watcher is given, and what the socket does not take is the gateway's to hold.
 */
for (const { bytesPerSecond, heavy, name } of [
  { bytesPerSecond: 10_000, heavy: false, name: 'watchers that read 10 KB/s and are behind' },
  { bytesPerSecond: 100_000, heavy: true, name: 'watchers that read 100 KB/s of eight times as much' },
]) {
  fault(name, { group, mayCutOff: false, together: true, timeoutMs: 240_000 }, async () => {
    const databaseUrl = await server.database();
    return withRig({ databaseUrl, gateway: { databaseUrl }, keys: 20 }, async (rig) => {
      const { gateway } = rig;
      const fleets = heavy ? [rig.fleet, await startHeavy(gateway)] : [rig.fleet];
      const { proxy, url } = await TcpProxy.start(gateway.url);
      const slow = new SlowWatchers(gateway, url);
      try {
        await eventually('they have their snapshots', () => slow.live === SLOW, 60_000);
        proxy.throttle = { toClient: bytesPerSecond, toServer: null };
        await pause(5_000);
        const early = { heldMiB: gateway.residentMiB(), readBytes: slow.readBytes };
        const begun = performance.now();
        await pause(40_000);
        const tookMs = performance.now() - begun;
        const grownMiB = gateway.residentMiB() - early.heldMiB;
        const read = slow.readBytes - early.readBytes;
        const perSecond = read / (tookMs / 1_000) / SLOW;
        expect(slow.connects, 'none was closed').toBe(SLOW);
        expect(perSecond, 'they read on, at their rate').toBeGreaterThan(bytesPerSecond / 2);
        expect(perSecond).toBeLessThan(bytesPerSecond * 1.5);
        expect(grownMiB).toBeLessThan(heldAtMostMiB(SLOW));
        const { lost, cutOff } = await rig.verdict();
        for (const fleet of fleets) await fleet.finish();
        const stored = await rig.evidence.stored(fleets.flatMap(({ agents }) => agents));
        expect(slow.exact(stored), 'they are behind').toBe(0);
        // What has piled up between them and the gateway would take long at that rate.
        proxy.throttle = { toClient: null, toServer: null };
        const ended = performance.now();
        await eventually('they show exactly what is stored', () => slow.exact(stored) === SLOW, 60_000);
        expect(slow.connects).toBe(SLOW);
        const recoveryMs = performance.now() - ended;
        const happened =
          `${SLOW} read ${(perSecond / 1_000).toFixed(1)} KB/s each for ${seconds(tookMs)}, ${slow.connects - SLOW} were closed; ` +
          `memory grew by ${Math.round(grownMiB)} MiB; all were behind, and exact once they could read faster`;
        const missing = fleets.reduce((sum, fleet) => sum + fleet.missing(stored).lost, 0);
        return { happened, lost: Math.max(lost, missing), cutOff, recoveryMs };
      } finally {
        slow.stop();
        for (const fleet of fleets) await fleet.close();
        await proxy.close();
      }
    });
  });
}

/** Watchers of everything, through a proxy. */
class SlowWatchers {
  connects = 0;
  readBytes = 0;
  readonly #clients: WatchClient[];

  constructor(gateway: GatewayProcess, url: string) {
    const connect = () => this.#connect(url);
    this.#clients = Array.from({ length: SLOW }, () => gateway.watch({ connect }));
  }

  get live(): number {
    return this.#clients.filter(({ connection }) => connection.state === 'live').length;
  }

  exact(stored: StoredState): number {
    return this.#clients.filter(({ agents }) => shows(agents, stored)).length;
  }

  stop(): void {
    for (const client of this.#clients) client.stop();
  }

  #connect(url: string) {
    this.connects += 1;
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}api/v2/watch`, { headers, perMessageDeflate: false });
    socket.on('message', (data: Buffer) => {
      this.readBytes += data.length;
    });
    return socket as never;
  }
}

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

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
