/**
 * What Go's client said in `test/vectors/calls.json` (made by test/interop/record/calls.ts), said to our server: it must answer as
 * Go's server did. The protocols leave free, and so these are not compared: where DRPC packets and yamux frames are cut,
 * which frame of a stream carries the ACK, and when credit goes back.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DrpcServer } from '../../protocol/drpc/server.ts';
import { YamuxSession } from '../../protocol/yamux/session.ts';
import { addEcho } from '../interop/support/echo.ts';
import { type Cut, endOf, packetsOf, turnUntil, waysToArrive } from '../support/recorded-calls.ts';
import { ACK, concat, DATA, decodeNaively, hex, show, WINDOW } from '../support/yamux-wire.ts';

interface Vector {
  name: string;
  library: string;
  steps: { from: 'client' | 'server'; bytes: string }[];
}

const vectors: Vector[] = JSON.parse(readFileSync(new URL('../vectors/calls.json', import.meta.url), 'utf8'));
/** Turns of the event loop within which an answer must be there. */
const MAX_TURNS = 100;

/** What a server has said, without what it is free in: packets, and how it ended the stream. */
function said(bytes: Uint8Array): string[] {
  const frames = decodeNaively(bytes);
  const unexpected = frames.filter(({ type, id }) => type > WINDOW || id !== 1).map(show);
  const body = concat(frames.filter(({ type }) => type === DATA).map(({ payload }) => payload));
  const acks = frames.filter(({ flags }) => (flags & ACK) !== 0).map(() => 'ack');
  return [...unexpected, ...acks, ...packetsOf(body), ...frames.flatMap(endOf)];
}

async function replay(vector: Vector, cut: Cut): Promise<void> {
  const sent: Uint8Array[] = [];
  const server = addEcho(new DrpcServer<null>());
  const session = new YamuxSession({
    role: 'server',
    transport: { send: (bytes) => sent.push(bytes) > 0, close: () => {} },
    events: { onStream: (stream) => server.serve(stream, null), onClose: () => {} },
  });
  let fromGo = '';
  for (const { from, bytes } of vector.steps) {
    if (from === 'client') {
      for (const piece of cut(hex(bytes))) session.receive(piece);
      continue;
    }
    fromGo += bytes;
    const expected = said(hex(fromGo));
    await turnUntil(() => said(concat(sent)).length >= expected.length, MAX_TURNS);
    expect(said(concat(sent))).toEqual(expected);
  }
  expect(session.streamCount).toBe(0);
}

describe.each(vectors)('the call "$name" of $library', (vector) => {
  it.each(waysToArrive)('is answered as by Go, its bytes $how', ({ cut }) => replay(vector, cut()));
});
