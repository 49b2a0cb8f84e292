import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { YamuxError } from '../../protocol/yamux/error.ts';
import { pattern as interopPattern } from '../interop/support/pattern.ts';
import { type ModelLimits, type ModelStream, type StreamTurn, YamuxModel } from '../support/yamux-model.ts';
import { type WatchedStream, YamuxRig } from '../support/yamux-rig.ts';
import { lineOf } from '../support/yamux-vectors.ts';
import {
  cutAtRandom,
  DATA,
  type DecodedFrame,
  encodeNaively,
  GO_AWAY,
  PING,
  pattern,
  seededRandom,
  show,
  WINDOW,
  WINDOW_BYTES,
  type WireFrame,
} from '../support/yamux-wire.ts';
import type { Fuzzer } from './fuzzer.ts';

/** Small enough for every limit to be met in a short program. */
const LIMITS: ModelLimits = {
  maxServedStreams: 3,
  maxWaitingStreams: 2,
  maxWaitingMs: 6_000,
  maxWaitingBytes: 300_000,
  maxUnackedOpens: 2,
  openTimeoutMs: 7_500,
  writeStallMs: 6_000,
  closeLingerMs: 30_000,
};

type Action =
  | { do: 'frame'; frame: WireFrame; cut: number }
  | { do: 'read' | 'end' | 'reset'; stream: number }
  | { do: 'write'; stream: number; length: number }
  | { do: 'sweep'; ms: number }
  | { do: 'open' | 'turn' | 'fill' | 'drain' | 'leave' };

const lengths = fc.constantFrom(0, 1, 100, 5_000, 131_071, 131_072, 200_000, 262_144);
// Mostly what a peer may do, so that programs live long; a dash of what it may not.
const flags = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(0, 0, 0, 1, 2, 4) }, fc.nat(15));
const streamFrame = fc.record({
  type: fc.constantFrom(DATA, WINDOW),
  flags,
  id: fc.oneof({ weight: 30, arbitrary: fc.constantFrom(1, 2, 3, 4, 5, 7, 9, 11, 13) }, fc.nat(14)),
  length: lengths,
});
const syn = fc.record({
  type: fc.constantFrom(DATA, WINDOW),
  flags: fc.constantFrom(1, 5),
  id: fc.integer({ min: 0, max: 60 }).map((half) => 2 * half + 1),
  length: fc.constantFrom(0, 0, 1, 150_000),
});
const oddFrame = fc.oneof(
  fc.record({ type: fc.constant(PING), flags, length: fc.nat(5) }),
  fc.record({ type: fc.constant(GO_AWAY), length: fc.constantFrom(0, 0, 0, 1, 2, 9) }),
  fc.record({ type: fc.constantFrom(PING, 4, 200), flags: fc.constant(1), version: fc.constantFrom(0, 1) }),
  fc.record({
    type: fc.constant(DATA),
    flags: fc.constant(0),
    id: fc.constantFrom(1, 3, 99),
    length: fc.constant(262_145),
  }),
);
/** Frames of a peer, legal and illegal, as lines. */
export const peerFrameLines: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 8, arbitrary: streamFrame },
    { weight: 5, arbitrary: syn },
    { weight: 1, arbitrary: oddFrame as fc.Arbitrary<WireFrame> },
  )
  .map((frame: WireFrame) => {
    const { type, length = 0 } = frame;
    const payload = type === DATA ? interopPattern(length) : new Uint8Array(0);
    return lineOf('client', { version: 0, flags: 0, id: 0, ...frame, length, payload });
  });

const stream = fc.nat(11);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('frame'), frame: streamFrame, cut: fc.nat(3) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('frame'), frame: syn, cut: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('frame'), frame: oddFrame, cut: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('read', 'read', 'end', 'reset'), stream }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write'), stream, length: lengths }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('sweep'), ms: fc.constantFrom(1, 1_500, 5_999, 6_000, 25_000) }),
  },
  {
    weight: 9,
    arbitrary: fc.record({ do: fc.constantFrom('turn', 'turn', 'turn', 'turn', 'open', 'open', 'fill', 'drain') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('leave', 'turn', 'turn', 'turn') }) },
) as fc.Arbitrary<Action>;

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/** The real session and the model, side by side through one program. */
class Contest {
  readonly rig: YamuxRig;
  readonly model: YamuxModel;
  /** The streams that the user has seen, in the model's form and the real one. */
  readonly pairs: { model: ModelStream; real: WatchedStream }[] = [];
  #seed = 0;

