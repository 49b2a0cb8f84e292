import { encodeMetadata } from '../../../protocol/drpc/metadata.ts';
import { eventually } from '../../support/gateway.ts';
import { data, invoke, packet } from '../../support/hostile-agent.ts';
import { concat, hex } from '../../support/yamux-wire.ts';
import type { HostileCase } from '../case.ts';

const [MESSAGE, ERROR, CANCEL, CLOSE, CLOSE_SEND, METADATA] = [2, 3, 4, 5, 6, 7];
const COORDINATE = '/coder.tailnet.v2.Tailnet/Coordinate';
const MIB = 1024 * 1024;

/** Says bytes on a stream of its own; gives what comes of it, and whether the session lives. */
function says(...parts: Uint8Array[]): HostileCase[2] {
  return async ({ dial }) => {
    const session = await dial();
    session.say('window syn 1 0');
    await session.sayAll(1, concat(parts));
    const outcome = await session.outcome(1);
    return `${outcome}; ${await session.state()}`;
  };
}

/** Bytes on a stream where no call runs, or a held one: the session has to live on. */
function bears(...parts: Uint8Array[]): HostileCase[2] {
  return async ({ dial }) => {
    const session = await dial();
    session.say('window syn 1 0');
    await session.sayAll(1, concat(parts));
    return session.state();
  };
}

const held = invoke(COORDINATE);
const tooLong = hex(`05 ${'80'.repeat(11)}`);

