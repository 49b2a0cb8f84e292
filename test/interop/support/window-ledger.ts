/** A second opinion on the windows of a session: what passes in either direction, counted by the letter of the spec. */
import { DATA, FIN, GO_AWAY, RST, SYN, WINDOW, WINDOW_BYTES } from '../../support/yamux-wire.ts';

export interface SeenFrame {
  type: number;
  flags: number;
  id: number;
  length: number;
}

const HEADER = 12;

/** Cuts frames out of a byte stream and says each header when it is whole. */
class HeaderCutter {
  readonly #onFrame: (frame: SeenFrame) => void;
  #head = Buffer.alloc(0);
  #payloadLeft = 0;

  constructor(onFrame: (frame: SeenFrame) => void) {
    this.#onFrame = onFrame;
  }

  feed(chunk: Uint8Array): void {
    for (let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength); rest.length > 0; ) {
      if (this.#payloadLeft > 0) {
        const skipped = Math.min(this.#payloadLeft, rest.length);
        this.#payloadLeft -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      const taken = Math.min(HEADER - this.#head.length, rest.length);
      this.#head = Buffer.concat([this.#head, rest.subarray(0, taken)]);
      rest = rest.subarray(taken);
      if (this.#head.length === HEADER) this.#header();
    }
  }

  #header(): void {
    const head = this.#head;
    this.#head = Buffer.alloc(0);
    const [type, length] = [head.readUInt8(1), head.readUInt32BE(8)];
    if (type === DATA) this.#payloadLeft = length;
    this.#onFrame({ type, flags: head.readUInt16BE(2), id: head.readUInt32BE(4), length });
  }
}

/** One direction: what one side has sent of its window, and what it has been given back. */
class Direction {
  readonly windows = new Map<number, number>();
  dataBytes = 0;
  creditBytes = 0;
  /** The least that was left of any window. */
  leastWindow = WINDOW_BYTES;
  syns = 0;
  resets = 0;
  goAways = 0;

  left(id: number): number {
    return this.windows.get(id) ?? WINDOW_BYTES;
  }
}

/** Listens to a session from beside its transport; `faults` stays empty while both sides keep to the windows. */
export class WindowLedger {
  readonly faults: string[] = [];
  readonly ours = new Direction();
  readonly theirs = new Direction();
  /** Bytes on their way out and in, in the order in which the session has them. */
  readonly sent: (bytes: Uint8Array) => void;
  readonly received: (bytes: Uint8Array) => void;

  constructor() {
    const out = new HeaderCutter((frame) => this.#frame(frame, 'our', this.ours, this.theirs));
    const into = new HeaderCutter((frame) => this.#frame(frame, 'their', this.theirs, this.ours));
    this.sent = (bytes) => out.feed(bytes);
    this.received = (bytes) => into.feed(bytes);
  }

  #frame(frame: SeenFrame, whose: string, sender: Direction, receiver: Direction): void {
    const { type, flags, id, length } = frame;
    if (type === GO_AWAY) sender.goAways += 1;
    if (type !== DATA && type !== WINDOW) return;
    sender.syns += Number((flags & SYN) !== 0);
    sender.resets += Number((flags & RST) !== 0);
    if (type === DATA) this.#data(frame, whose, sender);
    else if (length > 0) this.#credit(frame, whose, { sender, receiver, flagged: (flags & (SYN | FIN)) !== 0 });
    if ((flags & RST) !== 0) this.#forget(id);
  }

  #data({ id, length }: SeenFrame, whose: string, sender: Direction): void {
    const left = sender.left(id) - length;
    sender.windows.set(id, left);
    sender.dataBytes += length;
    sender.leastWindow = Math.min(sender.leastWindow, left);
    if (left < 0)
      this.faults.push(`${whose} frame of ${length} bytes overdraws the window of stream ${id} by ${-left}`);
  }

  /** What the one reads is given back to the other: never more than was sent, and not in small change. */
  #credit(
    { id, length, flags }: SeenFrame,
    whose: string,
    { sender, receiver, flagged }: { sender: Direction; receiver: Direction; flagged: boolean },
  ): void {
    const window = receiver.left(id) + length;
    receiver.windows.set(id, window);
    sender.creditBytes += length;
    if (window > WINDOW_BYTES) this.faults.push(`${whose} credit of ${length} opens stream ${id} to ${window}`);
    if (length < WINDOW_BYTES / 2 && !flagged && flags === 0) this.faults.push(`${whose} credit of only ${length}`);
  }

  #forget(id: number): void {
    this.ours.windows.delete(id);
    this.theirs.windows.delete(id);
  }
}
