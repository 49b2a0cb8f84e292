import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import { Session } from '../../db/session.ts';
import { roundOf } from '../../gateway/cli/simulate/values.ts';
import { eventually } from '../support/gateway.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { DatabaseServer } from './support/database-server.ts';
import { FaultFleet } from './support/fleet.ts';
import { GatewayProcess } from './support/gateway-process.ts';
import { copyTables } from './support/logical-copy.ts';
import { fault } from './support/results.ts';
import { type Rig, withRig } from './support/rig.ts';
import { firstSnapshot } from './support/snapshots.ts';

const group = 'Clocks and data';
const STEPPING_CLOCK = fileURLToPath(new URL('support/stepping-clock.mjs', import.meta.url));
const steppingClock = ['--import', STEPPING_CLOCK];
const BACK_WITHIN_MS = 20_000;

let server: DatabaseServer;

beforeAll(async () => {
  server = await DatabaseServer.start();
});
afterAll(() => server.close());

/** How far a gateway's wall clock is off, in whole seconds of milliseconds, as its log says from line `since` on. */
async function offByMs(gateway: GatewayProcess, since = 0): Promise<number> {
  const { saysMs, isMs } = await gateway.logged('the wall clock', 10_000, since);
  return Math.round((Number(saysMs) - Number(isMs)) / 1_000) * 1_000;
}

const superseded = (gateway: GatewayProcess) => gateway.metric('tidegate_values_refused_total', 'reason="superseded"');

fault(
  "a gateway's wall clock stepped by an hour each way",
  { group, mayCutOff: false, subset: true, together: true, timeoutMs: 120_000 },
  async () => {
    const databaseUrl = await server.database();
    return withRig({ databaseUrl, gateway: { databaseUrl, nodeArgs: steppingClock } }, async (rig) => {
      const offBy: number[] = [];
      for (let step = 0; step < 3; step += 1) {
        const since = rig.gateway.log.length;
        rig.gateway.signal('SIGUSR2');
        offBy.push((await offByMs(rig.gateway, since)) / 60_000);
        await pause(4_000);
      }
      expect(offBy).toEqual([60, -60, 0]);
      const recoveryMs = await rig.recovery();
      expect(await superseded(rig.gateway)).toBe(0);
      const { lost, cutOff } = await rig.verdict();
      const happened = `its clock was off by ${offBy.join(', ')} minutes: no value was refused as old`;
      return { happened, lost, cutOff, recoveryMs };
    });
  },
);

fault(
  'two gateways whose clocks differ by 30 s exchange agents',
  { group, mayCutOff: true, together: true, timeoutMs: 180_000 },
  async () => {
    const databaseUrl = await server.database();
    const start = (offsetMs: number) =>
      GatewayProcess.start({ databaseUrl, nodeArgs: steppingClock, env: { FAULT_CLOCK_OFFSET_MS: String(offsetMs) } });
    const [slow, fast] = await Promise.all([start(-15_000), start(15_000)]);
    const { proxy, url } = await TcpProxy.start(slow.url);
    try {
      return await withRig({ databaseUrl, gateway: slow, others: [fast], agentUrl: url }, async (rig) => {
        const apartMs = (await offByMs(fast)) - (await offByMs(slow));
        expect(apartMs).toBe(30_000);
        for (const next of [fast, slow, fast, slow]) {
          proxy.lead(next.url);
          const cutOff = rig.fleet.cutOff;
          for (const link of proxy.links) link.cut();
          await eventually('all have noticed', () => rig.fleet.cutOff >= cutOff + rig.fleet.agents.length);
          await rig.fleet.allConnected(BACK_WITHIN_MS);
          await rig.fleet.allCommittedSince(performance.now(), 30_000);
          // A newer value that was refused as old would be acknowledged and not be there, for as long as the clocks differ.
          await eventually('what was acknowledged is stored', async () => {
            return rig.fleet.missing(await rig.evidence.stored(rig.fleet.agents)).lost === 0;
          });
        }
        // What still waited at the gateway before was older indeed.
        const beaten = (await superseded(slow)) + (await superseded(fast));
        const { lost, cutOff } = await rig.verdict();
        return {
          happened: `their clocks ${apartMs / 1_000} s apart, all moved four times; no newer value was refused as old (${beaten} older ones came late and gave way)`,
          lost,
          cutOff,
          recoveryMs: null,
        };
      });
    } finally {
      await proxy.close();
      await fast.close();
    }
  },
);

