import { expect, it } from 'vitest';
import { PacedFeed } from '../../../gateway/agents/paced-feed.ts';
import { concat, pattern, sameBytes } from '../../support/yamux-wire.ts';

function feedRig() {
  const got: Uint8Array[] = [];
  const socket: string[] = [];
  const feed = new PacedFeed({ pause: () => socket.push('pause'), resume: () => socket.push('resume') }, (bytes) =>
    got.push(bytes),
  );
  return { got, socket, feed };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('hands a message of 64 KiB over as it is, at once', () => {
  const { got, socket, feed } = feedRig();
  const message = pattern(65_536);
  feed.take(message);
  expect(got[0]).toBe(message);
  expect(socket).toEqual([]);
});

it('hands a longer one over in pieces, one a turn, what follows behind it, and rests the socket meanwhile', async () => {
  const { got, socket, feed } = feedRig();
  const [long, short] = [pattern(200_000), pattern(10, 7)];
  feed.take(long);
  feed.take(short);
  for (let turns = 1; turns <= 5; turns += 1) {
    expect(got.length).toBe(turns);
    expect(socket).toEqual(turns < 5 ? ['pause'] : ['pause', 'resume']);
    await turn();
  }
  expect(sameBytes(concat(got), concat([long, short]))).toBe(true);
  // Each has memory of its own: keeping a byte of one does not keep the message.
  for (const piece of got) expect(piece.buffer.byteLength).toBeLessThanOrEqual(65_536);
  feed.take(short);
  expect(got.at(-1)).toBe(short);
});

it('drops what waits when its socket is gone', async () => {
  const { got, feed } = feedRig();
  feed.take(pattern(200_000));
  feed.stop();
  await turn();
  await turn();
  expect(got.length).toBe(1);
});
