import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { YamuxRig } from '../support/yamux-rig.ts';
import { concat, cutAtRandom, seededRandom, WINDOW_BYTES } from '../support/yamux-wire.ts';
import type { Fuzzer } from './fuzzer.ts';
import { changedFrames, pieceBytes, yamuxSides } from './recorded.ts';

interface Program {
  role: 'server' | 'client';
  /** What the user does with what comes: sends it back, reads it, or leaves it. */
  user: 'echo' | 'read' | 'ignore';
  pieces: string[];
  cut: number;
}

const LIMITS = { maxServedStreams: 4, maxWaitingStreams: 3, maxWaitingBytes: 300_000, keepAliveIntervalMs: 0 };
/** Turns within which a session must come to rest, whatever it was given. */
const MAX_TURNS = 1_000;

function rigOf({ role, user }: Program): YamuxRig {
  const rig = new YamuxRig({
    role,
    limits: LIMITS,
    onStream: (watched) => {
      if (user === 'ignore') return;
      watched.whenReadable = () => {
        for (let bytes = watched.stream.read(); bytes !== null; bytes = watched.stream.read()) {
          if (user === 'echo') watched.stream.write(bytes.slice());
        }
        if (watched.stream.readEnded) watched.stream.end();
      };
      watched.whenReadable();
    },
  });
  // So that a server's frames for streams of ours have streams to be for.
  if (role === 'client') for (let count = 0; count < 3; count += 1) rig.open().stream.write(new Uint8Array(10));
  return rig;
}

function expectBounds(rig: YamuxRig, role: 'server' | 'client'): void {
  const { session } = rig;
  const ours = role === 'client' ? 3 : 0;
  assert.ok(session.streamCount <= LIMITS.maxServedStreams + LIMITS.maxWaitingStreams + ours);
  const served = LIMITS.maxServedStreams + ours;
  assert.ok(session.bufferedBytes <= served * WINDOW_BYTES + LIMITS.maxWaitingBytes);
}

/** What live peers said, changed at random: no input throws, hangs or grows memory past the limits. */
export const yamuxBytes: Fuzzer<Program> = {
  name: 'yamux bytes',
  programs: fc.constantFrom('server' as const, 'client' as const).chain((role) =>
    fc.record({
      role: fc.constant(role),
      user: fc.constantFrom('echo' as const, 'read' as const, 'ignore' as const),
      pieces: changedFrames(yamuxSides(role === 'server' ? 'client' : 'server'), 40),
      cut: fc.nat(1_000),
    }),
  ),
  actions: ({ pieces }) => pieces.length,
  run(program) {
    const rig = rigOf(program);
    const bytes = concat(program.pieces.map(pieceBytes));
    const longest = program.cut % 3 === 0 ? 1 + (program.cut % 20) : 70_000;
    for (const piece of cutAtRandom(bytes, seededRandom(program.cut), bytes.length > 5_000 ? 70_000 : longest)) {
      rig.session.receive(piece);
      for (let turns = 0; rig.busy; turns += 1) {
        assert.ok(turns < MAX_TURNS, 'the session does not come to rest');
        rig.turn();
      }
      expectBounds(rig, program.role);
      // Whole frames at any time: a naive reader takes them.
      rig.frames();
    }
    rig.session.close();
    assert.equal(rig.session.bufferedBytes, 0);
    assert.equal(rig.session.streamCount, 0);
  },
};
