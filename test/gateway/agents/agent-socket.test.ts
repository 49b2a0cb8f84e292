import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { AgentSocket } from '../../../gateway/agents/agent-socket.ts';
import type { Allowance } from '../../../gateway/agents/allowances.ts';
import type { AgentIdentity } from '../../../gateway/auth/identity.ts';
import { CollectionClock } from '../../../gateway/collection-clock.ts';
import { EndOfTurn } from '../../../gateway/end-of-turn.ts';
import type { FramedSocket } from '../../../gateway/framed-socket.ts';
import { DEFAULT_YAMUX_LIMITS } from '../../../protocol/yamux/limits.ts';
import type { YamuxStream } from '../../../protocol/yamux/stream.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { payloadOf } from '../../support/frame-payload.ts';
import {
  DATA,
  decodeNaively,
  encodeNaively,
  PING,
  pattern,
  SYN,
  WINDOW,
  type WireFrame,
} from '../../support/yamux-wire.ts';

/** A socket that takes nothing until it is told to. */
class SlowSocket extends EventEmitter {
  readonly sent: Uint8Array[] = [];
  readonly #waiting: { bytes: number; done: (() => void) | undefined }[] = [];
  closedWith: number | null = null;
  /** What waits behind our messages and is not ours: an answer to a ping of the WebSocket. */
  foreignBytes = 0;

  get bufferedAmount(): number {
    return this.#waiting.reduce((sum, { bytes }) => sum + bytes, this.foreignBytes);
  }

  sendFrame(frame: Buffer, done?: () => void): void {
    const message = payloadOf(frame);
    this.sent.push(message);
    this.#waiting.push({ bytes: message.length, done });
  }

  /** The kernel takes so many of the messages that wait. */
  take(messages: number): void {
    for (const { done } of this.#waiting.splice(0, messages)) done?.();
  }

  close(code: number): void {
    this.closedWith = code;
  }

  terminate(): void {}
}

/** An agent that has opened a stream and takes 10 MiB on it. */
function socketRig() {
  const clock = new FakeClock();
  const socket = new SlowSocket();
  const tasks: (() => void)[] = [];
  const streams: YamuxStream[] = [];
  const reasons: string[] = [];
  const closed: AgentSocket[] = [];
  const ended: AgentSocket[] = [];
  const bulk: number[] = [];
  const agent = new AgentSocket(
    {
      clock,
      collectionClock: new CollectionClock({ clock, probe: async () => 0 }),
      limits: DEFAULT_YAMUX_LIMITS,
      endOfTurn: new EndOfTurn(() => clock.now(), { nextTurn: (task) => tasks.push(task) }),
      now: () => clock.now(),
      onBulk: () => bulk.push(clock.now()),
      serve: (stream) => streams.push(stream),
      onSessionEnded: ({ code }) => reasons.push(code),
      onClosed: (one) => closed.push(one),
      onEnded: (one) => ended.push(one),
    },
    socket as unknown as FramedSocket,
    { agentId: 'a', connectionNumber: 0, newestCollectedAtUs: 0 } as AgentIdentity,
    { monitored: true, allowance: {} as Allowance },
  );
  const turn = () => {
    for (const task of tasks.splice(0)) task();
  };
  const receive = (...frames: WireFrame[]) => {
    for (const frame of frames) socket.emit('message', Buffer.from(encodeNaively(frame)), true);
    turn();
  };
  receive({ type: WINDOW, flags: SYN, id: 1, length: 10 * 1024 * 1024 });
  socket.take(1);
  const [stream] = streams;
  if (stream === undefined) throw new Error('the stream is not served');
  return { clock, socket, agent, stream, reasons, closed, ended, bulk, turn, receive };
}

const dataBytes = (messages: Uint8Array[]) =>
  messages.flatMap(decodeNaively).reduce((sum, { type, length }) => sum + (type === DATA ? length : 0), 0);

it('holds data back from the high water mark on, until the socket has taken all that waited', () => {
  const { socket, stream, turn } = socketRig();
  stream.write(pattern(1_000_000));
  for (let turns = 0; turns < 10; turns += 1) turn();
  expect(dataBytes(socket.sent)).toBe(262_144);
  socket.take(1);
  for (let turns = 0; turns < 10; turns += 1) turn();
  expect(dataBytes(socket.sent)).toBe(524_288);
});

it('tells of messages that are longer than reports', () => {
  const { bulk, receive } = socketRig();
  const data = (bytes: number) => ({ type: DATA, flags: 0, id: 1, payload: pattern(bytes - 12) });
  receive(data(16_383));
  expect(bulk).toHaveLength(0);
  receive(data(16_384));
  receive(data(60_000));
  expect(bulk).toHaveLength(2);
});

it('goes on with data though it has answered pings meanwhile, with less than the mark in the socket', () => {
  const { socket, stream, turn, receive } = socketRig();
  stream.write(pattern(200_000));
  turn();
  stream.write(pattern(300_000));
  turn();
  expect(dataBytes(socket.sent)).toBe(462_144);
  socket.take(1);
  // Held: only control frames leave, and each is small beside what still waits.
  receive({ type: PING, flags: SYN, length: 7 });
  socket.take(1);
  receive({ type: PING, flags: SYN, length: 8 });
  expect(dataBytes(socket.sent)).toBe(462_144);
  socket.take(2);
  turn();
  expect(dataBytes(socket.sent)).toBe(500_000);
});

it('goes on with data though something that is not its own still waits in the socket', () => {
  const { socket, stream, turn } = socketRig();
  stream.write(pattern(1_000_000));
  for (let turns = 0; turns < 10; turns += 1) turn();
  expect(dataBytes(socket.sent)).toBe(262_144);
  socket.foreignBytes = 6;
  socket.take(1);
  for (let turns = 0; turns < 10; turns += 1) turn();
  expect(dataBytes(socket.sent)).toBeGreaterThan(262_144);
});

it.each([
  ['an unknown frame type', { type: 9 }, 1000, 'protocol_error', 'BAD_TYPE'],
  ['a go-away that is none of a quiet end', { type: 3, length: 1 }, 1000, 'closed', 'REMOTE_ERROR'],
])('ends the connection with its session: %s', (_name, frame, code, ending, reason) => {
  const { socket, agent, receive, reasons, closed } = socketRig();
  receive(frame);
  expect([socket.closedWith, agent.connection.ending, reasons]).toEqual([code, ending, [reason]]);
  socket.emit('close', 1000);
  expect(closed).toEqual([agent]);
});

it('takes no text', () => {
  const { socket, agent } = socketRig();
  socket.emit('message', Buffer.from('text'), false);
  expect([socket.closedWith, agent.connection.ending]).toEqual([1003, 'not_binary']);
});

it.each([
  [1006, 'lost'],
  [1000, 'closed'],
])('knows of a socket that closed with %i', (code, ending) => {
  const { socket, agent, stream, closed, ended, turn } = socketRig();
  const resets: Error[] = [];
  stream.listen({ onReadable: () => {}, onReset: (reason) => resets.push(reason) });
  socket.emit('close', code);
  expect(agent.connection.ending).toBe(ending);
  expect(closed).toEqual([agent]);
  // At the end of the turn, with those of others that have closed in it.
  expect([resets, ended]).toEqual([[], []]);
  turn();
  expect(resets).toMatchObject([{ code: 'TRANSPORT_CLOSED' }]);
  expect(ended).toEqual([agent]);
});
