import { beforeEach, describe, expect, test } from 'vitest';
import type { FlushValue } from '../../../db/types.ts';
import type { WatchSettings } from '../../../gateway/watch/settings.ts';
import type { UpdateMessage } from '../../../protocol/watch/messages.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';
import { payloadOf } from '../../support/frame-payload.ts';
import {
  agentIdOf,
  describeKey,
  FakeDatabase,
  FakeSocket,
  revisionOf,
  run,
  TestGateway,
  TestWatcher,
} from '../../support/watch-rig.ts';

const A = agentIdOf(1);
const B = agentIdOf(2);
const START_US = 1_767_607_200_000_000;

let clock: FakeClock;
let database: FakeDatabase;

beforeEach(() => {
  clock = new FakeClock();
  database = new FakeDatabase();
  database.putAgent(A, { name: 'build-1', labels: { region: 'eu' }, descriptions: [describeKey('cpu')] });
  database.putAgent(B, { name: 'build-2', labels: { region: 'us' }, descriptions: [describeKey('cpu')] });
});

function gatewayOf(
  settings: Partial<WatchSettings> = {},
  more: { run?: string; yieldTurn?: () => Promise<void> } = {},
) {
  return new TestGateway(clock, { database, settings, run: 'r1', ...more });
}

function reported(
  agentId: string,
  key: string,
  value: string,
  more: Partial<FlushValue> & { atMs?: number } = {},
): FlushValue {
  const { atMs = 0, ...rest } = more;
  return { agentId, key, value, error: '', collectedAtUs: START_US + atMs * 1000, agentCollectedAtUs: null, ...rest };
}

/** A watcher of everything that has its snapshot and the newest cursor. */
async function watching(gateway: TestGateway, watcher = new TestWatcher({ agents: 'all' })): Promise<TestWatcher> {
  watcher.connect(gateway.hub);
  await run(clock, 500);
  watcher.socket.messages.length = 0;
  watcher.socket.frames.length = 0;
  return watcher;
}

const textOf = (watcher: TestWatcher, id = A, key = 'cpu') => watcher.state.agents.get(id)?.values.get(key)?.value;

describe('exact shapes', () => {
  test('a snapshot carries cursor, now and flush interval on its last chunk, and common keys once', async () => {
    const gateway = gatewayOf({ flushIntervalMs: 5_000 });
    database.putAgent(B, { descriptions: [describeKey('cpu', 60), describeKey('disk')] });
    database.putAgent(agentIdOf(3), { name: 'c', descriptions: [describeKey('cpu')], status: 'connected' });
    gateway.report([
      reported(A, 'cpu', '42 %', { atMs: 123 }),
      reported(A, 'disk', '', { atMs: 123, error: 'timed out' }),
    ]);
    gateway.flush(database);
    const watcher = new TestWatcher({ agents: 'all' }).connect(gateway.hub);
    await run(clock, 10);
    const cpu = { display_name: 'CPU', interval: 10, timeout: 1 };
    expect(watcher.socket.messages).toEqual([
      {
        type: 'snapshot',
        cursor: expect.stringMatching(/^\d+-r1-[0-9a-f]{12}-h1$/),
        last: true,
        now: START_US / 1000,
        flush_interval_ms: 5_000,
        keys: { cpu },
        agents: [
          {
            id: A,
            name: 'build-1',
            labels: { region: 'eu' },
            status: 'never',
            reports: [{ at: START_US / 1000 + 123, values: { cpu: '42 %' }, errors: { disk: 'timed out' } }],
          },
          {
            id: B,
            name: 'build-2',
            labels: { region: 'us' },
            status: 'never',
            keys: { cpu: { ...cpu, interval: 60 }, disk: { display_name: 'DISK', interval: 10, timeout: 1 } },
            reports: [],
          },
          { id: agentIdOf(3), name: 'c', labels: {}, status: 'connected', reports: [] },
        ],
      },
    ]);
  });

  test('an update says only what changed; a repeated text only its key; then committed with a cursor', async () => {
    const gateway = gatewayOf();
    const watcher = await watching(gateway);
    gateway.report([reported(A, 'cpu', '1', { atMs: 1 }), reported(A, 'branch', 'main', { atMs: 1, error: 'odd' })]);
    await run(clock, 200);
    gateway.report([
      reported(A, 'cpu', '2', { atMs: 2.5 }),
      reported(A, 'branch', 'main', { atMs: 2.5, error: 'odd' }),
    ]);
    await run(clock, 200);
    const xid = gateway.flush(database);
    await run(clock, 400);
    const at = START_US / 1000;
    expect(watcher.socket.messages).toEqual([
      {
        type: 'update',
        agents: [{ id: A, reports: [{ at: at + 1, values: { cpu: '1', branch: 'main' }, errors: { branch: 'odd' } }] }],
      },
      { type: 'update', agents: [{ id: A, reports: [{ at: at + 2.5, values: { cpu: '2' }, same: ['branch'] }] }] },
      { type: 'committed', cursor: `${xid + 1n}-r1-${watcher.cursor?.split('-')[2]}-h1`, now: expect.any(Number) },
    ]);
  });

  test('status, name, labels and keys come alone when they change alone', async () => {
    const gateway = gatewayOf();
    const watcher = await watching(gateway);
    gateway.change({ agentId: A, connection: { number: 1, connected: true, atUs: START_US } });
    await run(clock, 200);
    database.putAgent(A, { name: 'renamed', status: 'connected' });
    gateway.hub.wake('notify');
    await run(clock, 400);
    database.putAgent(A, { descriptions: [] });
    gateway.hub.wake('notify');
    await run(clock, 400);
    expect(watcher.got('update').map(({ agents }) => agents)).toEqual([
      [{ id: A, status: 'connected' }],
      [{ id: A, name: 'renamed' }],
      [{ id: A, keys: { cpu: null } }],
    ]);
  });

  test('agents that are deleted or leave the subscription come in removed; one that enters, with everything', async () => {
    const gateway = gatewayOf();
    database.transaction((xid) => database.write(xid, [reported(B, 'cpu', '7')]));
    const watcher = await watching(gateway, new TestWatcher({ agents: 'all', labels: { region: 'eu' } }));
    database.putAgent(B, { labels: { region: 'eu' } });
    gateway.hub.wake('notify');
    await run(clock, 400);
    expect(watcher.got('update')).toEqual([
      {
        type: 'update',
        agents: [
          {
            id: B,
            name: 'build-2',
            labels: { region: 'eu' },
            status: 'never',
            keys: {},
            reports: [{ at: START_US / 1000, values: { cpu: '7' } }],
          },
        ],
      },
    ]);
    database.putAgent(B, { labels: { region: 'us' } });
    database.deleteAgent(A);
    gateway.hub.wake('notify');
    await run(clock, 400);
    expect(
      watcher
        .got('removed')
        .flatMap(({ agents }) => agents)
        .sort(),
    ).toEqual([A, B]);
  });
});

