import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { Kind } from '../../../protocol/drpc/frame.ts';
import { encodeHeader, Flag, type FrameHeader, FrameType, HEADER_BYTES } from '../../../protocol/yamux/frame.ts';
import { FrameReader, type FrameSink } from '../../../protocol/yamux/reader.ts';
import { packet } from './report.ts';

const CLOSE = packet(Kind.close, 4);
const HELD_CALLS = ['/coder.tailnet.v2.Tailnet/StreamDERPMaps', '/coder.tailnet.v2.Tailnet/Coordinate'];

export interface AgentOptions {
  url: string;
  token: string;
  /** The peer answers with bytes that were recorded: their stream ids mean nothing. */
  playback?: boolean;
  /** Each message leaves by a system call of its own, as Go's do, and may arrive alone. Costs the load generator most. */
  separate?: boolean;
  onClose?(): void;
}

/**
 * An agent that writes what one in Go writes, message by message: each yamux header and each body is a WebSocket message
 * of its own, and a stream is finished when its answer is there. One report at a time.
 */
export class GoFramedAgent implements FrameSink {
  readonly #options: AgentOptions;
  readonly #socket: WebSocket;
  readonly #reader = new FrameReader(this);
  readonly #header = Buffer.alloc(HEADER_BYTES);
  /** Under the WebSocket, where the messages of one turn leave in one system call. */
  #tcp: Socket | null = null;
  #streamId = -1;
  #reportStream = 0;
  #answered = true;
  #payloadIsAnswer = false;
  #onAnswer: (() => void) | null = null;
  #onEnd: (() => void) | null = null;
  /** Messages as they come, while somebody wants to see them. */
  onMessage: ((bytes: Buffer) => void) | null = null;
  readonly opened: Promise<void>;

  constructor(options: AgentOptions) {
    this.#options = options;
    const url = `${options.url.replace(/^http/, 'ws')}/api/v2/workspaceagents/me/rpc?version=2.11&role=agent`;
    this.#socket = new WebSocket(url, {
      headers: { 'Coder-Session-Token': options.token },
      perMessageDeflate: false,
      handshakeTimeout: 60_000,
    });
    this.#socket.on('message', (data: Buffer) => {
      this.onMessage?.(data);
      this.#reader.feed(data);
    });
    this.opened = new Promise((resolve, reject) => {
      this.#socket.once('open', resolve);
      this.#socket.once('error', reject);
    });
    if (options.separate !== true) {
      this.#socket.once('upgrade', ({ socket }: { socket: Socket }) => {
        this.#tcp = socket;
      });
    }
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => options.onClose?.());
  }

  /** Opens the two streams that an agent keeps open for as long as it is connected. */
  holdStreams(): void {
    for (const rpc of HELD_CALLS) {
      const streamId = this.#open();
      const parts = [packet(Kind.invoke, 1, Buffer.from(rpc))];
      if (rpc.endsWith('StreamDERPMaps')) parts.push(packet(Kind.message, 2), packet(Kind.closeSend, 3));
      this.#data(streamId, Buffer.concat(parts));
    }
  }

  /** Makes a call. `onAnswer` hears of its answer, `onEnd` of the end of its stream. */
  report(call: Buffer, onEnd: () => void, onAnswer: (() => void) | null = null): void {
    this.#tcp?.cork();
    this.#reportStream = this.#open();
    this.#answered = false;
    this.#onAnswer = onAnswer;
    this.#onEnd = onEnd;
    this.#data(this.#reportStream, call);
    this.#tcp?.uncork();
  }

  /** Drops the connection without a word. */
  terminate(): void {
    this.#socket.terminate();
  }

  onHeader({ type, flags, streamId, length }: FrameHeader): void {
    if (type === FrameType.ping && (flags & Flag.syn) !== 0) this.#control(FrameType.ping, Flag.ack, 0, length);
    const isOfReport = streamId === this.#reportStream || this.#options.playback === true;
    this.#payloadIsAnswer = isOfReport && type === FrameType.data;
    if (!isOfReport) return;
    if ((flags & Flag.rst) !== 0) throw new Error('the server reset the stream of a report');
    if (this.#answered && (flags & Flag.fin) !== 0) this.#end();
  }

  onPayload(_chunk: Uint8Array, _start: number, _end: number, leftBytes: number): void {
    if (!this.#payloadIsAnswer || this.#answered || leftBytes > 0) return;
    this.#answered = true;
    this.#onAnswer?.();
    this.#tcp?.cork();
    this.#data(this.#reportStream, CLOSE);
    this.#control(FrameType.windowUpdate, Flag.fin, this.#reportStream, 0);
    this.#tcp?.uncork();
  }

  #end(): void {
    const onEnd = this.#onEnd;
    this.#onEnd = null;
    this.#reportStream = 0;
    onEnd?.();
  }

  #open(): number {
    this.#streamId += 2;
    this.#control(FrameType.windowUpdate, Flag.syn, this.#streamId, 0);
    return this.#streamId;
  }

  #data(streamId: number, body: Buffer): void {
    this.#control(FrameType.data, 0, streamId, body.length);
    this.#socket.send(body);
  }

  #control(type: number, flags: number, streamId: number, length: number): void {
    encodeHeader(this.#header, 0, type, flags, streamId, length);
    this.#socket.send(this.#header);
  }
}
