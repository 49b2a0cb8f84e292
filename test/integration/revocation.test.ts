import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type CreatedAgent, eventually, signIn, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { follow, followEvents, knock } from '../support/sockets.ts';

const RPC = '/api/v2/workspaceagents/me/rpc?version=2.13';

let database: TestDatabase;
let here: TestGateway;
let there: TestGateway;
/** Hears nothing of the others: it finds out by comparing every few seconds. */
let deaf: TestGateway;

beforeAll(async () => {
  database = await testDatabase();
  [here, there, deaf] = await Promise.all([
    testGateway(database.url),
    testGateway(database.url),
    testGateway(database.url, { bus: 'poll', flushIntervalMs: '5s' }),
  ]);
});
afterAll(async () => {
  await Promise.all([here.stop(), there.stop(), deaf.stop()]);
  await database.drop();
});

const socketOf = async (gateway: TestGateway, path: string, headers: Record<string, string>) => {
  const socket = new WebSocket(`${gateway.url.replace(/^http/, 'ws')}${path}`, { headers });
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  socket.on('error', () => {});
  await once(socket, 'open');
  return { socket, closed };
};

const within = async (ms: number, closed: Promise<number>) => {
  const code: number[] = [];
  void closed.then((one) => code.push(one));
  await eventually('the socket is closed', () => code.length > 0, ms);
  return code[0];
};

// A gateway that hears of it has five seconds; one that does not compares every four, and has the machine's own delays.
const CASES: [string, () => TestGateway, number][] = [
  ['the gateway that is told', () => here, 5_000],
  ['another gateway', () => there, 5_000],
  ['a gateway that hears no notifications', () => deaf, 8_000],
];

describe.each(CASES)('revoking on one gateway, seen on %s', (_name, gatewayOf, limitMs) => {
  it("closes every socket of a person's token, those of cookies it has opened among them", async () => {
    const gateway = gatewayOf();
    const { body: made } = await here.request('POST', '/api/v2/tokens', { role: 'viewer', name: 'to be revoked' });
    const [agent] = (await here.createAgents({ name: `followed on ${gateway.id}` })) as [CreatedAgent];
    const bearer = { authorization: `Bearer ${made.token}` };
    const cookie = { cookie: await signIn(here.url, made.token) };
    for (const headers of [bearer, cookie]) {
      expect((await knock(`${gateway.url}/api/v2/watch`, headers)).outcome).toBe(101);
    }
    const watching = await Promise.all([bearer, cookie].map((headers) => socketOf(gateway, '/api/v2/watch', headers)));
    const following = [bearer, cookie].map((headers) => follow(gateway.url, agent.id, headers));
    await Promise.all(following.map(({ socket }) => once(socket, 'open')));
    const events = await Promise.all([bearer, cookie].map((headers) => followEvents(gateway.url, agent.id, headers)));

    expect((await here.request('DELETE', `/api/v2/tokens/${made.id}`)).status).toBe(204);
    for (const { closed } of [...watching, ...following]) expect(await within(limitMs, closed)).toBe(4401);
    for (const stream of events) await eventually('the stream has ended', () => stream.ended, limitMs);
    for (const headers of [bearer, cookie]) {
      expect((await knock(`${gateway.url}/api/v2/watch`, headers)).outcome).toBe(4401);
      const again = await fetch(`${gateway.url}/api/v2/agents`, { headers });
      expect(again.status).toBe(401);
    }
  });

  it('closes the sockets of an agent whose token was rotated, its helpers among them', async () => {
    const gateway = gatewayOf();
    const [agent] = (await here.createAgents({ name: `rotated on ${gateway.id}` })) as [CreatedAgent];
    const headers = { 'coder-session-token': agent.token };
    const sockets = [await socketOf(gateway, RPC, headers), await socketOf(gateway, `${RPC}&role=logsender`, headers)];
    await here.request('POST', `/api/v2/agents/${agent.id}/token`, {});
    for (const { closed } of sockets) expect(await within(limitMs, closed)).toBe(4409);
    expect((await knock(gateway.url + RPC, headers)).outcome).toBe(401);
  });

  it('signs out the sockets of a browser that signs out, and no other', async () => {
    const gateway = gatewayOf();
    const { body: made } = await here.request('POST', '/api/v2/tokens', { role: 'viewer', name: 'two browsers' });
    const [leaving, staying] = [await signIn(here.url, made.token), await signIn(here.url, made.token)];
    const left = await socketOf(gateway, '/api/v2/watch', { cookie: leaving });
    const stays = await socketOf(gateway, '/api/v2/watch', { cookie: staying });
    const signedOut = await fetch(`${here.url}/api/v2/session`, { method: 'DELETE', headers: { cookie: leaving } });
    expect(signedOut.status).toBe(204);
    expect(signedOut.headers.get('set-cookie')).toMatch(/^tidegate_session=; Max-Age=0;/);
    expect(await within(limitMs, left.closed)).toBe(4401);
    expect(stays.socket.readyState).toBe(WebSocket.OPEN);
    stays.socket.terminate();
  });
});

