import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bystanders } from '../support/bystanders.ts';
import { ADMIN_TOKEN, eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { RawConnection } from '../support/hostile-agent.ts';
import { lockWaits } from '../support/lock-waits.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { dial, rawRequest, sendRaw } from '../support/raw-http.ts';
import { followEvents, knock } from '../support/sockets.ts';

const BODY_BYTES = 256 * 1024;

let database: TestDatabase;
let gateway: TestGateway;
let bystanders: Bystanders;

beforeAll(async () => {
  database = await testDatabase();
  gateway = await testGateway(database.url, {
    ...{
      bodyBytes: `${BODY_BYTES}B`,
      requestTimeoutMs: '2s',
      failedSignInDelayMs: '0',
      keysPerAgent: '4',
      keyBytes: '16B',
    },
  });
  bystanders = await Bystanders.beside(gateway);
});
afterAll(async () => {
  await gateway.stop();
  await database.drop();
});

const AUTH = `Authorization: Bearer ${ADMIN_TOKEN}`;
const JSON_TYPE = 'Content-Type: application/json';
const post = (body: string | Buffer, head: string[] = [AUTH, JSON_TYPE]) =>
  Buffer.concat([
    Buffer.from(rawRequest('POST /api/v2/agents HTTP/1.1', [...head, `Content-Length: ${Buffer.byteLength(body)}`])),
    Buffer.from(body),
  ]);
const get = (target: string, head: string[] = [AUTH]) => rawRequest(`GET ${target} HTTP/1.1`, head);

/** What is sent, and the statuses that are allowed for it; an empty list where the connection is closed unanswered. */
const CASES: Record<string, { bytes: () => string | Buffer; statuses: number[] }> = {
  'a body that is no JSON': { bytes: () => post('{"agents":[{'), statuses: [400] },
  'a body of one million brackets': { bytes: () => post('['.repeat(100_000) + ']'.repeat(100_000)), statuses: [400] },
  'a body of objects in objects': {
    bytes: () => post(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`),
    statuses: [400],
  },
  'a body with __proto__': {
    bytes: () => post('{"agents":[{"name":"x","__proto__":{"admin":true}}]}'),
    statuses: [400],
  },
  'a body with constructor.prototype': {
    bytes: () => post('{"agents":[{"name":"x","constructor":{"prototype":{"admin":true}}}]}'),
    statuses: [400],
  },
  'labels named __proto__': {
    bytes: () => post('{"agents":[{"name":"x","labels":{"__proto__":"x"}}]}'),
    statuses: [400],
  },
  'a body that is not UTF-8': {
    bytes: () => post(Buffer.from('{"agents":[{"name":"\xff\xfe"}]}', 'latin1')),
    statuses: [400],
  },
  'a body in UTF-16': {
    bytes: () => post(Buffer.from('{"agents":[{"name":"x"}]}', 'utf16le'), [AUTH, `${JSON_TYPE}; charset=utf-16`]),
    statuses: [400, 415],
  },
  'a number too large for any field': {
    bytes: () => post('{"agents":[{"name":"x","metadata":[{"key":"k","interval":1e400}]}]}'),
    statuses: [400],
  },
  'a body that says it is text': { bytes: () => post('{}', [AUTH, 'Content-Type: text/plain']), statuses: [400, 415] },
  'a body that says it is compressed': {
    bytes: () => post('\x1f\x8b nothing', [AUTH, JSON_TYPE, 'Content-Encoding: gzip']),
    statuses: [400, 415],
  },
  'a form from another site': {
    bytes: () => post('agents=x', [AUTH, 'Content-Type: application/x-www-form-urlencoded']),
    statuses: [415],
  },
  'a length above every limit': {
    bytes: () => rawRequest('POST /api/v2/agents HTTP/1.1', [AUTH, JSON_TYPE, 'Content-Length: 99999999999999']),
    statuses: [413],
  },
  'chunks without an end, above the limit': {
    bytes: () =>
      `${rawRequest('POST /api/v2/agents HTTP/1.1', [AUTH, JSON_TYPE, 'Transfer-Encoding: chunked'])}100000\r\n${' '.repeat(0x100000)}\r\n`,
    statuses: [413],
  },
  'two lengths that differ': {
    bytes: () => rawRequest('POST /api/v2/agents HTTP/1.1', [AUTH, 'Content-Length: 3', 'Content-Length: 4'], 'abcd'),
    statuses: [400],
  },
  'a length and chunks, as smugglers send': {
    bytes: () =>
      rawRequest(
        'POST /api/v2/session HTTP/1.1',
        ['Content-Length: 6', 'Transfer-Encoding: chunked'],
        `0\r\n\r\n${get('/api/v2/agents')}`,
      ),
    statuses: [400],
  },
  'chunks that are not the last encoding': {
    bytes: () =>
      rawRequest('POST /api/v2/agents HTTP/1.1', [AUTH, 'Transfer-Encoding: chunked, identity'], '0\r\n\r\n'),
    statuses: [400],
  },
  'a length with a sign': {
    bytes: () => rawRequest('POST /api/v2/agents HTTP/1.1', [AUTH, 'Content-Length: +2'], '{}'),
    statuses: [400],
  },
  'a chunk size that overflows': {
    bytes: () =>
      rawRequest(
        'POST /api/v2/agents HTTP/1.1',
        [AUTH, JSON_TYPE, 'Transfer-Encoding: chunked'],
        'fffffffffffffffff\r\n',
      ),
    statuses: [400],
  },
  'a space before the colon of a header': {
    bytes: () => rawRequest('GET /api/v2/agents HTTP/1.1', [AUTH, 'Transfer-Encoding : chunked']),
    statuses: [400],
  },
  'a header folded over two lines': {
    bytes: () => rawRequest('GET /api/v2/agents HTTP/1.1', [AUTH, 'X-Folded: a\r\n  b']),
    statuses: [200, 400],
  },
  'a NUL in a header': { bytes: () => get('/api/v2/agents', [AUTH, 'X-Nul: a\0b']), statuses: [400] },
  'no host': { bytes: () => `GET /api/v2/agents HTTP/1.1\r\n${AUTH}\r\n\r\n`, statuses: [400] },
  'two hosts': { bytes: () => get('/api/v2/agents', ['Host: a', 'Host: b', AUTH]), statuses: [200, 400] },
  'two authorizations': { bytes: () => get('/api/v2/agents', ['Authorization: Bearer wrong', AUTH]), statuses: [401] },
  'two cookies of our name': {
    bytes: () => get('/api/v2/agents', ['Cookie: tidegate_session=a; tidegate_session=b']),
    statuses: [401],
  },
  'cookies that are none': {
    bytes: () => get('/api/v2/agents', [`Cookie: ${'=;'.repeat(4_000)}__proto__=x; tidegate_session=%ff%zz`]),
    statuses: [401],
  },
  'a token of 8,000 characters': {
    bytes: () => get('/api/v2/agents', [`Authorization: Bearer ${'x'.repeat(8_000)}`]),
    statuses: [401],
  },
  'a header of 64 KiB': {
    bytes: () => get('/api/v2/agents', [AUTH, `X-Long: ${'x'.repeat(65_536)}`]),
    statuses: [431],
  },
  'ten thousand headers': {
    bytes: () => get('/api/v2/agents', [AUTH, ...Array.from({ length: 10_000 }, (_, i) => `X-${i}: 1`)]),
    statuses: [431],
  },
  'a URL of 64 KiB': { bytes: () => get(`/api/v2/agents?after=${'x'.repeat(65_536)}`), statuses: [414, 431] },
  'ten thousand label filters': {
    bytes: () => get(`/api/v2/agents?${'label=a=b&'.repeat(10_000)}`),
    statuses: [414, 431],
  },
  'label filters that are none': { bytes: () => get('/api/v2/agents?label=a&label==b&label'), statuses: [400] },
  'a label filter with quotes for SQL': {
    bytes: () => get(`/api/v2/agents?label=a=${encodeURIComponent("'; DROP TABLE tidegate.agents; --")}`),
    statuses: [200],
  },
  'a query that names prototypes': { bytes: () => get('/api/v2/agents?__proto__=x&constructor=y'), statuses: [400] },
  'an id of 10,000 characters': { bytes: () => get(`/api/v2/agents/${'a'.repeat(10_000)}`), statuses: [400, 404, 414] },
  'an id with NUL': { bytes: () => get('/api/v2/agents/%00'), statuses: [400] },
  'a path with a broken escape': { bytes: () => get('/api/v2/agents/%zz'), statuses: [400] },
  'a path out of the page’s folder': { bytes: () => get('/../../../../etc/passwd'), statuses: [400, 403, 404] },
  'an escaped path out of it': {
    bytes: () => get('/assets/..%2f..%2f..%2f..%2fetc%2fpasswd'),
    statuses: [400, 403, 404],
  },
  'a path out of it with backslashes': {
    bytes: () => get('/assets/..%5c..%5cpackage.json'),
    statuses: [400, 403, 404],
  },
  'a path with two slashes': { bytes: () => get('//api/v2/agents'), statuses: [404] },
  'a whole URL of somebody else': {
    bytes: () => get('http://evil.example.org/api/v2/agents'),
    statuses: [200, 400, 404],
  },
  'the method TRACE': { bytes: () => rawRequest('TRACE /api/v2/agents HTTP/1.1', [AUTH]), statuses: [404, 405] },
  'the method CONNECT': { bytes: () => rawRequest('CONNECT evil.example.org:443 HTTP/1.1', [AUTH]), statuses: [] },
  'the method OPTIONS from another site': {
    bytes: () =>
      rawRequest('OPTIONS /api/v2/agents HTTP/1.1', [
        'Origin: https://evil.example.org',
        'Access-Control-Request-Method: POST',
      ]),
    statuses: [404],
  },
  'a method override': {
    bytes: () =>
      get('/api/v2/agents/00000000-0000-4000-8000-000000000000?_method=DELETE', [
        AUTH,
        'X-HTTP-Method-Override: DELETE',
      ]),
    statuses: [404],
  },
  'a method that is none': { bytes: () => rawRequest('GETT /api/v2/agents HTTP/1.1', [AUTH]), statuses: [400] },
  'no HTTP at all': { bytes: () => Buffer.from('00000000000100000000000000000000', 'hex'), statuses: [400] },
  'a TLS handshake': { bytes: () => Buffer.from('1603010200010001fc0303', 'hex'), statuses: [400] },
  'the preface of HTTP/2': { bytes: () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', statuses: [400] },
  'an expectation that nobody meets': {
    bytes: () => get('/api/v2/agents', [AUTH, 'Expect: the-unexpected']),
    statuses: [417],
  },
  'an upgrade to something else': {
    bytes: () => get('/api/v2/agents', [AUTH, 'Connection: Upgrade', 'Upgrade: h2c']),
    statuses: [200],
  },
  'a WebSocket without a key': {
    bytes: () => get('/api/v2/watch', [AUTH, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']),
    statuses: [400],
  },
  'a WebSocket or something else': {
    bytes: () => get('/api/v2/watch', [AUTH, 'Connection: Upgrade', 'Upgrade: h2c, WebSocket']),
    statuses: [400],
  },
  'a WebSocket of version 99': {
    bytes: () =>
      get('/api/v2/watch', [
        ...[AUTH, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 99'],
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ]),
    statuses: [400, 426],
  },
  'a WebSocket on a path that is none': {
    bytes: () => get('/api/v2/%zz?%zz', [AUTH, 'Connection: Upgrade', 'Upgrade: websocket']),
    statuses: [400, 404],
  },
};

describe('hostile HTTP', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { bytes, statuses }) => {
    const answer = await sendRaw(gateway.url, bytes());
    if (statuses.length === 0) expect(answer.statuses).toEqual([]);
    else expect(statuses, answer.text.slice(0, 300)).toContain(answer.statuses[0]);
    expect(answer.text).not.toContain('root:');
    expect(answer.text.toLowerCase()).not.toContain('access-control-allow');
    expect(answer.text).not.toMatch(/\bat .*\.(ts|js):\d+/);
    await bystanders.areFine();
  });

  it('a request smuggled behind another is never answered', async () => {
    const inner = rawRequest('DELETE /api/v2/tokens/00000000-0000-4000-8000-000000000000 HTTP/1.1', [AUTH]);
    const outer = rawRequest('GET /healthz HTTP/1.1', [`Content-Length: ${inner.length}`], inner);
    const { statuses } = await sendRaw(gateway.url, `${outer}${get('/readyz')}`, { answers: 2 });
    expect(statuses).toEqual([200, 200]);
    await bystanders.areFine();
  });

  it('a thousand requests in one packet are answered one by one', async () => {
    const { statuses } = await sendRaw(gateway.url, get('/healthz').repeat(1_000), { answers: 1_000 });
    expect(statuses).toEqual(Array.from({ length: 1_000 }, () => 200));
    await bystanders.areFine();
  });

  it.each([
    ['headers that never end', rawRequest('GET /api/v2/agents HTTP/1.1', [AUTH]).slice(0, -2)],
    [
      'a body that never ends',
      rawRequest('POST /api/v2/agents HTTP/1.1', [AUTH, JSON_TYPE, 'Content-Length: 1000'], '{'),
    ],
    [
      'a body that is waited for',
      rawRequest('POST /api/v2/agents HTTP/1.1', [AUTH, JSON_TYPE, 'Content-Length: 9', 'Expect: 100-continue']),
    ],
  ])('%s are given their time and no more', async (_name, bytes) => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => sendRaw(gateway.url, bytes)));
    for (const { statuses } of answers) expect(statuses.filter((status) => status !== 100)).toEqual([408]);
    await bystanders.areFine();
  });

  it('three hundred connections that say nothing are closed', async () => {
    const sockets = await Promise.all(Array.from({ length: 300 }, () => dial(gateway.url)));
    let open = sockets.length;
    for (const socket of sockets) {
      socket.on('error', () => {});
      socket.on('close', () => (open -= 1));
      socket.resume();
    }
    await bystanders.areFine();
    await eventually('all are closed', () => open === 0, 20_000);
  });

  it('clients that reset in the middle of everything leave nothing behind', async () => {
    for (const bytes of [
      get('/api/v2/agents'),
      get('/api/v2/stats'),
      post('{"agents":[{"name":"reset"}]}').toString(),
    ]) {
      for (let i = 0; i < 20; i += 1) {
        const socket = await dial(gateway.url);
        socket.on('error', () => {});
        socket.write(bytes.slice(0, i % 2 === 0 ? bytes.length : bytes.length / 2));
        socket.resetAndDestroy();
      }
    }
    await bystanders.areFine();
  });

  it('readers of events who never read hold back nobody', async () => {
    const [agent] = await gateway.createAgents({ name: 'much told' });
    const path = `/api/v2/workspaceagents/${agent?.id}/watch-metadata`;
    const sockets = await Promise.all(Array.from({ length: 20 }, () => dial(gateway.url)));
    for (const socket of sockets) {
      socket.pause();
      socket.on('error', () => {});
      socket.write(get(path));
    }
    await eventually('they are there', async () => (await gateway.metric('tidegate_watchers_connected')) >= 20);
    await bystanders.areFine();
    for (const socket of sockets) socket.destroy();
    await eventually('they are gone', async () => (await gateway.metric('tidegate_watchers_connected')) <= 1);
  });
});

describe('every limit of HTTP, below it, at it and above it', () => {
  const create = (body: object) => gateway.request('POST', '/api/v2/agents', body);
  let serial = 0;
  const name = () => {
    serial += 1;
    return `limits-${serial}`;
  };

  it('the body: --body-bytes', async () => {
    const padded = (bytes: number) => {
      const text = JSON.stringify({ agents: [{ name: name() }] });
      return `${text}${' '.repeat(bytes - text.length)}`;
    };
    for (const [bytes, status] of [
      [BODY_BYTES - 1, 201],
      [BODY_BYTES, 201],
      [BODY_BYTES + 1, 413],
    ] as const) {
      expect((await sendRaw(gateway.url, post(padded(bytes)))).statuses, String(bytes)).toEqual([status]);
    }
  });

  it('agents of one request, and of one page', async () => {
    const many = (count: number) => ({ agents: Array.from({ length: count }, () => ({ name: name() })) });
    for (const [count, status] of [
      [0, 400],
      [1, 201],
      [999, 201],
      [1_000, 201],
      [1_001, 400],
    ] as const) {
      expect((await create(many(count))).status, String(count)).toBe(status);
    }
    for (const [limit, status] of [
      ['0', 400],
      ['999', 200],
      ['1000', 200],
      ['1001', 400],
    ] as const) {
      expect((await gateway.request('GET', `/api/v2/agents?limit=${limit}`)).status, limit).toBe(status);
    }
  });

  it('keys of an agent and their bytes: --keys-per-agent, --key-bytes', async () => {
    const keys = (count: number) => Array.from({ length: count }, (_, i) => ({ key: `k${i}` }));
    for (const [count, status] of [
      [3, 201],
      [4, 201],
      [5, 400],
    ] as const) {
      expect((await create({ agents: [{ name: name(), metadata: keys(count) }] })).status, String(count)).toBe(status);
    }
    // Bytes, not characters: eight of two bytes each.
    for (const [key, status] of [
      ['k'.repeat(15), 201],
      ['k'.repeat(16), 201],
      ['é'.repeat(8), 201],
      ['k'.repeat(17), 400],
      ['é'.repeat(9), 400],
    ] as const) {
      expect((await create({ agents: [{ name: name(), metadata: [{ key }] }] })).status, key).toBe(status);
    }
  });

  it('labels of an agent, and filters of a list', async () => {
    const labels = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`l${i}`, 'x']));
    for (const [count, status] of [
      [63, 201],
      [64, 201],
      [65, 400],
    ] as const) {
      expect((await create({ agents: [{ name: name(), labels: labels(count) }] })).status, String(count)).toBe(status);
      const query = Array.from({ length: count }, (_, i) => `label=l${i}=x`).join('&');
      const listed = await gateway.request('GET', `/api/v2/agents?${query}`);
      expect(listed.status, String(count)).toBe(status === 201 ? 200 : 400);
    }
  });

  it('names, scripts and shown tokens', async () => {
    for (const [length, status] of [
      [127, 201],
      [128, 201],
      [129, 400],
    ] as const) {
      expect((await create({ agents: [{ name: name().padEnd(length, 'n') }] })).status, String(length)).toBe(status);
    }
    for (const [length, status] of [
      [65_534, 201],
      [65_535, 201],
      [65_536, 400],
    ] as const) {
      const metadata = [{ key: 'k', script: 's'.repeat(length) }];
      expect((await create({ agents: [{ name: name(), metadata }] })).status, String(length)).toBe(status);
    }
    for (const [length, status] of [
      [511, 401],
      [512, 401],
      [513, 400],
    ] as const) {
      const answer = await gateway.request('POST', '/api/v2/session', { token: 't'.repeat(length) }, null);
      expect(answer.status, String(length)).toBe(status);
    }
  });

  it('a key that would change an object’s kind is refused as what it is, wherever it stands', async () => {
    for (const body of [
      '{"agents":[{"name":"x","labels":{"__proto__":"y"}}]}',
      '{"__proto__":{"admin":true}}',
      '{"agents":[{"name":"x","constructor":{"prototype":{"admin":true}}}]}',
    ]) {
      const { statuses, text } = await sendRaw(gateway.url, post(body));
      expect(statuses, body).toEqual([400]);
      expect(text).toContain('has a key named __proto__');
      expect(text).not.toContain('not valid JSON');
    }
    // A value may be what it likes, and what is no JSON is still called so.
    const [made] = await gateway.createAgents({ name: name(), labels: { kind: '__proto__' } });
    expect(made?.id).toBeDefined();
    expect((await sendRaw(gateway.url, post('{"__proto__":'))).text).toContain('not valid JSON');
  });

  it('the time for sending a request: --request-timeout', async () => {
    const [above, below] = (await Promise.all(
      ['1s', '60s'].map((requestTimeoutMs) => testGateway(database.url, { requestTimeoutMs })),
    )) as [TestGateway, TestGateway];
    const body = JSON.stringify({ agents: [{ name: name() }] });
    const head = rawRequest('POST /api/v2/agents HTTP/1.1', [AUTH, JSON_TYPE, `Content-Length: ${body.length}`]);
    const whole = `${head}${body}`;
    const unfinished = [head.length - 2, whole.length - 1];
    const begin = ({ url }: TestGateway) =>
      unfinished.map((length) => {
        const connection = new RawConnection(url);
        connection.socket.write(whole.slice(0, length));
        return { connection, rest: whole.slice(length) };
      });
    const idle = new RawConnection(above.url);
    idle.socket.write(get('/healthz', []));
    expect(await idle.status()).toBe('200');

    const begunMs = performance.now();
    const inTime = begin(below);
    const tooSlow = begin(above);
    expect(await Promise.all(tooSlow.map(({ connection }) => connection.status()))).toEqual(['408', '408']);
    // Up to the limit itself nobody is cut off.
    expect(performance.now() - begunMs).toBeGreaterThanOrEqual(1_000);
    await eventually('they are closed', () => tooSlow.every(({ connection }) => connection.closed));
    // What was just as slow is taken where that is below the limit. The second makes no agent, since its name is taken.
    const statuses: string[] = [];
    for (const { connection, rest } of inTime) {
      expect(connection.received.length).toBe(0);
      connection.socket.write(rest);
      statuses.push(await connection.status());
    }
    expect(statuses).toEqual(['201', '409']);
    // The time is that of one request: a connection on which none is under way has as much for its next.
    idle.received = Buffer.alloc(0);
    idle.socket.write(get('/healthz', []));
    expect(await idle.status()).toBe('200');
    await Promise.all([above.stop(), below.stop()]);
  });

  it('failed sign-ins: --failed-sign-ins', async () => {
    const small = await testGateway(database.url, { failedSignInsPerMinute: '2', failedSignInDelayMs: '60s' });
    let answered = 0;
    const fail = async () => {
      const { status } = await small.request('GET', '/api/v2/agents', undefined, 'tgp_wrong');
      answered += 1;
      return status;
    };
    expect(await fail(), 'below').toBe(401);
    expect(await fail(), 'at').toBe(401);
    const above = fail();
    await eventually('it has failed', async () => (await small.metric('tidegate_sign_ins_failed_total')) === 3);
    // Whoever is not held back is answered meanwhile.
    for (let i = 0; i < 20; i += 1) expect((await small.request('GET', '/api/v2/agents')).status).toBe(200);
    expect(answered).toBe(2);
    // The end of the gateway is the end of the wait, and the answer is the same.
    await Promise.all([small.stop(), above.then((status) => expect(status).toBe(401))]);
  });

  it('connections: --max-connections', async () => {
    const small = await testGateway(database.url, { maxConnections: '2' });
    const [one, two, three] = await small.createAgents({ name: 'c-1' }, { name: 'c-2' }, { name: 'c-3' });
    const first = small.agent(one as never);
    const second = small.agent(two as never);
    await eventually('two are connected', () => [first, second].every(({ state }) => state.state === 'connected'));
    const rpc = `${small.url}/api/v2/workspaceagents/me/rpc?version=2.0`;
    const headers = { 'coder-session-token': three?.token ?? '' };
    expect(await knock(rpc, headers)).toMatchObject({
      outcome: 503,
      body: { message: expect.stringContaining('all') },
    });
    expect(await small.metric('tidegate_upgrades_refused_total', 'limit')).toBe(1);
    expect([first, second].map(({ state }) => state.state)).toEqual(['connected', 'connected']);
    // HTTP is not among what is counted, and a place that is free is taken.
    expect((await small.request('GET', '/api/v2/agents')).status).toBe(200);
    await second.close();
    await eventually('there is a place', async () => (await knock(rpc, headers)).outcome === 101);
    await small.stop();
  });

  it('connections below the limit, at it and above it; a watcher is one like an agent', async () => {
    const small = await testGateway(database.url, { maxConnections: '3' });
    const created = await small.createAgents(...[1, 2, 3, 4].map((i) => ({ name: `places-${i}` })));
    const watcher = small.watch();
    await eventually('it watches', () => watcher.connection.state === 'live');
    const agents = created.slice(0, 2).map((one) => small.agent(one));
    const connected = () => agents.filter(({ state }) => state.state === 'connected').length;
    await eventually('one below the limit and one at it', () => connected() === 2);
    const rpc = `${small.url}/api/v2/workspaceagents/me/rpc?version=2.0`;
    const above = [
      await knock(rpc, { 'coder-session-token': created[2]?.token ?? '' }),
      await knock(`${small.url}/api/v2/watch`, { authorization: `Bearer ${ADMIN_TOKEN}` }),
    ];
    expect(above.map(({ outcome }) => outcome)).toEqual([503, 503]);
    expect(connected()).toBe(2);
    expect(watcher.connection.state).toBe('live');
    await small.stop();
  });

  it('connections that are streams of events count like any other, and give their places back', async () => {
    const small = await testGateway(database.url, { maxConnections: '2' });
    const [one] = await small.createAgents({ name: 'streamed' });
    const path = `/api/v2/workspaceagents/${one?.id}/watch-metadata`;
    const rpc = `${small.url}/api/v2/workspaceagents/me/rpc?version=2.0`;
    const stream = () => followEvents(small.url, one?.id ?? '');
    const below = await stream();
    const at = await stream();
    expect([below.response.status, at.response.status]).toEqual([200, 200]);
    await eventually('both are told the state', () => [below, at].every(({ text }) => text !== ''));

    const above = await fetch(`${small.url}${path}`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
    expect(above.status).toBe(503);
    expect(Number(above.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await above.json()).toEqual({ message: expect.stringContaining('all the connections') });
    expect((await knock(rpc, { 'coder-session-token': one?.token ?? '' })).outcome).toBe(503);
    expect(await small.metric('tidegate_upgrades_refused_total', 'limit')).toBe(2);
    expect([below.ended, at.ended]).toEqual([false, false]);

    at.close();
    const agent = small.agent(one as never);
    await eventually('there is a place for a socket', () => agent.state.state === 'connected');
    expect((await stream()).response.status).toBe(503);
    await agent.close();
    const again = await eventually('there is a place for a stream', async () => {
      const opened = await stream();
      return opened.response.status === 200 && opened;
    });
    expect((await stream()).response.status).toBe(503);
    // Ended by the gateway, they give them back as well.
    await small.request('DELETE', `/api/v2/agents/${one?.id}`);
    await eventually('both have ended', () => below.ended && again.ended);
    const [other] = await small.createAgents({ name: 'streamed next' });
    for (let i = 0; i < 2; i += 1) {
      expect((await followEvents(small.url, other?.id ?? '')).response.status).toBe(200);
    }
    await small.stop();
  });

  it('streams of events behind one that has not ended, on one connection, take no place', async () => {
    const small = await testGateway(database.url, { maxConnections: '2' });
    const [one] = await small.createAgents({ name: 'pipelined' });
    const socket = await dial(small.url);
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes;
    });
    socket.write(get(`/api/v2/workspaceagents/${one?.id}/watch-metadata`).repeat(5));
    await eventually('the first is told the state', () => text.includes('event: data'));
    const agent = small.agent(one as never);
    await eventually('the other place is free', () => agent.state.state === 'connected');
    socket.destroy();
    await agent.close();
    await eventually('all places are free', async () => {
      const streams = await Promise.all([1, 2].map(() => followEvents(small.url, one?.id ?? '')));
      for (const stream of streams) stream.close();
      return streams.every(({ response }) => response.status === 200);
    });
    await eventually('nobody is left', async () => (await small.metric('tidegate_watchers_connected')) === 0);
    await small.stop();
  });

  it('an upgrade and a stream of events on one connection end each other, and leave no place taken', async () => {
    const small = await testGateway(database.url, { maxConnections: '2' });
    const [one] = await small.createAgents({ name: 'twice' });
    const stream = get(`/api/v2/workspaceagents/${one?.id}/watch-metadata`);
    const upgrade = RawConnection.request(one?.token ?? '');
    const both = [1, 2].map(() => new RawConnection(small.url));
    const [later, together] = both as [RawConnection, RawConnection];
    later.socket.write(stream);
    await eventually('it is told the state', () => later.received.includes('event: data'));
    later.socket.write(upgrade);
    together.socket.write(stream + upgrade);
    await eventually('both have been closed', () => both.every(({ closed }) => closed));
    const streams = [await followEvents(small.url, one?.id ?? ''), await followEvents(small.url, one?.id ?? '')];
    expect(streams.map(({ response }) => response.status)).toEqual([200, 200]);
    expect((await followEvents(small.url, one?.id ?? '')).response.status).toBe(503);
    // Who goes after that still makes room.
    for (const { close } of streams) close();
    await eventually(
      'there is room again',
      async () => (await followEvents(small.url, one?.id ?? '')).response.status === 200,
    );
    await small.stop();
  });

  it('connections that go while they wait for their turn give their places back', async () => {
    const small = await testGateway(database.url, { maxConnections: '3', upgradesPerSecond: '1' });
    const [one, two, three] = await small.createAgents({ name: 'served' }, { name: 'gone' }, { name: 'behind them' });
    // It has the only turn of its second; the others wait.
    const first = small.agent(one as never);
    await eventually('it is connected', () => first.state.state === 'connected');
    const gone = [1, 2].map(() => new RawConnection(small.url));
    const request = RawConnection.request(two?.token ?? '');
    await Promise.all(gone.map(({ socket }) => new Promise((sent) => socket.write(request, sent))));
    // A round trip: what was written on other connections before is there.
    await fetch(`${small.url}/healthz`);
    await eventually('all places are taken', async () => (await knock(`${small.url}/nowhere`)).outcome === 503);
    for (const { socket } of gone) socket.resetAndDestroy();
    const rpc = `${small.url}/api/v2/workspaceagents/me/rpc?version=2.0`;
    const headers = { 'coder-session-token': three?.token ?? '' };
    await eventually('one place is free', async () => {
      const held = new RawConnection(small.url);
      held.socket.write(request);
      return (await held.status()) === '101';
    });
    await eventually('so is the other', async () => (await knock(rpc, headers)).outcome === 101);
    await small.stop();
  });

  it('connections that end while they wait for their turn use up neither places nor turns', async () => {
    const small = await testGateway(database.url, { upgradesPerSecond: '1' });
    const [one, two, three] = await small.createAgents({ name: 'here' }, { name: 'gave up' }, { name: 'comes later' });
    const first = small.agent(one as never);
    await eventually('it is connected', () => first.state.state === 'connected');
    const gone = Array.from({ length: 30 }, () => new RawConnection(small.url));
    for (const { socket } of gone) socket.end(RawConnection.request(two?.token ?? ''));
    // Nobody may wait for as long as it would take to give each of them a turn.
    await eventually('the gateway has closed them', () => gone.every(({ socket }) => socket.closed));
    const rpc = `${small.url}/api/v2/workspaceagents/me/rpc?version=2.0`;
    expect((await knock(rpc, { 'coder-session-token': three?.token ?? '' })).outcome).toBe(101);
    await small.stop();
  });

  it('connections that have tried a wrong token take no place while their answer waits', async () => {
    const flags = { maxConnections: '1', failedSignInsPerMinute: '1', failedSignInDelayMs: '60s' };
    const small = await testGateway(database.url, flags);
    const [one] = await small.createAgents({ name: 'waited for' });
    const rpc = `${small.url}/api/v2/workspaceagents/me/rpc?version=2.0`;
    const wrong = () => knock(rpc, { 'coder-session-token': 'tga_wrong' }).catch(() => ({ outcome: 0 }));
    expect((await wrong()).outcome).toBe(401);
    let answered = 0;
    const held: Promise<unknown>[] = [];
    for (let i = 2; i <= 4; i += 1) {
      held.push(wrong().then(() => (answered += 1)));
      await eventually('it is held back', async () => (await small.metric('tidegate_sign_ins_failed_total')) === i);
    }
    expect((await knock(rpc, { 'coder-session-token': one?.token ?? '' })).outcome).toBe(101);
    expect(answered).toBe(0);
    // Told at last, they have given back no more places than they took.
    await small.stop();
    await Promise.all(held);
  });

  it('connections that are refused take no place while they close', async () => {
    const small = await testGateway(database.url, { maxConnections: '1', failedSignInDelayMs: '0' });
    const [one] = await small.createAgents({ name: 'the only one' });
    const strangers = [1, 2, 3].map(() => new RawConnection(small.url));
    for (const stranger of strangers) {
      stranger.socket.write(RawConnection.request('tgp_wrong', [], 'GET /api/v2/watch HTTP/1.1'));
      // It gets its close frame and does not answer it.
      await eventually('it is told', () => stranger.received.includes(Buffer.from([0x88])));
    }
    const rpc = `${small.url}/api/v2/workspaceagents/me/rpc?version=2.0`;
    expect((await knock(rpc, { 'coder-session-token': one?.token ?? '' })).outcome).toBe(101);
    await eventually('it has gone', async () => (await small.metric('tidegate_agents_connected')) === 0);
    for (const { socket } of strangers) socket.destroy();
    // Nor do they give back more than they took.
    const agent = small.agent(one as never);
    await eventually('it is connected', () => agent.state.state === 'connected');
    expect((await knock(rpc, { 'coder-session-token': one?.token ?? '' })).outcome).toBe(503);
    await small.stop();
  });

  it('connections that are refused are closed for good, whether or not the other end closes', async () => {
    const small = await testGateway(database.url);
    const { hostname, port } = new URL(small.url);
    const keeping = await Promise.all(
      ['/nowhere', '/api/v2/workspaceagents/me/rpc'].map(async (path) => {
        const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
        let closed = false;
        socket
          .on('error', () => {})
          .on('close', () => {
            closed = true;
          });
        socket.write(RawConnection.request('', ['Coder-Session-Token:'], `GET ${path} HTTP/1.1`));
        socket.resume();
        await once(socket, 'end');
        return { socket, isClosed: () => closed };
      }),
    );
    for (const { socket, isClosed } of keeping) {
      await eventually('nobody is there any more', () => {
        socket.write('x');
        return isClosed();
      });
    }
    await small.stop();
  });

  it('connections to the metrics end with the gateway, whatever is still to come on them', async () => {
    const small = await testGateway(database.url);
    const unfinished = new RawConnection(small.metricsUrl);
    unfinished.socket.write('GET /metrics HTTP/1.1\r\nHost');
    expect(await small.metric('nodejs_heap_size_used_bytes')).toBeGreaterThan(0);
    await small.stop();
    await eventually('it is closed', () => unfinished.closed);
  });

  it('connections whose token is looked up while the gateway ends are refused', async () => {
    const small = await testGateway(database.url);
    const [one] = await small.createAgents({ name: 'too late' });
    const [session, observer] = await Promise.all([database.session(), database.session()]);
    await session.query('BEGIN');
    await session.query('LOCK TABLE tidegate.agents IN ACCESS EXCLUSIVE MODE');
    const rpc = `${small.url}/api/v2/workspaceagents/me/rpc?version=2.0`;
    const late = knock(rpc, { 'coder-session-token': one?.token ?? '' });
    const looking = () => lockWaits(observer, { application: `tidegate ${small.id}`, statement: '%shown(hash)%' });
    await eventually('it is looked up', async () => (await looking()) > 0);
    const stopped = small.stop();
    // Behind the end of all agents' sockets.
    await eventually('it counts as gone', async () => {
      return (await observer.query('SELECT FROM tidegate.gateways WHERE id = $1', [small.id])).length === 0;
    });
    await session.query('ROLLBACK');
    expect((await late).outcome).toBe(503);
    await stopped;
  });
});
