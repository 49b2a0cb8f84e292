import type { ByteStream, ByteStreamEvents } from '../../protocol/byte-stream.ts';

/** What went over one direction of a pair, for tests that look at the wire. */
export type WireEvent = { type: 'write'; bytes: Uint8Array } | { type: 'end' } | { type: 'reset' };

export interface MemoryStreamOptions {
  /** Bytes that may be on their way before a write returns false; given back as the other side reads. */
  windowBytes?: number;
  /** How a write is cut before it arrives; whole by default. */
  cut?(bytes: Uint8Array): Uint8Array[];
}

/**
 * One end of a pair of byte streams in memory, with the promises of {@link ByteStream}: pull reading, credit given back
 * by reading, no callback inside a call of the user. Callbacks run in microtasks.
 */
export class MemoryStream implements ByteStream {
  readonly id: number;
  /** Everything this end has done, in order. */
  readonly sent: WireEvent[] = [];
  readonly #options: MemoryStreamOptions;
  #peer: MemoryStream | null = null;
  #events: ByteStreamEvents | null = null;
  /** Has been sent, has not been let through by the peer's window. */
  readonly #outgoing: Uint8Array[] = [];
  #creditBytes: number;
  #endQueued = false;
  #ended = false;
  readonly #incoming: Uint8Array[] = [];
  #peerEnded = false;
  #broken = false;

  constructor(id: number, options: MemoryStreamOptions) {
    this.id = id;
    this.#options = options;
    this.#creditBytes = options.windowBytes ?? 256 * 1024;
  }

  connect(peer: MemoryStream): void {
    this.#peer = peer;
  }

  /** Bytes that have arrived and wait to be read. */
  get unreadBytes(): number {
    return this.#incoming.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  get wasReset(): boolean {
    return this.#broken;
  }

  listen(events: ByteStreamEvents): void {
    this.#events = events;
    if (this.#incoming.length > 0 || this.#peerEnded) events.onReadable();
  }

  read(): Uint8Array | null {
    const chunk = this.#incoming.shift() ?? null;
    if (chunk !== null) this.#peer?.credit(chunk.length);
    return chunk;
  }

  get readEnded(): boolean {
    return this.#peerEnded && this.#incoming.length === 0;
  }

  write(bytes: Uint8Array): boolean {
    if (this.#endQueued || this.#broken) return true;
    this.sent.push({ type: 'write', bytes });
    this.#outgoing.push(...(this.#options.cut?.(bytes) ?? [bytes]));
    this.#flush();
    return this.#outgoing.length === 0;
  }

  end(): void {
    if (this.#endQueued || this.#broken) return;
    this.sent.push({ type: 'end' });
    this.#endQueued = true;
    this.#flush();
  }

  reset(): void {
    if (this.#broken) return;
    this.sent.push({ type: 'reset' });
    this.#broken = true;
    this.#incoming.length = 0;
    this.#outgoing.length = 0;
    this.#peer?.breakOff(new Error('reset by peer'));
  }

  credit(bytes: number): void {
    this.#creditBytes += bytes;
    const wasBlocked = this.#outgoing.length > 0;
    this.#flush();
    if (wasBlocked && this.#outgoing.length === 0) this.#tell((events) => events.onDrain?.());
  }

  receive(chunk: Uint8Array): void {
    if (this.#broken) return;
    this.#incoming.push(chunk);
    this.#tell((events) => events.onReadable());
  }

  finish(): void {
    this.#peerEnded = true;
    this.#tell((events) => events.onReadable());
  }

  breakOff(reason: Error): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#incoming.length = 0;
    this.#outgoing.length = 0;
    this.#tell((events) => events.onReset(reason));
  }

  #tell(event: (events: ByteStreamEvents) => void): void {
    queueMicrotask(() => {
      if (this.#events !== null) event(this.#events);
    });
  }

  #flush(): void {
    for (let chunk = this.#outgoing[0]; chunk !== undefined && this.#creditBytes > 0; chunk = this.#outgoing[0]) {
      const part = chunk.subarray(0, this.#creditBytes);
      this.#creditBytes -= part.length;
      if (part.length === chunk.length) this.#outgoing.shift();
      else this.#outgoing[0] = chunk.subarray(part.length);
      this.#peer?.receive(part);
    }
    if (this.#endQueued && !this.#ended && this.#outgoing.length === 0) {
      this.#ended = true;
      this.#peer?.finish();
    }
  }
}

let nextId = 1;

/** Two connected ends; `a` and `b` say how each end's writes travel. */
export function memoryStreamPair(
  a: MemoryStreamOptions = {},
  b: MemoryStreamOptions = {},
): [MemoryStream, MemoryStream] {
  const id = nextId++;
  const first = new MemoryStream(id, a);
  const second = new MemoryStream(id, b);
  first.connect(second);
  second.connect(first);
  return [first, second];
}
