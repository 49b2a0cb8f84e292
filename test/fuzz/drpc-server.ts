import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { ByteBudget } from '../../protocol/drpc/byte-budget.ts';
import { DrpcError } from '../../protocol/drpc/error.ts';
import type { BidiCall, Call, HeldCall, HeldHandler, StreamingCall } from '../../protocol/drpc/handlers.ts';
import { DrpcServer } from '../../protocol/drpc/server.ts';
import { settled, testService } from '../protocol/drpc/server-rig.ts';
import { decodePackets, ERROR } from '../support/drpc-naive.ts';
import { DrpcServerModel, type ModelCall, type Settled } from '../support/drpc-server-model.ts';
import { type MemoryStream, memoryStreamPair } from '../support/memory-stream.ts';
import { concat, cutAtRandom, hex, seededRandom } from '../support/yamux-wire.ts';
import {
  CLOSE_SEND,
  type FrameAction,
  FrameCounter,
  frames,
  INVOKE,
  MESSAGE,
  METADATA,
  messageInParts,
} from './drpc-packets.ts';
import type { Fuzzer } from './fuzzer.ts';

type Action =
  | { do: 'say'; frames: FrameAction[]; cut: number }
  | { do: 'bytes'; hex: string }
  | { do: 'reply' | 'fail' | 'send' | 'take'; call: number }
  | { do: 'end' | 'reset' | 'read' | 'sweep' | 'admit' };

interface Program {
  windowBytes: number;
  admits: boolean;
  actions: Action[];
}

const MAX_MESSAGE_BYTES = 64;
const RPCS = ['Unary', 'Stream', 'Bidi', 'HeldStream', 'HeldBidi', 'Unserved', 'Nothing'].map(
  (name) => `/test.Service/${name}`,
);

const say = fc.record({
  do: fc.constant('say' as const),
  frames: fc.oneof(
    {
      weight: 6,
      arbitrary: fc.array(frames([INVOKE, MESSAGE, MESSAGE, CLOSE_SEND, METADATA], RPCS), {
        minLength: 1,
        maxLength: 4,
      }),
    },
    { weight: 1, arbitrary: messageInParts() },
  ),
  cut: fc.nat(3),
});
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 10, arbitrary: say },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('bytes' as const), hex: hexBytes(9) }) },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constantFrom('reply' as const, 'fail' as const, 'send' as const, 'take' as const, 'take' as const),
      call: fc.nat(5),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('read' as const, 'read' as const, 'sweep' as const, 'admit' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('end' as const, 'reset' as const) }) },
);

export function hexBytes(maxBytes: number): fc.Arbitrary<string> {
  return fc.uint8Array({ minLength: 1, maxLength: maxBytes }).map((bytes) => Buffer.from(bytes).toString('hex'));
}

/** A call that has reached its handler. */
interface RealCall {
  call: Call<string>;
  request: string | null;
  /** What the handler of a held call has been told. */
  told: string[];
  reply(text: string): void;
  fail(cause: unknown): void;
  takes: Settled[];
  sends: Settled[];
}

class Contest {
  readonly model: DrpcServerModel;
  readonly #peer: MemoryStream;
  readonly #stream: MemoryStream;
  readonly #server: DrpcServer<string>;
  readonly #handled: RealCall[] = [];
  readonly #outcomes = new Map<Call<string>, string[]>();
  readonly #violations: string[] = [];
  readonly #admissions: (() => void)[] = [];
  readonly #counter = new FrameCounter();
  /** More than may be held, so that it only counts. */
  readonly #unfinished = new ByteBudget(1_000 * MAX_MESSAGE_BYTES);
  #writes = 0;

