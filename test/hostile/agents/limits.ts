import { callBytes, data, invoke, packet } from '../../support/hostile-agent.ts';
import { field, report } from '../../support/protobuf-bytes.ts';
import { concat, hex, RST, WINDOW } from '../../support/yamux-wire.ts';
import type { HostileCase } from '../case.ts';

const MIB = 1024 * 1024;
const COORDINATE = '/coder.tailnet.v2.Tailnet/Coordinate';
const STREAMS = 256;

/** Holds so many streams open; how many were served (ACKed) and how many refused (RST). */
function holds(streams: number): HostileCase[2] {
  return async ({ dial }) => {
    const session = await dial();
    for (let i = 0; i < streams; i += 1) session.say(data(2 * i + 1, invoke(COORDINATE), 1));
    const state = await session.state();
    const served = session.count(({ type, flags }) => type === WINDOW && (flags & 2) !== 0);
    return `${served} served, ${session.count(({ flags }) => (flags & RST) !== 0)} refused, ${state}`;
  };
}

/** 256 held streams, and beyond them waiting ones that send so many bytes together, in two streams each under a window. */
function waits(bytes: number): HostileCase[2] {
  return async ({ dial }) => {
    const session = await dial();
    for (let i = 0; i < STREAMS; i += 1) session.say(data(2 * i + 1, invoke(COORDINATE), 1));
    for (let left = bytes, id = 2 * STREAMS + 1; left > 0; id += 2) {
      const part = Math.min(left, 256 * 1024);
      session.say(data(id, new Uint8Array(part), 1));
      left -= part;
    }
    const state = await session.state();
    return `${session.count(({ flags }) => (flags & RST) !== 0)} refused, ${state}`;
  };
}

/** A report of so many bytes, in a field that nobody knows. */
function message(bytes: number): HostileCase[2] {
  return async ({ dial }) => {
    const session = await dial();
    const padded = concat([report({ key: 'k', value: 'v' }), field(9, new Uint8Array(bytes - 20))]);
    const request =
      padded.length === bytes
        ? padded
        : concat([report({ key: 'k', value: 'v' }), field(9, new Uint8Array(bytes - 20 - (padded.length - bytes)))]);
    if (request.length !== bytes) throw new Error(`${request.length} bytes`);
    const outcome = await session.call(1, 'BatchUpdateMetadata', request);
    return `${outcome}, ${await session.state()}`;
  };
}

/** So many keys in one report; how many are stored. */
function keys(count: number): HostileCase[2] {
  return async ({ dial, stored }) => {
    const session = await dial();
    const values = Array.from({ length: count }, (_, i) => ({ key: `k${i}`, value: 'x' }));
    await session.call(1, 'BatchUpdateMetadata', report(...values));
    return Object.keys(await stored(Math.min(count, 256))).length;
  };
}

/** A key and a value of so many bytes; the length of what is stored, and the error. */
function lengths(keyBytes: number, valueBytes: number): HostileCase[2] {
  return async ({ dial, stored }) => {
    const session = await dial();
    const values = [
      { key: 'k'.repeat(keyBytes), value: 'v'.repeat(valueBytes) },
      { key: 'good', value: 'yes' },
    ];
    await session.call(1, 'BatchUpdateMetadata', report(...values));
    const { good: _good, ...others } = await stored(keyBytes > 128 ? 1 : 2);
    return Object.entries(others).map(([key, text]) => {
      const [value = '', error] = text.split('|');
      return [key.length, value.length, error];
    });
  };
}

/** So many calls at once with 100 a second allowed and two seconds' worth let through; which of them had to wait. */
function rate(calls: number): HostileCase[2] {
  return async ({ dial }) => {
    const session = await dial();
    for (let i = 0; i < calls; i += 1) session.say(data(2 * i + 1, callBytes('GetServiceBanner'), 1));
    // A ping overtakes the calls that are delayed.
    const state = await session.state();
    let answered = 0;
    for (let i = 0; i < calls; i += 1) if (session.outcomeNow(2 * i + 1) !== null) answered += 1;
    const outcomes = await Promise.all(Array.from({ length: calls }, (_, i) => session.outcome(2 * i + 1)));
    const all = outcomes.every((outcome) => outcome === 'answered');
    return `${answered < calls ? 'some had to wait' : 'none had to wait'}, ${all ? 'all answered' : 'not all'}, ${state}`;
  };
}

