import type { YamuxError } from '../../protocol/yamux/error.ts';
import { type YamuxLimits, yamuxLimits } from '../../protocol/yamux/limits.ts';
import { YamuxSession } from '../../protocol/yamux/session.ts';
import type { YamuxStream } from '../../protocol/yamux/stream.ts';
import { concat, type DecodedFrame, decodeNaively, encodeNaively, show, type WireFrame } from './yamux-wire.ts';

export interface RigOptions {
  role?: 'client' | 'server';
  limits?: Partial<YamuxLimits>;
  /** Called with each stream that the session serves, once it is being watched. */
  onStream?: (watched: WatchedStream) => void;
}

/** One session whose transport, clock and turns of the event loop are in the test's hand. */
export class YamuxRig {
  readonly session: YamuxSession;
  readonly streams: WatchedStream[] = [];
  /** What the transport's `send` returns the contrary of. */
  full = false;
  nowMs = 1_000;
  /** Undefined until the session has ended. */
  closedWith: YamuxError | null | undefined = undefined;
  transportClosedWith: YamuxError | null | undefined = undefined;
  #messages: Uint8Array[] = [];
  #tasks: (() => void)[] = [];

  constructor(options: RigOptions = {}) {
    this.session = new YamuxSession({
      role: options.role ?? 'server',
      transport: {
        send: (bytes) => {
          if (this.transportClosedWith !== undefined) throw new Error('sent to a closed transport');
          this.#messages.push(bytes);
          return !this.full;
        },
        close: (reason) => {
          this.transportClosedWith = reason;
        },
      },
      limits: yamuxLimits(options.limits),
      now: () => this.nowMs,
      endOfTurn: (task) => this.#tasks.push(task),
      events: {
        onStream: (stream) => {
          const watched = new WatchedStream(stream);
          this.streams.push(watched);
          options.onStream?.(watched);
        },
        onClose: (reason) => {
          if (this.closedWith !== undefined) throw new Error('told twice of the end');
          this.closedWith = reason;
        },
      },
    });
  }

  /** Gives the session frames, in one piece. */
  feed(...frames: WireFrame[]): void {
    this.session.receive(concat(frames.map(encodeNaively)));
  }

  /** Ends the turn: what was put off to its end runs. */
  turn(): void {
    const tasks = this.#tasks;
    this.#tasks = [];
    for (const task of tasks) task();
  }

  /** Something is put off to the end of the turn. */
  get busy(): boolean {
    return this.#tasks.length > 0;
  }

  /** Ends turns until nothing is put off any more. */
  settle(): void {
    while (this.#tasks.length > 0) this.turn();
  }

  /** The messages sent since the last call. */
  messages(): Uint8Array[] {
    const messages = this.#messages;
    this.#messages = [];
    return messages;
  }

  frames(): DecodedFrame[] {
    return this.messages().flatMap((message) => decodeNaively(message));
  }

  /** Ends the turn and shows the frames that it sent. */
  sent(): string[] {
    this.turn();
    return this.frames().map(show);
  }

  advance(ms: number): void {
    this.nowMs += ms;
    this.session.sweep(this.nowMs);
  }

  open(): WatchedStream {
    return new WatchedStream(this.session.openStream());
  }

  /** The stream served under this id. */
  served(id: number): WatchedStream {
    const found = this.streams.find(({ stream }) => stream.id === id);
    if (found === undefined) throw new Error(`stream ${id} is not served`);
    return found;
  }
}

/** A stream with a user that remembers what it was told, and reads only when asked. */
export class WatchedStream {
  readonly stream: YamuxStream;
  readonly resets: Error[] = [];
  readable = 0;
  drains = 0;

  constructor(stream: YamuxStream) {
    this.stream = stream;
    stream.listen({
      onReadable: () => {
        this.readable++;
        this.whenReadable?.();
      },
      onDrain: () => {
        this.drains++;
        this.whenDrained?.();
      },
      onReset: (reason) => this.resets.push(reason),
    });
  }

  whenReadable: (() => void) | undefined;
  whenDrained: (() => void) | undefined;

  /** Everything that waits to be read. */
  readAll(): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let bytes = this.stream.read(); bytes !== null; bytes = this.stream.read()) parts.push(bytes);
    return concat(parts);
  }

  get resetCodes(): string[] {
    return this.resets.map((reason) => (reason as YamuxError).code);
  }
}