describe('requests', () => {
  const bad: [string, RegExp][] = [
    ['{', /not JSON/],
    ['[]', /JSON object/],
    ['{"type":"listen","agents":"all"}', /"type" must be "watch", not "listen"/],
    ['{"type":"watch"}', /"agents" must be "all" or a list/],
    ['{"type":"watch","agents":["a",1]}', /"agents" must hold strings, not 1/],
    ['{"type":"watch","agents":["a","b","c"]}', /"agents" has 3 entries; at most 2/],
    ['{"type":"watch","agents":"all","labels":[]}', /"labels" must be an object/],
    ['{"type":"watch","agents":"all","labels":{"a":1}}', /"labels\.a" must hold strings/],
    ['{"type":"watch","agents":"all","labels":{"a":"","b":""}}', /"labels" has 2 labels; at most 1/],
    ['{"type":"watch","agents":"all","keys":"cpu"}', /"keys" must be a list/],
    ['{"type":"watch","agents":"all","keys":["a","b"]}', /"keys" has 2 entries; at most 1/],
    ['{"type":"watch","agents":"all","since":812}', /"since" must hold strings/],
    [`{"type":"watch","agents":"all","since":"${'9'.repeat(400)}"}`, /the request has \d+ bytes; at most 300/],
  ];
  test('errors do not pile up for one who errs and does not read', async () => {
    const gateway = gatewayOf();
    const watcher = await watching(gateway);
    watcher.socket.bufferedBytes = 10 * 1024 ** 2;
    watcher.socket.handle?.receive('{');
    expect(watcher.socket.messages).toEqual([]);
    watcher.socket.bufferedBytes = 0;
    watcher.socket.handle?.receive('{');
    expect(watcher.socket.messages).toHaveLength(1);
  });

  for (const [request, message] of bad) {
    test(`${request.slice(0, 60)} gets an error and the socket goes on`, async () => {
      const gateway = gatewayOf({ requestIds: 2, requestLabels: 1, requestKeys: 1, requestBytes: 300 });
      const watcher = await watching(gateway);
      watcher.socket.handle?.receive(request);
      expect(watcher.socket.messages).toEqual([{ type: 'error', message: expect.stringMatching(message) }]);
      gateway.report([reported(A, 'cpu', 'still here')]);
      await run(clock, 200);
      expect(textOf(watcher)).toBe('still here');
    });
  }

  test('at the limits a request is served', async () => {
    const gateway = gatewayOf({ requestIds: 2, requestLabels: 1, requestKeys: 1 });
    const watcher = new TestWatcher({ agents: [A, B], labels: { region: 'eu' }, keys: ['cpu'] }).connect(gateway.hub);
    await run(clock, 10);
    expect([...watcher.state.agents.keys()]).toEqual([A]);
  });

  test('a viewer limited to labels sees no other agent, whatever it asks for', async () => {
    const gateway = gatewayOf();
    for (const asked of [
      { agents: 'all' as const },
      { agents: [A, B] },
      { agents: 'all' as const, labels: { region: 'us' } },
    ]) {
      const watcher = new TestWatcher(asked).connect(gateway.hub, { labels: { region: 'eu' } });
      await run(clock, 10);
      expect([...watcher.state.agents.keys()]).toEqual('labels' in asked ? [] : [A]);
    }
  });

  test('asking again replaces the subscription, after the snapshot that is under way', async () => {
    const gateway = gatewayOf({ messageChars: 10, socketRefillBytes: 1 });
    const watcher = new TestWatcher({ agents: 'all' }).connect(gateway.hub);
    watcher.socket.slow = true;
    await run(clock, 10);
    watcher.watch({ agents: [B], keys: [] });
    watcher.watch({ agents: [B] });
    watcher.socket.slow = false;
    watcher.socket.drain();
    await run(clock, 500);
    expect(watcher.got('snapshot').map(({ last, agents }) => [last, agents.map(({ id }) => id)])).toEqual([
      [false, [A]],
      [true, [B]],
      [true, [B]],
    ]);
    expect([...watcher.state.agents.keys()]).toEqual([B]);
    gateway.report([reported(A, 'cpu', '1'), reported(B, 'cpu', '2')]);
    await run(clock, 200);
    expect(watcher.got('update').flatMap(({ agents }) => agents.map(({ id }) => id))).toEqual([B]);
  });
});

