import type { RawData } from 'ws';
import type { FramedSocket } from '../framed-socket.ts';
import type { WatchHub } from './hub.ts';
import type { WatchAccess, WatchChannel, WatcherHandle } from './watcher.ts';

/** A `ws` socket as the hub's channel. */
class SocketChannel implements WatchChannel {
  readonly #socket: FramedSocket;
  readonly #onWritten: () => void;
  #givenBytes = 0;

  constructor(socket: FramedSocket, onWritten: () => void) {
    this.#socket = socket;
    this.#onWritten = onWritten;
  }

  sendFrame(frame: Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#givenBytes += frame.length;
    this.#socket.sendFrame(frame, this.#onWritten);
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** The parts of a large write that have left count too. */
  get progressMark(): number {
    return this.#givenBytes - this.#socket.bufferedAmount - this.#socket.writeQueueBytes;
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  destroy(): void {
    this.#socket.terminate();
  }
}

/**
 * Lets a watcher's open socket watch. The socket's server should set `maxPayload` and leave compression off: a frame
 * that is compressed for each watcher is encoded once for each.
 *
 * @returns the watcher's handle, to end it from our side
 */
export function attachWatcherSocket(hub: WatchHub, socket: FramedSocket, access: WatchAccess): WatcherHandle {
  let handle: WatcherHandle | null = null;
  const attached = hub.attach(new SocketChannel(socket, () => handle?.drained()), access);
  handle = attached;
  socket.on('message', (data: RawData, isBinary: boolean) => attached.receive(isBinary ? '' : String(data)));
  socket.on('close', () => attached.closed());
  // A close event follows, with all that needs doing.
  socket.on('error', () => {});
  return attached;
}
