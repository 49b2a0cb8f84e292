import { expect, it } from 'vitest';
import { PacedFeed } from '../../../gateway/agents/paced-feed.ts';
import { concat, pattern, sameBytes } from '../../support/yamux-wire.ts';

function feedRig() {
  const got: Uint8Array[] = [];
  const socket: string[] = [];
  const tasks: (() => void)[] = [];
  const turns = { isLong: false, add: (task: () => void) => void tasks.push(task) };
  const feed = new PacedFeed(
    { pause: () => socket.push('pause'), resume: () => socket.push('resume') },
    { turns, session: { receive: (bytes) => void got.push(bytes) } },
  );
  /** Runs what was put off to the end of this turn. */
  const turn = () => {
    for (const task of tasks.splice(0)) task();
  };
  return { got, socket, feed, turns, turn };
}

it('hands a message of 64 KiB over as it is, at once', () => {
  const { got, socket, feed } = feedRig();
  const message = pattern(65_536);
  feed.take(message);
  expect(got[0]).toBe(message);
  expect(socket).toEqual([]);
});

it('hands a longer one over in pieces, one a turn, what follows behind it, and rests the socket meanwhile', () => {
  const { got, socket, feed, turn } = feedRig();
  const [long, short] = [pattern(200_000), pattern(10, 7)];
  feed.take(long);
  feed.take(short);
  for (let turns = 1; turns <= 3; turns += 1) {
    expect(got.length).toBe(turns);
    expect(socket).toEqual(['pause']);
    turn();
  }
  expect(got.map(({ length }) => length)).toEqual([65_536, 65_536, 65_536, 3_392, 10]);
  expect(socket).toEqual(['pause', 'resume']);
  expect(sameBytes(concat(got), concat([long, short]))).toBe(true);
  // Each has memory of its own: keeping a byte of one does not keep the message.
  for (const piece of got) expect(piece.buffer.byteLength).toBeLessThanOrEqual(65_536);
  feed.take(short);
  expect(got.at(-1)).toBe(short);
});

it('leaves messages of a turn that is long already to a later one, in order, as many as a piece takes', () => {
  const { got, socket, feed, turns, turn } = feedRig();
  const messages = [pattern(12), pattern(65_000, 3), pattern(600, 5), pattern(12, 7)];
  turns.isLong = true;
  for (const message of messages) feed.take(message);
  expect(got).toEqual([]);
  expect(socket).toEqual(['pause']);
  turn();
  expect(concat(got).length).toBe(65_536);
  turns.isLong = false;
  feed.take(pattern(5));
  turn();
  expect(socket).toEqual(['pause', 'resume']);
  expect(sameBytes(concat(got), concat([...messages, pattern(5)]))).toBe(true);
  feed.take(pattern(7));
  expect(got.at(-1)?.length).toBe(7);
});

it('drops what waits when its socket is gone', () => {
  const { got, feed, turn } = feedRig();
  feed.take(pattern(200_000));
  feed.stop();
  turn();
  turn();
  expect(got.length).toBe(1);
});
