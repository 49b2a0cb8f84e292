import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** One connection through the proxy. */
export interface ProxyLink {
  /** Closes the client's side as a network that breaks would, the server's side stays open. */
  cutClient(): void;
  /** From now on nothing of what the server says reaches the client. */
  muteServer(): void;
}

type ClientFilter = (bytes: Buffer, link: ProxyLink) => 'forward' | 'swallow';

/** Stands between a client and PostgreSQL, and breaks the connection at a moment that the test chooses. */
export class TcpProxy {
  /** Sees everything that a client sends; set by the test. */
  onClientData: ClientFilter = () => 'forward';
  /** Connections that clients have made so far. */
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  static async start(targetUrl: string): Promise<{ proxy: TcpProxy; url: string }> {
    const target = new URL(targetUrl);
    const proxy = new TcpProxy(target.hostname, Number(target.port));
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    target.hostname = '127.0.0.1';
    target.port = String((proxy.#server.address() as AddressInfo).port);
    return { proxy, url: target.toString() };
  }

  private constructor(host: string, port: number) {
    this.#server = createServer((client) => this.#join(client, connect({ host, port })));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, server: Socket): void {
    this.connections += 1;
    let muted = false;
    let cut = false;
    const link: ProxyLink = {
      cutClient: () => {
        cut = true;
        client.destroy();
      },
      muteServer: () => {
        muted = true;
      },
    };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    }
    client.on('data', (bytes) => {
      if (this.onClientData(bytes, link) === 'forward') server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (!muted) client.write(bytes);
    });
    client.on('close', () => {
      if (!cut) server.destroy();
    });
    server.on('close', () => client.destroy());
  }
}