const ONE_OVER = 'value of 2049 bytes exceeded 2048 bytes';

export const LIMITS: HostileCase[] = [
  ['255 streams held', '255 served, 0 refused, lives', holds(255)],
  ['256 streams held', '256 served, 0 refused, lives', holds(256)],
  ['257 streams held: one waits', '256 served, 0 refused, lives', holds(257)],
  ['511 streams held: 255 wait', '256 served, 0 refused, lives', holds(511)],
  ['512 streams held: 256 wait', '256 served, 0 refused, lives', holds(512)],
  ['513 streams held: one is refused', '256 served, 1 refused, lives', holds(513)],
  ['1 MiB - 1 in streams that wait', '0 refused, lives', waits(MIB - 1)],
  ['1 MiB in streams that wait', '0 refused, lives', waits(MIB)],
  ['1 MiB + 1 in streams that wait', '1 refused, lives', waits(MIB + 1)],
  ['a message of 4 MiB - 1', 'answered, lives', message(4 * MIB - 1)],
  ['a message of 4 MiB', 'answered, lives', message(4 * MIB)],
  ['a message of 4 MiB + 1', 'error data overflow: a packet may have 4194304 bytes, lives', message(4 * MIB + 1)],
  [
    'a WebSocket message of 4 MiB',
    'lives',
    async ({ dial }) => {
      const session = await dial();
      session.say(
        concat(
          [...new Array(16)].map((_, i) =>
            concat([...new Array(1)].map(() => data(2 * i + 1, new Uint8Array(262_144 - 12), 1))),
          ),
        ),
      );
      return session.state();
    },
  ],
  [
    'a WebSocket message of 4 MiB + 1',
    'closed 1009',
    async ({ dial }) => {
      const session = await dial();
      session.say(new Uint8Array(4 * MIB + 1));
      return session.state();
    },
  ],
  ['255 keys', 255, keys(255)],
  ['256 keys', 256, keys(256)],
  ['257 keys: one is refused', 256, keys(257)],
  ['a key of 127 bytes', [[127, 1, '']], lengths(127, 1)],
  ['a key of 128 bytes', [[128, 1, '']], lengths(128, 1)],
  ['a key of 129 bytes is refused', [], lengths(129, 1)],
  ['a value of 2,047 bytes', [[1, 2047, '']], lengths(1, 2047)],
  ['a value of 2,048 bytes', [[1, 2048, '']], lengths(1, 2048)],
  ['a value of 2,049 bytes is cut', [[1, 2048, ONE_OVER]], lengths(1, 2049)],
  ['calls below the rate', 'none had to wait, all answered, lives', rate(150)],
  ['calls at the rate', 'none had to wait, all answered, lives', rate(200)],
  ['calls above the rate wait', 'some had to wait, all answered, lives', rate(256)],
  [
    'metadata of 64 KiB',
    'answered, lives',
    async ({ dial }) => {
      const session = await dial();
      const pair = field(1, field(1, 'k'), field(2, 'v'.repeat(65_536 - 11)));
      session.say('window syn 1 0');
      await session.sayAll(
        1,
        concat([
          packet(7, 1, pair.subarray(0, 65_536)),
          packet(1, 2, '/coder.agent.v2.Agent/GetManifest'),
          packet(2, 3),
          packet(6, 4),
        ]),
      );
      return `${pair.length === 65_536 ? await session.outcome(1) : pair.length}, ${await session.state()}`;
    },
  ],
  [
    'unfinished messages of 16 MiB together, and one that would pass it',
    'first ones held, last one ended, lives',
    async ({ dial }) => {
      const session = await dial();
      // Buffers double: 2 MiB and a little more of each hold 4 MiB.
      const begun = concat([invoke('BatchUpdateMetadata'), hex('040102 ffffff01'), new Uint8Array(3 * MIB)]);
      for (const id of [1, 3, 5, 7, 9]) {
        session.say(`window syn ${id} 0`);
        await session.sayAll(id, begun);
      }
      const state = await session.state();
      const over = [1, 3, 5, 7, 9].map((id) => session.isOver(id));
      return `first ones ${over.slice(0, 4).includes(true) ? 'ended' : 'held'}, last one ${over[4] ? 'ended' : 'held'}, ${state}`;
    },
  ],
];
