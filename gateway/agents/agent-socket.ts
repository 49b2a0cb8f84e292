import type { YamuxError } from '../../protocol/yamux/error.ts';
import type { YamuxLimits } from '../../protocol/yamux/limits.ts';
import { type YamuxEvents, YamuxSession, type YamuxTransport } from '../../protocol/yamux/session.ts';
import type { YamuxStream } from '../../protocol/yamux/stream.ts';
import type { AgentIdentity } from '../auth/identity.ts';
import type { Clock } from '../clock.ts';
import type { CollectionClock } from '../collection-clock.ts';
import type { EndOfTurn } from '../end-of-turn.ts';
import { binaryFrameAround, type FramedSocket, MAX_FRAME_HEADER_BYTES } from '../framed-socket.ts';
import { AgentConnection, type Carrier, type ConnectionOptions } from './connection.ts';
import { closeFrame, type Ending } from './endings.ts';
import { PacedFeed } from './paced-feed.ts';

/** Bytes that may wait in a socket before data is held back: one yamux window, so that an agent never starves for it. */
const HIGH_WATER_BYTES = 256 * 1024;
/** Well above a report; a message that fills a window comes in parts of this size or more. */
const BULK_BYTES = 16 * 1024;
/** What `ws` says of a socket that ended without a close frame. */
const BROKEN_WITHOUT_A_WORD = 1006;
/** How long a closed socket may take for its closing handshake. */
const CLOSE_GRACE_MS = 2_000;
/** The same for who may not be here any more: gone within 5 s of that, on a gateway that is told of nothing too. */
const REVOKED_GRACE_MS = 500;

/** What all sockets of agents share, and who hears of them. */
export interface AgentSocketHost {
  readonly clock: Clock;
  readonly collectionClock: CollectionClock;
  readonly limits: YamuxLimits;
  readonly endOfTurn: EndOfTurn;
  readonly now: () => number;
  /** The agent has sent a message of {@link BULK_BYTES} or more. */
  onBulk(): void;
  /** The agent has opened a stream. */
  serve(stream: YamuxStream, connection: AgentConnection): void;
  /** The session has ended for this reason, its socket may not have closed yet. */
  onSessionEnded(reason: YamuxError, connection: AgentConnection): void;
  /** The socket has closed. */
  onClosed(socket: AgentSocket): void;
  /** What ran on it has ended too. */
  onEnded(socket: AgentSocket): void;
}

/**
 * One agent's socket with what runs on it. Its messages are the bytes of a yamux session: what the session sends in one
 * turn is one message, and it is told when a full socket has been taken.
 *
 * One object in the place of functions and of objects that hold them: there are ten thousand, and most say nothing.
 */
export class AgentSocket implements YamuxTransport, YamuxEvents, Carrier {
  readonly connection: AgentConnection;
  readonly session: YamuxSession;
  readonly #host: AgentSocketHost;
  readonly #socket: FramedSocket;
  readonly #feed: PacedFeed;
  /** Messages sent since more waited in the socket than the high water mark, and not yet taken; none where it is not full. */
  #untaken = 0;

  constructor(
    host: AgentSocketHost,
    socket: FramedSocket,
    identity: AgentIdentity,
    options: Pick<ConnectionOptions, 'monitored' | 'allowance'>,
  ) {
    this.#host = host;
    this.#socket = socket;
    const { collectionClock, limits, now, endOfTurn } = host;
    this.connection = new AgentConnection(identity, { ...options, collectionClock, carrier: this });
    const shared = { role: 'server', limits, now, endOfTurn: endOfTurn.add } as const;
    this.session = new YamuxSession({ ...shared, transport: this, events: this });
    this.#feed = new PacedFeed(socket, { turns: endOfTurn, session: this.session });
    this.#listen();
  }

  /** Closes politely, then for good where the peer does not answer. */
  closeAs(ending: Ending): void {
    const { code, text } = closeFrame(ending);
    this.#socket.close(code, text);
    const graceMs = ending === 'revoked' || ending === 'deleted' ? REVOKED_GRACE_MS : CLOSE_GRACE_MS;
    this.#host.clock.after(graceMs, () => this.#socket.terminate());
  }

  // ---- YamuxTransport ----

  /** For the header of the frame that a message becomes. */
  get headroomBytes(): number {
    return MAX_FRAME_HEADER_BYTES;
  }

  send(bytes: Uint8Array): boolean {
    const frame = binaryFrameAround(bytes);
    if (this.#untaken === 0 && this.#socket.bufferedAmount + bytes.length <= HIGH_WATER_BYTES) {
      this.#socket.sendFrame(frame);
      return true;
    }
    this.#untaken += 1;
    this.#socket.sendFrame(frame, () => this.#taken());
    return false;
  }

  close(reason: YamuxError | null): void {
    this.connection.end(endingOf(reason));
  }

  // ---- YamuxEvents ----

  onStream(stream: YamuxStream): void {
    this.#host.serve(stream, this.connection);
  }

  onClose(reason: YamuxError | null): void {
    if (reason !== null) this.#host.onSessionEnded(reason, this.connection);
  }

  #listen(): void {
    const socket = this.#socket;
    socket.binaryType = 'nodebuffer';
    socket.on('message', (data: Buffer, isBinary) => {
      if (data.length >= BULK_BYTES) this.#host.onBulk();
      if (isBinary) this.#feed.take(data);
      else this.connection.end('not_binary');
    });
    socket.on('close', (code) => this.#closed(code));
    socket.on('error', ignore);
  }

  /**
   * The socket has taken a message that was sent while it was full, and all before it. Counted, since what still waits in it
   * may be an answer to a ping of the WebSocket, of whose leaving nobody is told.
   */
  #taken(): void {
    this.#untaken -= 1;
    if (this.#untaken === 0) this.session.transportDrained();
  }

  #closed(code: number): void {
    this.connection.ended(code === BROKEN_WITHOUT_A_WORD ? 'lost' : 'closed');
    this.#feed.stop();
    this.#host.onClosed(this);
    // A network that fails ends every agent's socket in one turn.
    this.#host.endOfTurn.add(() => this.#end());
  }

  #end(): void {
    this.session.transportClosed();
    this.#host.onEnded(this);
  }
}

/** What is wrong with a socket is said by its close. */
function ignore(): void {}

/** How a connection ends whose session has ended first. */
function endingOf(reason: YamuxError | null): Ending {
  switch (reason?.code) {
    case undefined:
    case 'REMOTE_ERROR':
      return 'closed';
    case 'KEEP_ALIVE_TIMEOUT':
      return 'lost';
    default:
      return 'protocol_error';
  }
}
