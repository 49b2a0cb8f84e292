import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWebSocketStream, WebSocket, WebSocketServer } from 'ws';
import { Client } from 'yamux-js';
import { YamuxSession } from '../../../protocol/yamux/session.ts';
import type { YamuxStream } from '../../../protocol/yamux/stream.ts';
import { pattern, sameBytes } from '../../support/yamux-wire.ts';

/**
 * `yamux-js` 0.2.0 as a client over a real WebSocket. Its own faults, which these tests go around:
 * - it never reports the peer's FIN or RST to the stream's user, so an answer's length has to be known;
 * - it forgets a stream only when `close` has been called twice (the second FIN is ignored by our side);
 * - it loses a frame that the transport cuts, so it must get whole frames in each message, as our session sends them;
 * - it returns window before its user has read, and retries a full send window every 100 ms.
 */
interface ForeignStream extends Duplex {
  close(): void;
}

describe('yamux-js as a client of our server', () => {
  let listener: WebSocketServer;
  let server: YamuxSession;
  let client: Client;
  let socket: WebSocket;
  const resets: Error[] = [];
  let ended: { count: number; wake: (() => void) | null };

  /** Answers each byte that comes with itself and finishes when the peer has. */
  function echo(stream: YamuxStream): void {
    stream.listen({
      onReadable: () => {
        for (let bytes = stream.read(); bytes !== null; bytes = stream.read()) stream.write(bytes.slice());
        if (!stream.readEnded) return;
        stream.end();
        ended.count++;
        ended.wake?.();
      },
      onReset: (reason) => resets.push(reason),
    });
  }

  beforeEach(async () => {
    ended = { count: 0, wake: null };
    resets.length = 0;
    listener = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    listener.on('connection', (peer) => {
      server = new YamuxSession({
        role: 'server',
        transport: {
          send: (bytes) => {
            peer.send(bytes);
            return true;
          },
          close: () => peer.close(),
        },
        events: { onStream: echo, onClose: () => {} },
      });
      peer.on('message', (data: Buffer) => server.receive(data));
      peer.on('close', () => server.transportClosed());
    });
    await once(listener, 'listening');
    socket = new WebSocket(`ws://127.0.0.1:${(listener.address() as AddressInfo).port}`);
    const wire = createWebSocketStream(socket);
    client = new Client({ enableKeepAlive: false, logger: () => {} });
    client.pipe(wire).pipe(client);
    wire.on('error', () => {});
    await once(socket, 'open');
  });

  afterEach(async () => {
    socket.terminate();
    listener.close();
    await once(listener, 'close');
  });

  /** Writes and resolves with as many bytes of answer. */
  function call(stream: ForeignStream, bytes: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve) => {
      const got: Buffer[] = [];
      let length = 0;
      stream.on('data', (chunk: Buffer) => {
        got.push(chunk);
        length += chunk.length;
        if (length === bytes.length) resolve(Buffer.concat(got));
      });
      stream.write(Buffer.from(bytes));
    });
  }

  async function allEnded(count: number): Promise<void> {
    while (ended.count < count) {
      await new Promise<void>((resolve) => {
        ended.wake = resolve;
      });
    }
  }

  it('has 1,000 consecutive streams served and ended, none reset', async () => {
    for (let count = 0; count < 1_000; count++) {
      const stream = client.open() as unknown as ForeignStream;
      const got = await call(stream, pattern(30, count));
      if (!sameBytes(got, pattern(30, count))) throw new Error(`stream ${count} came back changed`);
      stream.close();
      stream.close();
    }
    await allEnded(1_000);
    expect(resets).toEqual([]);
    expect(server.isClosed).toBe(false);
    await server.ping();
    expect(server.streamCount).toBe(0);
  });

  it('has 100 streams served at once, more than a window of each both ways', async () => {
    const streams = Array.from({ length: 100 }, () => client.open() as unknown as ForeignStream);
    const size = 300_000;
    const got = await Promise.all(streams.map((stream, index) => call(stream, pattern(size, index))));
    expect(got.every((bytes, index) => sameBytes(bytes, pattern(size, index)))).toBe(true);
    for (const stream of streams) stream.close();
    await allEnded(100);
    expect(resets).toEqual([]);
  });

  it('pings and is pinged', async () => {
    expect(await server.ping()).toBeGreaterThanOrEqual(0);
    const { pings } = client as unknown as { pings: Map<number, NodeJS.Timeout> };
    (client as unknown as { ping(): void }).ping();
    expect(pings.size).toBe(1);
    // The first answer shows that its ping has come, the second that ours to it has arrived.
    await server.ping();
    await server.ping();
    expect(pings.size).toBe(0);
  });
});
