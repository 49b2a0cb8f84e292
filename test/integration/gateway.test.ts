import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ADMIN_TOKEN, eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { gatewayForFile } from '../support/gateway-for-file.ts';
import type { TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let gateway: TestGateway;

gatewayForFile((own) => {
  ({ database, gateway } = own);
});

const stored = async (agentId: string) => {
  const rows = await database.query<{ key: string; value: string; error: string }>(
    'SELECT key, value, error FROM tidegate.agent_metadata WHERE agent_id = $1::uuid ORDER BY key',
    [agentId],
  );
  return Object.fromEntries(rows.map(({ key, value, error }) => [key, { value, error }]));
};

/** What the upgrade is answered with, without following it. */
const upgradeStatus = (path: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; body: unknown }>((resolve, reject) => {
    const socket = new WebSocket(`${gateway.url.replace(/^http/, 'ws')}${path}`, { headers });
    socket.on('open', () => {
      socket.close();
      resolve({ status: 101, body: null });
    });
    socket.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    socket.on('error', reject);
  });

const closeCode = (path: string, headers: Record<string, string> = {}) =>
  new Promise<number>((resolve) => {
    const socket = new WebSocket(`${gateway.url.replace(/^http/, 'ws')}${path}`, { headers });
    socket.on('close', resolve);
    socket.on('error', () => {});
  });

describe('a value', () => {
  it('goes from the agent to the database and to the watcher, and is acknowledged behind its commit', async () => {
    const [created] = await gateway.createAgents({ name: 'path', metadata: [{ key: 'cpu', interval: 1 }] });
    const id = created?.id ?? '';
    const watcher = gateway.watch();
    const storedAtAck = new Promise<object>((resolve) => {
      const agent = gateway.agent(created as never, { events: { onAcknowledged: () => resolve(stored(id)) } });
      agent.report({ cpu: '42 %', disk: { error: 'timed out' } });
    });
    expect(await storedAtAck).toEqual({
      cpu: { value: '42 %', error: '' },
      disk: { value: '', error: 'timed out' },
    });
    const seen = await eventually('the watcher has both keys', () => {
      const agent = watcher.agents.get(id);
      return agent?.values.size === 2 && agent.status === 'connected' ? agent : null;
    });
    expect(seen.values.get('cpu')).toMatchObject({ value: '42 %', error: '' });
    expect(seen.values.get('disk')).toMatchObject({ value: '', error: 'timed out' });
    const { body } = await gateway.request('GET', `/api/v2/workspaceagents/${id}/metadata`);
    expect(body.metadata.map((item: any) => [item.description.key, item.result.value])).toEqual([
      ['cpu', '42 %'],
      ['disk', ''],
    ]);
  });

  it('reaches a watcher of its gateway before its flush', async () => {
    const [created] = await gateway.createAgents({ name: 'live' });
    const watcher = gateway.watch();
    await eventually('the watcher is live', () => watcher.connection.state === 'live');
    // No flush gets by this.
    const holder = await database.session();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE tidegate.agent_metadata IN SHARE MODE');
    let acknowledged = false;
    const agent = gateway.agent(created as never, { events: { onAcknowledged: () => (acknowledged = true) } });
    agent.report({ cpu: '1' });
    await eventually('the value is seen', () => watcher.agents.get(created?.id ?? '')?.values.has('cpu'));
    expect(acknowledged).toBe(false);
    await holder.query('ROLLBACK');
    await agent.idle();
    expect(acknowledged).toBe(true);
    expect((await stored(created?.id ?? '')).cpu?.value).toBe('1');
  });

  it('is put right for itself alone', async () => {
    const [created] = await gateway.createAgents({ name: 'broken' });
    const agent = gateway.agent(created as never);
    agent.report({ nul: 'a\0b', long: 'x'.repeat(3000), fine: 'ok', ['k'.repeat(129)]: 'refused' });
    await agent.idle();
    const values = await stored(created?.id ?? '');
    expect(values.fine).toEqual({ value: 'ok', error: '' });
    expect(values.nul).toEqual({ value: 'a\uFFFDb', error: 'value held bytes that are not text' });
    expect(values.long).toEqual({ value: 'x'.repeat(2048), error: 'value of 3000 bytes exceeded 2048 bytes' });
    expect(Object.keys(values)).toHaveLength(3);
    expect(await gateway.metric('tidegate_values_refused_total', 'key_too_long')).toBe(1);
  });

  it('of a key beyond the limit is refused, the others are taken', async () => {
    const [created] = await gateway.createAgents({ name: 'many' });
    const agent = gateway.agent(created as never);
    agent.report(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`key${i}`, String(i)])));
    await agent.idle();
    expect(Object.keys(await stored(created?.id ?? ''))).toHaveLength(256);
    await agent.close();
    const again = gateway.agent(created as never);
    again.report({ another: 'x', key0: 'y' });
    await again.idle();
    const values = await stored(created?.id ?? '');
    expect(Object.keys(values)).toHaveLength(256);
    expect(values.key0?.value).toBe('y');
    expect(await gateway.metric('tidegate_values_refused_total', 'key_limit')).toBe(45);
  });
});