describe('a rotation with an overlap', () => {
  it('lets the old token live for that long and no longer', async () => {
    const [agent] = (await here.createAgents({ name: 'overlapping' })) as [CreatedAgent];
    const headers = { 'coder-session-token': agent.token };
    const old = await socketOf(here, `${RPC}&role=helper`, headers);
    const rotated = await here.request('POST', `/api/v2/agents/${agent.id}/token`, { overlap: '1500ms' });
    expect((await knock(there.url + RPC, headers)).outcome).toBe(101);
    expect((await knock(there.url + RPC, { 'coder-session-token': rotated.body.token })).outcome).toBe(101);
    expect(await within(8_000, old.closed)).toBe(4409);
    expect((await knock(there.url + RPC, headers)).outcome).toBe(401);
    expect((await knock(there.url + RPC, { 'coder-session-token': rotated.body.token })).outcome).toBe(101);
  });

  it('takes 30 days at most, and nothing that is no duration', async () => {
    const [agent] = (await here.createAgents({ name: 'overlap limits' })) as [CreatedAgent];
    const rotate = (overlap: unknown) => here.request('POST', `/api/v2/agents/${agent.id}/token`, { overlap });
    expect((await rotate('0')).status).toBe(200);
    expect((await rotate('30d')).status).toBe(200);
    for (const bad of ['31d', '-1s', 'soon', '', 60]) {
      expect(await rotate(bad), String(bad)).toMatchObject({
        status: 400,
        body: { validations: [{ field: 'body.overlap' }] },
      });
    }
  });
});

describe('tokens at rest', () => {
  it('are nowhere in the database: only their SHA-256 is', async () => {
    const [agent] = (await here.createAgents({ name: 'at rest' })) as [CreatedAgent];
    const { body: made } = await here.request('POST', '/api/v2/tokens', { role: 'viewer', name: 'at rest' });
    const session = (await signIn(here.url, made.token)).split('=')[1] ?? '';
    await here.request('POST', `/api/v2/agents/${agent.id}/token`, { overlap: '1h' });
    const rows = await database.query<{ row: string }>(
      `SELECT (r).* FROM (
         SELECT a::text AS row FROM tidegate.agents a UNION ALL SELECT t::text FROM tidegate.access_tokens t
         UNION ALL SELECT s::text FROM tidegate.sessions s UNION ALL SELECT u::text FROM tidegate.audit u
       ) r`,
    );
    const text = rows.map(({ row }) => row).join('\n');
    expect(text).toContain('at rest');
    for (const secret of [agent.token, made.token, session]) {
      expect(secret.length).toBeGreaterThan(40);
      expect(text).not.toContain(secret);
      expect(text).not.toContain(secret.slice(4));
    }
    // Made once, shown once: no answer repeats it.
    const listed = await here.request('GET', '/api/v2/tokens');
    expect(JSON.stringify(listed.body)).not.toMatch(/tg[apsc]_/);
    expect(JSON.stringify((await here.request('GET', `/api/v2/agents/${agent.id}`)).body)).not.toMatch(/tg[apsc]_/);
  });
});
