import { RawConnection, socketFrame } from '../../support/hostile-agent.ts';
import { concat } from '../../support/yamux-wire.ts';
import type { HostileCase } from '../case.ts';

/** Upgrades, sends bytes and gives the code of the gateway's close frame. */
function sends(...bytes: Uint8Array[]): HostileCase[2] {
  return async ({ gateway, agent }) => {
    const connection = new RawConnection(gateway.url);
    await connection.upgrade(agent.token);
    connection.write(...bytes);
    const code = await connection.closeCode();
    connection.socket.destroy();
    return code;
  };
}

/** Upgrades, sends bytes and expects that the gateway still answers a ping. */
function survives(...bytes: Uint8Array[]): HostileCase[2] {
  return async ({ gateway, agent }) => {
    const connection = new RawConnection(gateway.url);
    await connection.upgrade(agent.token);
    connection.write(...bytes, socketFrame(9, Buffer.from('last one')));
    await new Promise<void>((resolve) => {
      const look = () => connection.received.includes('last one') && resolve();
      connection.socket.on('data', look);
      look();
    });
    connection.socket.destroy();
    return 'lives';
  };
}

const none = new Uint8Array(0);
const header = (...bytes: number[]) => Uint8Array.from(bytes);
const many = (count: number, frame: Uint8Array) => concat(new Array(count).fill(frame));

export const WEBSOCKETS: HostileCase[] = [
  ['a text message', '1003', sends(socketFrame(1, Buffer.from('hello')))],
  ['text that is not UTF-8', '1007', sends(socketFrame(1, header(0xff, 0xfe)))],
  ['a frame without a mask', '1002', sends(header(0x82, 0x01, 0x00))],
  ['a reserved bit, as if it were compressed', '1002', sends(socketFrame(2, none, { rsv: 0x40 }))],
  ['an opcode that nobody knows', '1002', sends(socketFrame(3, none))],
  ['a continuation of nothing', '1002', sends(socketFrame(0, none))],
  ['a message within a message', '1002', sends(socketFrame(2, none, { fin: false }), socketFrame(2, none))],
  ['a ping in two frames', '1002', sends(socketFrame(9, none, { fin: false }))],
  ['a ping of 126 bytes', '1002', sends(socketFrame(9, new Uint8Array(126)))],
  ['a message declared as 4 MiB + 1', '1009', sends(header(0x82, 0xff, 0, 0, 0, 0, 0, 0x40, 0, 1, 0, 0, 0, 0))],
  [
    'a message declared as 2^63 bytes',
    '1009',
    sends(header(0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)),
  ],
  [
    'fragments of together 4 MiB + 1',
    '1009',
    sends(
      socketFrame(2, new Uint8Array(65_000), { fin: false }),
      many(64, socketFrame(0, new Uint8Array(65_535), { fin: false })),
      socketFrame(0, new Uint8Array(10)),
    ),
  ],
  ['a close code that must not be sent', '1002', sends(socketFrame(8, header(0x03, 0xed)))],
  ['a close frame of one byte', '1002', sends(socketFrame(8, header(0x03)))],
  ['a reason for closing that is not UTF-8', '1007', sends(socketFrame(8, header(0x03, 0xe8, 0xff)))],
  ['10,000 empty messages', 'lives', survives(many(10_000, socketFrame(2, none)))],
  [
    '10,000 fragments of nothing',
    'lives',
    survives(
      socketFrame(2, none, { fin: false }),
      many(10_000, socketFrame(0, none, { fin: false })),
      socketFrame(0, none),
    ),
  ],
  ['10,000 pings, faster than they can be answered', 'closed', sends(many(10_000, socketFrame(9, Buffer.from('x'))))],
  ['5,000 unasked pongs', 'lives', survives(many(5_000, socketFrame(10, Buffer.from('x'))))],
  [
    'a frame that never ends, then nothing more',
    'open',
    async ({ gateway, agent }) => {
      const connection = new RawConnection(gateway.url);
      await connection.upgrade(agent.token);
      connection.write(header(0x82, 0xfe, 0xff, 0xff, 0, 0, 0, 0, 1, 2, 3));
      const state = connection.closed ? 'closed' : 'open';
      connection.socket.resetAndDestroy();
      return state;
    },
  ],
];
