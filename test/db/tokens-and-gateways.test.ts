import { beforeEach, describe, expect, test } from 'vitest';
import { readAgentDetails } from '../../db/agent-details.ts';
import { hashToken } from '../../db/agents.ts';
import {
  judgeStaleGateways,
  listLiveGateways,
  readDatabaseClock,
  registerGateway,
  removeGateway,
  renewGateway,
} from '../../db/gateways.ts';
import { FlushWriter } from '../../db/metadata/flush-writer.ts';
import type { Pool } from '../../db/pool.ts';
import {
  adminTokenState,
  createAccessToken,
  deleteAccessToken,
  ensureAdminToken,
  findAccessTokensByHash,
  hasAdminToken,
  listAccessTokens,
  revokeUnsetTokens,
} from '../../db/tokens.ts';
import { harness, theWrite } from '../gateway/batcher/harness.ts';
import { BASE_US, never, someAgents } from '../support/fleet.ts';
import { eventually } from '../support/gateway.ts';
import { lockWaits } from '../support/lock-waits.ts';
import { databaseForFile, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let pool: Pool;

databaseForFile((own) => {
  ({ database, pool } = own);
});
beforeEach(async () => {
  await database.query('TRUNCATE tidegate.access_tokens, tidegate.gateways, tidegate.agents CASCADE');
});

describe('people’s tokens', () => {
  const hash = hashToken('secret');

  test('are found by hash until they are deleted', async () => {
    const labels = { region: 'eu' };
    const { id } = await createAccessToken(pool, { role: 'viewer', name: 'wall', labels, tokenHash: hash });
    const found = await findAccessTokensByHash(pool, [hash, hashToken('other')]);
    expect(found).toMatchObject([{ id, role: 'viewer', name: 'wall', labels, configured: false, tokenHash: hash }]);
    expect(await listAccessTokens(pool)).toMatchObject([{ id, name: 'wall' }]);
    expect(await deleteAccessToken(pool, id)).toBe(true);
    expect(await deleteAccessToken(pool, id)).toBe(false);
    expect(await findAccessTokensByHash(pool, [hash])).toEqual([]);
    expect(await listAccessTokens(pool)).toEqual([]);
  });

  test('an admin token can be ensured again and again, and a configured one ends with the last gateway that has it', async () => {
    expect(await hasAdminToken(pool)).toBe(false);
    const given = { name: 'from the settings', tokenHash: hash, configured: true };
    const { id } = await ensureAdminToken(pool, given);
    expect((await ensureAdminToken(pool, given)).id).toBe(id);
    expect(await hasAdminToken(pool)).toBe(true);
    const register = (id: string, configuredTokenHash?: Uint8Array) =>
      registerGateway(pool, { id, host: 'host', pid: 7, ...(configuredTokenHash && { configuredTokenHash }) });
    await register('with', hash);
    await register('without');
    await register('with-another', hashToken('another'));
    expect(await revokeUnsetTokens(pool, 'gone')).toBe(0);
    // Its row is there, and has not been renewed: a judge's to say.
    await database.query("UPDATE tidegate.gateways SET renewed_at = now() - interval '31 seconds' WHERE id = 'with'");
    expect(await revokeUnsetTokens(pool, 'stopped')).toBe(0);
    expect(await revokeUnsetTokens(pool, 'gone')).toBe(1);
    expect(await adminTokenState(pool, hash)).toEqual({ state: 'unset', id });
    expect(await revokeUnsetTokens(pool, 'gone')).toBe(0);
    expect(await hasAdminToken(pool)).toBe(false);
    await ensureAdminToken(pool, given);
    await register('with', hash);
    await register('with-another', hash);
    await removeGateway(pool, 'with');
    expect(await revokeUnsetTokens(pool, 'gone')).toBe(0);
    // It comes back without.
    await register('with-another');
    expect(await revokeUnsetTokens(pool, 'stopped')).toBe(1);
    await ensureAdminToken(pool, given);
    expect(await findAccessTokensByHash(pool, [hash])).toMatchObject([{ id, role: 'admin' }]);
    expect(await deleteAccessToken(pool, id)).toBe(true);
    expect(await adminTokenState(pool, hash)).toEqual({ state: 'revoked', id });
  });

  test('a configured one is not ended by who looked before its gateway registered', async () => {
    const configured = (name: string) => ({ name, tokenHash: hashToken(name), configured: true });
    const [before, token] = [configured('before'), configured('raced for')];
    const { id: heldUp } = await ensureAdminToken(pool, before);
    const { id } = await ensureAdminToken(pool, token);
    // Whoever ends tokens has looked, found no gateway of either, and is held up at the first.
    const holder = await database.session();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM tidegate.access_tokens WHERE id = $1::uuid FOR UPDATE', [heldUp]);
    const ending = revokeUnsetTokens(pool, 'gone');
    await eventually('it waits', async () => (await lockWaits(database)) === 1);
    await registerGateway(pool, { id: 'starts', host: 'host', pid: 7, configuredTokenHash: token.tokenHash });
    let done = false;
    const ensured = ensureAdminToken(pool, token).then(() => {
      done = true;
    });
    await eventually('it waits its turn, or does not', async () => done || (await lockWaits(database)) === 2);
    await holder.query('ROLLBACK');
    await Promise.all([ending, ensured]);
    expect(await adminTokenState(pool, token.tokenHash)).toEqual({ state: 'in force', id });
  });
});

describe('gateways', () => {
  const gateway = (id: string) => ({ id, host: 'host', pid: 7 });
  const age = (id: string, seconds: number) =>
    database.query(
      "UPDATE tidegate.gateways SET renewed_at = renewed_at - $2::float8 * interval '1 second' WHERE id = $1",
      [id, seconds],
    );

  test('renew by the database’s clock, and learn of their own gap', async () => {
    await registerGateway(pool, gateway('a'));
    expect((await renewGateway(pool, gateway('a'))).ageMs).toBeLessThan(10_000);
    await age('a', 40);
    expect(await listLiveGateways(pool)).toEqual([]);
    expect((await renewGateway(pool, gateway('a'))).ageMs).toBeGreaterThan(39_000);
    expect(await listLiveGateways(pool)).toMatchObject([gateway('a')]);
    await removeGateway(pool, 'a');
    expect(await renewGateway(pool, gateway('a'))).toEqual({ ageMs: null });
    expect(await listLiveGateways(pool)).toHaveLength(1);
    await expect(registerGateway(pool, gateway('bad id'))).rejects.toThrow(RangeError);
  });

  test('that are gone are judged by one other: their agents, with the stored numbers', async () => {
    const [lost = '', fine = '', orphan = ''] = await someAgents(pool, 3);
    for (const id of ['dead', 'judge', 'rival']) await registerGateway(pool, gateway(id));
    const hold = async (gatewayId: string, agentId: string, number: number) => {
      const writer = new FlushWriter({ url: database.url, gatewayId });
      await writer.write(
        { values: [], agents: [{ agentId, connection: { number, connected: true, atUs: BASE_US } }] },
        never,
      );
      await writer.close();
    };
    await hold('dead', lost, 5);
    await hold('rival', fine, 6);
    await hold('vanished', orphan, 7);
    await removeGateway(pool, 'vanished');
    expect((await judgeStaleGateways(pool, 'judge')).map(({ agentId }) => agentId)).toEqual([orphan]);
    await age('dead', 31);
    const judged = await judgeStaleGateways(pool, 'judge');
    const change = judged.find(({ agentId }) => agentId === lost);
    expect(change?.connection).toMatchObject({ number: 5, connected: false });
    expect(judged.map(({ agentId }) => agentId)).not.toContain(fine);
    // The case is taken, until the judge itself is overdue.
    expect((await judgeStaleGateways(pool, 'rival')).map(({ agentId }) => agentId)).not.toContain(lost);
    await database.query("UPDATE tidegate.gateways SET judged_at = judged_at - interval '31 seconds'");
    expect((await judgeStaleGateways(pool, 'rival')).map(({ agentId }) => agentId)).toContain(lost);
    // Written down, there is nothing left to judge.
    const writer = new FlushWriter({ url: database.url, gatewayId: 'judge' });
    await writer.write({ values: [], agents: judged }, never);
    await writer.close();
    expect(await judgeStaleGateways(pool, 'rival')).toEqual([]);
    // A gateway that comes back is no longer under judgement.
    await renewGateway(pool, gateway('dead'));
    expect(await database.query("SELECT judged_by FROM tidegate.gateways WHERE id = 'dead'")).toMatchObject([
      { judged_by: null },
    ]);
  });

  test('that are gone have their connections ended, also of agents that are connected elsewhere since', async () => {
    for (const id of ['killed', 'judge', 'alive']) await registerGateway(pool, gateway(id));
    const [moved = '', still = ''] = await someAgents(pool, 2);
    const hold = async (id: string, agentId: string, number: number) => {
      const writer = new FlushWriter({ url: database.url, gatewayId: id });
      const change = {
        agentId,
        connection: { number, connected: true, atUs: BASE_US },
        connections: [{ number, endedAtUs: null, reason: null }],
      };
      await writer.write({ values: [], agents: [change] }, never);
      await writer.close();
    };
    await hold('killed', moved, 1);
    await hold('killed', still, 2);
    await hold('alive', moved, 3);
    await age('killed', 31);
    const judged = await judgeStaleGateways(pool, 'judge');
    const batcher = harness();
    for (const change of judged) batcher.batcher.changeAgent(change);
    await batcher.clock.run(50);
    const writer = new FlushWriter({ url: database.url, gatewayId: 'judge' });
    await writer.write(theWrite(batcher).batch, never);
    await writer.close();
    const connections = async (agentId: string) =>
      (await readAgentDetails(pool, agentId))?.connections.map(({ number, gatewayId, reason }) => [
        number,
        gatewayId,
        reason,
      ]);
    expect(await connections(moved)).toEqual([
      [3, 'alive', null],
      [1, 'killed', 'gateway_gone'],
    ]);
    expect(await connections(still)).toEqual([[2, 'killed', 'gateway_gone']]);
    const [renewed] = await database.query<{ us: string }>(
      "SELECT (extract(epoch from renewed_at) * 1000000)::bigint AS us FROM tidegate.gateways WHERE id = 'killed'",
    );
    const ended = (await readAgentDetails(pool, still))?.connections[0]?.endedAtUs;
    expect(ended).toBe(Number(renewed?.us));
    expect((await readAgentDetails(pool, moved))?.status).toBe('connected');
    expect((await readAgentDetails(pool, still))?.status).toBe('disconnected');
    expect(await judgeStaleGateways(pool, 'judge')).toEqual([]);
  });

  test('are not judged while another judge holds the lock', async () => {
    await registerGateway(pool, gateway('dead'));
    await age('dead', 31);
    const [agentId = ''] = await someAgents(pool, 1);
    await database.query(
      "UPDATE tidegate.agents SET connected = true, gateway_id = 'dead', connection_number = 1 WHERE id = $1::uuid",
      [agentId],
    );
    const holder = await database.session();
    await holder.query('BEGIN; SELECT pg_advisory_xact_lock(7413220001)');
    expect(await judgeStaleGateways(pool, 'judge')).toEqual([]);
    await holder.query('ROLLBACK');
    expect(await judgeStaleGateways(pool, 'judge')).toHaveLength(1);
  });

  test('the flush’s nonce does not wait for a renewal, nor a renewal for a running flush', async () => {
    await registerGateway(pool, gateway('a'));
    const [agent = ''] = await someAgents(pool, 1);
    const writer = new FlushWriter({ url: database.url, gatewayId: 'a' });
    const blocker = await database.session();
    await blocker.query('BEGIN');
    await blocker.query('SELECT FROM tidegate.agents WHERE id = $1::uuid FOR UPDATE', [agent]);
    const change = { agentId: agent, lifecycle: { state: 'ready', changedAtUs: BASE_US, atUs: BASE_US } };
    const flush = writer.write({ values: [], agents: [change] }, never);
    await eventually('the flush waits', async () => (await lockWaits(database)) === 1);
    expect((await renewGateway(pool, gateway('a'))).ageMs).not.toBeNull();
    await blocker.query('COMMIT');
    await flush;
    await writer.close();
  });
});

test('the database’s clock is in whole microseconds', async () => {
  const first = await readDatabaseClock(pool);
  const second = await readDatabaseClock(pool);
  expect(Number.isSafeInteger(first)).toBe(true);
  expect(second).toBeGreaterThan(first);
  expect(Math.abs(first / 1000 - Date.now())).toBeLessThan(60_000);
});