  constructor(role: 'client' | 'server') {
    this.rig = new YamuxRig({
      role,
      limits: { ...LIMITS, keepAliveIntervalMs: 0, maxFlushBytes: 2 ** 30, maxHeldControlBytes: 2 ** 20 },
      onStream: (real) => this.#pair(real),
    });
    this.model = new YamuxModel(role, LIMITS);
  }

  /** Runs one action on both. False once the session has ended. */
  run(step: Action): boolean {
    const { rig, model } = this;
    if (step.do === 'frame') this.#frame(step.frame, step.cut);
    else if (step.do === 'turn') this.#turn();
    else if (step.do === 'open') this.#open();
    else if (step.do === 'fill') rig.full = true;
    else if (step.do === 'drain') {
      rig.full = false;
      model.held = false;
      rig.session.transportDrained();
    } else if (step.do === 'leave') {
      rig.session.goAway(0);
      model.goAway();
    } else if (step.do === 'sweep') {
      rig.nowMs += step.ms;
      rig.session.sweep(rig.nowMs);
      model.sweep(rig.nowMs);
    } else this.#use(step as Extract<Action, { stream: number }>);
    this.#compare();
    return model.closedCode === null;
  }

  /** Streams that the model serves are told of by the real session in the same call or at the end of the turn. */
  #pair(real: WatchedStream): void {
    this.#unpaired.push(real);
  }
  readonly #unpaired: WatchedStream[] = [];

  #matchNew(): void {
    for (const real of this.#unpaired.splice(0)) {
      const known = new Set(this.pairs.map(({ model }) => model));
      const found = this.model.streams.find(
        (candidate) =>
          candidate.inbound && !candidate.waiting && candidate.id === real.stream.id && !known.has(candidate),
      );
      if (found === undefined) throw new Error(`stream ${real.stream.id} is served, which the model does not expect`);
      this.pairs.push({ model: found, real });
    }
  }

  #frame(frame: WireFrame, cut: number): void {
    const payload = frame.type === DATA ? pattern(frame.length ?? 0, this.#seed++) : new Uint8Array(0);
    const bytes = encodeNaively({ ...frame, payload, length: frame.length ?? 0 });
    const pieces = cut === 0 ? [bytes] : cutAtRandom(bytes, seededRandom(this.#seed), cut === 1 ? 20_000 : 100_000);
    for (const piece of pieces) this.rig.session.receive(piece);
    this.model.frame(frame, text(payload), this.rig.nowMs);
  }

  #open(): void {
    const expected = this.model.open(this.rig.nowMs);
    if (expected === null) {
      assert.throws(() => this.rig.session.openStream(), { code: 'REMOTE_GO_AWAY' });
      return;
    }
    const real = this.rig.open();
    assert.equal(real.stream.id, expected.id);
    this.pairs.push({ model: expected, real });
  }

  #use(step: Extract<Action, { stream: number }>): void {
    const pair = this.pairs[this.pairs.length - 1 - (step.stream % Math.max(1, this.pairs.length))];
    if (pair === undefined) return;
    const { model, real } = pair;
    if (step.do === 'read') assert.ok(text(real.readAll()) === this.model.read(model), 'other bytes are read');
    else if (step.do === 'end') {
      real.stream.end();
      this.model.end(model);
    } else if (step.do === 'reset') {
      real.stream.reset();
      this.model.reset(model);
      if (model.resetCode === null) model.peerEnded = false;
    } else if (step.do === 'write') {
      const bytes = pattern(step.length, this.#seed++);
      this.model.write(model, text(bytes));
      real.stream.write(bytes);
    }
  }

  #turn(): void {
    const { rig, model } = this;
    const before = rig.full;
    rig.turn();
    const messages = rig.frames();
    const expected = model.turn(rig.nowMs);
    assert.deepEqual(sentPings(messages), expected.pings);
    assert.deepEqual(digest(sentOnStreams(messages)), digest(expected.streams));
    // The message after which the transport said that it is full was the last one with data.
    if (before && messages.length > 0) model.held = true;
  }

  #compare(): void {
    const { rig, model } = this;
    if (model.closedCode !== null) {
      assert.equal((rig.closedWith as YamuxError | undefined)?.code, model.closedCode);
      assert.equal(rig.session.streamCount, 0);
      assert.equal(rig.session.bufferedBytes, 0);
      if (model.closedCode !== 'REMOTE_ERROR') assert.equal(show(rig.frames().at(-1) as DecodedFrame), 'go-away - 0 1');
      return;
    }
    assert.equal(rig.closedWith, undefined);
    this.#matchNew();
    assert.equal(rig.session.streamCount, model.live.length);
    for (const { model: expected, real } of this.pairs) {
      assert.deepEqual(real.resetCodes, expected.resetCode === null ? [] : [expected.resetCode]);
      assert.equal(real.stream.readEnded, expected.peerEnded && expected.unread === '');
    }
    this.#compareMemory();
  }

  /** What is buffered is what has come and was not read, within the limits; streams that we opened count as served. */
  #compareMemory(): void {
    const { live } = this.model;
    const buffered = live.reduce((sum, { unread }) => sum + unread.length, 0);
    assert.equal(this.rig.session.bufferedBytes, buffered);
    const inbound = live.filter((stream) => stream.inbound);
    const waiting = inbound.filter((stream) => stream.waiting);
    assert.ok(inbound.length - waiting.length <= LIMITS.maxServedStreams);
    // Those for whom a slot is free already wait for the end of the turn alone.
    assert.ok(inbound.length <= LIMITS.maxServedStreams + LIMITS.maxWaitingStreams);
    assert.ok(buffered <= (live.length - waiting.length) * WINDOW_BYTES + LIMITS.maxWaitingBytes);
  }
}