describe('live frames', () => {
  test('at most one a live interval, coalesced, newest wins', async () => {
    const gateway = gatewayOf({ liveIntervalMs: 200 });
    const watcher = await watching(gateway);
    for (let i = 0; i < 100; i += 1) {
      gateway.report([reported(A, 'cpu', String(i), { atMs: i })]);
      await clock.run(10);
    }
    // One at once, then one every 200 ms of the second.
    expect(watcher.got('update').length).toBeLessThanOrEqual(6);
    await run(clock, 200);
    expect(textOf(watcher)).toBe('99');
  });

  test('an older value never takes the place of a newer one; on a tie the later arrival wins', async () => {
    const gateway = gatewayOf();
    const watcher = await watching(gateway);
    gateway.hub.acceptLive([reported(A, 'cpu', 'new', { atMs: 10 })]);
    gateway.hub.acceptLive([reported(A, 'cpu', 'old', { atMs: 9 })]);
    await run(clock, 200);
    expect(textOf(watcher)).toBe('new');
    gateway.hub.acceptLive([reported(A, 'cpu', 'tie', { atMs: 10 })]);
    await run(clock, 200);
    expect(textOf(watcher)).toBe('tie');
  });

  test('without the lane, values come at the commit, and none that the database refused', async () => {
    const gateway = gatewayOf({ liveIntervalMs: 0 });
    const watcher = await watching(gateway);
    const values = ['a', 'b', 'c', 'd'].map((key) => reported(A, key, 'x'));
    gateway.report(values);
    await run(clock, 1_000);
    expect(watcher.socket.messages).toEqual([]);
    const [a, superseded, deleted, refused] = values;
    if (!a || !superseded || !deleted || !refused) throw new Error('unreachable');
    gateway.hub.flushed({
      revision: 900n,
      values,
      agents: [],
      superseded: [superseded],
      deleted: [deleted],
      rejected: [{ value: refused, sqlState: '22000', message: '' }],
    });
    await run(clock, 1);
    expect(watcher.got('update')).toEqual([
      { type: 'update', agents: [{ id: A, reports: [{ at: START_US / 1000, values: { a: 'x' } }] }] },
    ]);
  });

  test('one subscription is one encoding: all its watchers get the very same bytes, others with its keys the same words', async () => {
    const gateway = gatewayOf();
    const watchers: TestWatcher[] = [];
    for (let i = 0; i < 50; i += 1) watchers.push(await watching(gateway));
    const other = await watching(gateway, new TestWatcher({ agents: [A] }));
    let read = 0;
    const value = reported(A, 'cpu', '');
    // Every look at the text while a frame is made is an encoding.
    const counted = {
      toString: () => 'x',
      toJSON: () => {
        read += 1;
        return 'x';
      },
    };
    gateway.hub.acceptLive([{ ...value, value: counted as unknown as string }]);
    await run(clock, 200);
    const [first] = watchers;
    expect(Buffer.isBuffer(first?.socket.frames[0])).toBe(true);
    for (const { socket } of watchers) expect(socket.frames[0]).toBe(first?.socket.frames[0]);
    expect(other.got('update')).toEqual(first?.got('update'));
    expect(read).toBe(1);
  });

  test('watchers of a few agents each get theirs and nothing else', async () => {
    const gateway = gatewayOf();
    const ofA = await watching(gateway, new TestWatcher({ agents: [A] }));
    const ofB = await watching(gateway, new TestWatcher({ agents: [B], keys: ['disk'] }));
    gateway.report([reported(A, 'cpu', '1'), reported(B, 'cpu', '2')]);
    await run(clock, 200);
    expect(ofA.got('update')).toHaveLength(1);
    expect(ofB.socket.messages).toEqual([]);
  });

  test('a thousand agents in one frame are cut into messages', async () => {
    for (let i = 10; i < 1_010; i += 1) database.putAgent(agentIdOf(i), {});
    const gateway = gatewayOf({ messageChars: 1_000 });
    const watcher = await watching(gateway);
    gateway.report(Array.from({ length: 1_000 }, (_, i) => reported(agentIdOf(i + 10), 'cpu', String(i))));
    await run(clock, 200);
    for (const message of watcher.socket.frames) expect(message.length).toBeLessThan(1_300);
    expect(textOf(watcher, agentIdOf(1_009))).toBe('999');
  });
});

