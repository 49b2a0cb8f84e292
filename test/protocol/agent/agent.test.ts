import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { Agent, type AgentOptions } from '../../../protocol/agent/agent.ts';
import type { AgentError } from '../../../protocol/agent/error.ts';
import type { AgentManifest } from '../../../protocol/agent/manifest.ts';
import type { AgentState } from '../../../protocol/agent/state.ts';
import { SharedTimers } from '../../../protocol/agent/timers.ts';
import { AgentServer, type AgentServerOptions, type ServedAgent } from '../../support/agent-server.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';

const servers: AgentServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(options: AgentServerOptions = {}): Promise<AgentServer> {
  const server = await new AgentServer(options).listen();
  servers.push(server);
  return server;
}

/** Keeps what happened and lets a test wait for it. */
class Journal<T> {
  readonly entries: T[] = [];
  #waiting: { matches: (entry: T) => boolean; resolve: (entry: T) => void }[] = [];

  readonly add = (entry: T): void => {
    this.entries.push(entry);
    for (const { matches, resolve } of this.#waiting) if (matches(entry)) resolve(entry);
    this.#waiting = this.#waiting.filter(({ matches }) => !matches(entry));
  };

  next(matches: (entry: T) => boolean = () => true): Promise<T> {
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }
}

function startAgent(server: AgentServer, options: Partial<AgentOptions> = {}) {
  const states = new Journal<AgentState>();
  const acknowledged = new Journal<Record<string, string>>();
  const unacknowledged = new Journal<AgentError>();
  const manifests = new Journal<AgentManifest>();
  const agent = new Agent({
    url: server.url,
    token: 'secret',
    WebSocket,
    // Reconnects at once.
    random: () => 0,
    ...options,
    events: {
      onStateChange: states.add,
      onManifest: manifests.add,
      onAcknowledged: ({ values }) => acknowledged.add(texts(values)),
      onUnacknowledged: (_report, error) => unacknowledged.add(error),
    },
  });
  agent.start();
  onTestFinished(() => agent.close());
  return { agent, states, acknowledged, unacknowledged, manifests };
}

const isIn = (state: AgentState['state']) => (entry: AgentState) => entry.state === state;

function texts(values: Iterable<[string, { value: string }]>): Record<string, string> {
  return Object.fromEntries(Array.from(values, ([key, { value }]) => [key, value]));
}

type WireMetadata = {
  metadata: { key?: string | null; result?: { value?: string | null; error?: string | null } | null }[];
};

function received({ metadata }: WireMetadata): Record<string, string> {
  return Object.fromEntries(metadata.map(({ key, result }) => [key ?? '', result?.value ?? '']));
}

describe('what it says after connecting', () => {
  it('dials as the newest agents do', async () => {
    const server = await serve();
    const { states } = startAgent(server);
    await states.next(isIn('connected'));
    const request = server.requests[0];
    expect(request?.url).toBe('/api/v2/workspaceagents/me/rpc?version=2.13&role=agent');
    expect(request?.headers['coder-session-token']).toBe('secret');
    expect(request?.headers['sec-websocket-extensions']).toBeUndefined();
  });

  it('puts the token in the query for a class that takes no headers', async () => {
    const server = await serve();
    class Browserlike extends EventTarget {
      constructor(url: string) {
        super();
        const socket = new WebSocket(url);
        // biome-ignore lint/correctness/noConstructorReturn: stands for a class that has no more than a browser's
        return new Proxy(socket, {
          has: (target, name) => name !== 'terminate' && name in target,
          get: (target, name) => {
            const member: unknown = Reflect.get(target, name, target);
            return typeof member === 'function' ? member.bind(target) : member;
          },
          set: (target, name, value) => Reflect.set(target, name, value, target),
        }) as never;
      }
    }
    const { agent, acknowledged } = startAgent(server, { WebSocket: Browserlike as never });
    agent.report({ cpu: '1 %' });
    expect(await acknowledged.next()).toEqual({ cpu: '1 %' });
    expect(new URL(server.requests[0]?.url ?? '', server.url).searchParams.get('coder_session_token')).toBe('secret');
  });

  it('fetches the manifest, whose nanoseconds are seconds, and says what started', async () => {
    const startups = new Journal<unknown>();
    const lifecycles = new Journal<number>();
    const server = await serve({
      agent: {
        GetManifest: () => ({
          agentId: Uint8Array.from({ length: 16 }, (_, i) => i),
          agentName: 'build-1',
          metadata: [{ key: 'cpu', displayName: 'CPU', script: 'top', interval: { nanos: 10 }, timeout: { nanos: 1 } }],
        }),
        UpdateStartup: ({ startup }) => {
          startups.add({ version: startup?.version, directory: startup?.expandedDirectory });
          return {};
        },
        UpdateLifecycle: ({ lifecycle }) => {
          lifecycles.add(lifecycle?.state ?? 0);
          return {};
        },
      },
    });
    const { agent, manifests } = startAgent(server, {
      lifecycle: ['STARTING', 'READY'],
      startup: { version: 'v1', expandedDirectory: '/srv' },
    });
    const manifest = manifests.next();
    await lifecycles.next((state) => state === 5);
    agent.reportLifecycle('SHUTTING_DOWN');
    await lifecycles.next((state) => state === 6);
    expect(await manifest).toEqual({
      agentId: '00010203-0405-0607-0809-0a0b0c0d0e0f',
      agentName: 'build-1',
      keys: [{ key: 'cpu', displayName: 'CPU', script: 'top', intervalSeconds: 10, timeoutSeconds: 1 }],
    });
    expect(startups.entries).toEqual([{ version: 'v1', directory: '/srv' }]);
    expect(lifecycles.entries).toEqual([2, 5, 6]);
  });

  it('holds the two tailnet streams, and reconnects when one ends', async () => {
    let endMaps = () => {};
    const server = await serve({
      tailnet: {
        StreamDERPMaps: (_request, call) =>
          Promise.race([call.aborted, new Promise<void>((resolve) => (endMaps = resolve))]),
        Coordinate: async (call) => {
          while ((await call.receive()) !== null);
        },
      },
    });
    const { states } = startAgent(server, { tailnet: true });
    const connected = await server.nextAgent();
    while (connected.session.streamCount !== 2) await settled();
    endMaps();
    const lost = await states.next(isIn('waiting'));
    expect(lost).toMatchObject({ error: { code: 'call_failed' } });
    await states.next(isIn('connected'));
  });
});

describe('reports', () => {
  it('sends all values of a turn in one report, with errors and times', async () => {
    const reports = new Journal<WireMetadata>();
    const server = await serve({
      agent: {
        BatchUpdateMetadata: (request) => {
          reports.add(request);
          return {};
        },
      },
    });
    const { agent, states } = startAgent(server);
    await states.next(isIn('connected'));
    agent.report({ cpu: '1 %', disk: { error: 'timed out' } }, 1_767_607_200_123.456);
    agent.report({ cpu: '2 %' }, 1_767_607_200_124);
    const [cpu, disk] = (await reports.next()).metadata;
    expect(cpu).toMatchObject({ key: 'cpu', result: { value: '2 %', error: '' } });
    expect(disk).toMatchObject({
      key: 'disk',
      result: { value: '', error: 'timed out', collectedAt: { seconds: 1_767_607_200, nanos: 123_456_000 } },
    });
    await agent.idle();
    expect(reports.entries).toHaveLength(1);
  });

  it('has one report in flight; meanwhile the newest value of each key waits', async () => {
    const arrived = new Journal<Record<string, string>>();
    const answers: (() => void)[] = [];
    const server = await serve({
      agent: {
        BatchUpdateMetadata: async (request) => {
          arrived.add(received(request));
          await new Promise<void>((resolve) => answers.push(resolve));
          return {};
        },
      },
    });
    const { agent, acknowledged, states } = startAgent(server);
    await states.next(isIn('connected'));
    agent.report({ a: '1' });
    await arrived.next();
    agent.report({ a: '2', b: '1' });
    await settled();
    agent.report({ a: '3' });
    expect(agent.isIdle).toBe(false);
    const first = acknowledged.next();
    answers.shift()?.();
    expect(await first).toEqual({ a: '1' });
    expect(await arrived.next()).toEqual({ a: '3', b: '1' });
    answers.shift()?.();
    await agent.idle();
    expect(acknowledged.entries).toEqual([{ a: '1' }, { a: '3', b: '1' }]);
  });

  it('sends again what was not acknowledged, under what came meanwhile, and not what was', async () => {
    const arrived = new Journal<Record<string, string>>();
    let agents: ServedAgent[] = [];
    const server = await serve({
      agent: {
        BatchUpdateMetadata: (request, { context }) => {
          agents = [...agents, context];
          arrived.add(received(request));
          // The second report is never answered on the first connection.
          return agents.length === 2 ? new Promise(() => {}) : {};
        },
      },
    });
    const { agent, acknowledged, unacknowledged, states } = startAgent(server);
    await states.next(isIn('connected'));
    agent.report({ kept: '1' });
    await agent.idle();
    agent.report({ a: '1', b: '1' });
    await arrived.next();
    agent.report({ b: '2', c: '2' });
    agents[0]?.socket.terminate();
    expect(await arrived.next()).toEqual({ a: '1', b: '2', c: '2' });
    await agent.idle();
    expect(unacknowledged.entries.map(({ code }) => code)).toEqual(['disconnected']);
    expect(acknowledged.entries).toEqual([{ kept: '1' }, { a: '1', b: '2', c: '2' }]);
  });

  it('gives an answer 30 s, then reconnects and sends again', async () => {
    const clock = new FakeClock();
    const timers = new SharedTimers(clock);
    const arrived = new Journal<Record<string, string>>();
    const server = await serve({
      agent: {
        BatchUpdateMetadata: (request) => {
          arrived.add(received(request));
          return arrived.entries.length === 1 ? new Promise(() => {}) : {};
        },
      },
    });
    const { agent, states, unacknowledged } = startAgent(server, { timers });
    await states.next(isIn('connected'));
    agent.report({ a: '1' });
    await arrived.next();
    clock.advance(29_900);
    await settled();
    expect(agent.state.state).toBe('connected');
    const waiting = states.next(isIn('waiting'));
    clock.advance(200);
    expect(await waiting).toMatchObject({ error: { code: 'call_timeout' } });
    clock.advance(100);
    expect(await arrived.next()).toEqual({ a: '1' });
    await agent.idle();
    expect(unacknowledged.entries).toHaveLength(1);
  });

  it('closes after what waits has been acknowledged, when asked to', async () => {
    const server = await serve({ agent: { BatchUpdateMetadata: () => settled().then(() => ({})) } });
    const { agent, acknowledged, states } = startAgent(server);
    await states.next(isIn('connected'));
    agent.report({ a: '1' });
    await agent.close({ drainMs: 10_000 });
    expect(acknowledged.entries).toEqual([{ a: '1' }]);
    expect(agent.state).toEqual({ state: 'stopped' });
  });
});

describe('what makes it give up, wait or come back', () => {
  it.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [400, 'unsupported_version'],
  ])('stays away after %i', async (status, code) => {
    const body = JSON.stringify({ message: 'No.', detail: 'Because.' });
    const server = await serve({ refuse: () => ({ status, body }) });
    const { agent, states } = startAgent(server);
    const refused = await states.next(isIn('refused'));
    expect(refused).toMatchObject({ error: { code, status, message: expect.stringContaining('No. Because.') } });
    await agent.idle();
    expect(server.requests).toHaveLength(1);
  });

