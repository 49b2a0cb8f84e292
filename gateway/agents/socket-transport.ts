import type { WebSocket } from 'ws';
import type { YamuxError } from '../../protocol/yamux/error.ts';
import type { YamuxTransport } from '../../protocol/yamux/session.ts';

/** Bytes that may wait in a socket before data is held back: one yamux window, so that an agent never starves for it. */
const HIGH_WATER_BYTES = 256 * 1024;

/**
 * Carries a session's bytes over a WebSocket: what the session sends in one turn is one binary message, and the
 * session is told when the socket has taken it.
 */
export class SocketTransport implements YamuxTransport {
  readonly #socket: WebSocket;
  readonly #onDrained: () => void;
  readonly #onClose: (reason: YamuxError | null) => void;
  #full = false;
  readonly #sent = () => {
    if (!this.#full || this.#socket.bufferedAmount > 0) return;
    this.#full = false;
    this.#onDrained();
  };

  constructor(socket: WebSocket, events: { onDrained(): void; onClose(reason: YamuxError | null): void }) {
    this.#socket = socket;
    this.#onDrained = events.onDrained;
    this.#onClose = events.onClose;
  }

  send(bytes: Uint8Array): boolean {
    this.#socket.send(bytes, this.#sent);
    this.#full = this.#socket.bufferedAmount > HIGH_WATER_BYTES;
    return !this.#full;
  }

  close(reason: YamuxError | null): void {
    this.#onClose(reason);
  }
}
