/** An agent that keeps to no rule: every byte on its socket is the test's. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { type Packet, PacketReader } from '../../protocol/drpc/reader.ts';
import { CLOSE_SEND, ERROR, encodeFrame, INVOKE, MESSAGE } from './drpc-naive.ts';
import { eventually } from './gateway.ts';
import { parseLine } from './yamux-vectors.ts';
import {
  concat,
  DATA,
  type DecodedFrame,
  decodeNaively,
  encodeNaively,
  FIN,
  GO_AWAY,
  PING,
  RST,
  SYN,
  WINDOW,
  WINDOW_BYTES,
} from './yamux-wire.ts';

const RPC_PATH = '/api/v2/workspaceagents/me/rpc';
const AGENT = '/coder.agent.v2.Agent/';
/** Longest Data frame that an attacker sends who keeps to the window. */
const PIECE_BYTES = 64 * 1024;

/** A frame written as in `yamux-vectors.ts`, without its direction: `window syn 1 0`. */
export function frame(line: string): Uint8Array {
  const parsed = parseLine(`> ${line}`);
  if ('closed' in parsed) throw new Error('no frame');
  return encodeNaively(parsed.frame);
}

export const data = (id: number, payload: Uint8Array, flags = 0) => encodeNaively({ type: DATA, flags, id, payload });

export function packet(kind: number, messageId: number, body: Uint8Array | string = '', streamId = 1): Uint8Array {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return encodeFrame({ kind, control: kind === 4, streamId, messageId, data: bytes });
}

export const invoke = (method: string, streamId = 1) =>
  packet(INVOKE, 1, method.startsWith('/') ? method : AGENT + method, streamId);

/** Invoke, one message, CloseSend. */
export const callBytes = (method: string, request: Uint8Array = new Uint8Array(0)) =>
  concat([invoke(method), packet(MESSAGE, 2, request), packet(CLOSE_SEND, 3)]);

