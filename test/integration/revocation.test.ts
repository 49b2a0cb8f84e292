import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { hashToken } from '../../gateway/auth/token.ts';
import {
  ADMIN_TOKEN,
  type CreatedAgent,
  eventually,
  signIn,
  type TestGateway,
  testGateway,
} from '../support/gateway.ts';
import { RawConnection } from '../support/hostile-agent.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { follow, followEvents, knock } from '../support/sockets.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

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

/**
 * Five seconds are promised: three between two comparisons and half of one for the close frame, which tests with a clock of
 * their own hold them to. Here it is the end that is waited for, on however busy a machine.
 */
const LIMIT_MS = 20_000;

/** Runs what revokes, and from then on waits for ends no longer than is promised. */
const revoking = async (revoke: () => Promise<unknown>) => {
  await revoke();
  const endMs = performance.now() + LIMIT_MS;
  return (what: string, ended: () => unknown) => eventually(what, ended, endMs - performance.now());
};

const closeCode = (closed: Promise<number>) => {
  const code: number[] = [];
  void closed.then((one) => code.push(one));
  return () => code[0];
};

/** A client that reads on and answers no close frame. */
const rude = async (gateway: TestGateway, path: string, token: string) => {
  const connection = new RawConnection(gateway.url);
  connection.socket.write(RawConnection.request(token, [], `GET ${path} HTTP/1.1`));
  expect(await connection.status(), path).toBe('101');
  return connection;
};

const CASES: [string, () => TestGateway][] = [
  ['the gateway that is told', () => here],
  ['another gateway', () => there],
  ['a gateway that hears no notifications', () => deaf],
];

describe.each(CASES)('revoking on one gateway, seen on %s', (_name, gatewayOf) => {
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

    const codes = [...watching, ...following].map(({ closed }) => closeCode(closed));
    const ends = await revoking(async () => {
      expect((await here.request('DELETE', `/api/v2/tokens/${made.id}`)).status).toBe(204);
    });
    for (const code of codes) expect(await ends('the socket is closed', code)).toBe(4401);
    for (const stream of events) await ends('the stream has ended', () => stream.ended);
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
    const codes = sockets.map(({ closed }) => closeCode(closed));
    const ends = await revoking(() => here.request('POST', `/api/v2/agents/${agent.id}/token`, {}));
    for (const code of codes) expect(await ends('the socket is closed', code)).toBe(4409);
    expect((await knock(gateway.url + RPC, headers)).outcome).toBe(401);
  });

  it('signs out the sockets of a browser that signs out, and no other', async () => {
    const gateway = gatewayOf();
    const { body: made } = await here.request('POST', '/api/v2/tokens', { role: 'viewer', name: 'two browsers' });
    const [leaving, staying] = [await signIn(here.url, made.token), await signIn(here.url, made.token)];
    const left = await socketOf(gateway, '/api/v2/watch', { cookie: leaving });
    const stays = await socketOf(gateway, '/api/v2/watch', { cookie: staying });
    const code = closeCode(left.closed);
    const ends = await revoking(async () => {
      const signedOut = await fetch(`${here.url}/api/v2/session`, { method: 'DELETE', headers: { cookie: leaving } });
      expect(signedOut.status).toBe(204);
      expect(signedOut.headers.get('set-cookie')).toMatch(/^tidegate_session=; Max-Age=0;/);
    });
    expect(await ends('the socket is closed', code)).toBe(4401);
    expect(stays.socket.readyState).toBe(WebSocket.OPEN);
    stays.socket.terminate();
  });

  it('cuts off who does not answer the close frame, on every socket', async () => {
    const gateway = gatewayOf();
    const { body: made } = await here.request('POST', '/api/v2/tokens', { role: 'viewer', name: 'rude' });
    const [followed, agent, deleted] = (await here.createAgents(
      ...['followed rudely', 'rude', 'rude and deleted'].map((name) => ({ name: `${name} on ${gateway.id}` })),
    )) as [CreatedAgent, CreatedAgent, CreatedAgent];
    const sockets = await Promise.all([
      rude(gateway, '/api/v2/watch', made.token),
      rude(gateway, `/api/v2/workspaceagents/${followed.id}/watch-metadata-ws`, made.token),
      rude(gateway, RPC, agent.token),
      rude(gateway, `${RPC}&role=helper`, agent.token),
      rude(gateway, RPC, deleted.token),
    ]);
    const ends = await revoking(() =>
      Promise.all([
        here.request('DELETE', `/api/v2/tokens/${made.id}`),
        here.request('POST', `/api/v2/agents/${agent.id}/token`, {}),
        here.request('DELETE', `/api/v2/agents/${deleted.id}`),
      ]),
    );
    for (const [index, socket] of sockets.entries()) await ends(`socket ${index} is gone`, () => socket.closed);
  });
});

