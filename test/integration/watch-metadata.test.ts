import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN, type CreatedAgent, eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { RawConnection } from '../support/hostile-agent.ts';
import { lockWaits } from '../support/lock-waits.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { rawRequest } from '../support/raw-http.ts';
import { followEvents, follow as followOn } from '../support/sockets.ts';

let database: TestDatabase;
let gateway: TestGateway;
let created: CreatedAgent;

beforeAll(async () => {
  database = await testDatabase();
  gateway = await testGateway(database.url);
  [created] = (await gateway.createAgents({
    name: 'followed',
    metadata: [
      { key: 'b', display_name: 'B', script: 'echo b', interval: 10, timeout: 1 },
      { key: 'a', display_name: 'A', script: 'echo a', interval: 5, timeout: 2 },
    ],
  })) as [CreatedAgent];
});
afterAll(async () => {
  await gateway.stop();
  await database.drop();
});

const never = { collected_at: '0001-01-01T00:00:00Z', age: 9_223_372_036, value: '', error: '' };

const follow = (id: string, token = ADMIN_TOKEN) => followOn(gateway.url, id, { 'coder-session-token': token });

describe('watch-metadata-ws', () => {
  it('sends the whole state at once, again soon, and when something changes', async () => {
    const { socket, messages } = follow(created.id);
    await eventually('the first state', () => messages.length >= 1);
    expect(messages[0]).toEqual({
      type: 'data',
      data: [
        { result: never, description: { display_name: 'B', key: 'b', script: 'echo b', interval: 10, timeout: 1 } },
        { result: never, description: { display_name: 'A', key: 'a', script: 'echo a', interval: 5, timeout: 2 } },
      ],
    });
    await eventually('the same again', () => messages.length >= 2);
    expect(messages[1]).toEqual(messages[0]);

    const agent = gateway.agent(created);
    const reportedMs = performance.now();
    agent.report({ a: '1', z: { error: 'broken' } });
    const changed = await eventually('the change', () =>
      messages.find(({ data }) => data.length === 3 && data[1].result.value === '1'),
    );
    expect(changed.data[1].result.error).toBe('');
    expect(changed.data[1].result.age).toBeLessThanOrEqual((performance.now() - reportedMs) / 1_000);
    expect(changed.data[1].result.collected_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/);
    expect(changed.data[2]).toMatchObject({ result: { value: '', error: 'broken' }, description: { key: 'z' } });
    await eventually('the age advances by itself', () => messages.at(-1).data[1].result.age >= 5, 12_000);
    await agent.close();
    socket.close();
  });

  it('sends [] for an agent without keys', async () => {
    const [bare] = await gateway.createAgents({ name: 'bare' });
    const { socket, messages } = follow(bare?.id ?? '');
    await eventually('the first state', () => messages.length >= 1);
    expect(messages[0]).toEqual({ type: 'data', data: [] });
    socket.close();
  });

  it('closes with 1002 when the client speaks and with 1000 when the agent is deleted', async () => {
    const speaking = follow(created.id);
    speaking.socket.on('open', () => speaking.socket.send('hello'));
    expect(await speaking.closed).toBe(1002);

    const [doomed] = await gateway.createAgents({ name: 'doomed' });
    const following = follow(doomed?.id ?? '');
    await eventually('the first state', () => following.messages.length >= 1);
    await gateway.request('DELETE', `/api/v2/agents/${doomed?.id}`);
    expect(await following.closed).toBe(1000);
  });

  it('is refused before the upgrade', async () => {
    expect(await follow(created.id, 'wrong').refused).toBe(401);
    expect(await follow(created.id, created.token).refused).toBe(403);
    expect(await follow('00000000-0000-4000-8000-000000000000').refused).toBe(404);
  });
});

describe('watch-metadata', () => {
  it('sends events in exactly the form that a strict reader takes', async () => {
    const stream = await followEvents(gateway.url, created.id, { 'coder-session-token': ADMIN_TOKEN });
    const { response } = stream;
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    await eventually('two events', () => stream.text.split('\n\n').length >= 3);
    const events = stream.text.split('\n\n').slice(0, 2);
    for (const event of events) {
      const [first, second, ...rest] = event.split('\n');
      expect(first).toBe('event: data');
      expect(second).toMatch(/^data: \[/);
      expect(rest).toEqual([]);
      expect(JSON.parse(second?.slice(6) ?? '')[0].description.key).toBe('b');
    }
    stream.close();
    await eventually('the feed is gone', async () => (await gateway.metric('tidegate_watchers_connected')) === 0);
  });

  it('begins no feed for who has gone meanwhile', async () => {
    const [session, observer] = await Promise.all([database.session(), database.session()]);
    await session.query('BEGIN');
    await session.query('LOCK TABLE tidegate.agents IN ACCESS EXCLUSIVE MODE');
    const gone = new RawConnection(gateway.url);
    const path = `/api/v2/workspaceagents/${created.id}/watch-metadata`;
    gone.socket.write(rawRequest(`GET ${path} HTTP/1.1`, [`Authorization: Bearer ${ADMIN_TOKEN}`]));
    const looking = () => lockWaits(observer, { statement: '%id = $1%' });
    await eventually('the agent is looked up', async () => (await looking()) > 0);
    gone.socket.resetAndDestroy();
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    await session.query('ROLLBACK');
    const stays = await followEvents(gateway.url, created.id, { 'coder-session-token': ADMIN_TOKEN });
    await eventually('its state', () => stays.text !== '');
    expect(await gateway.metric('tidegate_watchers_connected')).toBe(1);
    stays.close();
  });

  it('answers JSON to whoever may not watch', async () => {
    const path = `/api/v2/workspaceagents/${created.id}/watch-metadata`;
    expect((await gateway.request('GET', path, undefined, 'wrong')).status).toBe(401);
    expect((await gateway.request('GET', path, undefined, created.token)).status).toBe(403);
  });
});