fault(
  'agents deleted while they report',
  { group, mayCutOff: false, subset: true, together: true, timeoutMs: 120_000 },
  async () => {
    const databaseUrl = await server.database();
    return withRig({ databaseUrl, gateway: { databaseUrl } }, async (rig) => {
      const { client } = rig.gateway;
      const doomed = await FaultFleet.create({ client, name: 'doomed', agents: 20, keys: 5, intervalMs: 500 });
      await doomed.start();
      const ids = doomed.agents.map(({ id }) => id);
      await Promise.all(ids.map((id) => client.request('DELETE', `/api/v2/agents/${id}`)));
      const refused = () => doomed.states().every(({ state }) => state === 'refused');
      await eventually('each of them is refused', refused, 60_000);
      await rig.fleet.allCommittedSince(performance.now(), 30_000);
      const [left] = await server.query<{ count: string }>(
        `SELECT count(*) FROM tidegate.agent_metadata WHERE agent_id = ANY('{${ids.join(',')}}'::uuid[])`,
        databaseUrl,
      );
      expect(Number(left?.count)).toBe(0);
      await doomed.close();
      const { lost, cutOff } = await rig.verdict();
      return {
        happened: '20 deleted in one instant: none of their values came back, the others reported on',
        lost,
        cutOff,
        recoveryMs: null,
      };
    });
  },
);

/** Waits until a watcher shows of every key what is stored now, or something newer; returns how many those are. */
async function toldMeanwhile({ gateway, fleet, evidence }: Rig): Promise<number> {
  const stored = await evidence.stored(fleet.agents);
  const watcher = gateway.watch();
  try {
    const values = [...stored].flatMap(([id, keys]) => [...keys].map(([key, { value }]) => ({ id, key, value })));
    const isTold = ({ id, key, value }: (typeof values)[number]) =>
      roundOf(watcher.agents.get(id)?.values.get(key)?.value ?? '') >= roundOf(value);
    await eventually('a watcher is told everything that is stored', () => values.every(isTold));
    return values.length;
  } finally {
    watcher.stop();
  }
}

fault(
  'a long transaction that pins the cursor',
  { group, mayCutOff: false, together: true, timeoutMs: 180_000 },
  async () => {
    const databaseUrl = await server.database();
    return withRig({ databaseUrl, gateway: { databaseUrl } }, async (rig) => {
      const holder = await Session.open({ url: databaseUrl, applicationName: 'a long report' });
      await holder.query('BEGIN');
      await holder.query('SELECT pg_current_xact_id()');
      const begun = performance.now();
      const line = await rig.gateway.logged('a long transaction holds the cursor back', 90_000);
      const saidMs = performance.now() - begun;
      expect(line.pin).toMatchObject({ applicationName: 'a long report' });
      const told = await toldMeanwhile(rig);
      expect(saidMs).toBeLessThan(75_000);
      await holder.query('COMMIT');
      await holder.close();
      const ended = performance.now();
      await eventually(
        'the cursor moves on',
        async () => (await rig.gateway.metric('tidegate_cursor_age_seconds')) === 0,
        30_000,
      );
      const recoveryMs = performance.now() - ended;
      const { lost, cutOff } = await rig.verdict();
      const happened = `watchers were told ${told} of ${told} values that were stored behind it; after ${Math.round(saidMs / 1_000)} s the log named the session`;
      return { happened, lost, cutOff, recoveryMs };
    });
  },
);

for (const [xids, name] of [
  ['below', 'restored from a logical dump into a new server'],
  ['above', 'restored from a logical dump into a server that has seen more transactions'],
] as const) {
  fault(name, { group, mayCutOff: true, subset: xids === 'above', timeoutMs: 180_000 }, async () => {
    const databaseUrl = await server.database();
    const other = await DatabaseServer.start();
    try {
      let present = databaseUrl;
      return await withRig({ databaseUrl: () => present, gateway: { databaseUrl } }, async (rig) => {
        const { gateway } = rig;
        const watcher = gateway.watch();
        const cursor = await eventually('a cursor is given', () => watcher.cursor);
        watcher.stop();
        expect(await gateway.end('SIGTERM')).toBe(0);
        const restored = await other.database();
        if (xids === 'above') await useUpTransactions(other, restored, Number.parseInt(cursor, 10));
        await copyTables(databaseUrl, restored);
        present = restored;
        gateway.useDatabase(restored);
        await gateway.start();
        const started = performance.now();
        const snapshot = await firstSnapshot(gateway, { agents: 'all', since: cursor });
        expect(snapshot.resumed, "the old server's cursor is of no use").toBe(false);
        expect(snapshot.agents).toBe(rig.fleet.agents.length);
        await rig.fleet.allConnected(BACK_WITHIN_MS);
        const recoveryMs = performance.now() - started;
        await rig.recovery();
        const { lost, cutOff } = await rig.verdict();
        const happened = "the old server's cursors get a full snapshot; agents and watchers go on as before";
        return { happened, lost, cutOff, recoveryMs };
      });
    } finally {
      await other.close();
    }
  });
}

/** So that revisions and cursors of the dump look like ones that this server has given out. */
async function useUpTransactions(target: DatabaseServer, url: string, count: number): Promise<void> {
  await target.query(
    `DO $$ BEGIN FOR i IN 1..${count + 1_000} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$`,
    url,
  );
}
