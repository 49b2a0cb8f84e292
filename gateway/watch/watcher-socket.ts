import type { RawData } from 'ws';
import { type FramedSocket, textFrame } from '../framed-socket.ts';
import type { WatchHub } from './hub.ts';
import type { WatchAccess, WatchChannel, WatcherHandle } from './watcher.ts';

/** The part of a socket's handle that says how much of a write the kernel has not taken; missing on some streams. */
interface WithWriteQueue {
  _socket?: { _handle?: { writeQueueSize?: number } | null } | null;
}

/** A `ws` socket as the hub's channel. */
class SocketChannel implements WatchChannel {
  readonly #socket: FramedSocket;
  readonly #onWritten: () => void;
  #givenBytes = 0;

  constructor(socket: FramedSocket, onWritten: () => void) {
    this.#socket = socket;
    this.#onWritten = onWritten;
  }

  send(message: string): void {
    this.sendFrame(textFrame(message));
  }

  sendFrame(frame: Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#givenBytes += frame.length;
    this.#socket.sendFrame(frame, this.#onWritten);
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** A large write counts as buffered until all of it has left: the handle tells of its parts. */
  get progressMark(): number {
    const handle = (this.#socket as unknown as WithWriteQueue)._socket?._handle;
    return this.#givenBytes - this.#socket.bufferedAmount - (handle?.writeQueueSize ?? 0);
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
