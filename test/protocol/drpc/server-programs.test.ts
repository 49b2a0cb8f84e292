import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Kind } from '../../../protocol/drpc/frame.ts';
import { encodePackets } from '../../../protocol/drpc/writer.ts';
import { serverRig, settled, streaming } from './server-rig.ts';
import { eachByte, packet, utf8 } from './wire.ts';

type Rig = ReturnType<typeof serverRig>;

/** One step of a program: what the client or a handler does. */
type Step =
  | { does: 'packet'; kind: number; method: string; next: boolean; control: boolean }
  | { does: 'bytes'; bytes: Uint8Array }
  | { does: 'reply' | 'fail' | 'send' | 'end' | 'reset' | 'read' | 'sweep' | 'settle' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      does: fc.constant('packet' as const),
      kind: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom<number>(Kind.invoke, Kind.message, Kind.closeSend) },
        { weight: 1, arbitrary: fc.nat(9) },
      ),
      method: fc.constantFrom('Unary', 'Stream', 'Bidi', 'Unserved', 'Nothing'),
      next: fc.boolean(),
      control: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('bytes' as const), bytes: fc.uint8Array({ maxLength: 9 }) }) },
  {
    weight: 12,
    arbitrary: fc.record({
      does: fc.constantFrom('reply', 'fail', 'send', 'read', 'settle', 'settle', 'sweep'),
    }) as fc.Arbitrary<Step>,
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('end', 'reset') }) as fc.Arbitrary<Step> },
);

/** Runs a program; gives every packet that the server sent. */
async function run(rig: Rig, program: readonly Step[]): Promise<[number, string][]> {
  const received: [number, string][] = [];
  let [streamId, messageId] = [1, 0];
  for (const now of program) {
    switch (now.does) {
      case 'packet': {
        if (now.kind === Kind.invoke && now.next) [streamId, messageId] = [streamId + 1, 0];
        messageId++;
        const data = now.kind === Kind.invoke ? `/test.Service/${now.method}` : '';
        rig.peer.write(encodePackets([{ ...packet(now.kind, messageId, utf8(data), streamId), control: now.control }]));
        break;
      }
      case 'bytes':
        rig.peer.write(now.bytes);
        break;
      case 'reply':
        rig.held.at(-1)?.reply('a');
        break;
      case 'fail':
        rig.held.at(-1)?.fail(new Error('failed'));
        break;
      case 'send': {
        const held = rig.held.at(-1);
        if (held !== undefined && !held.call.rpc.endsWith('Unary')) void streaming(held).send('x'.repeat(30));
        break;
      }
      case 'end':
      case 'reset':
        rig.peer[now.does]();
        break;
      case 'sweep':
        rig.server.sweep();
        break;
      case 'read':
        received.push(...rig.received());
        break;
      case 'settle':
        await settled();
    }
  }
  await settled();
  return received;
}

it('keeps the promises of a server, whatever client and handlers do, however the bytes are cut', async () => {
  const wire = fc.constantFrom({}, { windowBytes: 20 });
  const peer = fc.constantFrom({}, { cut: eachByte }, { windowBytes: 20 });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), wire, peer, async (program, serverWire, peerWire) => {
      const rig = serverRig({ wire: serverWire, peer: peerWire });
      const received = await run(rig, program);
      const finished = rig.peer.hasEnded || rig.peer.wasReset;

      // Our end comes once, and only behind the client's, or behind an error about a violation.
      const { sent } = rig.stream;
      const ends = sent.filter((event) => event.type === 'end').length;
      expect(ends).toBeLessThanOrEqual(1);
      if (!finished) expect(ends).toBeLessThanOrEqual(rig.violations.length);
      expect(rig.violations.length).toBeLessThanOrEqual(1);

      // The client goes: every handler learns of it, nothing is left, every call has one outcome.
      received.push(...rig.received());
      rig.peer.reset();
      for (const held of rig.held) held.reply('late');
      await settled();
      expect(rig.server.openStreams).toBe(0);
      for (const { call } of rig.held) {
        const outcomes = rig.outcomesOf.get(call);
        expect(outcomes?.length).toBe(1);
        if (outcomes?.[0] === 'ok') expect(call.signal.aborted).toBe(false);
        if (outcomes?.[0] === 'cancelled') expect(call.signal.aborted).toBe(true);
      }
      const answered = received.filter(([kind]) => kind === Kind.closeSend || kind === Kind.error).length;
      expect(answered).toBeLessThanOrEqual(rig.outcomes.length);
    }),
    { numRuns: 1_000 },
  );
});