describe('state and reads', () => {
  test('nothing is read, and nothing kept, while nobody watches', async () => {
    const gateway = gatewayOf({ stateLingerMs: 1_000 });
    gateway.report([reported(A, 'cpu', '1')]);
    gateway.flush(database);
    gateway.hub.wake('notify');
    await run(clock, 5_000);
    expect(database.reads).toEqual([]);
    expect(clock.timers).toBe(0);
    const watcher = await watching(gateway);
    expect(gateway.hub.watches(A)).toBe(true);
    watcher.disconnect();
    expect(gateway.hub.watches(A)).toBe(false);
    await run(clock, 4_000);
    gateway.flush(database);
    gateway.hub.wake('poll');
    await run(clock, 5_000);
    expect(database.reads).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });

  test('who comes back while the state lingers sees what was committed elsewhere meanwhile', async () => {
    const gateway = gatewayOf();
    const watcher = await watching(gateway);
    watcher.disconnect();
    database.transaction((xid) => database.write(xid, [reported(A, 'cpu', 'elsewhere')]));
    gateway.hub.wake('notify');
    const second = new TestWatcher({ agents: 'all' }).connect(gateway.hub);
    await run(clock, 150);
    expect(second.got('snapshot')[0]?.agents[0]?.reports).toEqual([
      { at: START_US / 1000, values: { cpu: 'elsewhere' } },
    ]);
    expect(database.reads.map(({ since }) => since === null)).toEqual([true, false]);
  });

  test('a first snapshot holds what is pending and in flight, newer than the read or not', async () => {
    const gateway = gatewayOf();
    database.transaction((xid) => database.write(xid, [reported(A, 'cpu', 'stored', { atMs: 1 })]));
    gateway.report([reported(A, 'cpu', 'in flight', { atMs: 2 }), reported(A, 'disk', 'in flight')]);
    gateway.takeBatch();
    gateway.report([reported(A, 'cpu', 'pending', { atMs: 3 })]);
    gateway.change({ agentId: A, connection: { number: 5, connected: true, atUs: START_US } });
    const watcher = new TestWatcher({ agents: [A] }).connect(gateway.hub);
    await run(clock, 10);
    expect(watcher.got('snapshot')[0]?.agents[0]).toMatchObject({
      status: 'connected',
      reports: [{ values: { cpu: 'pending' } }, { values: { disk: 'in flight' } }],
    });
  });

  test('wake-ups within 100 ms are one read, and those during a read one more', async () => {
    const gateway = gatewayOf();
    await watching(gateway);
    database.reads.length = 0;
    database.held = [];
    for (let i = 0; i < 10; i += 1) gateway.hub.wake('notify');
    await run(clock, 50);
    expect(database.reads).toHaveLength(1);
    for (let i = 0; i < 10; i += 1) {
      gateway.hub.wake('notify');
      await run(clock, 50);
    }
    expect(database.reads).toHaveLength(1);
    database.release();
    await run(clock, 500);
    expect(database.reads).toHaveLength(2);
  });

  test('two reads start at least 100 ms apart', async () => {
    const gateway = gatewayOf();
    await watching(gateway);
    database.reads.length = 0;
    for (let ms = 0; ms < 500; ms += 10) {
      gateway.hub.wake('notify');
      await run(clock, 10);
    }
    expect(database.reads).toHaveLength(6);
  });

  test('a cursor waits for a large flush of our own to be taken in', async () => {
    let turns: (() => void)[] = [];
    const yieldTurn = () => new Promise<void>((resolve) => turns.push(resolve));
    const gateway = gatewayOf({ liveIntervalMs: 0 }, { yieldTurn });
    const watcher = await watching(gateway);
    const values = Array.from({ length: 12_000 }, (_, i) => reported(A, `key ${i}`, 'x'));
    gateway.report(values);
    gateway.flush(database);
    await run(clock, 1_000);
    expect(watcher.got('committed')).toEqual([]);
    while (turns.length > 0) {
      const waiting = turns;
      turns = [];
      for (const resolve of waiting) resolve();
      await run(clock, 100);
    }
    await run(clock, 1_000);
    expect(watcher.got('committed')).toHaveLength(1);
    expect(watcher.state.agents.get(A)?.values.size).toBe(12_000);
    expect(watcher.socket.messages.at(-1)?.type).toBe('committed');
  });

  test('an own flush and its notification heard back are one read', async () => {
    const gateway = gatewayOf();
    await watching(gateway);
    database.reads.length = 0;
    gateway.report([reported(A, 'cpu', '1')]);
    gateway.flush(database);
    await run(clock, 5);
    gateway.hub.wake('local');
    await run(clock, 1_000);
    expect(database.reads).toHaveLength(1);
  });

  test('a failed read is tried again and blanks nothing', async () => {
    const gateway = gatewayOf();
    const watcher = await watching(gateway);
    gateway.report([reported(A, 'cpu', 'known')]);
    await run(clock, 200);
    database.failReads = true;
    gateway.hub.wake('notify');
    await run(clock, 1_000);
    const late = new TestWatcher({ agents: 'all' }).connect(gateway.hub);
    await run(clock, 1_000);
    expect([textOf(watcher), textOf(late)]).toEqual(['known', 'known']);
    database.transaction((xid) => database.write(xid, [reported(B, 'cpu', 'after')]));
    database.failReads = false;
    await run(clock, 6_000);
    expect([textOf(watcher, B), textOf(late, B)]).toEqual(['after', 'after']);
  });

  test('a connection shown before its flush does not flicker while older reads come in', async () => {
    const gateway = gatewayOf();
    const watcher = await watching(gateway);
    database.held = [];
    gateway.hub.wake('notify');
    await run(clock, 100);
    gateway.change({ agentId: A, connection: { number: 9, connected: true, atUs: START_US } });
    // A change of its row that was committed before the state of the connection.
    gateway.flush(database);
    database.release();
    database.held = null;
    await run(clock, 1_000);
    expect(watcher.got('update').flatMap(({ agents }) => agents.map(({ status }) => status))).toEqual(['connected']);
  });

  test('the end of a replaced connection says nothing about the newer one', async () => {
    const gateway = gatewayOf();
    const watcher = await watching(gateway);
    gateway.change({ agentId: A, connection: { number: 9, connected: true, atUs: START_US } });
    gateway.hub.changeLive({ agentId: A, connection: { number: 8, connected: false, atUs: START_US } });
    await run(clock, 200);
    expect(watcher.state.agents.get(A)?.status).toBe('connected');
  });

  test('a cursor never comes before what a read brought in while a frame was being made', async () => {
    let duringFrame = async () => {};
    const gateway = gatewayOf({ turnMs: 0 }, { yieldTurn: () => duringFrame() });
    const watcher = await watching(gateway);
    gateway.report([reported(A, 'cpu', 'live')]);
    const xid = database.transaction((id) => database.write(id, [reported(B, 'cpu', 'read')]));
    duringFrame = async () => {
      duringFrame = async () => {};
      gateway.hub.wake('notify');
      clock.advance(150);
      for (let turn = 0; turn < 10; turn += 1) await settled();
    };
    await run(clock, 0);
    await run(clock, 1_000);
    const order = watcher.socket.messages.map((message) => {
      if (message.type !== 'update') return revisionOf((message as { cursor: string }).cursor) > xid;
      return message.agents.map(({ id }) => id);
    });
    expect(order).toEqual([[A], [B], true]);
  });
});

