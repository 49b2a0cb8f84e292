import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { type BidiStream, createClient, type ReplyStream } from '../../protocol/drpc/client.ts';
import type { CancelMode } from '../../protocol/drpc/client-call.ts';
import { encodeMetadata } from '../../protocol/drpc/metadata.ts';
import { settled, testService } from '../protocol/drpc/server-rig.ts';
import { DrpcClientModel } from '../support/drpc-client-model.ts';
import { CANCEL, CLOSE, decodePackets, ERROR } from '../support/drpc-naive.ts';
import type { Settled } from '../support/drpc-server-model.ts';
import { type MemoryStream, memoryStreamPair } from '../support/memory-stream.ts';
import { concat, cutAtRandom, hex, seededRandom } from '../support/yamux-wire.ts';
import { CLOSE_SEND, type FrameAction, FrameCounter, frames, MESSAGE } from './drpc-packets.ts';
import { hexBytes, note } from './drpc-server.ts';
import type { Fuzzer } from './fuzzer.ts';

type Action =
  | { do: 'say'; frames: FrameAction[]; cut: number }
  | { do: 'bytes'; hex: string }
  | { do: 'receive' | 'send' | 'closeSend' | 'giveUp' | 'abort' | 'end' | 'reset' | 'read' };

interface Program {
  method: 'Unary' | 'Stream' | 'Bidi';
  metadata: boolean;
  cancel: CancelMode;
  windowBytes: number;
  actions: Action[];
}

const MAX_MESSAGE_BYTES = 64;
const KINDS = { Unary: 'unary', Stream: 'serverStream', Bidi: 'bidi' } as const;

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      frames: fc.array(frames([MESSAGE, MESSAGE, MESSAGE, CLOSE_SEND, CLOSE, ERROR, CANCEL], ['x']), {
        minLength: 1,
        maxLength: 4,
      }),
      cut: fc.nat(3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('bytes' as const), hex: hexBytes(9) }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constantFrom('receive' as const, 'receive' as const, 'send' as const, 'read' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('closeSend' as const, 'giveUp' as const, 'abort' as const, 'end' as const, 'reset' as const),
    }),
  },
);

class Contest {
  readonly #model: DrpcClientModel;
  readonly #server: MemoryStream;
  readonly #stream: MemoryStream;
  readonly #aborter = new AbortController();
  readonly #counter = new FrameCounter();
  readonly #replies: Settled[] = [];
  readonly #sends: Settled[] = [];
  #call: ReplyStream<string> | BidiStream<string, string> | null = null;
  #writes = 0;

  constructor({ method, metadata, cancel, windowBytes }: Program) {
    const pairs: [string, string][] = [['k', 'v']];
    const limits = { cancel, windowBytes, maxMessageBytes: MAX_MESSAGE_BYTES };
    this.#model = new DrpcClientModel({
      ...limits,
      kind: KINDS[method],
      rpc: `/test.Service/${method}`,
      request: 'q',
      metadata: metadata ? encodeMetadata(pairs) : null,
    });
    const [server, stream] = memoryStreamPair({ windowBytes: Number.POSITIVE_INFINITY }, { windowBytes });
    [this.#server, this.#stream] = [server, stream];
    server.listen({ onReadable: () => {}, onReset: () => {} });
    const client = createClient(testService, { openStream: () => stream, ...limits });
    const options = { signal: this.#aborter.signal, ...(metadata && { metadata: pairs }) };
    if (method === 'Unary') note(this.#replies, client.Unary('q', options));
    else {
      const opened: Promise<ReplyStream<string>> =
        method === 'Stream' ? client.Stream('q', options) : client.Bidi(options);
      opened.then((call) => {
        this.#call = call;
      });
    }
  }

  async run(step: Action): Promise<void> {
    if (step.do === 'say') this.#say(concat(step.frames.map((frame) => this.#counter.bytes(frame))), step.cut);
    else if (step.do === 'bytes') this.#say(hex(step.hex), 0);
    else if (step.do === 'end' || step.do === 'reset') {
      this.#model[step.do]();
      this.#server[step.do]();
    } else if (step.do === 'read') {
      this.#model.read();
      while (this.#server.read() !== null);
    } else if (step.do === 'abort') {
      this.#model.giveUp();
      this.#aborter.abort();
    } else this.#use(step.do);
    await this.compare();
  }

  /** The server goes: nothing may be left waiting. */
  async finish(): Promise<void> {
    this.#model.reset();
    this.#server.reset();
    await this.compare();
    assert.ok(![...this.#replies, ...this.#sends].includes('pending'));
  }

  async compare(): Promise<void> {
    await settled();
    const model = this.#model;
    const wire = this.#stream.sent;
    const written = concat(wire.flatMap((event) => (event.type === 'write' ? [event.bytes] : [])));
    const { packets, error } = decodePackets(written, 2 ** 20);
    assert.equal(error, null);
    assert.deepEqual(packets.map(shown), model.sent);
    const count = (type: string) => wire.filter((event) => event.type === type).length;
    assert.equal(count('end'), model.ended ? 1 : 0);
    assert.equal(count('reset'), model.wasReset ? 1 : 0);
    assert.deepEqual(this.#replies, model.replies);
    assert.deepEqual(this.#sends, model.sends);
  }

  #say(bytes: Uint8Array, cut: number): void {
    this.#writes += 1;
    const pieces = cut === 0 ? [bytes] : cutAtRandom(bytes, seededRandom(this.#writes * 7 + cut), cut === 1 ? 1 : 20);
    this.#model.say(pieces);
    for (const piece of pieces) this.#server.write(piece);
  }

  #use(what: 'receive' | 'send' | 'closeSend' | 'giveUp'): void {
    const call = this.#call;
    if (call === null) return;
    if (what === 'receive') {
      this.#model.receive();
      note(this.#replies, call.receive());
    } else if (what === 'giveUp') {
      this.#model.giveUp();
      call.cancel();
    } else if ('send' in call && what === 'send') {
      this.#model.send('x'.repeat(30));
      note(this.#sends, call.send('x'.repeat(30)));
    } else if ('closeSend' in call && what === 'closeSend') {
      this.#model.closeSend();
      call.closeSend();
    }
  }
}

function shown({ kind, control, messageId, data }: ReturnType<typeof decodePackets>['packets'][number]): string {
  assert.equal(control, kind === CANCEL);
  return `${messageId} ${kind} ${Buffer.from(data).toString('latin1')}`;
}

/** A client's call against the naive model, its server and its user at random. */
export const drpcClientPrograms: Fuzzer<Program> = {
  name: 'drpc client',
  programs: fc.record({
    method: fc.constantFrom('Unary' as const, 'Stream' as const, 'Bidi' as const),
    metadata: fc.boolean(),
    cancel: fc.constantFrom('finish' as const, 'packet' as const, 'reset' as const),
    windowBytes: fc.constantFrom(20, 1_000_000),
    actions: fc.array(action, { minLength: 1, maxLength: 20, size: 'max' }),
  }),
  actions: ({ actions }) => actions.length,
  async run(program) {
    const contest = new Contest(program);
    await contest.compare();
    for (const step of program.actions) await contest.run(step);
    await contest.finish();
  },
};
