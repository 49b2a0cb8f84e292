import { beforeEach, describe, expect, test } from 'vitest';
import { WatchClient, type WatchClientOptions, type WatchWebSocket } from '../../../protocol/watch/client.ts';
import type { ServerMessage } from '../../../protocol/watch/messages.ts';
import { FakeClock } from '../../support/fake-clock.ts';

class FakeWebSocket implements WatchWebSocket {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly sent: unknown[] = [];
  closedWith: number | undefined;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(code?: number): void {
    this.closedWith = code;
  }

  open(): void {
    this.onopen?.({} as never);
  }

  say(message: ServerMessage | string): void {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) } as never);
  }

  lose(code: number): void {
    this.onclose?.({ code } as never);
  }
}

const snapshot = (more = {}): ServerMessage => ({
  type: 'snapshot',
  cursor: 'c1',
  last: true,
  now: 5_000_000,
  flush_interval_ms: 5_000,
  keys: { cpu: { display_name: 'CPU', interval: 10, timeout: 1 } },
  agents: [{ id: 'a', name: 'a', labels: {}, status: 'connected', reports: [{ at: 4_999_000, values: { cpu: '1' } }] }],
  ...more,
});

let clock: FakeClock;
let sockets: FakeWebSocket[];

beforeEach(() => {
  clock = new FakeClock();
  sockets = [];
});

function clientOf(more: Partial<WatchClientOptions> = {}): WatchClient {
  return new WatchClient({
    connect: () => {
      const socket = new FakeWebSocket();
      sockets.push(socket);
      return socket;
    },
    subscription: { agents: 'all' },
    random: () => 1,
    monotonicNow: () => clock.now(),
    after: (delayMs, task) => clock.after(delayMs, task),
    ...more,
  });
}

function last(): FakeWebSocket {
  const socket = sockets.at(-1);
  if (socket === undefined) throw new Error('nobody has connected');
  return socket;
}

function live(more: Partial<WatchClientOptions> = {}): WatchClient {
  const client = clientOf(more);
  client.start();
  last().open();
  last().say(snapshot());
  return client;
}

describe('staying connected', () => {
  test('asks for its subscription, and with the last cursor when it comes back', () => {
    const client = live();
    expect(last().sent).toEqual([{ type: 'watch', agents: 'all' }]);
    last().say({ type: 'committed', cursor: 'c2', now: 5_000_100 });
    last().lose(1006);
    clock.advance(500);
    last().open();
    expect(sockets).toHaveLength(2);
    expect(last().sent).toEqual([{ type: 'watch', agents: 'all', since: 'c2' }]);
    expect(client.agents.get('a')?.values.get('cpu')?.value).toBe('1');
  });

  test('the bound of its pauses doubles up to the maximum, and a snapshot brings it back', () => {
    const pauses: number[] = [];
    const client = clientOf({
      reconnectMaxMs: 3_000,
      onConnection: (connection) => connection.state === 'waiting' && pauses.push(connection.retryInMs),
    });
    client.start();
    for (let i = 0; i < 5; i += 1) {
      last().lose(1006);
      clock.advance(3_000);
    }
    last().open();
    last().say(snapshot());
    last().lose(1006);
    expect(pauses).toEqual([500, 1_000, 2_000, 3_000, 3_000, 500]);
  });

  test('pauses are drawn from the whole of the bound', () => {
    const pauses: number[] = [];
    const client = clientOf({
      random: () => 0.25,
      onConnection: (connection) => connection.state === 'waiting' && pauses.push(connection.retryInMs),
    });
    client.start();
    last().lose(1006);
    expect(pauses).toEqual([125]);
  });

  for (const code of [1001, 4008, 1006]) {
    test(`comes back after ${code}`, () => {
      const client = live();
      last().lose(code);
      expect(client.connection).toEqual({ state: 'waiting', code, retryInMs: 500 });
      clock.advance(500);
      expect(sockets).toHaveLength(2);
    });
  }

  for (const code of [4401, 4403]) {
    test(`stays away after ${code}, until it is started again`, () => {
      const client = live();
      last().lose(code);
      clock.advance(1_000_000);
      expect(client.connection).toEqual({ state: 'refused', code });
      expect(sockets).toHaveLength(1);
      expect(client.agents.size).toBe(1);
      client.start();
      expect(sockets).toHaveLength(2);
    });
  }

  test('stop closes the socket, cancels what was planned, and keeps what is known', () => {
    const client = live();
    client.stop();
    expect(last().closedWith).toBe(1000);
    last().lose(1000);
    clock.advance(1_000_000);
    expect([sockets.length, client.connection.state, client.agents.size]).toEqual([1, 'stopped', 1]);
    client.start();
    last().lose(1006);
    client.stop();
    clock.advance(1_000_000);
    expect(sockets).toHaveLength(2);
  });

  test('a factory that throws counts as a lost socket', () => {
    const errors: string[] = [];
    const client = clientOf({
      connect: () => {
        throw new TypeError('no such address');
      },
      onError: (message) => errors.push(message),
    });
    client.start();
    expect(client.connection.state).toBe('waiting');
    expect(errors).toEqual(['TypeError: no such address']);
  });

  test('what an abandoned socket still says is not heard', () => {
    const client = live();
    const old = last();
    client.stop();
    client.start();
    old.say({ type: 'removed', agents: ['a'] });
    old.lose(4401);
    expect([client.agents.size, client.connection.state]).toEqual([1, 'connecting']);
  });
});