describe('resuming', () => {
  test('a cursor brings what changed since, marked as resumed, then who is gone', async () => {
    const gateway = gatewayOf();
    const C = agentIdOf(3);
    database.putAgent(C, { labels: { region: 'eu' } });
    const watcher = new TestWatcher({ agents: 'all', labels: { region: 'eu' } });
    database.transaction((xid) => database.write(xid, [reported(A, 'old', 'x'), reported(C, 'old', 'x')]));
    await watching(gateway, watcher);
    watcher.disconnect();
    gateway.report([reported(A, 'cpu', 'flushed', { atMs: 5 })]);
    gateway.flush(database);
    gateway.report([reported(A, 'disk', 'pending', { atMs: 6 })]);
    database.deleteAgent(C);
    database.putAgent(B, { labels: { region: 'ap' } });
    watcher.connect(gateway.hub);
    await run(clock, 500);
    const [snapshot, removed] = watcher.socket.messages;
    expect(snapshot).toMatchObject({
      type: 'snapshot',
      resumed: true,
      last: true,
      agents: [{ id: A, reports: [{ values: { cpu: 'flushed' } }, { values: { disk: 'pending' } }] }],
    });
    expect(removed).toEqual({ type: 'removed', cursor: expect.any(String), agents: expect.any(Array) });
    expect((removed as { agents: string[] }).agents.sort()).toEqual([B, C]);
    expect([...watcher.state.agents.keys()]).toEqual([A]);
    expect(textOf(watcher, A, 'old')).toBe('x');
  });

  test('the new cursor comes only with the last of it, so that a cut before `removed` loses nothing', async () => {
    const gateway = gatewayOf();
    const watcher = await watching(gateway);
    const before = watcher.cursor;
    watcher.disconnect();
    database.deleteAgent(B);
    watcher.connect(gateway.hub);
    await run(clock, 200);
    const [snapshot, removed] = watcher.socket.messages as { cursor?: string }[];
    expect(snapshot?.cursor).toBe(before);
    expect(revisionOf(removed?.cursor ?? '')).toBeGreaterThan(revisionOf(before ?? ''));
  });

  test('a connection that is not written yet comes with a cursor too', async () => {
    const gateway = gatewayOf();
    const watcher = await watching(gateway);
    watcher.disconnect();
    gateway.change({ agentId: A, connection: { number: 1, connected: true, atUs: START_US } });
    watcher.connect(gateway.hub);
    await run(clock, 150);
    expect(watcher.got('snapshot')).toMatchObject([{ resumed: true, agents: [{ id: A, status: 'connected' }] }]);
  });

  const useless: [string, (cursor: string) => string][] = [
    ['unreadable', () => 'yesterday'],
    ['of a number that is none', (cursor) => cursor.replace(/^\d+/, '99999999999999999999')],
    ['from the future', (cursor) => cursor.replace(/^\d+/, '5000')],
    ['of another subscription', (cursor) => cursor.replace(/-[0-9a-f]{12}-/, '-0123456789ab-')],
    ['of another history of the database', (cursor) => cursor.replace(/h1$/, 'h2')],
    ['from before the last purge', (cursor) => cursor.replace(/^\d+/, '3')],
  ];
  for (const [what, change] of useless) {
    test(`a cursor ${what} gets a full snapshot`, async () => {
      const gateway = gatewayOf();
      const watcher = await watching(gateway);
      database.purgedBefore = 10n;
      database.putAgent(B, { name: 'two' });
      gateway.hub.wake('notify');
      await run(clock, 500);
      const second = new TestWatcher({ agents: 'all' });
      second.cursor = change(watcher.cursor ?? '');
      second.connect(gateway.hub);
      await run(clock, 500);
      const [snapshot] = second.socket.messages;
      expect(snapshot).not.toHaveProperty('resumed');
      expect([...second.state.agents.keys()]).toEqual([A, B]);
      expect(second.socket.messages.filter(({ type }) => type === 'snapshot')).toHaveLength(1);
    });
  }

  test('in another history of the database the whole fleet is read again, and cursors of before are of no use', async () => {
    const gateway = gatewayOf();
    database.putAgent(B, { name: 'two' });
    const watcher = await watching(gateway);
    const before = watcher.cursor ?? '';
    // Restored from a dump that is older than B: no revision tells of its end.
    database.history = 'h2';
    database.agents.delete(B);
    gateway.hub.wake('notify');
    await run(clock, 1_000);
    expect([...watcher.state.agents.keys()]).toEqual([A]);
    const second = new TestWatcher({ agents: 'all' });
    second.cursor = before;
    second.connect(gateway.hub);
    await run(clock, 500);
    expect(second.socket.messages[0]).not.toHaveProperty('resumed');
    expect(second.cursor).toMatch(/-h2$/);
  });

  test('a cursor that another gateway gave out ahead of us is good after a read', async () => {
    const [here, there] = [gatewayOf(), gatewayOf({}, { run: 'r2' })];
    await watching(here);
    database.putAgent(B, { name: 'two' });
    const watcher = await watching(there);
    watcher.connect(here.hub);
    await run(clock, 500);
    expect(watcher.got('snapshot')).toMatchObject([{ resumed: true }]);
  });

  test('a value that died with another gateway does not hide behind `same`', async () => {
    const [here, there] = [gatewayOf(), gatewayOf({}, { run: 'r2' })];
    database.transaction((xid) => database.write(xid, [reported(A, 'cpu', 'stored', { atMs: 1 })]));
    await watching(here);
    const watcher = await watching(there);
    there.report([reported(A, 'cpu', 'lost', { atMs: 2 })]);
    there.change({ agentId: A, connection: { number: 1, connected: true, atUs: START_US } });
    await run(clock, 200);
    expect([textOf(watcher), watcher.state.agents.get(A)?.status]).toEqual(['lost', 'connected']);
    watcher.connect(here.hub);
    await run(clock, 500);
    expect(watcher.state.agents.get(A)?.status).toBe('never');
    here.report([reported(A, 'cpu', 'stored', { atMs: 3 })]);
    await run(clock, 500);
    expect(textOf(watcher)).toBe('stored');
  });

  test('on one socket a cursor never goes back, not even by a shared snapshot', async () => {
    const gateway = gatewayOf();
    const watcher = await watching(gateway);
    new TestWatcher({ agents: [B] }).connect(gateway.hub);
    database.putAgent(A, { name: 'one' });
    gateway.hub.wake('notify');
    await run(clock, 500);
    const before = revisionOf(watcher.cursor ?? '');
    watcher.watch({ agents: [B] });
    await run(clock, 10);
    expect(revisionOf(watcher.got('snapshot')[0]?.cursor ?? '')).toBeGreaterThanOrEqual(before);
    expect(before).toBeGreaterThan(0n);
  });
});

