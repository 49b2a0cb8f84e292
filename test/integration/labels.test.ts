import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Agent } from '../../protocol/agent/agent.ts';
import { type CreatedAgent, eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { follow, followEvents } from '../support/sockets.ts';

let database: TestDatabase;
let here: TestGateway;
let there: TestGateway;
let mine: CreatedAgent;
let foreign: CreatedAgent;
/** One connection of each agent: two would replace each other for as long as both live. */
let agents: { mine: Agent; foreign: Agent };
let token: string;
let bearer: Record<string, string>;

beforeAll(async () => {
  database = await testDatabase();
  [here, there] = await Promise.all([testGateway(database.url), testGateway(database.url)]);
  [mine, foreign] = (await here.createAgents(
    { name: 'mine', labels: { team: 'a' } },
    { name: 'foreign', labels: { team: 'b', shade: 'secret-shade' }, metadata: [{ key: 'foreign-key' }] },
  )) as [CreatedAgent, CreatedAgent];
  const made = await here.request('POST', '/api/v2/tokens', { role: 'viewer', name: 'a', labels: { team: 'a' } });
  token = made.body.token;
  bearer = { authorization: `Bearer ${token}` };
  agents = { mine: here.agent(mine), foreign: here.agent(foreign) };
  for (const [name, agent] of Object.entries(agents)) {
    agent.report({ cpu: `value of ${name}` });
    await agent.idle();
  }
});
afterAll(async () => {
  await Promise.all([here.stop(), there.stop()]);
  await database.drop();
});

/** A viewer limited to team a, with everything that it was ever sent. */
function limitedWatcher(gateway: TestGateway, subscription: object = { agents: 'all' }) {
  const told: string[] = [];
  const client = gateway.watch({
    token,
    subscription: subscription as never,
    onMessage: (message) => told.push(JSON.stringify(message)),
  });
  return { client, told };
}

describe('a viewer limited to labels', () => {
  it('finds other agents in no list and under no id', async () => {
    const ask = (path: string) => here.request('GET', path, undefined, token);
    const { body } = await ask('/api/v2/agents');
    expect(body.agents.map(({ name }: { name: string }) => name)).toEqual(['mine']);
    for (const filter of ['team=b', 'shade=secret-shade', 'team=a&label=team=b']) {
      expect((await ask(`/api/v2/agents?label=${filter}`)).body).toEqual({ agents: [], next: null });
    }
    const missing = '00000000-0000-4000-8000-000000000000';
    for (const path of [(id: string) => `agents/${id}`, (id: string) => `workspaceagents/${id}/metadata`]) {
      expect((await ask(`/api/v2/${path(mine.id)}`)).status).toBe(200);
      const refused = await ask(`/api/v2/${path(foreign.id)}`);
      const absent = await ask(`/api/v2/${path(missing)}`);
      // Not even that it exists.
      expect(JSON.stringify(refused).replaceAll(foreign.id, missing)).toBe(JSON.stringify(absent));
    }
  });

  it('follows no other agent, by socket or events', async () => {
    expect(await follow(here.url, foreign.id, bearer).refused).toBe(404);
    const events = await followEvents(here.url, foreign.id, bearer);
    expect(events.response.status).toBe(404);
  });

  it.each([
    ['everything', { agents: 'all' }],
    ['others by their ids', { agents: 'ids' }],
    ['others by their labels', { agents: 'all', labels: { team: 'b' } }],
    ['others by their keys', { agents: 'all', keys: ['foreign-key'] }],
  ])('is told nothing of others when it asks for %s', async (_what, subscription) => {
    const wanted = subscription.agents === 'ids' ? [foreign.id, mine.id] : 'all';
    const { client, told } = limitedWatcher(here, { ...subscription, agents: wanted });
    await eventually('it is live', () => client.connection.state === 'live');
    const before = told.length;
    agents.foreign.report({ cpu: 'value of foreign, again' });
    await agents.foreign.idle();
    // The cursor moves for everyone; what is told with it is what counts.
    await eventually('a commit is told', () => told.length > before);
    for (const word of [foreign.id, 'foreign', 'secret-shade']) expect(told.join()).not.toContain(word);
    client.stop();
  });

  it('is told how the gateway does, and nothing that counts the fleet', async () => {
    const all = await here.request('GET', '/api/v2/stats');
    expect(all.body).toMatchObject({ agents: { connected: expect.any(Number) }, totals: expect.anything() });
    const { body } = await here.request('GET', '/api/v2/stats', undefined, token);
    expect(Object.keys(body).sort()).toEqual(
      [
        ...['bus', 'database', 'draining', 'flush_interval_ms', 'gateway', 'live_interval_ms', 'now'],
        ...['uptime_ms', 'version'],
      ].sort(),
    );
  });

  it('loses sight of an agent whose labels change while it is watched, on every gateway', async () => {
    const [moving] = (await here.createAgents({ name: 'moving', labels: { team: 'a' } })) as [CreatedAgent];
    const agent = here.agent(moving);
    agent.report({ cpu: 'seen' });
    await agent.idle();
    const watchers = [limitedWatcher(here), limitedWatcher(there)];
    for (const { client } of watchers) {
      await eventually('it is seen', () => client.agents.get(moving.id)?.values.has('cpu'));
    }
    const followers = [here, there].map(({ url }) => follow(url, moving.id, bearer));
    const streams = await Promise.all([here, there].map(({ url }) => followEvents(url, moving.id, bearer)));
    await eventually('they follow', () => followers.every(({ messages }) => messages.length > 0));
    await eventually('they read', () => streams.every(({ text }) => text !== ''));

    await here.request('PATCH', `/api/v2/agents/${moving.id}`, { labels: { team: 'b' } });
    for (const { client } of watchers) await eventually('it is gone', () => !client.agents.has(moving.id));
    for (const { closed } of followers) expect(await closed).toBe(1000);
    for (const stream of streams) await eventually('the stream has ended', () => stream.ended);

    agent.report({ cpu: 'unseen', other: 'unseen' });
    await agent.idle();
    agents.mine.report({ fence: 'behind it' });
    await agents.mine.idle();
    for (const { client, told } of watchers) {
      await eventually('what came later is seen', () => client.agents.get(mine.id)?.values.has('fence'));
      expect(told.join()).not.toContain('unseen');
    }
    expect(followers.map(({ messages }) => JSON.stringify(messages)).join()).not.toContain('unseen');
    expect(streams.map(({ text }) => text).join()).not.toContain('unseen');

    await here.request('PATCH', `/api/v2/agents/${moving.id}`, { labels: { team: 'a' } });
    for (const { client } of watchers) {
      const back = await eventually('it is back', () => client.agents.get(moving.id));
      expect(back.values.get('other')?.value).toBe('unseen');
    }
  });
});