export const DRPC: HostileCase[] = [
  ['a varint of eleven bytes', 'reset; lives', says(tooLong)],
  ['a varint of eleven bytes within a call', 'error varint too long: more than 10 bytes; lives', says(held, tooLong)],
  ['an id above 2^53', 'reset; lives', says(hex('03 ffffffffffffffffff01 01 00'))],
  ['stream id 0', 'reset; lives', says(packet(1, 1, 'x', 0))],
  ['message id 0', 'reset; lives', says(packet(1, 0, 'x'))],
  ['ids that go back', 'error id monotonicity violation: 1.1 after 1.2; lives', says(held, packet(MESSAGE, 1))],
  ['another kind within a packet', 'reset; lives', says(hex('02010100 050101 00'))],
  ['a length of 2^50', 'reset; lives', says(hex('030101 8080808080808002'))],
  [
    'a packet declared as 4 MiB + 1',
    'error data overflow: a packet may have 4194304 bytes; lives',
    says(held, hex('050102 81808002')),
  ],
  [
    'an invoke of 3 MiB',
    `error protocol error: unknown rpc: "${'n'.repeat(512)}"; lives`,
    says(packet(1, 1, 'n'.repeat(3 * MIB))),
  ],
  [
    'a method called like a property of every object',
    'error protocol error: unknown rpc: "__proto__"; lives',
    says(packet(1, 1, '__proto__')),
  ],
  [
    'a method called constructor',
    'error protocol error: unknown rpc: "/coder.agent.v2.Agent/constructor"; lives',
    says(invoke('constructor')),
  ],
  ['a method of no name', 'error protocol error: unknown rpc: ""; lives', says(packet(1, 1, ''))],
  [
    'a method whose name is not text',
    'error protocol error: unknown rpc: "\uFFFD\uFFFD"; lives',
    says(packet(1, 1, Uint8Array.of(0xff, 0xfe))),
  ],
  ['a message before any invoke', 'reset; lives', says(packet(MESSAGE, 1, 'x'))],
  ['an error before any invoke', 'reset; lives', says(packet(ERROR, 1, new Uint8Array(8)))],
  [
    'a second invoke on the same id',
    'error invoke on a stream id that has a call; lives',
    says(held, packet(1, 2, COORDINATE)),
  ],
  ['an unknown kind', 'error unknown packet kind: 60; lives', says(held, packet(60, 2))],
  [
    'unknown kinds that may be ignored, 5,000 of them',
    'lives',
    bears(
      held,
      ...Array.from({ length: 5_000 }, (_, i) =>
        Uint8Array.from([...packet(60, i + 2)].map((byte, at) => (at === 0 ? byte | 0x80 : byte))),
      ),
    ),
  ],
  ['metadata of 64 KiB + 1', 'reset; lives', says(packet(METADATA, 1, new Uint8Array(65_537)))],
  [
    'metadata of 9,000 pairs of one key',
    'answered; lives',
    says(
      packet(METADATA, 1, Uint8Array.from(Array.from({ length: 9_000 }, () => [10, 4, 10, 0, 18, 0]).flat())),
      packet(1, 2, '/coder.agent.v2.Agent/GetManifest'),
      packet(MESSAGE, 3),
      packet(CLOSE_SEND, 4),
    ),
  ],
  [
    'metadata of 1,001 keys',
    'reset; lives',
    says(packet(METADATA, 1, encodeMetadata(Array.from({ length: 1_001 }, (_, i) => [`k${i}`, ''] as const)))),
  ],
  [
    '60 streams with a second invoke of 200 KB each, by a peer that does not read',
    'lives',
    async ({ dial }) => {
      const session = await dial();
      session.stopReading();
      const second = packet(1, 1, 'n'.repeat(200_000), 2);
      for (let id = 1; id < 120; id += 2) {
        session.say(data(id, concat([invoke('GetManifest'), packet(MESSAGE, 2)]), 1));
        session.say(data(id, second));
      }
      session.readAgain();
      return session.state();
    },
  ],
  ['metadata that is none', 'reset; lives', says(packet(METADATA, 1, 'no pairs'))],
  ['metadata whose lengths reach beyond it', 'reset; lives', says(packet(METADATA, 1, hex('0affffffff07')))],
  [
    'metadata for 5,000 calls that never come',
    'lives',
    bears(...Array.from({ length: 5_000 }, (_, i) => packet(METADATA, 1, hex('0a060a016b120176'), i + 1))),
  ],
  [
    'a call without a request',
    'error protocol error: no request in the call; lives',
    says(invoke('GetManifest'), packet(CLOSE_SEND, 2)),
  ],
  [
    'a unary call with 500 messages',
    'answered; lives',
    says(invoke('GetManifest'), ...Array.from({ length: 500 }, (_, i) => packet(MESSAGE, i + 2))),
  ],
  [
    'Close and Cancel ahead of a call, and everything behind its answer',
    'answered; lives',
    says(
      packet(CLOSE, 1),
      packet(CANCEL, 2),
      invoke('GetManifest', 2),
      packet(MESSAGE, 2, '', 2),
      ...[CLOSE_SEND, CLOSE, CANCEL, ERROR].map((kind, i) => packet(kind, 9 + i, '', 2)),
    ),
  ],
  [
    '3,000 cancelled calls on one stream',
    'lives',
    bears(
      ...Array.from({ length: 3_000 }, (_, i) => concat([invoke(COORDINATE, i + 1), packet(CANCEL, 2, '', i + 1)])),
    ),
  ],
  [
    "300 calls on one stream, each ahead of the last one's answer",
    'lives',
    bears(
      ...Array.from({ length: 300 }, (_, i) => concat([invoke('UpdateStats', i + 1), packet(MESSAGE, 2, '', i + 1)])),
    ),
  ],
  [
    'a message in 60,000 frames without data',
    'lives',
    bears(held, ...Array.from({ length: 60_000 }, () => hex('04010200'))),
  ],
  [
    'a message in 6,000 frames',
    'answered; lives',
    says(invoke('UpdateStats'), ...Array.from({ length: 6_000 }, () => hex('04010202 7a00')), hex('05010200')),
  ],
  [
    '10,000 messages to a call that is held',
    'lives',
    bears(held, ...Array.from({ length: 10_000 }, (_, i) => packet(MESSAGE, i + 2))),
  ],
  [
    'messages that are none to a call that is held',
    'error protocol error: malformed message; lives',
    says(held, packet(MESSAGE, 2, hex('0a7f'))),
  ],
  [
    '256 streams of DERP maps whose windows nobody refills',
    'lives',
    async ({ dial }) => {
      const session = await dial();
      for (let id = 1; id < 512; id += 2) {
        session.say(
          data(
            id,
            concat([invoke('/coder.tailnet.v2.Tailnet/StreamDERPMaps'), packet(MESSAGE, 2), packet(CLOSE_SEND, 3)]),
            1,
          ),
        );
      }
      return session.state();
    },
  ],
  [
    '100 unfinished messages',
    'some ended, lives',
    async ({ dial }) => {
      const session = await dial();
      const ids = Array.from({ length: 100 }, (_, i) => 2 * i + 1);
      for (const id of ids) session.say(data(id, concat([invoke('BatchUpdateMetadata'), hex('040102 ffff7f')]), 1));
      // 250 KB of each would be 25 MB.
      await Promise.all(ids.map((id) => session.sayAll(id, new Uint8Array(250_000))));
      const ended = await eventually(
        'many of them are ended',
        () => ids.filter((id) => session.isOver(id)).length > 30,
      );
      return `${ended ? 'some' : 'none'} ended, ${await session.state()}`;
    },
  ],
  [
    'a call that is half said when its stream is reset',
    'lives',
    async ({ dial }) => {
      const session = await dial();
      for (let id = 1; id < 2_000; id += 2)
        session.say(data(id, invoke('BatchUpdateMetadata').slice(0, 1 + (id % 40)), 1), `window rst ${id} 0`);
      return session.state();
    },
  ],
];
