import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { PacedEnds } from '../../../gateway/server/paced-ends.ts';
import { eventually } from '../../support/gateway.ts';

const HANDSHAKE = [
  'GET / HTTP/1.1',
  'Host: here',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
].join('\r\n');

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

interface Pair {
  client: Socket;
  /** The gateway's side of it, with what `ws` made of it. */
  socket: Duplex;
  webSocket: WebSocket;
  closed: number[];
}

/** Connections over the network whose ends wait for a turn that the test gives, but for `atOnce`. */
async function pairs(
  count: number,
  atOnce: (this: Duplex) => void = () => {},
): Promise<{ pairs: Pair[]; tasks: (() => void)[] }> {
  const tasks: (() => void)[] = [];
  const paced = new PacedEnds({ turns: { add: (task) => tasks.push(task) }, atOnce });
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  const made: Pair[] = [];
  for (let i = 0; i < count; i += 1) {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', () => {});
    client.write(`${HANDSHAKE}\r\n\r\n`);
    client.resume();
    ends.push(() => client.destroy());
    const [request, socket, head] = await once(server, 'upgrade');
    socket.on('end', atOnce);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      paced.pace(socket);
      const closed: number[] = [];
      webSocket.on('error', () => {});
      webSocket.on('close', (code) => closed.push(code));
      made.push({ client, socket, webSocket, closed });
    });
  }
  return { pairs: made, tasks };
}

it('holds what is done at the end of a socket until its turn', async () => {
  const { pairs: both, tasks } = await pairs(2);
  for (const { client } of both) client.end();
  await eventually('the gateway has heard of both ends', () => both.every(({ socket }) => socket.readableEnded));
  const open = both.map(({ webSocket }) => webSocket.readyState);
  expect(open).toEqual(both.map(({ webSocket }) => webSocket.OPEN));
  for (const task of tasks) task();
  await eventually('both have closed', () => both.every(({ closed }) => closed.length > 0));
  expect(both.map(({ closed }) => closed)).toEqual([[1006], [1006]]);
});

it('lets one listener hear of it at once', async () => {
  const heard: Duplex[] = [];
  const { pairs: only } = await pairs(1, function () {
    heard.push(this);
  });
  const [{ client, socket, webSocket }] = only as [Pair];
  client.end();
  await eventually('the gateway has heard of the end', () => socket.readableEnded);
  expect(new Set(heard)).toEqual(new Set([socket]));
  expect(webSocket.readyState).toBe(webSocket.OPEN);
});

it('leaves a socket alone that has been destroyed before its turn', async () => {
  const { pairs: only, tasks } = await pairs(1);
  const [{ client, socket, webSocket, closed }] = only as [Pair];
  client.end();
  await eventually('the gateway has heard of the end', () => socket.readableEnded);
  webSocket.terminate();
  await eventually('it has closed', () => closed.length > 0);
  for (const task of tasks) task();
  expect(closed).toEqual([1006]);
});

it('keeps no more listeners than had been there before', async () => {
  const [{ socket }] = (await pairs(1, () => {})).pairs as [Pair];
  // Those of Node and of ws; the third, which has the place of neither, is told by them.
  expect(socket.listenerCount('end')).toBe(2);
});

it('keeps no function for each socket', async () => {
  const { pairs: both } = await pairs(2);
  const [first, second] = both.map(({ socket }) => socket.listeners('end'));
  expect(first).not.toHaveLength(0);
  expect(second).toEqual(first);
  expect(second?.every((listener, i) => listener === first?.[i])).toBe(true);
});
