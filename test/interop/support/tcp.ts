/** Yamux and DRPC without a WebSocket: straight on TCP. */

import type { AddressInfo } from 'node:net';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import type { ByteStream, ByteStreamEvents } from '../../../protocol/byte-stream.ts';
import { yamuxLimits } from '../../../protocol/yamux/limits.ts';
import { type YamuxEvents, YamuxSession, type YamuxSessionOptions } from '../../../protocol/yamux/session.ts';
import type { WindowLedger } from './window-ledger.ts';

export interface Listening {
  address: string;
  close(): Promise<void>;
}

export async function listen(onSocket: (socket: Socket) => void): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function connect(address: string): Promise<Socket> {
  const [host, port] = address.split(':');
  const socket = dial({ host: host ?? '', port: Number(port), noDelay: true });
  socket.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('close', () => reject(new Error(`no connection to ${address}`)));
  });
  return socket;
}

export type SessionOnOptions = Pick<YamuxSessionOptions, 'role' | 'limits'> &
  Pick<YamuxEvents, 'onStream'> & {
    /** Sees everything that passes. */
    ledger?: WindowLedger | undefined;
  };

/** One session on a socket. The sweep is left to the test: none of its cases waits for a time limit of ours. */
export function sessionOn(
  socket: Socket,
  { role, limits = yamuxLimits(), onStream, ledger }: SessionOnOptions,
): YamuxSession {
  const session = new YamuxSession({
    role,
    limits,
    events: { onStream, onClose: () => {} },
    transport: {
      send: (bytes) => {
        ledger?.sent(bytes);
        return socket.write(bytes);
      },
      close: () => socket.end(),
    },
  });
  socket.on('data', (chunk) => {
    ledger?.received(chunk);
    session.receive(chunk);
  });
  socket.on('drain', () => session.transportDrained());
  socket.on('close', () => session.transportClosed());
  return session;
}

/** A whole TCP connection as one byte stream. */
export class SocketStream implements ByteStream {
  readonly id = 1;
  readonly #socket: Socket;
  #events: ByteStreamEvents | null = null;
  #ended = false;
  #over = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.allowHalfOpen = true;
    socket.on('readable', () => this.#events?.onReadable());
    socket.on('end', () => {
      this.#ended = true;
      this.#events?.onReadable();
    });
    socket.on('drain', () => this.#events?.onDrain?.());
    socket.on('close', () => {
      if (this.#over || (this.#ended && socket.writableFinished)) return;
      this.#over = true;
      this.#events?.onReset(new Error('the connection is gone'));
    });
  }

  listen(events: ByteStreamEvents): void {
    this.#events = events;
    if (this.#socket.readableLength > 0 || this.#ended) events.onReadable();
  }

  read(): Uint8Array | null {
    return this.#socket.read();
  }

  get readEnded(): boolean {
    return this.#ended;
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket.write(bytes);
  }

  end(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#over = true;
    this.#socket.resetAndDestroy();
  }
}
