import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  binaryFrameAround,
  FramedSocket,
  MAX_FRAME_HEADER_BYTES,
  payloadBytesOf,
  textFrame,
} from '../../gateway/framed-socket.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

/** A server's socket and the client at its other end, an ordinary one. */
async function pair(): Promise<{ server: FramedSocket; client: WebSocket }> {
  const sockets = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    perMessageDeflate: false,
    WebSocket: FramedSocket,
  });
  closers.push(() => sockets.close());
  await once(sockets, 'listening');
  const { port } = sockets.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const [[server]] = await Promise.all([once(sockets, 'connection'), once(client, 'open')]);
  closers.push(() => client.terminate());
  return { server: server as FramedSocket, client };
}

/** A message with room in front of it, as a session hands it over. */
function withRoom(length: number): Uint8Array {
  const memory = new Uint8Array(MAX_FRAME_HEADER_BYTES + length).fill(7);
  return memory.subarray(MAX_FRAME_HEADER_BYTES);
}

// Below, at and above where the header grows.
const LENGTHS = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000];

describe('a framed message', () => {
  it.each(LENGTHS)('of %i bytes arrives as an ordinary one, text and binary', async (length) => {
    const { server, client } = await pair();
    const received: { data: Buffer; isBinary: boolean }[] = [];
    const both = new Promise<void>((resolve) => {
      client.on('message', (data: Buffer, isBinary: boolean) => {
        received.push({ data, isBinary });
        if (received.length === 3) resolve();
      });
    });
    const text = 'é'.repeat(Math.floor(length / 2)) + 'x'.repeat(length % 2);
    const frame = textFrame(text);
    expect(payloadBytesOf(frame)).toBe(length);
    server.sendFrame(frame, () => {});
    server.send('between');
    server.sendFrame(binaryFrameAround(withRoom(length)), () => {});
    await both;
    expect(received.map(({ isBinary }) => isBinary)).toEqual([false, false, true]);
    expect(String(received[0]?.data)).toBe(text);
    expect(String(received[1]?.data)).toBe('between');
    expect(received[2]?.data.equals(Buffer.alloc(length, 7))).toBe(true);
  });

  it('counts as buffered until it has left, and says when', async () => {
    const { server, client } = await pair();
    const raw = (client as unknown as { _socket: Socket })._socket;
    raw.pause();
    const frame = textFrame('x'.repeat(1024 * 1024));
    let written = 0;
    for (let i = 0; i < 16; i += 1) server.sendFrame(frame, () => written++);
    expect(server.bufferedAmount).toBeGreaterThan(frame.length);
    raw.resume();
    let received = 0;
    await new Promise<void>((resolve) => client.on('message', () => ++received === 16 && resolve()));
    expect(written).toBe(16);
    expect(server.bufferedAmount).toBe(0);
  });

  it('is not sent behind a close frame, nor on a socket that is gone', async () => {
    const { server, client } = await pair();
    let received = 0;
    client.on('message', () => received++);
    server.close(1000);
    server.sendFrame(textFrame('late'), () => expect.unreachable());
    const [code] = await once(client, 'close');
    expect(code).toBe(1000);
    if (server.readyState !== WebSocket.CLOSED) await once(server, 'close');
    server.sendFrame(textFrame('later'), () => expect.unreachable());
    expect(received).toBe(0);
  });
});
