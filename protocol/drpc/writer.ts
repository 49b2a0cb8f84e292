/** Turns packets into frames. Source: storj/drpc `drpcwire/split.go`, `drpcstream/stream.go`. */
import type { ByteStream } from '../byte-stream.ts';
import { type FrameHeader, frameHeaderBytes, writeFrameHeader } from './frame.ts';
import type { Packet } from './reader.ts';

/** Longer packets are cut into frames of this many bytes, so that a peer can take them in pieces. */
export const maxFrameDataBytes = 64 * 1024;

const none = new Uint8Array(0);

/** All frames of all packets in one array, so that they leave in one write. */
export function encodePackets(packets: readonly Packet[]): Uint8Array {
  let size = 0;
  for (const packet of packets) size += framesBytes(packet);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const packet of packets) at = writeFrames(bytes, at, packet);
  return bytes;
}

function framesBytes(packet: Packet): number {
  const header = emptyHeader(packet);
  let bytes = 0;
  for (let from = 0; !header.done; from += header.dataBytes) {
    measureFrame(header, packet, from);
    bytes += frameHeaderBytes(header) + header.dataBytes;
  }
  return bytes;
}

function writeFrames(target: Uint8Array, offset: number, packet: Packet): number {
  const { data } = packet;
  const header = emptyHeader(packet);
  let at = offset;
  for (let from = 0; !header.done; from += header.dataBytes) {
    measureFrame(header, packet, from);
    at = writeFrameHeader(target, at, header);
    // Most packets are one frame: there a view of the whole would be made for nothing.
    target.set(header.dataBytes === data.length ? data : data.subarray(from, from + header.dataBytes), at);
    at += header.dataBytes;
  }
  return at;
}

function emptyHeader({ kind, control, streamId, messageId }: Packet): FrameHeader {
  return { kind, control, streamId, messageId, done: false, dataBytes: 0 };
}

/** Makes it the header of the frame that begins `from` bytes into the packet's data. */
function measureFrame(header: FrameHeader, { data }: Packet, from: number): void {
  header.dataBytes = Math.min(data.length - from, maxFrameDataBytes);
  header.done = from + header.dataBytes === data.length;
}

/** A packet before it has been given its place on a stream. */
export interface Outgoing {
  kind: number;
  data?: Uint8Array;
  control?: boolean;
}

/** Numbers one direction's packets, and knows whether the stream takes more. */
export class PacketWriter {
  readonly #stream: ByteStream;
  #streamId = 1;
  #messageId = 0;
  #blocked = false;
  #waiting: { resolve: () => void; reject: (reason: Error) => void }[] | null = null;

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  /** True while the stream holds more than the peer takes. */
  get blocked(): boolean {
    return this.#blocked;
  }

  /** Numbers start again at 1 with each call on a transport. */
  startCall(streamId: number): void {
    this.#streamId = streamId;
    this.#messageId = 0;
  }

  /** Sends packets in one write. */
  send(...packets: readonly Outgoing[]): void {
    const numbered = packets.map(({ kind, data = none, control = false }) => {
      this.#messageId++;
      return { kind, control, data, streamId: this.#streamId, messageId: this.#messageId };
    });
    if (!this.#stream.write(encodePackets(numbered))) this.#blocked = true;
  }

  /** Resolves when the stream takes more; rejects with the reason given to {@link fail}. */
  ready(): Promise<void> {
    if (!this.#blocked) return readyNow;
    return new Promise((resolve, reject) => {
      this.#waiting ??= [];
      this.#waiting.push({ resolve, reject });
    });
  }

  drained(): void {
    this.#blocked = false;
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const { resolve } of waiting ?? []) resolve();
  }

  /** Lets whoever waits for the stream go: the call has ended. The reason is made for each that does. */
  fail(reason: () => Error): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const { reject } of waiting ?? []) reject(reason());
  }
}

const readyNow = Promise.resolve();