describe('what it tells', () => {
  test('connections, changes, notices, errors and cursors, in their order', () => {
    const told: unknown[] = [];
    const client = live({
      onConnection: ({ state }) => told.push(state),
      onChange: ({ reset, agents, removed }) => told.push([reset, agents.map(({ id }) => id), removed]),
      onNotice: ({ code }) => told.push(code),
      onError: (message) => told.push(message),
      onCommitted: (cursor) => told.push(cursor),
    });
    last().say({
      type: 'update',
      agents: [{ id: 'b', name: 'b', labels: {}, status: 'never', keys: {}, reports: [] }],
    });
    last().say({ type: 'removed', agents: ['b'] });
    last().say({ type: 'committed', cursor: 'c2', now: 5_000_100 });
    last().say({ type: 'notice', code: 'bus_degraded', message: 'slower' });
    last().say({ type: 'error', message: 'what?' });
    last().say('{');
    expect(told).toEqual([
      'connecting',
      'synchronizing',
      [true, ['a'], []],
      'live',
      'c1',
      [false, ['b'], []],
      [false, [], ['b']],
      'c2',
      'bus_degraded',
      'what?',
      'the gateway sent a message that is not JSON',
    ]);
    expect([client.cursor, client.flushIntervalMs]).toEqual(['c2', 5_000]);
  });

  test('the gateway’s clock, from the reading that was least delayed, and freshness by it', () => {
    const client = live();
    expect(client.nowMs()).toBe(5_000_000);
    clock.advance(1_000);
    // This one took 400 ms on its way: the earlier reading is the better one.
    last().say({ type: 'committed', cursor: 'c2', now: 5_000_600 });
    expect(client.nowMs()).toBe(5_001_000);
    const agent = client.agents.get('a');
    if (agent === undefined) throw new Error('unknown agent');
    expect(client.freshnessOf(agent, 'cpu')).toBe('fresh');
    clock.advance(30_000);
    expect(client.freshnessOf(agent, 'cpu')).toBe('late');
    clock.advance(30_000);
    expect(client.freshnessOf(agent, 'cpu')).toBe('stale');
    expect(client.freshnessOf(agent, 'nothing')).toBe(undefined);
  });
});

describe('watching something else', () => {
  test('asks on the same socket without a cursor, keeps what is shown, and takes no cursor of the old subscription', () => {
    const client = live();
    client.watch({ agents: ['b'] });
    expect(last().sent.at(-1)).toEqual({ type: 'watch', agents: ['b'] });
    last().say({ type: 'committed', cursor: 'old', now: 5_000_100 });
    expect([client.connection.state, client.cursor, client.agents.size]).toEqual(['synchronizing', undefined, 1]);
    last().say(snapshot({ cursor: 'new', agents: [] }));
    expect([client.connection.state, client.cursor, client.agents.size]).toEqual(['live', 'new', 0]);
  });

  test('a snapshot that was half here is finished first, so nothing is blanked', () => {
    const client = live();
    last().say(snapshot({ last: false }));
    client.watch({ agents: ['b'] });
    last().say(snapshot({ agents: [] }));
    expect(client.agents.has('a')).toBe(true);
  });

  test('before the socket is open it only changes what will be asked', () => {
    const client = clientOf();
    client.start();
    client.watch({ agents: ['b'] });
    last().open();
    expect(last().sent).toEqual([{ type: 'watch', agents: ['b'] }]);
  });
});
