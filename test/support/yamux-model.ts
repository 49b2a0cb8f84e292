import { ACK, DATA, FIN, GO_AWAY, PING, RST, SYN, WINDOW, WINDOW_BYTES, type WireFrame } from './yamux-wire.ts';

export interface ModelLimits {
  maxServedStreams: number;
  maxWaitingStreams: number;
  maxWaitingMs: number;
  maxWaitingBytes: number;
  maxUnackedOpens: number;
  openTimeoutMs: number;
  writeStallMs: number;
  closeLingerMs: number;
}

/** What a turn sends on one stream; frames of a stream are added up, since how data is cut is not the rules' matter. */
export interface StreamTurn {
  flags: number;
  credit: number;
  data: string;
}

/** A stream as plainly as it can be told. */
export interface ModelStream {
  id: number;
  inbound: boolean;
  /** Waits for a slot of its direction. */
  waiting: boolean;
  synSent: boolean;
  acked: boolean;
  ackOwed: boolean;
  peerMaySend: number;
  unread: string;
  uncredited: number;
  peerEnded: boolean;
  unsent: string;
  maySend: number;
  ended: boolean;
  finSent: boolean;
  openedAtMs: number;
  stalledAtMs: number | null;
  gone: boolean;
  resetCode: string | null;
}

/**
 * A naive model of one session: the same rules as the real one, with strings for bytes, lists for tables, and a walk
 * over everything at each step. Bytes are one character each.
 */
export class YamuxModel {
  streams: ModelStream[] = [];
  closedCode: string | null = null;
  held = false;
  #limits: ModelLimits;
  #nextId: number;
  #weLeave = false;
  #peerLeaves = false;
  #sent = new Map<number, StreamTurn>();
  #pings: number[] = [];

  constructor(role: 'client' | 'server', limits: ModelLimits) {
    this.#limits = limits;
    this.#nextId = role === 'client' ? 1 : 2;
  }

  get live(): ModelStream[] {
    return this.streams.filter(({ gone }) => !gone);
  }

  // ---- the peer ----

  frame({ version = 0, type, flags = 0, id = 0, length = 0 }: WireFrame, text: string, nowMs: number): void {
    if (this.closedCode !== null) return;
    if (version !== 0) this.closedCode = 'BAD_VERSION';
    else if (type > GO_AWAY) this.closedCode = 'BAD_TYPE';
    else if (type === PING) {
      if (flags & SYN) this.#pings.push(length);
    } else if (type === GO_AWAY) this.#goAway(length);
    else this.#streamFrame({ type, flags, id, length }, text, nowMs);
  }