function sentPings(frames: DecodedFrame[]): number[] {
  return frames.filter(({ type }) => type === PING).map(({ length }) => length);
}

/** Adds up the frames of each stream, refusing what no session may send. */
function sentOnStreams(frames: DecodedFrame[]): Map<number, StreamTurn> {
  const streams = new Map<number, StreamTurn>();
  for (const { type, flags, id, length, payload } of frames) {
    if (type > WINDOW) continue;
    const turn = streams.get(id) ?? { flags: 0, credit: 0, data: '' };
    if ((turn.flags & flags & 0b0111) !== 0) throw new Error(`a flag was sent twice on stream ${id}`);
    if (type === DATA && (turn.flags & 4) !== 0) throw new Error(`data behind FIN on stream ${id}`);
    if (payload.length > 65_536) throw new Error(`a frame of ${payload.length} bytes`);
    turn.flags |= flags;
    turn.data += text(payload);
    if (type === WINDOW) turn.credit += length;
    streams.set(id, turn);
  }
  return streams;
}

/** Data by length and a hash, so that a difference prints in a line. */
function digest(streams: Map<number, StreamTurn>): [number, number, number, number, number][] {
  return [...streams]
    .map(([id, { flags, credit, data }]): [number, number, number, number, number] => {
      let hash = 0;
      for (let at = 0; at < data.length; at++) hash = (Math.imul(hash, 31) + data.charCodeAt(at)) | 0;
      return [id, flags, credit, data.length, hash];
    })
    .sort(([one], [other]) => one - other);
}

function programsOf(role: 'server' | 'client'): Fuzzer<Action[]> {
  return {
    name: `yamux ${role}`,
    programs: fc.array(action, { minLength: 1, maxLength: 80, size: 'max' }),
    actions: (program) => program.length,
    run(program) {
      const contest = new Contest(role);
      for (const step of program) if (!contest.run(step)) break;
    },
  };
}

/** A session of either role against the naive model, its peer and its user at random. */
export const yamuxServerPrograms = programsOf('server');
export const yamuxClientPrograms = programsOf('client');