  constructor({ windowBytes, admits }: Program) {
    this.model = new DrpcServerModel({ windowBytes, admits, maxMessageBytes: MAX_MESSAGE_BYTES });
    const hold = (call: Call<string>, request: string | null) =>
      new Promise<string>((resolve, reject) => {
        this.#handled.push({ call, request, told: [], reply: resolve, fail: reject, takes: [], sends: [] });
      });
    const held: HeldHandler<string, string, string> = { onRequest: (request, call) => this.#told(request, call) };
    this.#server = new DrpcServer<string>({
      maxMessageBytes: MAX_MESSAGE_BYTES,
      onOutcome: (call, outcome) => this.#outcomes.set(call, [...(this.#outcomes.get(call) ?? []), outcome]),
      onViolation: (error) => this.#violations.push(error.code),
      ...(admits && { admit: () => new Promise<void>((resolve) => this.#admissions.push(resolve)) }),
    }).add(testService, {
      Unary: (request, call) => hold(call, request),
      Stream: async (request, call) => void (await hold(call, request)),
      Bidi: async (call) => void (await hold(call, null)),
      HeldStream: held,
      HeldBidi: held,
    });
    const [peer, stream] = memoryStreamPair({ windowBytes: Number.POSITIVE_INFINITY }, { windowBytes });
    [this.#peer, this.#stream] = [peer, stream];
    peer.listen({ onReadable: () => {}, onReset: () => {} });
    this.#server.serve(stream, 'context', this.#unfinished);
  }

  async run(step: Action): Promise<void> {
    const { model } = this;
    if (step.do === 'say') this.#say(concat(step.frames.map((frame) => this.#counter.bytes(frame))), step.cut);
    else if (step.do === 'bytes') this.#say(hex(step.hex), 0);
    else if (step.do === 'end' || step.do === 'reset') {
      model[step.do]();
      this.#peer[step.do]();
    } else if (step.do === 'read') {
      model.read();
      while (this.#peer.read() !== null);
    } else if (step.do === 'sweep') {
      model.sweep();
      this.#server.sweep();
    } else if (step.do === 'admit') {
      model.admit();
      this.#admissions.shift()?.();
    } else this.#handle(step as Extract<Action, { call: number }>);
    await settled();
    this.#compare();
  }

  /** Ends the client's side and lets every handler finish: nothing may be left. */
  async finish(): Promise<void> {
    this.model.reset();
    this.#peer.reset();
    for (const { reply } of this.#handled) reply('late');
    for (const admit of this.#admissions) admit();
    await settled();
    this.#compare();
    assert.equal(this.#server.openStreams, 0);
    assert.equal(this.#unfinished.heldBytes, 0);
    for (const [, outcomes] of this.#outcomes) assert.equal(outcomes.length, 1);
  }

  #told(request: string, call: HeldCall<string, string>): undefined {
    let real = this.#handled.find((one) => one.call === call);
    if (real === undefined) {
      // As late as the answers of handlers that are waited for.
      const reply = () => queueMicrotask(() => call.finish());
      real = { call, request, told: [], reply, fail: () => {}, takes: [], sends: [] };
      this.#handled.push(real);
    }
    real.told.push(request);
  }

  #say(bytes: Uint8Array, cut: number): void {
    this.#writes += 1;
    const pieces = cut === 0 ? [bytes] : cutAtRandom(bytes, seededRandom(this.#writes * 7 + cut), cut === 1 ? 1 : 20);
    this.model.receive(pieces);
    for (const piece of pieces) this.#peer.write(piece);
  }

  #handle(step: Extract<Action, { call: number }>): void {
    const index = this.#handled.length - 1 - (step.call % Math.max(1, this.#handled.length));
    const real = this.#handled[index];
    const expected = this.model.calls.filter(({ handler }) => handler !== null)[index];
    if (real === undefined || expected === undefined) return;
    if (step.do === 'reply') {
      this.model.reply(expected, 'a');
      real.reply('a');
    } else if (step.do === 'fail' && !expected.held) {
      this.model.fail(expected, 'told');
      real.fail(new DrpcError('refused', 'told'));
    } else if (step.do === 'send' && expected.kind !== 'unary') {
      this.model.send(expected, 'x'.repeat(30));
      note(real.sends, (real.call as StreamingCall<string, string>).send('x'.repeat(30)));
    } else if (step.do === 'take' && expected.kind === 'bidi' && !expected.held) {
      this.model.take(expected);
      note(real.takes, (real.call as BidiCall<string, string, string>).receive());
    }
  }

  #compare(): void {
    const { model } = this;
    const wire = this.#stream.sent;
    const { packets, error } = decodePackets(
      concat(wire.flatMap((event) => (event.type === 'write' ? [event.bytes] : []))),
      2 ** 20,
    );
    assert.equal(error, null);
    assert.ok(this.#unfinished.heldBytes <= MAX_MESSAGE_BYTES, `${this.#unfinished.heldBytes} bytes are held`);
    const sent = packets.map(({ streamId, messageId, kind, data }) => {
      const text = new TextDecoder().decode(kind === ERROR ? data.subarray(8) : data);
      return `${streamId}.${messageId} ${kind} ${text}`;
    });
    assert.equal(sent.length, model.sent.length);
    for (const [at, wanted] of model.sent.entries()) {
      if (wanted.endsWith('*')) assert.ok(sent[at]?.startsWith(wanted.slice(0, -1)), `${sent[at]} is no ${wanted}`);
      else assert.equal(sent[at], wanted);
    }
    const count = (type: string) => wire.filter((event) => event.type === type).length;
    assert.equal(count('end'), model.ended ? 1 : 0);
    assert.equal(this.#stream.wasReset, model.wasReset);
    assert.equal(this.#server.openStreams, model.closed ? 0 : 1);
    assert.deepEqual(this.#violations, model.violation === null ? [] : [model.violation]);
    const handled = model.calls.filter(({ handler }) => handler !== null);
    assert.deepEqual(this.#handled.map(shownReal, this), handled.map(shownModel));
    const outcomes = [...this.#outcomes.values()].map(([outcome]) => outcome);
    assert.deepEqual(outcomes.sort(), model.calls.flatMap(({ outcome }) => outcome ?? []).sort());
  }
}

export function note(list: Settled[], promise: Promise<unknown>): void {
  const at = list.push('pending') - 1;
  promise.then(
    (text) => {
      list[at] = { text: (text as string | null | undefined) ?? null };
    },
    (error: DrpcError) => {
      list[at] = { code: error.code };
    },
  );
}

function shownReal({ call, request, told, takes, sends }: RealCall): object {
  return { rpc: call.rpc, request, told, metadata: [...call.metadata], takes, sends, aborted: call.signal.aborted };
}

function shownModel({ rpc, handler, told, metadata, takes, sends, aborted }: ModelCall): object {
  return { rpc, request: handler?.request ?? null, told, metadata, takes, sends, aborted };
}

/** A server of calls against the naive model, its client and its handlers at random. */
export const drpcServerPrograms: Fuzzer<Program> = {
  name: 'drpc server',
  programs: fc.record({
    windowBytes: fc.constantFrom(20, 1_000_000),
    admits: fc.boolean(),
    actions: fc.array(action, { minLength: 1, maxLength: 30, size: 'max' }),
  }),
  actions: ({ actions }) => actions.length,
  async run(program) {
    const contest = new Contest(program);
    for (const step of program.actions) await contest.run(step);
    await contest.finish();
  },
};
