import fc from 'fast-check';
import { CLOSE_SEND, encodeFrame, INVOKE, MESSAGE, METADATA } from '../support/drpc-naive.ts';
import { hex } from '../support/yamux-wire.ts';

/** One frame that a DRPC peer sends; ids are told by where they stand to the one before. */
export interface FrameAction {
  do: 'frame';
  kind: number;
  done: boolean;
  control: boolean;
  ids: 'next' | 'same' | 'stream' | 'skip' | 'back' | 'back-stream' | 'zero';
  /** Text, or bytes as hexadecimal behind `0x`. */
  data: string;
}

const messages = fc.constantFrom('q', '', '!', 'x'.repeat(30), 'y'.repeat(61), 'z'.repeat(70));
const pairs = fc.constantFrom(
  '0x',
  '0x0a060a016b120176',
  '0x0a060a016b1201760a060a016b120177',
  '0x0a04 0a00 1200',
  '0x01',
  '0x0a060a016b120277',
  '0x0a061201760a016b',
  '0x0aff',
  '0x0a0a0a016b1201760a0178',
);

function dataOf(kind: number, rpcs: string[]): fc.Arbitrary<string> {
  if (kind === INVOKE) return fc.constantFrom(...rpcs);
  if (kind === METADATA) return pairs;
  if (kind === MESSAGE) return messages;
  return fc.constantFrom('', '', '0x0000000000000007', '0x00000000000000076e6f', 'no');
}

/** Mostly what a peer may send, so that programs live long; a dash of everything else. */
export function frames(usual: number[], rpcs: string[]): fc.Arbitrary<FrameAction> {
  const kinds = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...usual) },
    { weight: 2, arbitrary: fc.integer({ min: INVOKE, max: METADATA }) },
    { weight: 1, arbitrary: fc.nat(63) },
  );
  return kinds.chain((kind) =>
    fc.record({
      do: fc.constant('frame' as const),
      kind: fc.constant(kind),
      done: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
      control: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      ids: fc.oneof(
        { weight: 14, arbitrary: fc.constant<FrameAction['ids']>(kind === INVOKE ? 'stream' : 'next') },
        { weight: 4, arbitrary: fc.constant<FrameAction['ids']>('next') },
        { weight: 1, arbitrary: fc.constantFrom<FrameAction['ids']>('same', 'skip', 'back', 'back-stream', 'zero') },
      ),
      data: dataOf(kind, rpcs),
    }),
  );
}

/** One message in several frames, as Go's writer cuts what is large; small ones that are too large together among them. */
export function messageInParts(): fc.Arbitrary<FrameAction[]> {
  return fc.tuple(fc.array(messages, { minLength: 2, maxLength: 4 }), fc.boolean()).map(([texts, finished]) =>
    texts.map((data, at) => ({
      do: 'frame',
      kind: MESSAGE,
      done: finished && at === texts.length - 1,
      control: false,
      ids: at === 0 ? 'next' : 'same',
      data,
    })),
  );
}

/** Frame by frame as a peer counts, which goes wrong where an action says so. */
export class FrameCounter {
  #streamId = 1;
  #messageId = 0;
  #first = true;

  bytes({ kind, done, control, ids, data }: FrameAction): Uint8Array {
    if (ids === 'stream') {
      this.#streamId += this.#first ? 0 : 1;
      this.#messageId = 1;
    } else if (ids === 'next') this.#messageId += 1;
    else if (ids === 'skip') this.#messageId += 300;
    this.#first = false;
    const off =
      ids === 'back' ? { messageId: Math.max(0, this.#messageId - 1) } : ids === 'zero' ? { messageId: 0 } : {};
    const streamId = ids === 'back-stream' ? this.#streamId - 1 : this.#streamId;
    const body = data.startsWith('0x') ? hex(data.slice(2)) : new TextEncoder().encode(data);
    const kept = { kind, done, control, streamId, messageId: Math.max(1, this.#messageId), ...off };
    return encodeFrame({ ...kept, data: body });
  }
}

export { CLOSE_SEND, INVOKE, MESSAGE, METADATA };