/** A session of an agent whose token is good, spoken by hand. */
export class HostileSession {
  readonly frames: DecodedFrame[] = [];
  /** Of the socket's end; null while it is open. */
  closedWith: number | null = null;
  readonly #socket: WebSocket;
  #rest = Buffer.alloc(0);
  #pings = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (bytes: Buffer) => this.#take(bytes));
    socket.on('error', () => {});
    socket.on('close', (code) => {
      this.closedWith = code;
    });
  }

  static async dial(url: string, token: string): Promise<HostileSession> {
    const address = `${url.replace(/^http/, 'ws')}${RPC_PATH}?version=2.11`;
    const socket = new WebSocket(address, { headers: { 'coder-session-token': token }, perMessageDeflate: false });
    const session = new HostileSession(socket);
    await once(socket, 'open');
    return session;
  }

  /** Sends one WebSocket message. */
  say(...parts: (Uint8Array | string)[]): void {
    this.#socket.send(concat(parts.map((part) => (typeof part === 'string' ? frame(part) : part))));
  }

  /** Sends the same message many times. */
  flood(message: Uint8Array, times: number): void {
    for (let count = 0; count < times && this.closedWith === null; count += 1) this.#socket.send(message);
  }

  /** Stops taking what the gateway sends. */
  stopReading(): void {
    this.#socket.pause();
  }

  readAgain(): void {
    this.#socket.resume();
  }

  drop(): void {
    this.#socket.terminate();
  }

  /** Sends payload on a stream as its window allows. False where the stream or the session ended before. */
  async sayAll(id: number, payload: Uint8Array): Promise<boolean> {
    for (let at = 0; at < payload.length; ) {
      const room = () => WINDOW_BYTES + this.#creditOf(id) - at;
      await eventually('there is credit', () => room() > 0 || this.isOver(id), 20_000);
      if (this.isOver(id)) return false;
      const piece = payload.subarray(at, at + Math.min(PIECE_BYTES, room()));
      this.say(data(id, piece));
      at += piece.length;
    }
    return true;
  }

  /** Opens a stream, makes a call on it and finishes; what came of it: see {@link outcome}. */
  async call(id: number, method: string, request: Uint8Array = new Uint8Array(0)): Promise<string> {
    // With credit for as much as an answer may be.
    this.say(`window syn ${id} 0`, `window - ${id} ${8 * 1024 * 1024}`);
    await this.sayAll(id, callBytes(method, request));
    const outcome = await this.outcome(id);
    this.say(`window fin ${id} 0`);
    return outcome;
  }

  /** `answered`, `error …`, `reset`, `ended`, or how the session ended: `closed …`. */
  async outcome(id: number): Promise<string> {
    return eventually(`stream ${id} comes to something`, () => this.outcomeNow(id), 20_000);
  }

  outcomeNow(id: number): string | null {
    const packets = this.packetsOf(id);
    const error = packets.find(({ kind }) => kind === ERROR);
    if (error !== undefined) return `error ${new TextDecoder().decode(error.data.subarray(8))}`;
    if (packets.some(({ kind }) => kind === CLOSE_SEND)) return 'answered';
    if (this.#flagsOf(id) & RST) return 'reset';
    if (this.#flagsOf(id) & FIN) return 'ended';
    return this.closedWith === null ? null : this.ending();
  }

  isOver(id: number): boolean {
    return this.closedWith !== null || (this.#flagsOf(id) & (RST | FIN)) !== 0;
  }

  /** What has been answered on a stream; read by the real reader, since an answer may be as long as the request. */
  packetsOf(id: number): Packet[] {
    const bodies = this.frames.filter((frame) => frame.type === DATA && frame.id === id).map(({ payload }) => payload);
    const reader = new PacketReader(2 ** 23);
    const packets: Packet[] = [];
    const source = { read: () => bodies.shift() ?? null };
    for (let next = reader.next(source); next !== null; next = reader.next(source)) packets.push(next);
    return packets;
  }

  count(matches: (frame: DecodedFrame) => boolean): number {
    return this.frames.filter(matches).length;
  }

  /** Resolves once the gateway has taken all that was sent, which a ping of the WebSocket shows, or the socket has ended. */
  async taken(): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    await new Promise<void>((resolve) => {
      this.#socket.once('pong', () => resolve());
      this.#socket.once('close', () => resolve());
      this.#socket.ping();
    });
  }

  /** `lives` once a ping is answered, or how the session has ended. */
  async state(): Promise<string> {
    this.#pings += 1;
    const id = 4_000_000_000 + this.#pings;
    if (this.#socket.readyState === WebSocket.OPEN) this.say(`ping syn 0 ${id}`);
    const isPong = ({ type, flags, length }: DecodedFrame) => type === PING && (flags & SYN) === 0 && length === id;
    return eventually(
      'the session answers or ends',
      () => (this.closedWith !== null ? this.ending() : this.count(isPong) > 0 && 'lives'),
      20_000,
    );
  }

  /** `closed 1000, go-away 1` */
  ending(): string {
    const goAway = this.frames.findLast(({ type }) => type === GO_AWAY);
    return `closed ${this.closedWith}${goAway === undefined ? '' : `, go-away ${goAway.length}`}`;
  }

  #creditOf(id: number): number {
    const credits = this.frames.filter((frame) => frame.type === WINDOW && frame.id === id);
    return credits.reduce((sum, { length }) => sum + length, 0);
  }

  #flagsOf(id: number): number {
    return this.frames
      .filter((frame) => frame.type <= WINDOW && frame.id === id)
      .reduce((sum, { flags }) => sum | flags, 0);
  }

  #take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    let whole = 0;
    while (this.#rest.length - whole >= 12) {
      const length = 12 + (this.#rest[whole + 1] === DATA ? this.#rest.readUInt32BE(whole + 8) : 0);
      if (this.#rest.length - whole < length) break;
      whole += length;
    }
    this.frames.push(...decodeNaively(this.#rest.subarray(0, whole)));
    this.#rest = this.#rest.subarray(whole);
  }
}

/** A TCP connection to the gateway, spoken by hand. */
export class RawConnection {
  received = Buffer.alloc(0);
  closed = false;
  readonly socket: Socket;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect(Number(port), hostname);
    this.socket.on('data', (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.closed = true;
    });
  }

  /** An upgrade request; `lines` replace those of an honest one by their header's name. */
  static request(token: string, lines: string[] = [], requestLine = `GET ${RPC_PATH}?version=2.11 HTTP/1.1`): string {
    const honest = [
      'Host: gateway',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      `Coder-Session-Token: ${token}`,
    ];
    const nameOf = (line: string) => line.slice(0, line.indexOf(':')).toLowerCase();
    const replaced = new Set(lines.map(nameOf));
    const kept = honest.filter((line) => !replaced.has(nameOf(line)));
    return [requestLine, ...kept, ...lines.filter((line) => !line.endsWith(':')), '', ''].join('\r\n');
  }

  /** The status that a request is answered with, or `closed`. */
  async status(): Promise<string> {
    return eventually(
      'it is answered',
      () => /^HTTP\/1\.1 (\d+)/.exec(this.received.toString())?.[1] ?? (this.closed && 'closed'),
    );
  }

  /** Upgrades; what follows is WebSocket. */
  async upgrade(token: string): Promise<void> {
    this.socket.write(RawConnection.request(token));
    if ((await this.status()) !== '101') throw new Error(`no upgrade: ${this.received}`);
    this.received = this.received.subarray(this.received.indexOf('\r\n\r\n') + 4);
  }

  /** The code of the close frame that the gateway sent, `closed` where there was none. */
  async closeCode(): Promise<string> {
    return eventually('it is closed', () => {
      const at = this.received.indexOf(0x88);
      if (at !== -1 && this.received.length >= at + 4) return String(this.received.readUInt16BE(at + 2));
      return this.closed && 'closed';
    });
  }

  write(...bytes: (number | Uint8Array)[]): void {
    const parts = bytes.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : part));
    this.socket.write(concat(parts));
  }
}

/** A WebSocket frame as a client sends it, masked with zeros. */
export function socketFrame(
  opcode: number,
  payload: Uint8Array,
  options: { fin?: boolean; rsv?: number } = {},
): Uint8Array {
  const { fin = true, rsv = 0 } = options;
  const length =
    payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >>> 8, payload.length & 0xff];
  return concat([Uint8Array.of((fin ? 0x80 : 0) | rsv | opcode, ...length, 0, 0, 0, 0), payload]);
}