describe('slow watchers', () => {
  const small = { socketBufferBytes: 1_000, socketRefillBytes: 500, messageChars: 400 };

  test('what is not taken is merged: bounded while it waits, the newest when it drains, and no cursor before', async () => {
    const gateway = gatewayOf(small);
    const watcher = await watching(gateway);
    const healthy = await watching(gateway);
    watcher.socket.slow = true;
    for (let i = 0; i < 120; i += 1) {
      gateway.report([reported(A, 'cpu', `value ${i}`, { atMs: i }), reported(B, 'cpu', `value ${i}`, { atMs: i })]);
      if (i % 20 === 0) gateway.flush(database);
      await clock.run(200);
    }
    expect(watcher.socket.mostBuffered).toBeLessThan(1_000 + 2 * 400);
    expect(textOf(healthy)).toBe('value 119');
    const queued = watcher.socket.frames.length;
    watcher.socket.slow = false;
    watcher.socket.drain();
    gateway.flush(database);
    await run(clock, 1_000);
    expect([textOf(watcher), textOf(watcher, B)]).toEqual(['value 119', 'value 119']);
    const later = watcher.socket.frames
      .slice(queued)
      .map((message) => JSON.parse(String(payloadOf(message))) as { type: string });
    expect(later.filter(({ type }) => type === 'update')).toHaveLength(1);
    expect(later.at(-1)?.type).toBe('committed');
  });

  test('one that drains is served although nothing else changes', async () => {
    const gateway = gatewayOf(small);
    const watcher = await watching(gateway);
    watcher.socket.slow = true;
    for (let i = 0; i < 30; i += 1) {
      gateway.report([reported(A, 'cpu', `value ${i}`, { atMs: i })]);
      await clock.run(200);
    }
    await run(clock, 2_000);
    watcher.socket.slow = false;
    watcher.socket.drain();
    await run(clock, 400);
    expect(textOf(watcher)).toBe('value 29');
  });

  test('thirty seconds without a byte leaving: 4008, and destroyed two seconds later', async () => {
    const gateway = gatewayOf(small);
    const [stuck, trickling] = [await watching(gateway), await watching(gateway)];
    stuck.socket.slow = true;
    trickling.socket.slow = true;
    for (let second = 0; second < 29; second += 1) {
      gateway.report([reported(A, 'cpu', `value ${second}`, { atMs: second })]);
      await clock.run(1_000);
      trickling.socket.drain(1);
    }
    expect(stuck.socket.closedWith).toBe(null);
    await run(clock, 2_000);
    expect(stuck.socket.closedWith).toBe(4008);
    expect(stuck.socket.destroyed).toBe(false);
    await run(clock, 2_000);
    expect(stuck.socket.destroyed).toBe(true);
    expect(trickling.socket.closedWith).toBe(null);
  });

  test('an idle socket is never slow, and a stall of our own is no one else’s fault', async () => {
    const gateway = gatewayOf(small);
    const watcher = await watching(gateway);
    await run(clock, 100_000);
    expect(watcher.socket.closedWith).toBe(null);
    watcher.socket.slow = true;
    gateway.report([reported(A, 'cpu', '1')]);
    await run(clock, 2_000);
    clock.elapse(60_000);
    await run(clock, 20_000);
    expect(watcher.socket.closedWith).toBe(null);
    await run(clock, 15_000);
    expect(watcher.socket.closedWith).toBe(4008);
  });

  test('a snapshot waits for its socket chunk by chunk, and no update comes before its end', async () => {
    for (let i = 10; i < 60; i += 1) database.putAgent(agentIdOf(i), {});
    const gateway = gatewayOf(small);
    const watcher = new TestWatcher({ agents: 'all' }).connect(gateway.hub);
    watcher.socket.slow = true;
    await run(clock, 100);
    gateway.report([reported(agentIdOf(59), 'cpu', '1'), reported(A, 'cpu', '1')]);
    await run(clock, 1_000);
    expect(watcher.socket.mostBuffered).toBeLessThan(1_500);
    for (let i = 0; i < 100; i += 1) watcher.socket.drain(1);
    await run(clock, 1_000);
    watcher.socket.drain();
    const types = watcher.socket.messages.map(({ type }) => type);
    expect(types.lastIndexOf('snapshot')).toBeLessThan(types.indexOf('update'));
    expect(watcher.got('snapshot').map(({ last }) => last)).toEqual([
      ...types
        .filter((t) => t === 'snapshot')
        .fill('' as never)
        .map((_, i, all) => i === all.length - 1),
    ]);
    expect([textOf(watcher), textOf(watcher, agentIdOf(59))]).toEqual(['1', '1']);
    expect(watcher.state.agents.size).toBe(52);
  });
});

