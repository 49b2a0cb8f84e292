import { beforeEach, describe, expect, it } from 'vitest';
import { hashToken } from '../../db/agents.ts';
import { GATEWAY_STALE_AFTER_MS, registerGateway } from '../../db/gateways.ts';
import { FlushWriter } from '../../db/metadata/flush-writer.ts';
import type { Pool } from '../../db/pool.ts';
import { ensureAdminToken, findAccessTokensByHash } from '../../db/tokens.ts';
import type { AgentChange } from '../../db/types.ts';
import { silentLog } from '../../gateway/log.ts';
import { Presence, RENEW_INTERVAL_MS } from '../../gateway/presence.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { BASE_US, never, someAgents } from '../support/fleet.ts';
import { eventually } from '../support/gateway.ts';
import { databaseForFile, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let pool: Pool;

databaseForFile((own) => {
  ({ database, pool } = own);
});
beforeEach(async () => {
  await database.query('TRUNCATE tidegate.gateways, tidegate.agents, tidegate.access_tokens CASCADE');
});

const ME = { id: 'me', host: 'host', pid: 7 };

async function setUp({ failures = 0 } = {}) {
  const clock = new FakeClock();
  const changes: AgentChange[] = [];
  const told = { overdue: 0 };
  const presence = new Presence({
    clock,
    db: pool,
    gateway: ME,
    onChange: (change) => changes.push(change),
    onOverdue: () => {
      told.overdue += 1;
      if (told.overdue <= failures) throw new Error('the database is away again');
    },
    log: silentLog,
  });
  await presence.start();
  /** Lets the next renewal come and waits for its end. */
  const renew = async () => {
    clock.advance(RENEW_INTERVAL_MS);
    await eventually('the next renewal is due', () => clock.timers === 1);
  };
  return { clock, presence, changes, told, renew };
}

const age = (id: string, ms: number) =>
  database.query(
    "UPDATE tidegate.gateways SET renewed_at = clock_timestamp() - $2::bigint * interval '1 millisecond' WHERE id = $1",
    [id, ms],
  );

/** An agent that was connected to a gateway which has died. */
async function anAgentOfTheDead(): Promise<string> {
  const [agentId = ''] = await someAgents(pool, 1);
  await registerGateway(pool, { id: 'dead', host: 'host', pid: 8 });
  const writer = new FlushWriter({ url: database.url, gatewayId: 'dead' });
  const connection = { number: 1, connected: true, atUs: BASE_US };
  await writer.write({ values: [], agents: [{ agentId, connection }] }, never);
  await writer.close();
  await age('dead', GATEWAY_STALE_AFTER_MS + 1_000);
  return agentId;
}

describe('presence', () => {
  it('renews its row every ten seconds', async () => {
    const { renew, presence, clock } = await setUp();
    await age('me', 20_000);
    await renew();
    const [row] = await database.query<{ fresh: boolean }>(
      "SELECT renewed_at > clock_timestamp() - interval '15 seconds' AS fresh FROM tidegate.gateways WHERE id = 'me'",
    );
    expect(row?.fresh).toBe(true);
    presence.stop();
    expect(clock.timers).toBe(0);
  });

  it('judges others only when it has itself renewed for half a minute', async () => {
    const agentId = await anAgentOfTheDead();
    const { renew, changes, presence } = await setUp();
    await renew();
    await renew();
    expect(changes).toEqual([]);
    await renew();
    expect(changes).toMatchObject([{ agentId, connection: { number: 1, connected: false } }]);
    presence.stop();
  });

  it('says when it was overdue itself, and begins to count anew', async () => {
    const agentId = await anAgentOfTheDead();
    const { renew, changes, told, presence } = await setUp();
    await renew();
    await renew();
    expect(told.overdue).toBe(0);
    await age('me', GATEWAY_STALE_AFTER_MS + 1_000);
    await renew();
    expect([told.overdue, changes]).toEqual([1, []]);
    await renew();
    await renew();
    expect([told.overdue, changes]).toEqual([1, []]);
    await renew();
    expect(changes).toMatchObject([{ agentId }]);
    expect(told.overdue).toBe(1);
    presence.stop();
  });

  it('ends the configured admin token of a gateway that is gone, when it has itself renewed for half a minute', async () => {
    const tokenHash = hashToken('of the dead');
    await registerGateway(pool, { id: 'dead', host: 'host', pid: 8, configuredTokenHash: tokenHash });
    await ensureAdminToken(pool, { name: 'configured', tokenHash, configured: true });
    const { renew, presence } = await setUp();
    const good = async () => (await findAccessTokensByHash(pool, [tokenHash])).length > 0;
    for (let i = 0; i < 4; i += 1) await renew();
    expect(await good()).toBe(true);
    await age('dead', GATEWAY_STALE_AFTER_MS + 1_000);
    await age('me', GATEWAY_STALE_AFTER_MS + 1_000);
    for (let i = 0; i < 3; i += 1) await renew();
    expect(await good()).toBe(true);
    await renew();
    expect(await good()).toBe(false);
    presence.stop();
  });

  it('is overdue until what follows from that is done', async () => {
    const { renew, told, presence } = await setUp({ failures: 2 });
    await age('me', GATEWAY_STALE_AFTER_MS + 1_000);
    for (let i = 0; i < 5; i += 1) await renew();
    expect(told.overdue).toBe(3);
    presence.stop();
  });

  it('is overdue too where its row is gone', async () => {
    const { renew, told, presence } = await setUp();
    await renew();
    await database.query("DELETE FROM tidegate.gateways WHERE id = 'me'");
    await renew();
    expect(told.overdue).toBe(1);
    expect(await database.query("SELECT FROM tidegate.gateways WHERE id = 'me'")).toHaveLength(1);
    presence.stop();
  });
});