describe('an upgrade of an agent', () => {
  const path = '/api/v2/workspaceagents/me/rpc';

  it('is refused with 401 without a token or with a wrong one', async () => {
    expect(await upgradeStatus(path)).toEqual({
      status: 401,
      body: { message: 'Cookie "coder_session_token" must be provided.' },
    });
    expect(await upgradeStatus(path, { 'coder-session-token': 'wrong' })).toMatchObject({
      status: 401,
      body: { message: 'Workspace agent token invalid.' },
    });
  });

  it('takes the token from header, bearer, cookie and query, and any 2.x', async () => {
    const [{ token } = { token: '' }] = await gateway.createAgents({ name: 'tokens' });
    expect((await upgradeStatus(`${path}?version=2.99`, { 'coder-session-token': token })).status).toBe(101);
    expect((await upgradeStatus(path, { authorization: `Bearer ${token}` })).status).toBe(101);
    expect((await upgradeStatus(path, { cookie: `a=b; coder_session_token=${token}` })).status).toBe(101);
    expect((await upgradeStatus(`${path}?version=2.0&coder_session_token=${token}`)).status).toBe(101);
    expect(await upgradeStatus(`${path}?version=3.0`, { 'coder-session-token': token })).toMatchObject({
      status: 400,
      body: { message: 'Unknown or unsupported API version', validations: [{ field: 'version' }] },
    });
    expect((await upgradeStatus(`${path}?version=3.0`, { 'coder-session-token': 'wrong' })).status).toBe(401);
  });

  it('replaces the older connection of the same agent', async () => {
    const [created] = await gateway.createAgents({ name: 'twice' });
    const closed = closeCode(`${path}?version=2.0`, { 'coder-session-token': created?.token ?? '' });
    await eventually('the first is connected', async () => {
      const { body } = await gateway.request('GET', `/api/v2/agents/${created?.id}`);
      return body.status === 'connected';
    });
    gateway.agent(created as never);
    expect(await closed).toBe(4409);
    const { body } = await gateway.request('GET', `/api/v2/agents/${created?.id}`);
    expect(body.status).toBe('connected');
  });
});

describe('a connection of a helper', () => {
  it('replaces nobody, and goes with its token', async () => {
    const [created] = await gateway.createAgents({ name: 'helped' });
    const agent = gateway.agent(created as never);
    await eventually('the agent is connected', () => agent.state.state === 'connected');
    const url = `${gateway.url.replace(/^http/, 'ws')}/api/v2/workspaceagents/me/rpc?version=2.13&role=logsender`;
    const helper = new WebSocket(url, { headers: { 'coder-session-token': created?.token ?? '' } });
    const closed = once(helper, 'close');
    await once(helper, 'open');
    await gateway.request('POST', `/api/v2/agents/${created?.id}/token`, {});
    expect((await closed)[0]).toBe(4409);
  });
});

