import { connect, type Socket } from 'node:net';
import type postgres from 'postgres';

/** How long one host of the URL may take to accept a connection. */
export const CONNECT_TIMEOUT_MS = 10_000;

/** First keep-alive probe after this much silence, so that a peer that vanished is noticed without traffic. */
const TCP_KEEP_ALIVE_MS = 10_000;

/** Gives the client library its socket, host by host until one is established, and never another after that. */
export class SocketSource {
  /** Set once the server has answered: from then on a second socket is refused. */
  established = false;
  readonly #timeoutMs: number;
  #attempts = 0;
  #socket: Socket | null = null;
  #destroyed = false;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Called by the library for each attempt. Tries the hosts that are left in their order. */
  async next(target: postgres.ParsedOptions): Promise<Socket> {
    let failure: unknown = new Error('the connection ended before the server had answered');
    while (!this.established && !this.#destroyed && this.#attempts < target.host.length) {
      const host = this.#attempts;
      this.#attempts += 1;
      try {
        return await this.#open(target, host);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  destroy(): void {
    this.#destroyed = true;
    this.#socket?.destroy();
  }

  #open(target: postgres.ParsedOptions, index: number): Promise<Socket> {
    const host = target.host[index] ?? 'localhost';
    const port = target.port[index] ?? 5432;
    const path = target.path as unknown;
    const socket = typeof path === 'string' && path !== '' ? connect({ path }) : connect({ host, port, noDelay: true });
    this.#socket = socket;
    // The library reads the server's name for TLS from here.
    Object.assign(socket, { host, port });
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => socket.destroy(new Error(`no answer from ${host} port ${port}`)), this.#timeoutMs);
      const settle = (done: () => void) => {
        clearTimeout(timer);
        socket.off('connect', onConnect).off('error', onError).off('close', onClose);
        done();
      };
      const onConnect = () => settle(() => resolve(socket));
      const onError = (error: Error) => settle(() => reject(error));
      const onClose = () => settle(() => reject(new Error('the connection was closed')));
      socket.on('connect', onConnect).on('error', onError).on('close', onClose);
    });
  }
}
