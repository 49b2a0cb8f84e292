/**
 * Conversations of hashicorp/yamux 0.1.2, recorded by test/interop/record/yamux.ts. A session of ours takes the place of
 * either side and has to say the same, no later than Go did. The protocol leaves free, and so these are not compared:
 *
 * - how data is cut into frames (Go: up to a window; here: 64 KiB), and which frame carries FIN;
 * - when a stream is ACKed (Go: when its user accepts it, and not at all once it has ended; here: when it has a slot);
 * - when credit goes back, as long as we never owe half a window more than Go does, nor give more than was read; and
 *   whether it does behind the peer's FIN;
 * - the order of answers to pings;
 * - whether a go-away comes ahead of the end of a session that the peer has broken (Go: none; here: 1).
 *
 * Where a peer does what the specification does not allow for, two rows of the odd frames differ on purpose: see DIFFERS.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Replay, type ReplayOptions } from '../../support/yamux-replay.ts';
import type { YamuxVector } from '../../support/yamux-vectors.ts';
import { cutAtRandom, seededRandom } from '../../support/yamux-wire.ts';

const read = (file: string): YamuxVector[] =>
  JSON.parse(readFileSync(new URL(`../../vectors/${file}`, import.meta.url), 'utf8'));

const random = seededRandom(20_261_126);
const CUTS: [string, ReplayOptions['cut']][] = [
  ['frame by frame', (bytes) => [bytes]],
  ['cut anywhere', (bytes) => cutAtRandom(bytes, random, bytes.length < 100 ? 3 : 70_000)],
];

describe.each(read('yamux.json'))('"$name"', ({ lines }) => {
  describe.each(['server', 'client'] as const)('with our session for the %s', (role) => {
    it.each(CUTS)('%s', (_name, cut) => {
      const replay = new Replay({ role, cut });
      replay.run(lines);
      replay.expectSame();
      const end = replay.recordedEnd || replay.rig.closedWith === undefined ? undefined : 'TRANSPORT_CLOSED';
      if (end !== undefined) expect(replay.rig.closedWith).toMatchObject({ code: end });
    });
  });
});

/** Where we do not do as Go does: why, and whether our session lives on. */
const DIFFERS: Record<string, { why: string; lives: boolean }> = {
  'a second FIN': { why: 'Go ends the session; it does no harm, and some peers close twice', lives: true },
  'stream 0': { why: 'Go takes it for a stream like others; 0 is the session itself', lives: false },
};

/** Go never accepts these streams, so that they stay in its backlog; ours are served up to the same number. */
const LIMITS: Record<string, ReplayOptions['limits']> = {
  'streams beyond a backlog of 256': { maxServedStreams: 256, maxWaitingStreams: 0 },
};

describe.each(read('yamux-odd.json'))('an odd client: $name', ({ name, lines }) => {
  it.each(CUTS)('%s', (_name, cut) => {
    const replay = new Replay({ role: 'server', cut, limits: LIMITS[name] ?? {} });
    const differs = DIFFERS[name];
    replay.run(lines);
    const ended = replay.rig.closedWith !== undefined;
    expect(ended).toBe(differs === undefined ? replay.recordedEnd : !differs.lives);
    if (differs === undefined && !ended) replay.expectSame();
  });
});
