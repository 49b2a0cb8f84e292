import { strict as assert } from 'node:assert';
import type { YamuxLimits } from '../../protocol/yamux/limits.ts';
import { type WatchedStream, YamuxRig } from './yamux-rig.ts';
import { parseLine, type VectorLine } from './yamux-vectors.ts';
import {
  ACK,
  concat,
  type DecodedFrame,
  encodeNaively,
  FIN,
  GO_AWAY,
  PING,
  RST,
  SYN,
  sameBytes,
  WINDOW,
  WINDOW_BYTES,
} from './yamux-wire.ts';

/** What one side has said, without what yamux leaves free in it. */
interface Said {
  streams: Map<number, { flags: number; credit: number; data: Uint8Array[] }>;
  pings: number[];
  pongs: number[];
  goAways: number[];
}

const emptySaid = (): Said => ({ streams: new Map(), pings: [], pongs: [], goAways: [] });

function note(said: Said, { type, flags, id, length, payload }: DecodedFrame): void {
  if (type === PING) (flags & SYN ? said.pings : said.pongs).push(length);
  else if (type === GO_AWAY) {
    // Another code is part of the session's end, if it leaves at all.
    if (length === 0) said.goAways.push(length);
  } else {
    const stream = said.streams.get(id) ?? { flags: 0, credit: 0, data: [] };
    stream.flags |= flags;
    if (type === WINDOW) stream.credit += length;
    else stream.data.push(payload);
    said.streams.set(id, stream);
  }
}

export interface ReplayOptions {
  /** The side that is ours. */
  role: 'client' | 'server';
  cut: (bytes: Uint8Array) => Uint8Array[];
  limits?: Partial<YamuxLimits>;
}

/**
 * Says one side of a recorded conversation to a session of ours, which plays the other. What the user of our side did is
 * told by what the recorded side sent: SYN opens a stream, data is written, FIN ends, RST resets, credit says that all
 * that had come was read; a ping and a go-away are asked for. Everything else (ACKs, credit, answers to pings, RSTs of
 * refused streams, the end of the session) our session has to say by itself, no later than the recorded side did.
 */
export class Replay {
  readonly rig: YamuxRig;
  readonly ours = emptySaid();
  readonly #theirs = emptySaid();
  readonly #recorded = emptySaid();
  readonly #options: ReplayOptions;
  readonly #opened = new Map<number, WatchedStream>();
  readonly #read = new Map<number, Uint8Array[]>();
  /** Streams whose bytes need not all arrive: they were reset, or had ended before. */
  readonly #cut = new Set<number>();
  recordedEnd = false;

  constructor(options: ReplayOptions) {
    this.#options = options;
    const { role, limits } = options;
    this.rig = new YamuxRig({ role, limits: { keepAliveIntervalMs: 0, ...limits } });
  }

  run(lines: readonly string[]): void {
    for (const text of lines) {
      const line = parseLine(text);
      if (line.from === this.#options.role) this.#act(line, text);
      else this.#feed(line);
    }
  }

  #feed(line: VectorLine): void {
    if ('closed' in line) {
      // What has come is read ahead of the end, which drops it.
      for (const id of this.#theirs.streams.keys()) this.#readAll(id);
      if (!this.recordedEnd) this.rig.session.transportClosed();
      return;
    }
    const { frame } = line;
    const before = this.#theirs.streams.get(frame.id);
    if (frame.type <= WINDOW && ((before?.flags ?? 0) & (FIN | RST)) !== 0) this.#cut.add(frame.id);
    if (frame.type <= WINDOW && (frame.flags & RST) !== 0) this.#cut.add(frame.id);
    note(this.#theirs, frame);
    for (const piece of this.#options.cut(encodeNaively(frame))) this.rig.session.receive(piece);
    this.#turn();
  }

  /** Does what the recorded user did, and holds what we have said against what was recorded. */
  #act(line: VectorLine, text: string): void {
    if ('closed' in line) {
      this.recordedEnd = true;
      return;
    }
    const { frame } = line;
    note(this.#recorded, frame);
    if (this.rig.closedWith !== undefined) return;
    if (frame.type === PING) {
      if (frame.flags & SYN) this.rig.session.ping().catch(() => {});
    } else if (frame.type === GO_AWAY && frame.length === 0) this.rig.session.goAway(0);
    else this.#use(frame);
    this.#turn();
    this.#expectSaid(text);
  }

  #use({ type, flags, id, length, payload }: DecodedFrame): void {
    if (flags & SYN) {
      const opened = this.rig.open();
      assert.equal(opened.stream.id, id);
      this.#opened.set(id, opened);
    }
    const user = this.#user(id);
    if (user === undefined) return;
    if (type === WINDOW && length > 0) this.#readAll(id);
    if (payload.length > 0) user.stream.write(payload.slice());
    if (flags & FIN) user.stream.end();
    if (flags & RST) {
      this.#cut.add(id);
      user.stream.reset();
    }
  }

  #user(id: number): WatchedStream | undefined {
    return this.#opened.get(id) ?? this.rig.streams.findLast(({ stream }) => stream.id === id);
  }

  #readAll(id: number): void {
    const bytes = this.#user(id)?.readAll();
    if (bytes !== undefined && bytes.length > 0) this.#read.set(id, [...(this.#read.get(id) ?? []), bytes]);
  }

