/**
 * What hostile agents do, each against a real gateway on real PostgreSQL over real sockets, with an honest agent and an
 * honest watcher beside it who must notice nothing: their values acknowledged and seen, their connections never lost.
 */
import { strict as assert } from 'node:assert';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { HostileSession } from '../support/hostile-agent.ts';
import { type Neighbours, neighboursOf } from '../support/neighbours.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { DRPC } from './agents/drpc.ts';
import { LIMITS } from './agents/limits.ts';
import { PROTOBUF } from './agents/protobuf.ts';
import { UPGRADES } from './agents/upgrade.ts';
import { VALUES } from './agents/values.ts';
import { WEBSOCKETS } from './agents/websocket.ts';
import { YAMUX } from './agents/yamux.ts';
import type { Attack, HostileCase } from './case.ts';

let database: TestDatabase;
let gateway: TestGateway;
let neighbours: Neighbours;

beforeAll(async () => {
  database = await testDatabase();
  gateway = await testGateway(database.url, { flushIntervalMs: '100ms' });
  neighbours = await neighboursOf(gateway);
});
afterAll(async () => {
  await gateway.stop();
  await database.drop();
});

const layers: Record<string, HostileCase[]> = {
  'the upgrade': UPGRADES,
  'the WebSocket': WEBSOCKETS,
  yamux: YAMUX,
  DRPC,
  protobuf: PROTOBUF,
  values: VALUES,
  limits: LIMITS,
};

let made = 0;

async function attack(run: HostileCase[2]): Promise<unknown> {
  made += 1;
  const [agent] = await gateway.createAgents({ name: `hostile-${made}` });
  if (agent === undefined) throw new Error('no agent was made');
  const sessions: HostileSession[] = [];
  const stored: Attack['stored'] = (values) =>
    eventually(`${values} values are stored`, async () => {
      const rows = await database.query<{ key: string; value: string; error: string }>(
        'SELECT key, value, error FROM tidegate.agent_metadata WHERE agent_id = $1::uuid',
        [agent.id],
      );
      return (
        rows.length >= values && Object.fromEntries(rows.map(({ key, value, error }) => [key, `${value}|${error}`]))
      );
    });
  const dial = async () => {
    const session = await HostileSession.dial(gateway.url, agent.token);
    sessions.push(session);
    return session;
  };
  try {
    return await run({ gateway, agent, dial, stored });
  } finally {
    for (const session of sessions) session.drop();
  }
}

describe.each(Object.entries(layers))('%s', (_layer, cases) => {
  it.each(cases)('%s', { timeout: 60_000 }, async (_name, comesTo, run) => {
    const [came] = await Promise.all([attack(run), neighbours.expectUnharmed()]);
    expect(came).toEqual(comesTo);
    await neighbours.expectUnharmed();
  });
});

it('they are at least 60, each under a name of its own', () => {
  const names = Object.values(layers).flatMap((cases) => cases.map(([name]) => name));
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.length >= 60, `${names.length}`);
});
