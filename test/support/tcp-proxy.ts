import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** One connection through the proxy. */
export interface ProxyLink {
  /** Closes the client's side as a network that breaks would, the server's side stays open. */
  cutClient(): void;
  /** From now on nothing of what the server says reaches the client. */
  muteServer(): void;
  /** Nothing passes any more in either direction, and neither side is told of anything, not even of the other's end. */
  freeze(): void;
  /** What has come meanwhile passes, and so does what comes. */
  thaw(): void;
  /** Both sides lose the connection at once. */
  cut(): void;
}

type Filter = (bytes: Buffer, link: ProxyLink) => 'forward' | 'swallow';

/** Most bytes per second in each direction of each connection; null: as many as come. */
export interface Throttle {
  toClient: number | null;
  toServer: number | null;
}

/** How often a throttled connection passes something on. */
const THROTTLE_SLICE_MS = 100;

/** Stands between a client and a server, and breaks their connections at moments that the test chooses. */
export class TcpProxy {
  /** Sees everything that a client sends; set by the test. */
  onClientData: Filter = () => 'forward';
  /** The same for what the server says. */
  onServerData: Filter = () => 'forward';
  /** Connections made from now on are frozen from their first byte. */
  freezeNew = false;
  throttle: Throttle = { toClient: null, toServer: null };
  /** Connections that clients have made so far. */
  connections = 0;
  /** Those that are open. */
  readonly links = new Set<ProxyLink>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target: { host: string; port: number };

  static async start(targetUrl: string): Promise<{ proxy: TcpProxy; url: string }> {
    const target = new URL(targetUrl);
    const proxy = new TcpProxy(addressOf(targetUrl));
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    target.hostname = '127.0.0.1';
    target.port = String((proxy.#server.address() as AddressInfo).port);
    return { proxy, url: target.toString() };
  }

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = createServer((client) => this.#join(client, connect({ ...this.#target, noDelay: true })));
  }

  /** Where connections lead that are made from now on. */
  lead(targetUrl: string): void {
    this.#target = addressOf(targetUrl);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, server: Socket): void {
    this.connections += 1;
    client.setNoDelay(true);
    let muted = false;
    let cut = false;
    let frozen = false;
    const passOn = (from: Socket, to: Socket, direction: keyof Throttle) => {
      const paced = new PacedPipe(from, to, () => this.throttle[direction]);
      return (bytes: Buffer) => paced.pass(bytes);
    };
    const endOther = (socket: Socket, unlessCut: boolean) => {
      if (!frozen && !(unlessCut && cut)) socket.destroy();
    };
    const link: ProxyLink = {
      cutClient: () => {
        cut = true;
        client.destroy();
      },
      muteServer: () => {
        muted = true;
      },
      freeze: () => {
        frozen = true;
        client.pause();
        server.pause();
      },
      thaw: () => {
        frozen = false;
        if (client.destroyed || server.destroyed) link.cut();
        client.resume();
        server.resume();
      },
      cut: () => {
        client.destroy();
        server.destroy();
      },
    };
    this.links.add(link);
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        if (client.destroyed && server.destroyed) this.links.delete(link);
      });
    }
    const toServer = passOn(client, server, 'toServer');
    const toClient = passOn(server, client, 'toClient');
    client.on('data', (bytes: Buffer) => {
      if (this.onClientData(bytes, link) === 'forward') toServer(bytes);
    });
    server.on('data', (bytes: Buffer) => {
      if (!muted && this.onServerData(bytes, link) === 'forward') toClient(bytes);
    });
    client.on('close', () => endOther(server, true));
    server.on('close', () => endOther(client, false));
    if (this.freezeNew) link.freeze();
  }
}

function addressOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

/** One direction of a connection, no faster than it is allowed to be. */
class PacedPipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #bytesPerSecond: () => number | null;

  constructor(from: Socket, to: Socket, bytesPerSecond: () => number | null) {
    this.#from = from;
    this.#to = to;
    this.#bytesPerSecond = bytesPerSecond;
  }

  pass(bytes: Buffer): void {
    if (this.#to.destroyed) return;
    const perSecond = this.#bytesPerSecond();
    if (perSecond === null) {
      this.#to.write(bytes);
      return;
    }
    // Nothing more is read meanwhile, so that whoever sends feels it.
    this.#from.pause();
    const slice = Math.max(1, Math.floor((perSecond * THROTTLE_SLICE_MS) / 1_000));
    this.#to.write(bytes.subarray(0, slice));
    setTimeout(() => {
      const rest = bytes.subarray(slice);
      if (rest.length > 0) this.pass(rest);
      if (rest.length === 0 || this.#bytesPerSecond() === null) this.#from.resume();
    }, THROTTLE_SLICE_MS);
  }
}