  #turn(): void {
    this.rig.settle();
    for (const frame of this.rig.frames()) note(this.ours, frame);
  }

  /** By now we have said at least what was recorded. */
  #expectSaid(text: string): void {
    for (const [id, { flags, credit, data }] of this.#recorded.streams) {
      const our = this.ours.streams.get(id) ?? { flags: 0, credit: 0, data: [] };
      assert.equal(our.flags & flags & ~ACK, flags & ~ACK, `flags of stream ${id} at "${text}"`);
      const peerEnded = ((this.#theirs.streams.get(id)?.flags ?? 0) & FIN) !== 0;
      const owed = credit - our.credit;
      assert.ok(peerEnded || owed < WINDOW_BYTES / 2, `credit of stream ${id} at "${text}": ${owed} less than Go's`);
      const [sent, wanted] = [concat(our.data), concat(data)];
      assert.ok(
        sameBytes(sent, wanted),
        `data of stream ${id} at "${text}": ${sent.length}, recorded ${wanted.length}`,
      );
    }
    assert.deepEqual(this.ours.pings, this.#recorded.pings);
    // Go answers each ping from a routine of its own, so their order is free.
    assert.ok(isPartOf(this.#recorded.pongs, this.ours.pongs), `answers to pings at "${text}"`);
    assert.deepEqual(this.ours.goAways, this.#recorded.goAways);
  }

  /** At the end: nothing more was said than was recorded, and all that the peer sent was read as it was sent. */
  expectSame(): void {
    assert.deepEqual([...this.ours.pongs].sort(), [...this.#recorded.pongs].sort());
    for (const [id, { flags, credit, data }] of this.ours.streams) {
      const recorded = this.#recorded.streams.get(id) ?? { flags: 0, credit: 0, data: [] };
      assert.equal(flags & ~ACK, recorded.flags & ~ACK, `flags of stream ${id}`);
      assert.equal(concat(data).length, concat(recorded.data).length, `data of stream ${id}`);
      const sent = this.#theirs.streams.get(id);
      assert.ok(credit <= concat(sent?.data ?? []).length, `credit of stream ${id}: ${credit} for less`);
      const refused = (flags & RST) !== 0 && recorded.data.length === 0;
      if (sent !== undefined && sent.flags & SYN && !refused)
        assert.equal(flags & ACK, ACK, `stream ${id} has its ACK`);
    }
    for (const [id, { data }] of this.#theirs.streams) {
      if (this.#cut.has(id) || this.#user(id) === undefined) continue;
      this.#readAll(id);
      const [read, sent] = [concat(this.#read.get(id) ?? []), concat(data)];
      assert.ok(sameBytes(read, sent), `stream ${id}: ${read.length} of ${sent.length} bytes were read`);
    }
  }
}

function isPartOf(some: number[], all: number[]): boolean {
  const left = [...all];
  return some.every((value) => {
    const at = left.indexOf(value);
    if (at !== -1) left.splice(at, 1);
    return at !== -1;
  });
}