describe('notices and the end', () => {
  test('a problem is told once, again behind each snapshot while it lasts, and when it is over', async () => {
    const gateway = gatewayOf();
    const watcher = await watching(gateway);
    const message = 'notifications are not arriving';
    gateway.hub.setNotice('bus_degraded', { active: true, message });
    gateway.hub.setNotice('bus_degraded', { active: true, message });
    const late = new TestWatcher({ agents: 'all' }).connect(gateway.hub);
    await run(clock, 500);
    gateway.hub.setNotice('bus_degraded', { active: false, message: 'notifications arrive again' });
    gateway.hub.setNotice('bus_degraded', { active: false, message: 'notifications arrive again' });
    const notices = [
      { type: 'notice', code: 'bus_degraded', message },
      { type: 'notice', code: 'bus_restored', message: 'notifications arrive again' },
    ];
    expect(watcher.got('notice')).toEqual(notices);
    expect(late.got('notice')).toEqual(notices);
    expect(late.socket.messages[0]?.type).toBe('snapshot');
  });

  test('closing says 1001 to everyone, and to who comes later', async () => {
    const gateway = gatewayOf();
    const watcher = await watching(gateway);
    gateway.hub.close();
    const late = new FakeSocket();
    gateway.hub.attach(late, { labels: null });
    expect([watcher.socket.closedWith, late.closedWith]).toEqual([1001, 1001]);
    await run(clock, 2_000);
    expect([watcher.socket.destroyed, late.destroyed]).toEqual([true, true]);
    watcher.disconnect();
    expect(clock.timers).toBe(0);
  });

  test('a handle ends its watcher with the code given', async () => {
    const gateway = gatewayOf();
    const watcher = await watching(gateway);
    watcher.socket.handle?.close(4401, 'the token was revoked');
    gateway.report([reported(A, 'cpu', '1')]);
    await run(clock, 500);
    expect(watcher.socket.closedWith).toBe(4401);
    expect(watcher.socket.messages).toEqual([]);
  });
});

