import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { findAgentsByTokenHash, findLostAgents } from '../../db/agent-tokens.ts';
import {
  createAgents,
  deleteAgent,
  getAgent,
  hashToken,
  listAgents,
  MAX_AGENTS_PER_CREATE,
  type NewAgent,
  patchAgent,
  rotateToken,
} from '../../db/agents.ts';
import { FlushWriter } from '../../db/metadata/flush-writer.ts';
import type { Pool } from '../../db/pool.ts';
import { aValue, BASE_US, batchOf, never, someAgents } from '../support/fleet.ts';
import { eventually } from '../support/gateway.ts';
import { lockWaits } from '../support/lock-waits.ts';
import { databaseForFile, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let pool: Pool;

databaseForFile((own) => {
  ({ database, pool } = own);
});
beforeEach(async () => {
  await database.query('TRUNCATE tidegate.agents, tidegate.agent_metadata CASCADE');
});

const newAgent = (name: string, more: Partial<NewAgent> = {}): NewAgent => ({
  name,
  labels: {},
  metadata: [],
  tokenHash: hashToken(`token of ${name} ${randomUUID()}`),
  ...more,
});
const cpu = { key: 'cpu', displayName: 'CPU', script: 'top', intervalSeconds: 10, timeoutSeconds: 1 };
const disk = { key: 'disk', displayName: 'Disk', script: 'df', intervalSeconds: 60, timeoutSeconds: 5 };
const names = async () => (await listAgents(pool)).agents.map(({ name }) => name);
const revisionOf = async (id: string) => (await getAgent(pool, id))?.revision ?? 0n;

describe('creating', () => {
  test('makes them all, with labels and descriptions in their order', async () => {
    const [one] = await createAgents(pool, [
      newAgent('one', { labels: { a: 'b' }, metadata: [disk, cpu] }),
      newAgent('two'),
    ]);
    expect(await getAgent(pool, one?.id ?? '')).toMatchObject({
      name: 'one',
      labels: { a: 'b' },
      status: 'never',
      lastConnectedAtUs: null,
      descriptions: [disk, cpu],
      deleted: false,
    });
    expect(await names()).toEqual(['one', 'two']);
  });

  test('of a taken name names it, and makes nothing', async () => {
    await createAgents(pool, [newAgent('taken')]);
    const error = { code: 'name_taken', detail: 'taken' };
    await expect(createAgents(pool, [newAgent('fresh'), newAgent('taken')])).rejects.toMatchObject(error);
    await expect(createAgents(pool, [newAgent('x'), newAgent('same'), newAgent('same')])).rejects.toMatchObject({
      code: 'name_taken',
      detail: 'same',
    });
    expect(await names()).toEqual(['taken']);
  });

  test('takes a thousand at once and not one more', async () => {
    const many = Array.from({ length: MAX_AGENTS_PER_CREATE + 1 }, (_, i) => newAgent(`n${i}`));
    await expect(createAgents(pool, many)).rejects.toThrow(/1001 agents in one request; at most 1000/);
    expect(await createAgents(pool, many.slice(1))).toHaveLength(MAX_AGENTS_PER_CREATE);
  });
});

test('lists are filtered by every label, and paged by name', async () => {
  await createAgents(pool, [
    newAgent('c', { labels: { region: 'eu', os: 'linux' } }),
    newAgent('a', { labels: { region: 'eu' } }),
    newAgent('b', { labels: { region: 'us', os: 'linux' } }),
    newAgent('d', { labels: { region: 'eu', os: 'linux' } }),
  ]);
  const page = async (options: Parameters<typeof listAgents>[1]) => {
    const { agents, next } = await listAgents(pool, options);
    return [agents.map(({ name }) => name), next];
  };
  expect(await page({ limit: 3 })).toEqual([['a', 'b', 'c'], 'c']);
  expect(await page({ limit: 3, after: 'c' })).toEqual([['d'], null]);
  expect(await page({ limit: 4 })).toEqual([['a', 'b', 'c', 'd'], null]);
  expect(await page({ labels: { region: 'eu', os: 'linux' }, limit: 1 })).toEqual([['c'], 'c']);
  expect(await page({ labels: { region: 'eu', os: 'linux' }, limit: 1, after: 'c' })).toEqual([['d'], null]);
});

describe('a change', () => {
  test('keeps what is not given, replaces all descriptions, and moves the revision', async () => {
    const [agent] = await createAgents(pool, [newAgent('a', { labels: { a: 'b' }, metadata: [cpu, disk] })]);
    const id = agent?.id ?? '';
    const before = await revisionOf(id);
    const patched = await patchAgent(pool, id, { metadata: [{ ...disk, intervalSeconds: 5 }] });
    expect(patched).toMatchObject({ name: 'a', labels: { a: 'b' }, descriptions: [{ ...disk, intervalSeconds: 5 }] });
    expect(patched.revision).toBeGreaterThan(before);
    expect(await patchAgent(pool, id, { name: 'z', labels: {} })).toMatchObject({ name: 'z', labels: {} });
  });

  test('to a taken name, or of an agent that is not there, is refused', async () => {
    const [agent] = await createAgents(pool, [newAgent('a'), newAgent('b')]);
    await expect(patchAgent(pool, agent?.id ?? '', { name: 'b' })).rejects.toMatchObject({
      code: 'name_taken',
      detail: 'b',
    });
    await expect(patchAgent(pool, randomUUID(), { name: 'c' })).rejects.toMatchObject({ code: 'not_found' });
  });
});

test('a deletion frees the name and takes token, descriptions and values; it moves the revision', async () => {
  const tokenHash = hashToken('secret');
  const [agent] = await createAgents(pool, [newAgent('a', { tokenHash, metadata: [cpu] })]);
  const id = agent?.id ?? '';
  const before = await revisionOf(id);
  const writer = new FlushWriter({ url: database.url, gatewayId: 'gw' });
  await writer.write(batchOf(aValue(id, 'cpu', '1')), never);
  expect(await deleteAgent(pool, id)).toBe(true);
  expect(await deleteAgent(pool, id)).toBe(false);
  expect(await getAgent(pool, id)).toBeNull();
  expect(await findAgentsByTokenHash(pool, [tokenHash])).toEqual([]);
  const left = await database.query(
    `SELECT revision::text::numeric > $1::numeric AS moved, token_hash,
       (SELECT count(*)::integer FROM tidegate.agent_metadata) AS values,
       (SELECT count(*)::integer FROM tidegate.agent_metadata_descriptions) AS descriptions
     FROM tidegate.agents`,
    [String(before)],
  );
  expect(left).toMatchObject([{ moved: true, token_hash: null, values: 0, descriptions: 0 }]);
  await createAgents(pool, [newAgent('a')]);
  expect((await writer.write(batchOf(aValue(id, 'cpu', '2')), never)).deleted).toHaveLength(1);
  await writer.close();
});

describe('tokens of agents', () => {
  test('are found many at once, with what a new connection must be above', async () => {
    const hashes = [hashToken('1'), hashToken('2')];
    const created = await createAgents(
      pool,
      hashes.map((tokenHash, i) => newAgent(`a${i}`, { tokenHash, metadata: [cpu] })),
    );
    const id = created[0]?.id ?? '';
    const writer = new FlushWriter({ url: database.url, gatewayId: 'gw' });
    const values = batchOf(aValue(id, 'x', '1', BASE_US + 7), aValue(id, 'y', '1', BASE_US + 3));
    await writer.write(
      { ...values, agents: [{ agentId: id, connection: { number: 42, connected: true, atUs: 1 } }] },
      never,
    );
    await writer.close();
    const found = await findAgentsByTokenHash(pool, [...hashes, hashToken('nobody')]);
    expect(found).toHaveLength(2);
    expect(found.find(({ agent }) => agent.id === id)).toMatchObject({
      tokenHash: hashes[0],
      agent: { name: 'a0', status: 'connected', descriptions: [cpu] },
      connectionNumber: 42,
      newestCollectedAtUs: BASE_US + 7,
      storedKeys: ['x', 'y'],
      endsInMs: null,
    });
    expect(found.find(({ agent }) => agent.id !== id)).toMatchObject({ connectionNumber: 0, newestCollectedAtUs: 0 });
  });

  test('rotate with an overlap in which both are good, or without', async () => {
    const [first, second, third] = [hashToken('1'), hashToken('2'), hashToken('3')] as const;
    const [agent] = await createAgents(pool, [newAgent('a', { tokenHash: first })]);
    const id = agent?.id ?? '';
    const good = async () => {
      const found = await findAgentsByTokenHash(pool, [first, second, third]);
      return found.map(({ tokenHash, endsInMs }) => [tokenHash.toString('hex'), endsInMs !== null]).sort();
    };
    const sorted = (...pairs: [Buffer, boolean][]) => pairs.map(([hash, ends]) => [hash.toString('hex'), ends]).sort();
    await rotateToken(pool, id, { tokenHash: second, overlapMs: 600_000 });
    expect(await good()).toEqual(sorted([first, true], [second, false]));
    const [overlapping] = await findAgentsByTokenHash(pool, [first]);
    // By the database's clock, and never more than was asked for.
    expect(overlapping?.endsInMs).toBeGreaterThan(500_000);
    expect(overlapping?.endsInMs).toBeLessThanOrEqual(600_000);
    await database.query("UPDATE tidegate.agents SET previous_token_expires_at = now() - interval '1 second'");
    expect(await good()).toEqual(sorted([second, false]));
    await rotateToken(pool, id, { tokenHash: third, overlapMs: 0 });
    expect(await good()).toEqual(sorted([third, false]));
    await expect(rotateToken(pool, randomUUID(), { tokenHash: first, overlapMs: 0 })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('held ones are told apart: deleted, revoked, replaced, described anew, or still good', async () => {
    const tokens = new Map<string, Buffer>();
    const make = async (name: string) => {
      const tokenHash = hashToken(name);
      const [agent] = await createAgents(pool, [newAgent(name, { tokenHash })]);
      tokens.set(agent?.id ?? '', tokenHash);
      return agent?.id ?? '';
    };
    const ids = {
      good: await make('good'),
      overlapping: await make('overlapping'),
      deleted: await make('deleted'),
      revoked: await make('revoked'),
      replaced: await make('replaced'),
      described: await make('described'),
    };
    await deleteAgent(pool, ids.deleted);
    await rotateToken(pool, ids.revoked, { tokenHash: hashToken('new'), overlapMs: 0 });
    await rotateToken(pool, ids.overlapping, { tokenHash: hashToken('newer'), overlapMs: 60_000 });
    await patchAgent(pool, ids.described, { metadata: [cpu] });
    await patchAgent(pool, ids.good, { labels: { a: 'b' } });
    await database.query('UPDATE tidegate.agents SET connection_number = 11 WHERE id = $1::uuid', [ids.replaced]);
    const held = [...tokens].map(([agentId, tokenHash]) => ({
      agentId,
      connectionNumber: 10,
      tokenHash: tokenHash.toString('hex'),
      manifestNumber: 0,
    }));
    const unknown = {
      agentId: randomUUID(),
      connectionNumber: 1,
      tokenHash: hashToken('?').toString('hex'),
      manifestNumber: 0,
    };
    const lost = await findLostAgents(pool, [...held, unknown]);
    expect(Object.fromEntries(lost.map(({ agentId, reason }) => [agentId, reason]))).toEqual({
      [ids.deleted]: 'deleted',
      [ids.revoked]: 'revoked',
      [ids.replaced]: 'replaced',
      [ids.described]: 'described',
      [unknown.agentId]: 'deleted',
      [ids.overlapping]: 'revoked',
    });
    const later = lost.filter(({ inMs }) => inMs > 0);
    expect(later.map(({ agentId }) => agentId)).toEqual([ids.overlapping]);
    expect(later[0]?.inMs).toBeGreaterThan(30_000);
    expect(later[0]?.inMs).toBeLessThanOrEqual(60_000);
    await database.query("UPDATE tidegate.agents SET previous_token_expires_at = now() - interval '1 second'");
    const ended = await findLostAgents(pool, held);
    expect(ended.find(({ agentId }) => agentId === ids.overlapping)).toMatchObject({ reason: 'revoked', inMs: 0 });
    expect(await findLostAgents(pool, [])).toEqual([]);
  });
});

test('the deletion that meets a flush in a deadlock is run again', async () => {
  const [id = ''] = await someAgents(pool, 1);
  await database.query(
    "INSERT INTO tidegate.agent_metadata VALUES ($1::uuid, 'k', 'v', '', now(), NULL, pg_current_xact_id())",
    [id],
  );
  // A flush that has the value's row and then wants the agent's, while the deletion goes the other way.
  const [flush, gate] = await Promise.all([database.session(), database.session()]);
  await flush.query('BEGIN');
  await flush.query("SET deadlock_timeout = '60s'");
  await flush.query('SELECT FROM tidegate.agent_metadata WHERE agent_id = $1::uuid FOR UPDATE', [id]);
  const waiting = () => lockWaits(database);
  // A deadlock is looked for once in a wait: the deletion comes to the value only when the flush waits for the agent.
  await gate.query('BEGIN');
  await gate.query('LOCK TABLE tidegate.agent_metadata IN SHARE MODE');
  const deletion = deleteAgent(pool, id);
  await eventually('the deletion has the agent', async () => (await waiting()) === 1);
  const flushed = flush.query('SELECT FROM tidegate.agents WHERE id = $1::uuid FOR KEY SHARE', [id]);
  await eventually('the flush waits for it', async () => (await waiting()) === 2);
  await gate.query('COMMIT');
  await flushed;
  await flush.query('COMMIT');
  expect(await deletion).toBe(true);
});
