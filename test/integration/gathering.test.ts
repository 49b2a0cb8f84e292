import { expect, it } from 'vitest';
import type { Agent } from '../../protocol/agent/agent.ts';
import { eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { lockWaits } from '../support/lock-waits.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const AGENTS = 60;
/** A third of them reports so often: 200 calls a second. */
const REPORT_EVERY_MS = 100;

const PAUSED = 'tidegate_gather_pause_seconds_total';

/** Runs `body` beside a fleet that keeps reporting; returns each agent's last value of `n`, by its id. */
async function besideFleet(gateway: TestGateway, body: () => Promise<void>): Promise<Map<string, string>> {
  const created = await gateway.createAgents(...Array.from({ length: AGENTS }, (_, n) => ({ name: `agent-${n}` })));
  const agents = created.map((agent): Agent => gateway.agent(agent));
  const last = new Map<string, string>();
  let n = 0;
  const timer = setInterval(() => {
    n += 1;
    for (const [at, agent] of agents.entries()) {
      if (at % 3 !== n % 3) continue;
      agent.report({ n: String(n) });
      last.set(created[at]?.id ?? '', String(n));
    }
  }, REPORT_EVERY_MS);
  try {
    await body();
  } finally {
    clearInterval(timer);
  }
  return last;
}

/** Gives `body` a gateway that answers at once, on a database of its own, and takes both away behind it. */
async function onGateway(
  flags: Parameters<typeof testGateway>[1],
  body: (own: { database: TestDatabase; gateway: TestGateway }) => Promise<void>,
): Promise<void> {
  const database = await testDatabase();
  const gateway = await testGateway(database.url, { ack: 'accepted', ...flags });
  try {
    await body({ database, gateway });
  } finally {
    await gateway.stop();
    await database.drop();
  }
}

it('lets the calls of a fleet gather, and loses none of them', () =>
  onGateway({}, async ({ database, gateway }) => {
    const last = await besideFleet(gateway, async () => {
      await eventually('calls gather', async () => (await gateway.metric(PAUSED)) > 0.1);
    });
    await eventually('the last value of each agent is stored', async () => {
      const rows = await database.query<{ agent_id: string; value: string }>(
        "SELECT agent_id, value FROM tidegate.agent_metadata WHERE key = 'n'",
        [],
      );
      return rows.length === AGENTS && rows.every(({ agent_id, value }) => last.get(agent_id) === value);
    });
  }));

it('does not pause while a flush is under way', () =>
  onGateway({}, async ({ database, gateway }) => {
    const blocker = await database.session();
    try {
      await besideFleet(gateway, async () => {
        await eventually('calls gather', async () => (await gateway.metric(PAUSED)) > 0);
        await blocker.query('BEGIN; LOCK TABLE tidegate.agent_metadata IN ACCESS EXCLUSIVE MODE');
        await eventually(
          'a flush waits',
          async () => (await lockWaits(database, { application: 'tidegate flush%' })) > 0,
        );
        const paused = await gateway.metric(PAUSED);
        const acks = await gateway.metric('tidegate_acks_total');
        await eventually('the fleet goes on', async () => (await gateway.metric('tidegate_acks_total')) > acks + 200);
        expect(await gateway.metric(PAUSED)).toBe(paused);
        await blocker.query('ROLLBACK');
        await eventually('calls gather again', async () => (await gateway.metric(PAUSED)) > paused);
      });
    } finally {
      await blocker.close();
    }
  }));

it('does not pause amid requests over HTTP', () =>
  onGateway({}, async ({ gateway }) => {
    await besideFleet(gateway, async () => {
      await eventually('calls gather', async () => (await gateway.metric(PAUSED)) > 0);
      // Where requests lie further apart than they should, on a busy machine, there may be one in between.
      await eventually('200 calls without a pause', async () => {
        await gateway.request('GET', '/api/v2/stats');
        const paused = await gateway.metric(PAUSED);
        const acks = await gateway.metric('tidegate_acks_total');
        await eventually('the fleet goes on', async () => {
          await gateway.request('GET', '/api/v2/stats');
          return (await gateway.metric('tidegate_acks_total')) > acks + 200;
        });
        return (await gateway.metric(PAUSED)) === paused;
      });
    });
  }));

it('reads each call as it comes where that is wanted', () =>
  onGateway({ gatherIntervalMs: '0' }, async ({ gateway }) => {
    await besideFleet(gateway, async () => {
      await eventually('the fleet has reported', async () => (await gateway.metric('tidegate_acks_total')) > 400);
    });
    expect(await gateway.metric(PAUSED)).toBe(0);
  }));