describe('observers of one agent', () => {
  test('get its state, each change of it at most once a live interval, and null when it is deleted', async () => {
    const gateway = gatewayOf();
    const seen: unknown[] = [];
    const stop = gateway.hub.observe(A, (agent) =>
      seen.push(agent === null ? null : agent.values.map(({ value }) => value)),
    );
    await run(clock, 500);
    expect(gateway.hub.watches(A)).toBe(true);
    gateway.report([reported(A, 'cpu', '1')]);
    gateway.report([reported(A, 'cpu', '2', { atMs: 1 }), reported(B, 'cpu', '3')]);
    await run(clock, 500);
    database.deleteAgent(A);
    gateway.hub.wake('notify');
    await run(clock, 500);
    expect(seen).toEqual([[], ['2'], null]);
    stop();
    expect(gateway.hub.watches(A)).toBe(false);
  });

  test('who comes while the state is only kept is told what a new read says, of agents made meanwhile too', async () => {
    const gateway = gatewayOf();
    gateway.hub.observe(A, () => {})();
    await run(clock, 500);
    // Nobody watches, so none of these wake-ups leads to a read.
    const other = agentIdOf(3);
    database.putAgent(other, { name: 'build-3' });
    database.transaction((xid) => database.write(xid, [reported(A, 'cpu', 'from elsewhere')]));
    gateway.hub.wake('notify');
    await run(clock, 500);
    const seen = new Set<string>();
    const see = (name: string) => (agent: { values: { value: string }[] } | null) =>
      seen.add(`${name}: ${agent?.values.map(({ value }) => value)}`);
    gateway.hub.observe(A, see('known'));
    gateway.hub.observe(other, see('new'));
    await run(clock, 500);
    gateway.hub.observe(A, see('late'));
    expect([...seen]).toEqual(['known: from elsewhere', 'new: ', 'late: from elsewhere']);
  });
});

test('updates of one frame never repeat an agent', async () => {
  const gateway = gatewayOf();
  const watcher = await watching(gateway);
  for (let i = 0; i < 5; i += 1)
    gateway.report([reported(A, 'cpu', String(i), { atMs: i }), reported(B, 'cpu', String(i))]);
  await run(clock, 200);
  const [update] = watcher.socket.messages as [UpdateMessage];
  expect(update.agents.map(({ id }) => id)).toEqual([A, B]);
});