  it('waits at least as long as Retry-After says', async () => {
    const server = await serve({ refuse: () => ({ status: 503, headers: { 'Retry-After': '7' } }) });
    const { states } = startAgent(server, { random: () => 0.5 });
    expect(await states.next(isIn('waiting'))).toMatchObject({
      error: { code: 'unavailable', retryAfterMs: 7_000 },
      retryInMs: 7_500,
    });
  });

  it.each([
    [1001, 'draining', 500],
    [1011, 'disconnected', 500],
    // Two agents with one token must not take turns fast.
    [4409, 'replaced', 7_500],
  ])('comes back after close code %i', async (closeCode, code, retryInMs) => {
    const server = await serve();
    const { states } = startAgent(server, { random: () => 0.5 });
    const { socket } = await server.nextAgent();
    socket.close(closeCode, 'why');
    expect(await states.next(isIn('waiting'))).toMatchObject({ error: { code, closeCode }, retryInMs });
  });

  it('stays away when its token is revoked while it is connected', async () => {
    const server = await serve();
    const { states } = startAgent(server);
    const { socket } = await server.nextAgent();
    socket.close(4401);
    expect(await states.next(isIn('refused'))).toMatchObject({ error: { code: 'unauthorized' } });
  });

  it('backs off while nobody answers, and starts anew after a connection that lasted', async () => {
    const clock = new FakeClock();
    const timers = new SharedTimers(clock);
    const server = await serve();
    const port = Number(new URL(server.url).port);
    await server.close();
    const { states } = startAgent(server, { timers, random: () => 1 });
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const waiting = await states.next(isIn('waiting'));
      if (waiting.state === 'waiting') pauses.push(waiting.retryInMs);
      clock.advance(20_000);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000]);
    await states.next(isIn('waiting'));
    const again = await new AgentServer().listen(port);
    servers.push(again);
    const connected = again.nextAgent();
    clock.advance(20_000);
    const { socket } = await connected;
    if (startedState(states) !== 'connected') await states.next(isIn('connected'));
    clock.elapse(10_000);
    socket.terminate();
    expect(await states.next(isIn('waiting'))).toMatchObject({ retryInMs: 1_000 });
  });

  it('gives an upgrade 30 s', async () => {
    const clock = new FakeClock();
    const timers = new SharedTimers(clock);
    const server = await serve();
    const { states } = startAgent(server, { timers, url: await silentServer() });
    const waiting = states.next(isIn('waiting'));
    clock.advance(30_100);
    expect(await waiting).toMatchObject({ error: { code: 'connect_timeout' } });
  });

  it('reconnects when a gateway that still holds the socket no longer answers pings', async () => {
    const clock = new FakeClock();
    const timers = new SharedTimers(clock);
    const server = await serve();
    const { agent, states, manifests } = startAgent(server, { timers });
    const introduced = manifests.next();
    const { session } = await server.nextAgent();
    await introduced;
    // No call may be under way, or its own time limit would decide.
    while (session.streamCount > 0) await settled();
    // The server's process stands still from here on.
    session.receive = () => {};
    const waiting = states.next(isIn('waiting'));
    for (let second = 0; second < 45 && agent.state.state === 'connected'; second++) {
      clock.advance(1_000);
      await settled();
    }
    expect(await waiting).toMatchObject({ error: { code: 'disconnected' } });
  });

  it('can be closed while it connects', async () => {
    const server = await serve();
    const { agent } = startAgent(server, { url: await silentServer() });
    await agent.close();
    expect(agent.state).toEqual({ state: 'stopped' });
  });

  it('can be closed while it waits', async () => {
    const clock = new FakeClock();
    const server = await serve({ refuse: () => ({ status: 503 }) });
    const { agent, states } = startAgent(server, { timers: new SharedTimers(clock), random: () => 1 });
    await states.next(isIn('waiting'));
    await agent.close();
    expect(agent.state).toEqual({ state: 'stopped' });
    expect(clock.timers).toBe(0);
  });
});

function startedState(states: Journal<AgentState>): string | undefined {
  return states.entries.at(-1)?.state;
}

/** A server that takes connections and says nothing. */
async function silentServer(): Promise<string> {
  const { createServer } = await import('node:net');
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}
