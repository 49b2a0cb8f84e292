import type { ByteStream, ByteStreamEvents } from '../byte-stream.ts';
import { DrpcError, decodeErrorBody } from './error.ts';
import { Kind } from './frame.ts';
import { Inbox } from './inbox.ts';
import { encodeMetadata } from './metadata.ts';
import { type Packet, PacketReader } from './reader.ts';
import { decodeMessage, encodeMessage, type MethodDescriptor } from './service.ts';
import { type Outgoing, PacketWriter } from './writer.ts';

/**
 * How a call that is given up tells the server: by the end of our direction alone, by a Cancel packet ahead of it, or by
 * a reset, which also drops what has not been sent yet.
 */
export type CancelMode = 'finish' | 'packet' | 'reset';

export interface ClientCallOptions {
  readonly rpc: string;
  readonly method: MethodDescriptor;
  /** The request of a call that has just one, encoded; null where requests follow by {@link ClientCall.send}. */
  readonly request: Uint8Array | null;
  readonly signal: AbortSignal | undefined;
  readonly metadata: Iterable<readonly [string, string]> | undefined;
  readonly cancel: CancelMode;
  readonly maxMessageBytes: number;
}

const encoder = new TextEncoder();

/** The id of a stream's first call; there is never a second one. */
const streamId = 1;

/** One call on a stream of its own, from its Invoke to the end of the stream. */
export class ClientCall implements ByteStreamEvents {
  readonly #stream: ByteStream;
  readonly #options: ClientCallOptions;
  readonly #reader: PacketReader;
  readonly #writer: PacketWriter;
  readonly #inbox = new Inbox(() => this.#pump());
  /** Nothing more of the call is expected; what still comes is dropped until the server finishes. */
  #over = false;
  #pumping = false;

  constructor(stream: ByteStream, options: ClientCallOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#reader = new PacketReader(options.maxMessageBytes);
    this.#writer = new PacketWriter(stream);
    this.#writer.startCall(streamId);
    options.signal?.addEventListener('abort', this.#onAbort);
    if (options.signal?.aborted) this.#onAbort();
    else this.#invoke();
    stream.listen(this);
  }

  /** Sends Invoke, request and CloseSend in one write. */
  #invoke(): void {
    const { rpc, metadata, request } = this.#options;
    const packets: Outgoing[] = [{ kind: Kind.invoke, data: encoder.encode(rpc) }];
    if (metadata !== undefined) packets.unshift({ kind: Kind.invokeMetadata, data: encodeMetadata(metadata) });
    if (request !== null) packets.push({ kind: Kind.message, data: request }, { kind: Kind.closeSend });
    this.#writer.send(...packets);
  }

  /** The reply of a unary call. */
  async result(): Promise<unknown> {
    const reply = await this.#inbox.take();
    if (reply === null) throw new DrpcError('protocol', 'the call ended without a reply');
    this.#conclude(new DrpcError('closed', 'the call has ended'));
    return decodeMessage(this.#options.method.reply, reply);
  }

  async receive(): Promise<unknown> {
    const reply = await this.#inbox.take();
    if (reply === null) return null;
    try {
      return decodeMessage(this.#options.method.reply, reply);
    } catch (cause) {
      this.cancel();
      throw cause;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void> {
    try {
      for (let reply = await this.receive(); reply !== null; reply = await this.receive()) yield reply;
    } finally {
      this.cancel();
    }
  }

  async send(request: unknown): Promise<void> {
    if (this.#over) throw new DrpcError('closed', 'the call has ended');
    this.#writer.send({ kind: Kind.message, data: encodeMessage(this.#options.method.request, request) });
    await this.#writer.ready();
  }

  closeSend(): void {
    if (!this.#over) this.#writer.send({ kind: Kind.closeSend });
  }

  cancel(): void {
    this.#giveUp(new DrpcError('cancelled', 'the call was given up'));
  }

  readonly #onAbort = (): void => {
    this.#giveUp(new DrpcError('cancelled', 'the call was given up', { cause: this.#options.signal?.reason }));
  };

  #giveUp(reason: DrpcError): void {
    if (this.#over) return;
    this.#settle(reason);
    if (this.#options.cancel === 'reset') {
      this.#stream.reset();
      return;
    }
    if (this.#options.cancel === 'packet') this.#writer.send({ kind: Kind.cancel, control: true });
    this.#stream.end();
    this.#pump();
  }

  onReadable(): void {
    this.#pump();
  }

  onDrain(): void {
    this.#writer.drained();
  }

  onReset(cause: Error): void {
    const failure = new DrpcError('closed', 'the stream was reset', { cause });
    // A call that was decided before stays so: only a request that has not left yet fails.
    if (this.#over) this.#writer.fail(() => failure);
    else this.#settle(failure);
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#step());
    } catch (cause) {
      this.#settle(DrpcError.from(cause));
      this.#stream.reset();
    } finally {
      this.#pumping = false;
    }
    if (this.#stream.readEnded && !this.#inbox.full) {
      this.#conclude(new DrpcError('closed', 'the stream ended before the call'));
    }
  }

  #step(): boolean {
    if (this.#over) return this.#stream.read() !== null;
    if (this.#inbox.full) return false;
    const packet = this.#reader.next(this.#stream);
    if (packet === null) return false;
    this.#handle(packet);
    return true;
  }

  #handle(packet: Packet): void {
    if (packet.streamId !== streamId) throw new DrpcError('protocol', `packet for stream id ${packet.streamId}`);
    switch (packet.kind) {
      case Kind.message:
        this.#inbox.offer(packet.data);
        return;
      case Kind.closeSend:
      case Kind.close:
        this.#inbox.end();
        this.#conclude(null);
        return;
      case Kind.error:
        this.#conclude(decodeErrorBody(packet.data));
        return;
      case Kind.cancel:
        this.#conclude(new DrpcError('cancelled', 'the server gave the call up'));
        return;
      default:
        if (!packet.control) throw new DrpcError('protocol', `unknown packet kind: ${packet.kind}`);
    }
  }

  /** The call is decided: finishes our direction. `null` is a clean end. */
  #conclude(failure: DrpcError | null): void {
    if (this.#over) return;
    this.#settle(failure);
    this.#stream.end();
    this.#pump();
  }

  #settle(failure: DrpcError | null): void {
    this.#over = true;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    if (failure === null) return;
    this.#inbox.fail(() => failure);
    this.#writer.fail(() => failure);
  }
}
