import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type Clock, systemClock } from '../../../gateway/clock.ts';
import { FramedSocket } from '../../../gateway/framed-socket.ts';
import { WatchHub } from '../../../gateway/watch/hub.ts';
import type { WatchSettings } from '../../../gateway/watch/settings.ts';
import { attachWatcherSocket } from '../../../gateway/watch/watcher-socket.ts';
import { WatchClient, type WatchWebSocket } from '../../../protocol/watch/client.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { agentIdOf, FakeDatabase } from '../../support/watch-rig.ts';

const AGENTS = 200;

let server: WebSocketServer;
let hub: WatchHub;
let database: FakeDatabase;
let serverSockets: WebSocket[];
const clients: WatchClient[] = [];
/** Called at every change of a client. */
let onChange: () => void = () => {};

async function serve(
  settings: Partial<WatchSettings>,
  { onSlow = () => {}, clock = systemClock }: { onSlow?: () => void; clock?: Clock } = {},
): Promise<void> {
  database = new FakeDatabase();
  for (let i = 1; i <= AGENTS; i += 1) database.putAgent(agentIdOf(i), {});
  hub = new WatchHub({
    clock,
    collectionClock: { nowUs: () => Date.now() * 1000 },
    reader: database,
    pending: { forEachPending: () => {}, forEachPendingChange: () => {} },
    settings: { liveIntervalMs: 5, ...settings },
    observer: { onSlow },
  });
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false, WebSocket: FramedSocket });
  server.on('connection', (socket) => {
    serverSockets.push(socket);
    attachWatcherSocket(hub, socket as FramedSocket, { labels: null });
  });
  await once(server, 'listening');
}

const port = () => (server.address() as AddressInfo).port;

function watch(changed: () => void): WatchClient {
  const client = new WatchClient({
    connect: () => new WebSocket(`ws://127.0.0.1:${port()}`) as unknown as WatchWebSocket,
    subscription: { agents: 'all' },
    reconnectBaseMs: 10,
    onChange: changed,
  });
  clients.push(client);
  client.start();
  return client;
}

/** A watcher that asks and then never reads: a bare socket, so that nothing reads for it. */
async function watchWithoutReading(): Promise<Socket> {
  const socket = connect(port(), '127.0.0.1');
  await once(socket, 'connect');
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  socket.write(
    `GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  await once(socket, 'data');
  socket.pause();
  const request = Buffer.from('{"type":"watch","agents":"all"}');
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | request.length, 0, 0, 0, 0]), request]));
  return socket;
}

let atUs = 1_767_607_200_000_000;

/** Every agent says two kilobytes: 400 KB a call. */
function everyoneReports(text: string): void {
  atUs += 1_000;
  for (let i = 1; i <= AGENTS; i += 1) {
    const value = text.padEnd(2_000, '.');
    const common = { agentId: agentIdOf(i), key: 'cpu', error: '', agentCollectedAtUs: null };
    hub.acceptLive([{ ...common, value, collectedAtUs: atUs }]);
  }
}

beforeEach(() => {
  serverSockets = [];
  onChange = () => {};
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.stop();
  hub.close();
  for (const socket of serverSockets) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
});

/** Resolves as soon as the condition holds at one of the client's changes. */
function watching(holds: (client: WatchClient) => boolean): Promise<WatchClient> {
  return new Promise((resolve) => {
    const client = watch(() => {
      onChange();
      if (holds(client)) resolve(client);
    });
  });
}

const shows = (client: WatchClient, text: string) =>
  client.agents.size === AGENTS &&
  [...client.agents.values()].every(({ values }) => values.get('cpu')?.value.startsWith(`${text}.`));

test('one that never reads costs one buffer, then the gateway ends it; the others notice nothing', async () => {
  let slow = 0;
  const bufferBytes = 512 * 1024;
  const settings = { progressTimeoutMs: 600, sweepIntervalMs: 20, closeGraceMs: 50, socketBufferBytes: bufferBytes };
  // A clock that goes on by turns of the event loop: while the machine stands still nobody can read.
  const clock = new FakeClock();
  const ticking = setInterval(() => clock.advance(10), 10);
  onTestFinished(() => clearInterval(ticking));
  await serve(settings, { onSlow: () => (slow += 1), clock });
  const healthy = await watching(({ agents }) => agents.size === AGENTS);
  const stuck = await watchWithoutReading();
  const [, stuckSide] = serverSockets;
  if (stuckSide === undefined) throw new Error('the second socket is not there');
  const ended = once(stuckSide, 'close');
  let mostBuffered = 0;
  let rounds = 0;
  const timer = setInterval(() => {
    rounds += 1;
    everyoneReports(`round ${rounds}`);
    mostBuffered = Math.max(mostBuffered, stuckSide.bufferedAmount);
  }, 10);
  await ended;
  clearInterval(timer);
  const final = new Promise<void>((resolve) => {
    onChange = () => shows(healthy, 'final') && resolve();
  });
  everyoneReports('final');
  await final;
  stuck.destroy();
  expect(slow).toBe(1);
  expect(serverSockets).toHaveLength(2);
  // The kernel took some megabytes before: far more was said than may wait here.
  expect(rounds * AGENTS * 2_000).toBeGreaterThan(8 * bufferBytes);
  expect(mostBuffered).toBeGreaterThan(bufferBytes / 2);
  expect(mostBuffered).toBeLessThan(bufferBytes + 2 * 64 * 1024 + 8_192);
});

test('a client that is cut off resumes over a real socket and ends with the same state', async () => {
  await serve({});
  let cuts = 0;
  const reached = watching((client) => cuts > 0 && shows(client, 'after'));
  await new Promise<void>((resolve) => {
    const first = watch(() => first.agents.size === AGENTS && resolve());
  });
  everyoneReports('before');
  cuts = 1;
  for (const socket of serverSockets) socket.terminate();
  everyoneReports('after');
  const client = await reached;
  expect(client.agents.size).toBe(AGENTS);
});

test('binary messages and messages that are no request get an error, and the socket goes on', async () => {
  await serve({});
  const socket = new WebSocket(`ws://127.0.0.1:${port()}`);
  await once(socket, 'open');
  socket.send(Buffer.from('{"type":"watch","agents":"all"}'));
  const [first] = await once(socket, 'message');
  expect(JSON.parse(String(first))).toEqual({ type: 'error', message: 'the request is not JSON' });
  socket.send('{"type":"watch","agents":"all"}');
  const [second] = await once(socket, 'message');
  expect(JSON.parse(String(second)).type).toBe('snapshot');
  socket.terminate();
});

test('closing the hub closes sockets with 1001', async () => {
  await serve({});
  const socket = new WebSocket(`ws://127.0.0.1:${port()}`);
  await once(socket, 'open');
  hub.close();
  const [code] = await once(socket, 'close');
  expect(code).toBe(1001);
});
