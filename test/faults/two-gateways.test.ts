import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, expect } from 'vitest';
import { WebSocket } from 'ws';
import { DatabaseServer } from './support/database-server.ts';
import { FaultFleet } from './support/fleet.ts';
import { GatewayProcess } from './support/gateway-process.ts';
import { fault } from './support/results.ts';
import { pause, withRig } from './support/rig.ts';

let server: DatabaseServer;

beforeAll(async () => {
  server = await DatabaseServer.start();
});
afterAll(() => server.close());

/** Dials as a helper beside the agent does, so that one agent reports on two gateways at once. */
class HelperSocket extends WebSocket {
  constructor(url: string, protocols?: string[], options?: object) {
    super(url.replace('role=agent', 'role=helper'), protocols, options);
  }
}

fault(
  'two gateways write the same rows, every transaction serializable',
  { group: 'PostgreSQL', mayCutOff: false, subset: true, timeoutMs: 120_000 },
  async () => {
    const databaseUrl = await server.database();
    const name = new URL(databaseUrl).pathname.slice(1);
    await server.query(`ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable'`);
    const other = await GatewayProcess.start({ databaseUrl, flags: { flushIntervalMs: '200ms' } });
    try {
      const gateway = { databaseUrl, flags: { flushIntervalMs: '200ms' } };
      return await withRig(
        { databaseUrl, gateway, intervalMs: 200, keys: ['own', 'shared'], accountFor: ['own'], others: [other] },
        async (rig) => {
          const helpers = await FaultFleet.create({
            client: other.client,
            name: 'helpers',
            agents: rig.fleet.agents,
            keys: ['others', 'shared'],
            accountFor: ['others'],
            intervalMs: 200,
            agentOptions: () => ({ WebSocket: HelperSocket, tailnet: false, lifecycle: [] }),
          });
          await helpers.start();
          const conflicts = () =>
            [...rig.gateway.log, ...other.log].filter(({ err }) => {
              const state = (err as { sqlState?: string } | undefined)?.sqlState;
              return state === '40001' || state === '40P01';
            }).length;
          const end = performance.now() + 15_000;
          while (performance.now() < end || (conflicts() === 0 && performance.now() < end + 30_000)) await pause(250);
          expect(conflicts()).toBeGreaterThan(0);
          const recoveryMs = await rig.recovery();
          await helpers.finish();
          const { lost, cutOff } = await rig.verdict();
          const missing = helpers.missing(await rig.evidence.stored(helpers.agents));
          const happened = `${conflicts()} flushes met a conflict (40001, 40P01) and were written again`;
          const outcome = { happened, lost: lost + missing.lost, cutOff: cutOff + helpers.cutOff, recoveryMs };
          await helpers.close();
          return outcome;
        },
      );
    } finally {
      await other.close();
    }
  },
);
