/** Both watch endpoints of one agent, read by Go as strictly as Coder's clients read them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN, type CreatedAgent, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { Peer, runPeer } from './support/peer.ts';

const version = 'drpc-1.0.0';
/** The server pings every 15 s. */
const PING_TIMEOUT_MS = 30_000;

let database: TestDatabase;
let gateway: TestGateway;
let created: CreatedAgent;

beforeAll(async () => {
  database = await testDatabase();
  gateway = await testGateway(database.url);
  [created] = (await gateway.createAgents({
    name: 'followed',
    metadata: [
      { key: 'b', display_name: 'B <&>', script: 'echo b', interval: 10, timeout: 1 },
      { key: 'a', display_name: 'A', script: 'echo a', interval: 5, timeout: 2 },
    ],
  })) as [CreatedAgent];
});
afterAll(async () => {
  await gateway.stop();
  await database.drop();
});

const follow = (mode: string, agent = created.id) =>
  new Peer(version, 'watch', { url: gateway.url, token: ADMIN_TOKEN, agent, mode });

const within = <T>(promise: Promise<T>) =>
  Promise.race([
    promise,
    new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error('it did not come in time')), PING_TIMEOUT_MS).unref();
    }),
  ]);

describe.each(['ws', 'sse'])('a strict reader in Go, by %s', (mode) => {
  it('takes the first state, the same again, changes, ages that advance and pings', async () => {
    const [agent] = await gateway.createAgents({
      name: `followed-${mode}`,
      metadata: [
        { key: 'b', display_name: 'B <&>', script: 'echo b', interval: 10, timeout: 1 },
        { key: 'a', display_name: 'A', script: 'echo a', interval: 5, timeout: 2 },
      ],
    });
    const peer = follow(mode, agent?.id);
    const never = { collected_at: '0001-01-01T00:00:00Z', age: 9_223_372_036, value: '', error: '' };
    const first = await within(peer.event('state'));
    expect(first.items).toEqual([
      {
        result: never,
        description: { display_name: 'B <&>', key: 'b', script: 'echo b', interval: 10, timeout: 1 },
      },
      { result: never, description: { display_name: 'A', key: 'a', script: 'echo a', interval: 5, timeout: 2 } },
    ]);
    const again = await within(peer.event('state', (event) => event !== first));
    expect(again.items).toEqual(first.items);

    const reporter = gateway.agent(agent as CreatedAgent);
    // Keys that the agent was not created with come behind the others, by name.
    reporter.report({ z: '', a: 'größe <b> & \u2028', b: { value: 'half', error: 'cut' }, y: '1' });
    const changed = await within(peer.event('state', ({ items }) => items.length === 4));
    expect(changed.items.map((item: any) => item.description.key)).toEqual(['b', 'a', 'y', 'z']);
    expect(changed.items.map((item: any) => item.result.value)).toEqual(['half', 'größe <b> & \u2028', '1', '']);
    expect(changed.items.map((item: any) => item.result.error)).toEqual(['cut', '', '', '']);
    expect(changed.items[3].description).toEqual({ display_name: 'z', key: 'z', script: '', interval: 0, timeout: 0 });
    // Nothing has changed since: what comes is sent again so that ages advance.
    await within(peer.event('state', ({ items }) => items[1].result.age >= 5 && items[1].result.age < 100));
    await within(peer.event('ping'));
    await reporter.close();
    await peer.stop();
  });

  it('takes [] for an agent without keys', async () => {
    const [bare] = await gateway.createAgents({ name: `bare-${mode}` });
    const peer = follow(mode, bare?.id);
    expect((await within(peer.event('state'))).items).toEqual([]);
    await peer.stop();
  });
});

describe.each(['ws', 'sse'])('whoever may not watch, by %s,', (mode) => {
  const NOBODY = '00000000-0000-4000-8000-000000000000';

  it.each([
    ['without a valid token', 401, () => ({ token: 'wrong' })],
    ['with the token of an agent', 403, () => ({ token: created.token })],
    ['an agent that is not there', 404, () => ({ agent: NOBODY })],
  ])('%s, is answered %i in JSON instead', async (_who, refused, changes) => {
    const flags = { url: gateway.url, token: ADMIN_TOKEN, agent: created.id, mode, refused, ...changes() };
    expect(await runPeer(version, 'watch', flags)).toEqual(expect.any(String));
  });
});

describe('a strict reader in Go', () => {
  it('may pass its token in the query, as browsers do', async () => {
    const flags = { url: gateway.url, token: ADMIN_TOKEN, agent: created.id, query: true };
    const peer = new Peer(version, 'watch', flags);
    await within(peer.event('state'));
    await peer.stop();
  });

  it.each([
    ['ws', { closeStatus: 1000 }],
    ['sse', { ended: true }],
  ])('sees a clean end, by %s, when the gateway ends', async (mode, ending) => {
    const another = await testGateway(database.url);
    const peer = new Peer(version, 'watch', { url: another.url, token: ADMIN_TOKEN, agent: created.id, mode });
    await within(peer.event('state'));
    await another.stop();
    expect(await peer.result()).toEqual(ending);
  });

  it('sees a clean end, by sse, when the agent is deleted', async () => {
    const [doomed] = await gateway.createAgents({ name: 'doomed-sse' });
    const peer = follow('sse', doomed?.id);
    await within(peer.event('state'));
    await gateway.request('DELETE', `/api/v2/agents/${doomed?.id}`);
    expect(await peer.result()).toEqual({ ended: true });
  });
});

describe('the socket of a strict reader in Go', () => {
  it('is closed with 1002 when the client speaks', async () => {
    const flags = { url: gateway.url, token: ADMIN_TOKEN, agent: created.id, speak: true };
    expect(await runPeer(version, 'watch', flags)).toEqual({ closeStatus: 1002 });
  });

  it('is closed with 1000 when the agent is deleted', async () => {
    const [doomed] = await gateway.createAgents({ name: 'doomed' });
    const peer = follow('ws', doomed?.id);
    await within(peer.event('state'));
    await gateway.request('DELETE', `/api/v2/agents/${doomed?.id}`);
    expect(await peer.result()).toEqual({ closeStatus: 1000 });
  });
});
