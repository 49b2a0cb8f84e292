import { afterAll, beforeAll } from 'vitest';
import { WebSocket } from 'ws';
import { DatabaseServer } from './support/database-server.ts';
import { FaultFleet } from './support/fleet.ts';
import { GatewayProcess, sqlStateOf } from './support/gateway-process.ts';
import { fault } from './support/results.ts';
import { withRig } from './support/rig.ts';
import { DEADLOCK_LATE, often, RowHolder } from './support/row-locks.ts';

const MEETINGS = 10;
const DEADLOCKS = 4;
/** Both gateways write it; each has another key of its own beside it, by which its agents are held to account. */
const SHARED = "key = 'shared'";

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
  { group: 'PostgreSQL', mayCutOff: false, subset: true, timeoutMs: 180_000 },
  async () => {
    const databaseUrl = await server.database({ default_transaction_isolation: 'serializable', ...DEADLOCK_LATE });
    const gateway = { databaseUrl, flags: { flushIntervalMs: '200ms' } };
    const other = await GatewayProcess.start(gateway);
    const holder = await RowHolder.open(databaseUrl);
    try {
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
          const failed = (state: string) =>
            [...rig.gateway.log, ...other.log].filter((line) => sqlStateOf(line) === state).length;

          await often('40001', MEETINGS, failed, () => meet(holder));
          await often('40P01', DEADLOCKS, failed, () => deadlock(holder));

          const recoveryMs = await rig.recovery();
          await helpers.finish();
          const { lost, cutOff } = await rig.verdict();
          const missing = helpers.missing(await rig.evidence.stored(helpers.agents));
          const happened = `${failed('40001')} serialization failures (40001) and ${failed('40P01')} deadlocks (40P01) between them, each flush written again`;
          const outcome = { happened, lost: lost + missing.lost, cutOff: cutOff + helpers.cutOff, recoveryMs };
          await helpers.close();
          return outcome;
        },
      );
    } finally {
      await holder.close();
      await other.close();
    }
  },
);

/** Flushes of both gateways wait for the same rows; let go, one writes and what the other one saw before is outdated. */
const meet = (holder: RowHolder): Promise<void> =>
  holder.holding(async () => {
    await holder.lock(SHARED);
    await holder.flushesWait(2);
  });

/** One flush waits for the last row, the other one for the first: whoever waits for those now closes the circle. */
const deadlock = (holder: RowHolder): Promise<void> =>
  holder.holding(async () => {
    await holder.lockLast(SHARED);
    await holder.flushesWait(2);
    await holder.lock(SHARED);
  });
