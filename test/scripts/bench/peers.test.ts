import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { reporter, watcher } from '../../../scripts/bench/load/peers.ts';

/** Of each server whose ping may come in one message with others: its greeting, a message to a watcher, an acknowledgement, and asking itself. */
const asking = [
  {
    dialect: 'centrifugo',
    greeting: '{"id":1,"connect":{}}',
    message: '{"push":{}}',
    acknowledgement: '{"id":3}',
    ping: '{}',
    pong: '{}',
    end: '\n',
  },
  {
    dialect: 'nats',
    greeting: '+OK\r\n',
    message: 'MSG fleet 1 2\r\n{}\r\n',
    acknowledgement: '+OK\r\n',
    ping: 'PING\r\n',
    pong: 'PONG\r\n',
    end: '',
  },
] as const;

describe.each(asking)(
  'load that speaks as $dialect does',
  ({ dialect, greeting, message, acknowledgement, ...life }) => {
    let server: WebSocketServer;
    let url: string;

    beforeEach(async () => {
      server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
      await once(server, 'listening');
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterEach(() => {
      for (const client of server.clients) client.terminate();
      server.close();
    });

    /** The socket of who connects, once it has been greeted. */
    async function greeted(): Promise<WebSocket> {
      const [socket] = (await once(server, 'connection')) as [WebSocket];
      await once(socket, 'message');
      socket.send(greeting);
      return socket;
    }

    /** Resolves with the answer to a ping. */
    const ponged = (socket: WebSocket) =>
      new Promise((resolve) => {
        socket.on('message', (data: Buffer) => data.toString() === life.pong && resolve(life.pong));
      });

    it('answers as a watcher to a ping that comes in one message with others', async () => {
      const messages: string[] = [];
      const accepted = greeted();
      const onMessage = (data: Buffer) => messages.push(data.toString());
      const opened = watcher({ dialect, url, token: '', agents: null, onMessage });
      const socket = await accepted;
      await opened;
      const together = [message, life.ping, message].join(life.end);
      const answered = ponged(socket);
      socket.send(together);
      expect(await answered).toBe(life.pong);
      expect(messages).toContain(together);
    });

    it('answers as an agent, and takes the acknowledgement that comes with the ping', async () => {
      const accepted = greeted();
      const agent = reporter({ dialect, url, token: '', agent: 0, keys: 1, held: false, onClose() {} });
      const socket = await accepted;
      await agent.opened;
      const reported = once(socket, 'message');
      const ended = new Promise<void>((resolve) => agent.report(1_767_607_200_000_000, () => {}, resolve));
      await reported;
      const answered = ponged(socket);
      socket.send([life.ping, acknowledgement].join(life.end));
      expect(await answered).toBe(life.pong);
      await ended;
    });
  },
);
