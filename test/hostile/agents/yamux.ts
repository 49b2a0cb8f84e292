import { eventually } from '../../support/gateway.ts';
import { callBytes, data, frame, type HostileSession } from '../../support/hostile-agent.ts';
import { concat, encodeNaively, RST, seededRandom } from '../../support/yamux-wire.ts';
import type { HostileCase } from '../case.ts';

/** Says frames in one message and gives what becomes of the session. */
function says(...frames: (string | Uint8Array)[]): HostileCase[2] {
  return async ({ dial }) => {
    const session = await dial();
    session.say(...frames);
    return session.state();
  };
}

/** A message of as many frames as fit into so many bytes. */
function flood(bytes: number, make: (index: number) => string): Uint8Array {
  return concat(Array.from({ length: Math.floor(bytes / 12) }, (_, index) => frame(make(index))));
}

const manifest = (id: number) => data(id, callBytes('GetManifest'), 1);
const resets = (session: HostileSession) => session.count(({ flags }) => (flags & RST) !== 0);
const BROKEN = 'closed 1000, go-away 1';

export const YAMUX: HostileCase[] = [
  ['version 1', BROKEN, says('v1type1 syn 1 0')],
  ['type 4', BROKEN, says('type4 - 0 0')],
  ['type 255', BROKEN, says('type255 syn|ack|fin|rst 1 4294967295')],
  ['stream 0', BROKEN, says('window syn 0 0')],
  ['a second SYN for a live stream', BROKEN, says('window syn 1 0', 'window syn 1 0')],
  ['a frame longer than the window', BROKEN, says('window syn 1 0', 'data - 1 262145')],
  ['a frame declared as 4 GiB', BROKEN, says('window syn 1 0', 'data - 1 4294967295')],
  [
    'data for a stream that never was, declared as 4 GiB, then silence',
    'no answer',
    async ({ dial }) => {
      const session = await dial();
      session.say('data - 9 4294967295', new Uint8Array(100_000));
      session.drop();
      return 'no answer';
    },
  ],
  [
    'windows of 256 streams filled, none of them read to an end',
    'lives',
    async ({ dial }) => {
      const session = await dial();
      // An unfinished frame of DRPC: what is read of it is bounded for the agent, what is not by the windows.
      for (let id = 1; id < 512; id += 2) session.say(data(id, Uint8Array.from([4, 1, 1, 0xff, 0xff, 3]), 1));
      for (let id = 1; id < 512; id += 2) await session.sayAll(id, new Uint8Array(65_000));
      return session.state();
    },
  ],
  ['every flag at once', 'lives', says('window syn|ack|fin|rst|0xfff0 1 4294967295', 'data syn|rst 3 0')],
  [
    'FIN three times, then data, then FIN',
    'lives',
    says('window syn|fin 1 0', 'window fin 1 0', 'data fin 1 0', data(1, new Uint8Array(9)), 'window fin 1 0'),
  ],
  [
    'RST, and everything behind it',
    'lives',
    says(manifest(1), 'window rst 1 0', data(1, new Uint8Array(900)), 'window ack|fin 1 77', 'window rst 1 0'),
  ],
  [
    'an id used again and again',
    'lives',
    says(...Array.from({ length: 500 }, () => 'window syn 1 0|window rst 1 0'.split('|')).flat()),
  ],
  [
    'ids from the end of their range, even and odd',
    'lives',
    says(manifest(4_294_967_295), manifest(4_294_967_294), manifest(2)),
  ],
  [
    'ACKs, credit, FIN and RST for 20,000 unknown ids',
    'lives',
    async ({ dial }) => {
      const session = await dial();
      const kinds = ['window ack', 'window -', 'window fin', 'window rst', 'data fin'];
      session.say(flood(240_000, (i) => `${kinds[i % 5]} ${2 * i + 7} 0`));
      return session.state();
    },
  ],
  [
    'credit of 2^32 - 1, 10,000 times',
    'lives',
    async ({ dial }) => {
      const session = await dial();
      session.say(
        manifest(1),
        flood(120_000, () => 'window - 1 4294967295'),
      );
      return session.state();
    },
  ],
  [
    '50,000 SYNs in one message',
    'lives, 49488 refused',
    async ({ dial }) => {
      const session = await dial();
      session.say(flood(600_000, (i) => `window syn ${2 * i + 1} 0`));
      const state = await session.state();
      return `${state}, ${resets(session)} refused`;
    },
  ],
  [
    'SYN and RST by turns, 100,000 times',
    'lives',
    async ({ dial }) => {
      const session = await dial();
      session.say(flood(1_200_000, (i) => (i % 2 === 0 ? `window syn ${i + 1} 0` : `window rst ${i} 0`)));
      return session.state();
    },
  ],
  [
    'SYN with FIN, 100,000 times',
    'lives',
    async ({ dial }) => {
      const session = await dial();
      session.say(flood(1_200_000, (i) => `window syn|fin ${2 * i + 1} 0`));
      return session.state();
    },
  ],
  [
    'data without a payload, 100,000 times',
    'lives',
    async ({ dial }) => {
      const session = await dial();
      session.say(
        manifest(1),
        flood(1_200_000, () => 'data - 1 0'),
      );
      return session.state();
    },
  ],
  [
    'a report of 64 KiB, a byte in each frame',
    'answered',
    async ({ dial }) => {
      const session = await dial();
      const bytes = callBytes('UpdateStats', concat([Uint8Array.of(0x7a, 0x80, 0x80, 4), new Uint8Array(65_536)]));
      session.say('window syn 1 0');
      session.say(concat(Array.from(bytes, (byte) => data(1, Uint8Array.of(byte)))));
      return session.outcome(1);
    },
  ],
  [
    '50,000 pings by a peer that reads',
    'lives, 50000 answers',
    async ({ dial }) => {
      const session = await dial();
      session.say(flood(50_000 * 12, (i) => `ping syn 0 ${i}`));
      const state = await session.state();
      return `${state}, ${session.count(({ type }) => type === 2) - 1} answers`;
    },
  ],
  [
    'pings without end by a peer that never reads',
    'let go',
    async ({ dial, gateway }) => {
      const connected = () => gateway.metric('tidegate_agents_connected');
      await eventually('the neighbour alone is connected', async () => (await connected()) === 1);
      const session = await dial();
      session.stopReading();
      const pings = flood(60_000, (i) => `ping syn 0 ${i}`);
      // The socket's buffers fill first, on both sides; then answers wait in the gateway, up to their limit.
      await eventually(
        'the gateway has had enough',
        async () => {
          session.flood(pings, 20);
          return (await connected()) === 1;
        },
        30_000,
      );
      return 'let go';
    },
  ],
  [
    '200 calls whose answers nobody reads',
    'lives',
    async ({ dial }) => {
      const session = await dial();
      session.stopReading();
      for (let id = 1; id < 400; id += 2) session.say(manifest(id));
      session.readAgain();
      return session.state();
    },
  ],
  ['answers to pings that were not sent', 'lives', says(...Array.from({ length: 1_000 }, (_, i) => `ping ack 0 ${i}`))],
  ['pings on streams, and without flags', 'lives', says('ping syn 5 1', 'ping - 0 2', 'ping fin|rst 7 3')],
  [
    'go-away 0, and calls behind it',
    'answered',
    async ({ dial }) => {
      const session = await dial();
      session.say('go-away - 0 0', manifest(1));
      return session.outcome(1);
    },
  ],
  ['go-away 1, and more behind it', 'closed 1000', says('go-away - 0 1', manifest(1))],
  ['go-away of a code that nobody knows', 'closed 1000', says('go-away - 0 4294967295')],
  [
    'a header that stops in the middle',
    'no answer',
    async ({ dial }) => {
      const session = await dial();
      session.say(frame('window syn 1 0').subarray(0, 7));
      session.drop();
      return 'no answer';
    },
  ],
  [
    '20,000 bytes of noise',
    BROKEN,
    async ({ dial }) => {
      const random = seededRandom(5);
      const session = await dial();
      session.say(Uint8Array.from({ length: 20_000 }, () => 1 + Math.floor(random() * 255)));
      return session.state();
    },
  ],
  ['HTTP in the place of frames', BROKEN, says(Buffer.from('GET / HTTP/1.1\r\nHost: gateway\r\n\r\n'))],
  [
    'a call a byte in each WebSocket message',
    'answered',
    async ({ dial }) => {
      const session = await dial();
      for (const byte of manifest(1)) session.say(Uint8Array.of(byte));
      return session.outcome(1);
    },
  ],
  [
    'headers that lie about their length at every turn',
    BROKEN,
    says('window syn 1 0', encodeNaively({ type: 0, id: 1, length: 5, payload: new Uint8Array(17).fill(255) })),
  ],
];
