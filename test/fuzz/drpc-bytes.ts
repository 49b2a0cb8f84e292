import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { ByteBudget } from '../../protocol/drpc/byte-budget.ts';
import { createClient } from '../../protocol/drpc/client.ts';
import { DrpcError } from '../../protocol/drpc/error.ts';
import { DrpcServer } from '../../protocol/drpc/server.ts';
import { addEcho, echoService } from '../interop/support/echo.ts';
import { settled } from '../protocol/drpc/server-rig.ts';
import { decodePackets } from '../support/drpc-naive.ts';
import { memoryStreamPair } from '../support/memory-stream.ts';
import { concat, cutAtRandom, hex, seededRandom } from '../support/yamux-wire.ts';
import type { Fuzzer } from './fuzzer.ts';
import { callSides, changedBytesOf } from './recorded.ts';

interface Program {
  /** Which end is ours. */
  end: 'server' | 'client';
  hex: string;
  cut: number;
}

const MAX_MESSAGE_BYTES = 16_384;

async function serve(pieces: Uint8Array[]): Promise<void> {
  const outcomes: string[] = [];
  const server = addEcho(
    new DrpcServer<null>({ maxMessageBytes: MAX_MESSAGE_BYTES, onOutcome: (_call, outcome) => outcomes.push(outcome) }),
  );
  const [peer, stream] = memoryStreamPair();
  peer.listen({ onReadable: () => {}, onReset: () => {} });
  const unfinished = new ByteBudget(1_000 * MAX_MESSAGE_BYTES);
  server.serve(stream, null, unfinished);
  for (const piece of pieces) peer.write(piece);
  await settled();
  assert.ok(unfinished.heldBytes <= MAX_MESSAGE_BYTES, `${unfinished.heldBytes} bytes are held`);
  const written = stream.sent.flatMap((event) => (event.type === 'write' ? [event.bytes] : []));
  const answers = decodePackets(concat(written), 2 ** 22);
  assert.equal(answers.error, null);
  peer.reset();
  await settled();
  assert.equal(server.openStreams, 0);
  assert.equal(unfinished.heldBytes, 0);
}

/** Every call of our client against the same answers. */
async function call(pieces: Uint8Array[]): Promise<void> {
  const streams: (() => void)[] = [];
  const client = createClient(echoService, {
    maxMessageBytes: MAX_MESSAGE_BYTES,
    openStream() {
      const [stream, server] = memoryStreamPair();
      server.listen({ onReadable: () => {}, onReset: () => {} });
      for (const piece of pieces) server.write(piece);
      streams.push(() => server.reset());
      return stream;
    },
  });
  const unary = client.Echo({}).then(String, failure);
  const replies = await client.Repeat({});
  const all = (async () => {
    for await (const _ of replies);
  })().then(String, failure);
  await settled();
  for (const reset of streams) reset();
  await Promise.all([unary, all]);
}

function failure(error: unknown): void {
  assert.ok(error instanceof DrpcError, `not an error of ours: ${error}`);
}

/** What live peers said in calls, changed at random: no input throws, hangs or leaves anything behind. */
export const drpcBytes: Fuzzer<Program> = {
  name: 'drpc bytes',
  programs: fc.constantFrom('server' as const, 'client' as const).chain((end) =>
    fc.record({
      end: fc.constant(end),
      hex: changedBytesOf(callSides(end === 'server' ? 'client' : 'server')),
      cut: fc.nat(1_000),
    }),
  ),
  actions: () => 1,
  async run({ end, hex: text, cut }) {
    const pieces = cutAtRandom(hex(text), seededRandom(cut), 1 + (cut % 3) * 40);
    await (end === 'server' ? serve(pieces) : call(pieces));
  },
};