describe('a token revoked before an outage of the database', () => {
  it('is not taken by a gateway that was never told, and others are', async () => {
    const { proxy, url } = await TcpProxy.start(database.url);
    const alone = await testGateway(url, { bus: 'poll' });
    const make = async (name: string) =>
      (await here.request('POST', '/api/v2/tokens', { role: 'viewer', name })).body as { id: string; token: string };
    const [revoked, kept, leaver] = [await make('revoked'), await make('kept'), await make('signs out')];
    const [rotated, stays, overlapping] = (await here.createAgents(
      ...['rotated before', 'stays', 'overlapped before'].map((name) => ({ name })),
    )) as [CreatedAgent, CreatedAgent, CreatedAgent];
    await here.request('POST', `/api/v2/agents/${overlapping.id}/token`, { overlap: '15s' });
    const cookies = [await signIn(here.url, leaver.token), await signIn(here.url, leaver.token)] as const;
    const watchers = (): [string, Record<string, string>][] => [
      ['revoked', { authorization: `Bearer ${revoked.token}` }],
      ['kept', { authorization: `Bearer ${kept.token}` }],
      ['signed out', { cookie: cookies[0] }],
      ['signed in', { cookie: cookies[1] }],
    ];
    const agents = { rotated, stays, overlapping };
    const outcomes = async (wanted: (name: string) => boolean = () => true) => {
      const asked = await Promise.all(
        watchers()
          .filter(([name]) => wanted(name))
          .map(async ([name, headers]) => [name, (await fetch(`${alone.url}/api/v2/session`, { headers })).status]),
      );
      const dialed = await Promise.all(
        Object.entries(agents)
          .filter(([name]) => wanted(name))
          .map(async ([name, { token }]) => [
            name,
            (await knock(alone.url + RPC, { 'coder-session-token': token })).outcome,
          ]),
      );
      return Object.fromEntries([...asked, ...dialed]);
    };
    // All of them are known as good now.
    expect(new Set(Object.values(await outcomes()))).toEqual(new Set([200, 101]));
    await here.request('DELETE', `/api/v2/tokens/${revoked.id}`);
    await fetch(`${here.url}/api/v2/session`, { method: 'DELETE', headers: { cookie: cookies[0] } });
    await here.request('POST', `/api/v2/agents/${rotated.id}/token`, {});
    // What closes this socket has read of all that was revoked before it.
    const last = await make('revoked last');
    const ending = await socketOf(alone, '/api/v2/watch', { authorization: `Bearer ${last.token}` });
    await here.request('DELETE', `/api/v2/tokens/${last.id}`);
    await ending.closed;
    const good = { kept: 200, 'signed in': 200, stays: 101 };
    // Those alone: that the others are good no longer must not have been seen when they were asked about.
    const goodOnes = ['overlapping', ...Object.keys(good)];
    expect(await outcomes((name) => goodOnes.includes(name))).toEqual({ ...good, overlapping: 101 });

    proxy.lead('http://127.0.0.1:1');
    for (const link of proxy.links) link.cut();
    await eventually('the database is away', async () => (await fetch(`${alone.url}/readyz`)).status === 503, 20_000);
    const away = { revoked: 503, 'signed out': 503, rotated: 503 };
    await eventually('the overlap is over', async () => (await outcomes()).overlapping === 503, 30_000);
    expect(await outcomes()).toEqual({ ...good, ...away, overlapping: 503 });
    proxy.lead(database.url);
    await alone.stop();
    await proxy.close();
  }, 90_000);
});

describe('a rotation with an overlap', () => {
  it('lets the old token live for that long and no longer', async () => {
    const [agent] = (await here.createAgents({ name: 'overlapping' })) as [CreatedAgent];
    const headers = { 'coder-session-token': agent.token };
    const old = await socketOf(here, `${RPC}&role=helper`, headers);
    const rotated = await here.request('POST', `/api/v2/agents/${agent.id}/token`, { overlap: '5s' });
    expect((await knock(there.url + RPC, headers)).outcome).toBe(101);
    expect((await knock(there.url + RPC, { 'coder-session-token': rotated.body.token })).outcome).toBe(101);
    expect(await eventually('the old one ends', closeCode(old.closed), 5_000 + LIMIT_MS)).toBe(4409);
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
         UNION ALL SELECT g::text FROM tidegate.gateways g
       ) r`,
    );
    const text = rows.map(({ row }) => row).join('\n');
    expect(text).toContain('at rest');
    // The configured admin token is known by its hash twice: as a token, and as its gateways'.
    expect(text).toContain(hashToken(ADMIN_TOKEN).toString('hex'));
    for (const secret of [agent.token, made.token, session, ADMIN_TOKEN]) {
      expect(secret.length).toBeGreaterThan(20);
      expect(text).not.toContain(secret);
      expect(text).not.toContain(secret.slice(4));
    }
    // Made once, shown once: no answer repeats it.
    const listed = await here.request('GET', '/api/v2/tokens');
    expect(JSON.stringify(listed.body)).not.toMatch(/tg[apsc]_/);
    expect(JSON.stringify((await here.request('GET', `/api/v2/agents/${agent.id}`)).body)).not.toMatch(/tg[apsc]_/);
  });
});
