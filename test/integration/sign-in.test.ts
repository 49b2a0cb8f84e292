import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ADMIN_TOKEN, eventually, signIn, type TestGateway, testGateway } from '../support/gateway.ts';
import { gatewayForFile } from '../support/gateway-for-file.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { knock } from '../support/sockets.ts';

let database: TestDatabase;
let gateway: TestGateway;

gatewayForFile((own) => {
  ({ database, gateway } = own);
});

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: object;
}

/** By node:http: fetch would not let a test write Origin or Host. */
function send(url: string, { method = 'GET', headers = {}, body }: Sent) {
  return new Promise<{ status: number; headers: Record<string, unknown> }>((resolve, reject) => {
    const request = httpRequest(
      url,
      { method, headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) } },
      (response) => {
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
      },
    );
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const cookieOf = (answer: { headers: Record<string, unknown> }) => String(answer.headers['set-cookie']);
const session = { method: 'POST', body: { token: ADMIN_TOKEN } };

describe('the cookie', () => {
  it('is for this site, for no script, and not for plain HTTP where it came over TLS', async () => {
    const plain = await send(`${gateway.url}/api/v2/session`, session);
    expect(cookieOf(plain)).toMatch(
      /^tidegate_session=tgs_[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    // Nobody has said that this client is to be believed.
    const claimed = { ...session, headers: { 'x-forwarded-proto': 'https' } };
    expect(cookieOf(await send(`${gateway.url}/api/v2/session`, claimed))).not.toContain('Secure');
    const behind = await testGateway(database.url, { trustProxy: 'loopback' });
    expect(cookieOf(await send(`${behind.url}/api/v2/session`, claimed))).toContain('; Secure;');
    expect(cookieOf(await send(`${behind.url}/api/v2/session`, session))).not.toContain('Secure');
    await behind.stop();
  });

  it('is another each time, and names the token that it stands for', async () => {
    const [one, two] = [await signIn(gateway.url, ADMIN_TOKEN), await signIn(gateway.url, ADMIN_TOKEN)];
    expect(one).not.toBe(two);
    const who = await fetch(`${gateway.url}/api/v2/session`, { headers: { cookie: one } });
    expect(await who.json()).toEqual({ role: 'admin', name: 'configured' });
  });
});

describe('a session', () => {
  it('is good in its cookie and nowhere else: not as a token, and not for signing in', async () => {
    const [agent] = await gateway.createAgents({ name: 'looked at' });
    const cookie = await signIn(gateway.url, ADMIN_TOKEN);
    const secret = cookie.slice(cookie.indexOf('=') + 1);
    expect((await send(`${gateway.url}/api/v2/agents`, { headers: { cookie } })).status).toBe(200);
    const bare: Record<string, string>[] = [{ authorization: `Bearer ${secret}` }, { 'coder-session-token': secret }];
    const follow = `${gateway.url}/api/v2/workspaceagents/${agent?.id}/watch-metadata-ws`;
    for (const headers of bare) {
      // No other origin is at work here: it is the token that is refused.
      expect((await send(`${gateway.url}/api/v2/agents`, { headers })).status).toBe(401);
      expect((await knock(`${gateway.url}/api/v2/watch`, headers)).outcome).toBe(4401);
      expect((await knock(follow, headers)).outcome).toBe(401);
    }
    expect((await knock(`${gateway.url}/api/v2/watch?token=${secret}`)).outcome).toBe(4401);
    expect((await knock(`${follow}?coder_session_token=${secret}`)).outcome).toBe(401);
    const again = { ...session, body: { token: secret } };
    expect((await send(`${gateway.url}/api/v2/session`, again)).status).toBe(401);
    expect((await send(`${gateway.url}/api/v2/session`, { ...again, headers: { cookie } })).status).toBe(401);
    const [row] = await database.query<{ sessions: number }>(
      `SELECT count(*)::integer AS sessions FROM tidegate.sessions s JOIN tidegate.access_tokens t
         ON t.id = s.access_token_id WHERE s.created_at > (SELECT created_at FROM tidegate.sessions
           WHERE token_hash = sha256($1::text::bytea))`,
      [secret],
    );
    expect(row?.sessions).toBe(0);
  });

  it('that has ended does not stand before a token in the address', async () => {
    const headers = { cookie: 'tidegate_session=tgs_ended' };
    expect((await knock(`${gateway.url}/api/v2/watch?token=${ADMIN_TOKEN}`, headers)).outcome).toBe(101);
    expect((await knock(`${gateway.url}/api/v2/watch`, headers)).outcome).toBe(4401);
  });

  it('opens no other by a token in its cookie’s place', async () => {
    const headers = { cookie: `tidegate_session=${ADMIN_TOKEN}` };
    expect((await send(`${gateway.url}/api/v2/agents`, { headers })).status).toBe(401);
    expect((await knock(`${gateway.url}/api/v2/watch`, headers)).outcome).toBe(4401);
  });
});

describe('a request from another site', () => {
  const FOREIGN: Record<string, Record<string, string>> = {
    'another origin': { origin: 'https://evil.example.org' },
    'another port of the same host': { origin: 'http://127.0.0.1:1' },
    'an origin that is none': { origin: 'null' },
    'an origin that is nonsense': { origin: '://' },
    'a cross-site fetch without an origin': { 'sec-fetch-site': 'cross-site' },
    'a sibling host': { 'sec-fetch-site': 'same-site' },
  };

  it.each(Object.entries(FOREIGN))('is refused with a cookie: %s', async (_name, headers) => {
    const cookie = await signIn(gateway.url, ADMIN_TOKEN);
    const forged = { headers: { cookie, ...headers } };
    const agents = `${gateway.url}/api/v2/agents`;
    expect((await send(agents, forged)).status).toBe(403);
    expect((await send(agents, { ...forged, method: 'POST', body: { agents: [{ name: 'forged' }] } })).status).toBe(
      403,
    );
    expect((await send(`${gateway.url}/api/v2/session`, { ...forged, method: 'DELETE' })).status).toBe(403);
    expect((await send(`${gateway.url}/api/v2/session`, { ...session, headers })).status).toBe(403);
    expect((await send(agents, { headers: { cookie } })).status).toBe(200);
  });

  it.each(Object.entries(FOREIGN))('opens no socket, whatever it shows: %s', async (_name, headers) => {
    const [agent] = await gateway.createAgents({ name: `socket ${_name}` });
    const cookie = await signIn(gateway.url, ADMIN_TOKEN);
    const sockets: [string, Record<string, string>][] = [
      ['/api/v2/watch', { cookie }],
      [`/api/v2/watch?token=${ADMIN_TOKEN}`, {}],
      [`/api/v2/workspaceagents/${agent?.id}/watch-metadata-ws`, { cookie }],
      ['/api/v2/workspaceagents/me/rpc?version=2.0', { 'coder-session-token': agent?.token ?? '' }],
      ['/api/v2/workspaceagents/me/rpc?version=2.0', { cookie: `coder_session_token=${agent?.token}` }],
    ];
    for (const [path, own] of sockets) {
      expect((await knock(gateway.url + path, { ...own, ...headers })).outcome, path).toBe(403);
      expect((await knock(gateway.url + path, own)).outcome, path).toBe(101);
    }
  });

  it('is told apart by the host that was asked for, the proxy’s where one is trusted', async () => {
    const cookie = await signIn(gateway.url, ADMIN_TOKEN);
    const watch = `${gateway.url}/api/v2/watch`;
    const own = { cookie, origin: gateway.url };
    expect((await knock(watch, own)).outcome).toBe(101);
    const asked = { cookie, origin: 'https://fleet.example.org', 'x-forwarded-host': 'fleet.example.org' };
    expect((await knock(watch, asked)).outcome).toBe(403);
    expect(
      (await knock(watch, { cookie, origin: 'https://fleet.example.org', host: 'fleet.example.org' })).outcome,
    ).toBe(101);
    const behind = await testGateway(database.url, { trustProxy: '127.0.0.0/8' });
    expect((await knock(`${behind.url}/api/v2/watch`, asked)).outcome).toBe(101);
    await behind.stop();
  });

  it('is told apart by its scheme where the client speaks TLS, to this gateway or to a proxy that is trusted', async () => {
    const behind = await testGateway(database.url, { trustProxy: 'loopback' });
    const cookie = await signIn(behind.url, ADMIN_TOKEN);
    const outcome = async (origin: string, forwarded: Record<string, string> = {}) => {
      const headers = { cookie, origin, ...forwarded };
      const [asked, knocked] = await Promise.all([
        send(`${behind.url}/api/v2/agents`, { headers }),
        knock(`${behind.url}/api/v2/watch`, headers),
      ]);
      expect(knocked.outcome === 101, origin).toBe(asked.status === 200);
      return asked.status;
    };
    const over = (proto: string, host: string) => ({ 'x-forwarded-proto': proto, 'x-forwarded-host': host });
    expect(await outcome('https://fleet.example.org', over('https', 'fleet.example.org'))).toBe(200);
    expect(await outcome('https://fleet.example.org', over('https', 'fleet.example.org:443'))).toBe(200);
    expect(await outcome('https://fleet.example.org:8443', over('https', 'fleet.example.org:8443'))).toBe(200);
    expect(await outcome('http://fleet.example.org', over('https', 'fleet.example.org'))).toBe(403);
    expect(await outcome('http://fleet.example.org:443', over('https', 'fleet.example.org:443'))).toBe(403);
    expect(await outcome('https://fleet.example.org:8443', over('https', 'fleet.example.org'))).toBe(403);
    expect(await outcome('http://fleet.example.org', over('http', 'fleet.example.org'))).toBe(200);
    expect(await outcome('http://fleet.example.org', over('http', 'fleet.example.org:80'))).toBe(200);
    // A proxy that ends TLS and does not say so, or is not trusted, is no reason to refuse its own pages.
    expect(await outcome('https://fleet.example.org', { host: 'fleet.example.org' })).toBe(200);
    await behind.stop();
  });
});

describe('upgrades', () => {
  it('are counted for the address that a trusted proxy names: --upgrades-per-second, --upgrade-queue', async () => {
    const flags = { upgradesPerSecond: '1', upgradeQueueMs: '0' };
    const [behind, open] = await Promise.all([
      testGateway(database.url, { ...flags, trustProxy: 'loopback' }),
      testGateway(database.url, flags),
    ]);
    const from = (gatewayUrl: string, address: string) =>
      knock(`${gatewayUrl}/api/v2/watch`, {
        ...{ authorization: `Bearer ${ADMIN_TOKEN}`, 'x-forwarded-for': address },
      });
    const many = Array.from({ length: 30 }, (_, i) => `198.51.100.${i}`);
    const each = await Promise.all(many.map((address) => from(behind.url, address)));
    expect(new Set(each.map(({ outcome }) => outcome))).toEqual(new Set([101]));
    // Where nobody is trusted all of them are one address, which has one turn a second.
    const one = await Promise.all(many.map((address) => from(open.url, address)));
    expect(new Set(one.map(({ outcome }) => outcome))).toEqual(new Set([101, 503]));
    await Promise.all([behind.stop(), open.stop()]);
  });
});

describe('failed sign-ins', () => {
  it('are held back by themselves, on every way in, while valid tokens are served at once', async () => {
    const slow = await testGateway(database.url, { failedSignInsPerMinute: '1', failedSignInDelayMs: '60s' });
    const [agent] = await slow.createAgents({ name: 'beside failures' });
    const wrong = { authorization: 'Bearer tgp_wrong' };
    const post = (body: object) => send(`${slow.url}/api/v2/session`, { method: 'POST', body });
    const rpc = `${slow.url}/api/v2/workspaceagents/me/rpc?version=2.0`;
    // The first is answered at once.
    expect((await send(`${slow.url}/api/v2/agents`, { headers: wrong })).status).toBe(401);
    const held: Promise<unknown>[] = [
      send(`${slow.url}/api/v2/agents`, { headers: wrong }),
      post({ token: 'tgp_wrong' }),
      post({ code: 'tgc_wrong' }),
      knock(rpc, { 'coder-session-token': 'tga_wrong' }),
      knock(`${slow.url}/api/v2/watch`, wrong),
      knock(`${slow.url}/api/v2/workspaceagents/${agent?.id}/watch-metadata-ws`, wrong),
    ].map((attempt) => attempt.catch(() => 'cut off'));
    let answered = 0;
    for (const attempt of held) void attempt.then(() => (answered += 1));
    // All of them are under way, and valid tokens of the same address are not slowed or refused.
    for (let i = 0; i < 20; i += 1) {
      expect((await slow.request('GET', '/api/v2/agents')).status).toBe(200);
      expect((await post({ token: ADMIN_TOKEN })).status).toBe(204);
      expect((await knock(rpc, { 'coder-session-token': agent?.token ?? '' })).outcome).toBe(101);
    }
    // Who shows nothing has not tried anything.
    expect((await send(`${slow.url}/api/v2/agents`, {})).status).toBe(401);
    await eventually('all have failed', async () => (await slow.metric('tidegate_sign_ins_failed_total')) === 7);
    expect(answered).toBe(0);
    await slow.stop();
    await Promise.all(held);
  });

  it('are told apart by the address that a trusted proxy names', async () => {
    const behind = await testGateway(database.url, {
      ...{ trustProxy: 'loopback', failedSignInsPerMinute: '1', failedSignInDelayMs: '60s' },
    });
    const fail = (from: string) =>
      send(`${behind.url}/api/v2/agents`, { headers: { authorization: 'Bearer wrong', 'x-forwarded-for': from } });
    expect((await fail('198.51.100.1')).status).toBe(401);
    let answered = false;
    const second = fail('198.51.100.1').then(
      () => (answered = true),
      () => {},
    );
    expect((await fail('198.51.100.2')).status).toBe(401);
    expect((await fail('198.51.100.3')).status).toBe(401);
    expect(answered).toBe(false);
    await behind.stop();
    await second;
  });
});