  #goAway(code: number): void {
    if (code !== 0) this.closedCode = 'REMOTE_ERROR';
    this.#peerLeaves = true;
    for (const stream of this.live) if (!stream.inbound && !stream.synSent) this.#kill(stream, 'REMOTE_GO_AWAY');
  }

  #streamFrame(frame: { type: number; flags: number; id: number; length: number }, text: string, nowMs: number): void {
    const { type, flags, id, length } = frame;
    if (flags & SYN) {
      if (id === 0) this.closedCode = 'BAD_STREAM_ID';
      else if (this.live.some((stream) => stream.id === id)) this.closedCode = 'DUPLICATE_STREAM';
      else if (!(flags & RST)) this.#accept(id, nowMs);
      if (this.closedCode !== null) return;
    }
    const stream = this.live.find((candidate) => candidate.id === id && candidate.synSent);
    if (stream === undefined) return;
    if (flags & RST) {
      this.#kill(stream, 'STREAM_RESET');
      return;
    }
    if (type === DATA || flags & (ACK | FIN)) stream.acked = true;
    if (type === WINDOW) {
      stream.maySend = Math.min(0xffffffff, stream.maySend + length);
      if (length > 0 && !stream.finSent) stream.stalledAtMs = null;
    } else if (length > 0) {
      this.#data(stream, text);
      if (stream.gone) return;
    }
    if (flags & FIN && this.closedCode === null) stream.peerEnded = true;
    this.#forgetFinished();
  }

  #accept(id: number, nowMs: number): void {
    const inbound = this.live.filter((stream) => stream.inbound);
    const waiting = inbound.filter((stream) => stream.waiting).length;
    const { maxServedStreams, maxWaitingStreams } = this.#limits;
    const serves = waiting === 0 && inbound.length < maxServedStreams;
    if (this.#weLeave || (!serves && inbound.length >= maxServedStreams + maxWaitingStreams)) {
      this.#add(id).flags |= RST;
      return;
    }
    this.streams.push({
      ...newStream(id, nowMs),
      inbound: true,
      synSent: true,
      acked: true,
      waiting: !serves,
      ackOwed: serves,
    });
  }

  #data(stream: ModelStream, text: string): void {
    if (stream.peerEnded) return;
    if (text.length > stream.peerMaySend) {
      this.closedCode = 'WINDOW_EXCEEDED';
      return;
    }
    const buffered = this.live.filter(({ inbound, waiting }) => inbound && waiting);
    const bufferedBytes = buffered.reduce((sum, { unread }) => sum + unread.length, 0);
    if (stream.inbound && stream.waiting && bufferedBytes + text.length > this.#limits.maxWaitingBytes) {
      this.#cut(stream, 'WAIT_OVERFLOW');
      return;
    }
    stream.peerMaySend -= text.length;
    stream.unread += text;
  }

  // ---- the user ----

  /** The new stream, or null where none can be opened. */
  open(nowMs: number): ModelStream | null {
    if (this.#peerLeaves) return null;
    while (this.live.some(({ id }) => id === this.#nextId)) this.#nextId += 2;
    const stream = { ...newStream(this.#nextId, nowMs), waiting: true };
    this.#nextId += 2;
    this.streams.push(stream);
    return stream;
  }

  read(stream: ModelStream): string {
    const text = stream.unread;
    stream.unread = '';
    stream.uncredited += text.length;
    return text;
  }

  write(stream: ModelStream, text: string): void {
    if (!stream.gone && !stream.ended) stream.unsent += text;
  }

  end(stream: ModelStream): void {
    if (!stream.gone) stream.ended = true;
  }

  reset(stream: ModelStream): void {
    if (!stream.gone) this.#cut(stream, null);
    stream.unread = '';
  }

  goAway(): void {
    this.#weLeave = true;
  }

  // ---- time ----

  sweep(nowMs: number): void {
    for (const stream of this.live) {
      const code = this.#expired(stream, nowMs);
      if (code !== null) this.#cut(stream, code);
    }
  }

  #expired(stream: ModelStream, nowMs: number): string | null {
    const limits = this.#limits;
    const openMs = nowMs - stream.openedAtMs;
    if (stream.inbound && stream.waiting) return openMs >= limits.maxWaitingMs ? 'WAIT_TIMEOUT' : null;
    if (!stream.synSent) return null;
    if (!stream.acked && openMs >= limits.openTimeoutMs) return 'OPEN_TIMEOUT';
    if (stream.stalledAtMs === null) return null;
    const stalledMs = nowMs - stream.stalledAtMs;
    if (stream.finSent) return stalledMs >= limits.closeLingerMs ? 'CLOSE_TIMEOUT' : null;
    return stalledMs >= limits.writeStallMs ? 'WRITE_STALLED' : null;
  }

  /** All that the end of a turn sends, pings first. */
  turn(nowMs: number): { pings: number[]; streams: Map<number, StreamTurn> } {
    this.#fillSlots();
    for (const stream of this.live) if (!stream.waiting) this.#send(stream, nowMs);
    this.#forgetFinished();
    const sent = { pings: this.#pings, streams: this.#sent };
    this.#pings = [];
    this.#sent = new Map();
    return sent;
  }

  #fillSlots(): void {
    for (const stream of this.live.filter(({ waiting }) => waiting)) {
      const others = this.live.filter((other) => other.inbound === stream.inbound && !other.waiting);
      const taken = stream.inbound ? others.length : others.filter(({ acked }) => !acked).length;
      if (taken >= (stream.inbound ? this.#limits.maxServedStreams : this.#limits.maxUnackedOpens)) continue;
      stream.waiting = false;
      stream.ackOwed = stream.inbound;
    }
  }

  #send(stream: ModelStream, nowMs: number): void {
    if (!stream.synSent && this.held) return;
    let flags = 0;
    if (!stream.synSent) {
      flags |= SYN;
      stream.synSent = true;
      stream.openedAtMs = nowMs;
    }
    if (stream.ackOwed) flags |= ACK;
    stream.ackOwed = false;
    const data = this.held ? '' : stream.unsent.slice(0, stream.maySend);
    stream.unsent = stream.unsent.slice(data.length);
    stream.maySend -= data.length;
    const fin = stream.ended && !stream.finSent && stream.unsent === '';
    if (fin) flags |= FIN;
    const isDue = stream.uncredited >= WINDOW_BYTES / 2 || (flags !== 0 && data === '');
    const credit = isDue && !stream.peerEnded ? stream.uncredited : 0;
    stream.uncredited -= credit;
    stream.peerMaySend += credit;
    if (stream.unsent !== '' && stream.maySend === 0) stream.stalledAtMs ??= nowMs;
    if (fin) {
      stream.finSent = true;
      stream.stalledAtMs = nowMs;
    }
    if (flags === 0 && data === '' && credit === 0) return;
    const turn = this.#add(stream.id);
    turn.flags |= flags;
    turn.data += data;
    turn.credit += credit;
  }

  // ---- ends ----

  #cut(stream: ModelStream, code: string | null): void {
    if (stream.synSent) this.#add(stream.id).flags |= RST;
    this.#kill(stream, code);
  }

  #kill(stream: ModelStream, code: string | null): void {
    stream.gone = true;
    stream.resetCode = code;
    stream.unread = '';
    stream.unsent = '';
    stream.peerEnded = false;
  }

  #forgetFinished(): void {
    for (const stream of this.live) if (stream.finSent && stream.peerEnded) stream.gone = true;
  }

  #add(id: number): StreamTurn {
    const turn = this.#sent.get(id) ?? { flags: 0, credit: 0, data: '' };
    this.#sent.set(id, turn);
    return turn;
  }
}

function newStream(id: number, nowMs: number): ModelStream {
  return {
    id,
    inbound: false,
    waiting: false,
    synSent: false,
    acked: false,
    ackOwed: false,
    peerMaySend: WINDOW_BYTES,
    unread: '',
    uncredited: 0,
    peerEnded: false,
    unsent: '',
    maySend: WINDOW_BYTES,
    ended: false,
    finSent: false,
    openedAtMs: nowMs,
    stalledAtMs: null,
    gone: false,
    resetCode: null,
  };
}
