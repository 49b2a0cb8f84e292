/** Turns packets into frames. Source: storj/drpc `drpcwire/split.go`, `drpcstream/stream.go`. */
import type { ByteStream } from '../byte-stream.ts';
import { type FrameHeader, frameHeaderBytes, writeFrameHeader } from './frame.ts';
import type { Packet } from './reader.ts';

/** Longer packets are cut into frames of this many bytes, so that a peer can take them in pieces. */
export const maxFrameDataBytes = 64 * 1024;

const none = new Uint8Array(0);

/** Calls `each` with the header of every frame of a packet; the same object each time. */
function eachFrame(packet: Packet, each: (header: FrameHeader) => void): void {
  const { kind, control, streamId, messageId } = packet;
  const header: FrameHeader = { kind, control, streamId, messageId, done: false, dataBytes: 0 };
  let rest = packet.data.length;
  do {
    header.dataBytes = Math.min(rest, maxFrameDataBytes);
    rest -= header.dataBytes;
    header.done = rest === 0;
    each(header);
  } while (rest > 0);
}

/** All frames of all packets in one array, so that they leave in one write. */
export function encodePackets(packets: readonly Packet[]): Uint8Array {
  let size = 0;
  for (const packet of packets) {
    eachFrame(packet, (header) => {
      size += frameHeaderBytes(header) + header.dataBytes;
    });
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const packet of packets) {
    let from = 0;
    eachFrame(packet, (header) => {
      at = writeFrameHeader(bytes, at, header);
      bytes.set(packet.data.subarray(from, from + header.dataBytes), at);
      at += header.dataBytes;
      from += header.dataBytes;
    });
  }
  return bytes;
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