describe('the watch socket', () => {
  it('cuts off who is refused and does not answer the close', async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    const key = 'dGhlIHNhbXBsZSBub25jZQ==';
    const upgrade = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}`;
    socket.write(`GET /api/v2/watch HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${upgrade}\r\n\r\n`);
    socket.on('error', () => {});
    let received = '';
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
    });
    // ws alone would wait for half a minute.
    await eventually('the connection has ended', () => socket.destroyed, 15_000);
    expect(received).toContain('101 Switching Protocols');
  });

  it('closes with 4401 without a good token and with 4403 for an agent', async () => {
    const [{ token } = { token: '' }] = await gateway.createAgents({ name: 'peeping' });
    expect(await closeCode('/api/v2/watch')).toBe(4401);
    expect(await closeCode('/api/v2/watch', { authorization: 'Bearer wrong' })).toBe(4401);
    expect(await closeCode('/api/v2/watch', { authorization: `Bearer ${token}` })).toBe(4403);
  });

  it('closes when its token is revoked, and its agent goes when it is deleted', async () => {
    const { body: made } = await gateway.request('POST', '/api/v2/tokens', { role: 'viewer', name: 'wall' });
    const watcher = gateway.watch({ token: made.token });
    await eventually('it is live', () => watcher.connection.state === 'live');
    expect((await gateway.request('DELETE', `/api/v2/tokens/${made.id}`)).status).toBe(204);
    await eventually('it is refused', () => watcher.connection.state === 'refused');

    const [created] = await gateway.createAgents({ name: 'doomed' });
    const other = gateway.watch();
    const agent = gateway.agent(created as never, { backoff: { baseMs: 10, capMs: 100 } });
    agent.report({ cpu: '1' });
    await agent.idle();
    await eventually('it is seen', () => other.agents.get(created?.id ?? '')?.values.has('cpu'));
    expect((await gateway.request('DELETE', `/api/v2/agents/${created?.id}`)).status).toBe(204);
    await eventually('it is gone', () => !other.agents.has(created?.id ?? ''));
    await eventually('the agent is refused', () => agent.state.state === 'refused');
    expect(await stored(created?.id ?? '')).toEqual({});
  });

  it('shows a viewer limited to labels those agents alone', async () => {
    const [eu, us] = await gateway.createAgents(
      { name: 'in-eu', labels: { region: 'eu' } },
      { name: 'in-us', labels: { region: 'us' } },
    );
    const { body: made } = await gateway.request('POST', '/api/v2/tokens', {
      role: 'viewer',
      name: 'eu wall',
      labels: { region: 'eu' },
    });
    const watcher = gateway.watch({ token: made.token });
    await eventually('it is live', () => watcher.connection.state === 'live');
    await eventually('the agent is seen', () => watcher.agents.has(eu?.id ?? ''));
    expect([...watcher.agents.keys()]).toEqual([eu?.id]);
    watcher.stop();
    await gateway.request('PATCH', `/api/v2/agents/${us?.id}`, { labels: { region: 'us', team: 'secret' } });
    const told: string[] = [];
    const again = gateway.watch({ token: made.token, onMessage: (message) => told.push(JSON.stringify(message)) });
    await eventually('it is live again', () => again.connection.state === 'live');
    again.stop();
    await gateway.request('PATCH', `/api/v2/agents/${us?.id}`, { labels: { region: 'us', team: 'other' } });
    again.start();
    // Not by its cursor: a transaction of any other test on this server may hold that back.
    const [later] = await gateway.createAgents({ name: 'later-in-eu', labels: { region: 'eu' } });
    await eventually('what came after the change is seen', () => again.agents.has(later?.id ?? ''));
    expect(told.join()).not.toContain(us?.id);
    const list = await gateway.request('GET', '/api/v2/agents', undefined, made.token);
    expect(list.body.agents.map(({ name }: { name: string }) => name)).toEqual(['in-eu', 'later-in-eu']);
    expect((await gateway.request('GET', `/api/v2/agents/${us?.id}`, undefined, made.token)).status).toBe(404);
    expect((await gateway.request('POST', '/api/v2/agents', { agents: [{ name: 'x' }] }, made.token)).status).toBe(403);
  });
});

describe('agents over HTTP', () => {
  it('are all made or none, and a taken name is named', async () => {
    await gateway.createAgents({ name: 'taken' });
    const answer = await gateway.request('POST', '/api/v2/agents', { agents: [{ name: 'new' }, { name: 'taken' }] });
    expect(answer).toMatchObject({ status: 409, body: { message: 'The name "taken" is taken.' } });
    const { body } = await gateway.request('GET', '/api/v2/agents');
    expect(body.agents.map(({ name }: { name: string }) => name)).not.toContain('new');
  });

  it('are listed in pages and by labels', async () => {
    const [odd] = await gateway.createAgents({ name: 'odd label', labels: { constructor: 'x' } });
    const found = await gateway.request('GET', '/api/v2/agents?label=constructor=x&label=constructor=x');
    expect(found.body.agents.map(({ id }: { id: string }) => id)).toEqual([odd?.id]);
    const label = { page: 'yes' };
    await gateway.createAgents(...Array.from({ length: 5 }, (_, i) => ({ name: `page-${i}`, labels: label })));
    const first = await gateway.request('GET', '/api/v2/agents?label=page=yes&limit=3');
    expect(first.body.agents).toHaveLength(3);
    const next = encodeURIComponent(first.body.next);
    const second = await gateway.request('GET', `/api/v2/agents?label=page=yes&limit=3&after=${next}`);
    expect(second.body).toMatchObject({
      agents: [{ name: 'page-3', status: 'never' }, { name: 'page-4' }],
      next: null,
    });
  });

  it('say what is wrong with a request', async () => {
    expect(await gateway.request('POST', '/api/v2/agents', { agents: [{ name: 'x', colour: 'red' }] })).toMatchObject({
      status: 400,
      body: { validations: [{ field: 'body.agents.0', detail: expect.stringContaining('colour') }] },
    });
    for (const bad of [{ name: 'bad\ud800' }, { name: 'x', labels: { a: '\0' } }, { name: 123 }, { name: null }]) {
      expect(await gateway.request('POST', '/api/v2/agents', { agents: [bad] }), JSON.stringify(bad)).toMatchObject({
        status: 400,
        body: { validations: [{ field: expect.stringMatching(/^body\.agents\.0/) }] },
      });
    }
    expect(await gateway.request('GET', '/api/v2/agents?after=%00')).toMatchObject({ status: 400 });
    expect(await gateway.request('GET', '/api/v2/agents?limit=1001')).toMatchObject({ status: 400 });
    expect(await gateway.request('GET', '/api/v2/agents/not-an-id')).toMatchObject({ status: 400 });
    expect(await gateway.request('GET', '/api/v2/nothing')).toMatchObject({
      status: 404,
      body: { message: 'There is no GET /api/v2/nothing.' },
    });
    expect(await gateway.request('GET', '/api/v2/agents', undefined, null)).toMatchObject({ status: 401 });
  });

  it('get a new token, the old one staying good for the overlap', async () => {
    const [created] = await gateway.createAgents({ name: 'rotating' });
    const path = `/api/v2/agents/${created?.id}/token`;
    const rotated = await gateway.request('POST', path, { overlap: '10m' });
    expect(rotated.status).toBe(200);
    const rpc = '/api/v2/workspaceagents/me/rpc';
    expect((await upgradeStatus(rpc, { 'coder-session-token': created?.token ?? '' })).status).toBe(101);
    expect((await upgradeStatus(rpc, { 'coder-session-token': rotated.body.token })).status).toBe(101);
    await gateway.request('POST', path, {});
    expect((await upgradeStatus(rpc, { 'coder-session-token': rotated.body.token })).status).toBe(401);
  });

  it('fetch their manifest again when it has changed', async () => {
    const [created] = await gateway.createAgents({ name: 'described', metadata: [{ key: 'old' }] });
    const manifests: string[][] = [];
    gateway.agent(created as never, {
      events: { onManifest: ({ keys }) => manifests.push(keys.map(({ key }) => key)) },
    });
    await eventually('the first manifest', () => manifests.length === 1);
    await gateway.request('PATCH', `/api/v2/agents/${created?.id}`, { metadata: [{ key: 'new', interval: 5 }] });
    await eventually('the second manifest', () => manifests.length === 2);
    expect(manifests).toEqual([['old'], ['new']]);
  });
});

describe('signing in', () => {
  const signIn = (body: object, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}/api/v2/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  it('by the printed link works once and gives a cookie for HTTP and the watch socket', async () => {
    const code = gateway.signInUrl?.split('#code=')[1] ?? '';
    const first = await signIn({ code });
    expect(first.status).toBe(204);
    const setCookie = first.headers.get('set-cookie') ?? '';
    expect(setCookie).toMatch(/^tidegate_session=.*HttpOnly.*SameSite=Strict/);
    expect((await signIn({ code })).status).toBe(401);

    const cookie = setCookie.split(';')[0] ?? '';
    const session = await fetch(`${gateway.url}/api/v2/session`, { headers: { cookie } });
    expect(await session.json()).toMatchObject({ role: 'admin' });
    expect(await upgradeStatus('/api/v2/watch', { cookie, origin: gateway.url })).toMatchObject({ status: 101 });
    expect(await upgradeStatus('/api/v2/watch', { cookie, origin: 'http://evil.example' })).toMatchObject({
      status: 403,
    });

    const out = await fetch(`${gateway.url}/api/v2/session`, { method: 'DELETE', headers: { cookie } });
    expect(out.status).toBe(204);
    expect((await fetch(`${gateway.url}/api/v2/session`, { headers: { cookie } })).status).toBe(401);
  });

  it('takes a token, not a wrong one, and not from another origin', async () => {
    expect((await signIn({ token: ADMIN_TOKEN })).status).toBe(204);
    expect((await signIn({ token: 'wrong' })).status).toBe(401);
    expect((await signIn({ token: ADMIN_TOKEN }, { origin: 'http://evil.example' })).status).toBe(403);
  });
});

describe('the gateway itself', () => {
  it('tells that it is alive, ready, and what it has done', async () => {
    expect((await gateway.request('GET', '/healthz', undefined, null)).status).toBe(200);
    expect(await gateway.request('GET', '/readyz', undefined, null)).toMatchObject({
      status: 200,
      body: { checks: { database: 'ok', bus: 'ok', draining: false } },
    });
    const { body } = await gateway.request('GET', '/api/v2/stats');
    expect(body.totals.flushes).toBe(body.totals.notifications);
    expect(body.totals.reports).toBeGreaterThan(0);
    expect((await gateway.request('GET', '/api/v2/workspaceagents/me/reinit', undefined, null)).status).toBe(409);
  });
});

describe('a stop', () => {
  it('stores what waits, answers it, and closes agents and watchers as draining', async () => {
    const ending = await testGateway(database.url, { flushIntervalMs: '5s' });
    const [created] = await ending.createAgents({ name: 'at the end' });
    const notices: string[] = [];
    const closes: number[] = [];
    const noticed = ending.watch({
      onNotice: ({ code }) => notices.push(code),
      onConnection: (connection) => connection.state === 'waiting' && closes.push(connection.code),
    });
    await eventually('live', () => noticed.connection.state === 'live');
    const acknowledged: number[] = [];
    const agent = ending.agent(created as never, {
      events: { onAcknowledged: ({ values }) => acknowledged.push(values.size) },
    });
    agent.report({ cpu: 'first' });
    await eventually('it has been flushed once', () => acknowledged.length === 1);
    agent.report({ cpu: 'last' });
    await eventually(
      'the report has arrived',
      async () => (await ending.metric('tidegate_values_received_total')) === 2,
    );
    expect(await ending.stop()).toEqual({ drained: true, left: { values: 0, changes: 0 } });
    expect(notices).toContain('draining');
    expect(closes[0]).toBe(1001);
    expect(acknowledged).toHaveLength(2);
    expect((await stored(created?.id ?? '')).cpu?.value).toBe('last');
    const [row] = await database.query<{ connected: boolean }>(
      'SELECT connected FROM tidegate.agents WHERE id = $1::uuid',
      [created?.id ?? ''],
    );
    expect(row?.connected).toBe(false);
  });
});
