/** Who holds one of the places for connections, while sockets end: the ends wait for a turn that each test gives. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AgentIdentity } from '../../../gateway/auth/identity.ts';
import { EndOfTurn } from '../../../gateway/end-of-turn.ts';
import { silentLog } from '../../../gateway/log.ts';
import { clientReader } from '../../../gateway/server/client.ts';
import { Places } from '../../../gateway/server/places.ts';
import { Upgrader } from '../../../gateway/server/upgrade.ts';
import { UpgradeQueue } from '../../../gateway/server/upgrade-queue.ts';
import { selfSigned, type TestCertificate } from '../../support/certificates.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { eventually } from '../../support/gateway.ts';

const UPGRADE = [
  'GET /agents HTTP/1.1',
  'Host: here',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '',
  '',
].join('\r\n');

let certificate: TestCertificate;
beforeAll(async () => {
  certificate = await selfSigned('places');
});

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

interface RigOptions {
  /** Places that there are. */
  most: number;
  /** The server speaks TLS with it. */
  tls?: TestCertificate;
  upgradesPerSecond?: number;
  /** Whose token it is; by default an agent's, known at once. */
  identify?: () => Promise<AgentIdentity | null>;
}

interface Client {
  socket: Socket;
  /** The status that it was answered; null where no answer has come. */
  status(): number | null;
}

/** A server that takes every upgrade, in turns that the test gives. */
async function rig({ most, tls, upgradesPerSecond = 100, identify = async () => agent }: RigOptions) {
  let nextTurn: (() => void) | undefined;
  const refused: string[] = [];
  const sockets: Duplex[] = [];
  const server = tls === undefined ? createServer() : createTlsServer(tls);
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket) => sockets.push(socket));
  const places = new Places({ most, onFull: () => refused.push('limit') });
  new Upgrader(server, {
    routes: [
      {
        ...{ url: '/agents', roles: ['agent'], token: () => ({ token: 't', fromCookie: false }), identify },
        accept: () => (webSocket) => webSocket.on('error', () => {}),
      },
    ],
    queue: new UpgradeQueue({ clock: new FakeClock(), perSecond: upgradesPerSecond, maxWaitMs: 1_000 }),
    places,
    endOfTurn: new EndOfTurn(() => 0, {
      nextTurn: (task) => {
        nextTurn = task;
      },
    }),
    messageBytes: 65_536,
    log: silentLog,
    readClient: clientReader([]),
    onFailedSignIn: async () => {},
    onRefused: (reason) => refused.push(reason),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clients: Client[] = [];
  ends.push(() => {
    for (const { socket } of clients) socket.destroy();
    server.close();
  });

  /** Comes with an upgrade; resolves when the gateway has heard it, and this one's socket is the last of `sockets`. */
  async function come(): Promise<Client> {
    const heard = once(server, 'upgrade');
    const address = { host: '127.0.0.1', port };
    const socket = tls === undefined ? connect(address) : connectTls({ ...address, rejectUnauthorized: false });
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      text += bytes;
    });
    socket.write(UPGRADE);
    const client: Client = {
      socket,
      status: () => (text.includes('\r\n\r\n') ? Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]) : null),
    };
    clients.push(client);
    await heard;
    return client;
  }

  /** Gives turns until all of these have been answered. */
  const answered = (who: Client[]) =>
    eventually('they are answered', () => {
      nextTurn?.();
      return who.every(({ status }) => status() !== null) && who.map(({ status }) => status());
    });

  /** So many more, one behind the other. */
  async function fleet(size: number): Promise<Client[]> {
    const who: Client[] = [];
    for (let i = 0; i < size; i += 1) who.push(await come());
    return who;
  }

  return {
    come,
    fleet,
    answered,
    places,
    refused,
    sockets,
    open: () => sockets.filter(({ destroyed }) => !destroyed).length,
  };
}

const agent: AgentIdentity = {
  ...{ role: 'agent', agentId: '00000000-0000-0000-0000-000000000001', tokenHash: '', name: 'one', labels: {} },
  ...{ descriptions: [], manifestNumber: 0, storedKeys: [], connectionNumber: 0, newestCollectedAtUs: 0 },
};

it('a fleet as large as the limit that drops and returns finds its places before its ends have been dealt with', async () => {
  const gateway = await rig({ most: 3 });
  const first = await gateway.fleet(3);
  expect(await gateway.answered(first)).toEqual([101, 101, 101]);
  for (const { socket } of first) socket.end();
  await eventually('the gateway has heard of all ends', () => gateway.sockets.every((socket) => socket.readableEnded));
  expect(gateway.open()).toBe(3);

  const again: Client[] = [];
  for (let back = 1; back <= 3; back += 1) {
    again.push(await gateway.come());
    // One goes for each that comes, the first first: there are never more sockets than places.
    expect(gateway.sockets.map(({ destroyed }) => destroyed)).toEqual([
      ...[1, 2, 3].map((one) => one <= back),
      ...again.map(() => false),
    ]);
  }
  const above = await gateway.come();
  expect(await gateway.answered([...again, above])).toEqual([101, 101, 101, 503]);
  expect(gateway.refused).toEqual(['limit']);
});

it('one that has gone is left to its turn while there is room', async () => {
  const gateway = await rig({ most: 3 });
  const [one] = await gateway.fleet(2);
  expect(await gateway.answered([one as Client])).toEqual([101]);
  one?.socket.end();
  await eventually('the gateway has heard of its end', () => gateway.sockets[0]?.readableEnded);
  await gateway.come();
  expect(gateway.open()).toBe(3);
  await gateway.come();
  expect(gateway.open()).toBe(3);
  expect(gateway.sockets[0]?.destroyed).toBe(true);
  expect(gateway.refused).toEqual([]);
});

it('one that goes while its token is looked up makes room', async () => {
  const gateway = await rig({ most: 1, identify: () => new Promise(() => {}) });
  const one = await gateway.come();
  one.socket.end();
  await eventually('the gateway has heard of its end', () => gateway.sockets[0]?.readableEnded);
  await gateway.come();
  expect(gateway.refused).toEqual([]);
  expect(gateway.open()).toBe(1);
});

/** Takes a place where there is one. */
function hasRoom(places: Places): boolean {
  try {
    places.take(new Duplex());
    return true;
  } catch {
    return false;
  }
}

/** Ways in which a socket goes, each with the event that tells of it before the socket has closed. */
const goings: [string, { event: 'end' | 'error'; go(socket: Socket): void; overTls?: true }][] = [
  ['ends', { event: 'end', go: (socket) => socket.end() }],
  ['is reset', { event: 'error', go: (socket) => socket.resetAndDestroy() }],
  ['over TLS ends', { event: 'end', go: (socket) => socket.end(), overTls: true }],
];

describe.each(goings)('a socket that %s', (_name, { event, go, overTls }) => {
  it.each([
    ['is connected', 100],
    ['waits for its turn', 1],
  ])('makes room in the moment in which that is heard, where it %s', async (_which, upgradesPerSecond) => {
    const tls = overTls ? { tls: certificate } : {};
    const gateway = await rig({ most: 2, upgradesPerSecond, ...tls });
    const [first, second] = (await gateway.fleet(2)) as [Client, Client];
    await gateway.answered(upgradesPerSecond === 1 ? [first] : [first, second]);
    const socket = gateway.sockets[1] as Duplex;
    const events: string[] = [];
    socket.on('close', () => events.push('close'));
    socket.on(event, () => {
      // As one finds that is heard in the same turn of the event loop.
      events.push(hasRoom(gateway.places) ? 'room' : 'none');
    });
    go(second.socket);
    await eventually('it has closed', () => events.includes('close'));
    expect(events).toEqual(['room', 'close']);
    // It has given back no more than it took.
    expect(hasRoom(gateway.places)).toBe(false);
  });
});

describe('the places by themselves', () => {
  const socket = () => new Duplex({ read() {}, write: (_bytes, _encoding, done) => done() });

  it('keep no listener on who has left', () => {
    const places = new Places({ most: 1, onFull: () => {} });
    const one = socket();
    for (let i = 0; i < 20; i += 1) {
      places.take(one);
      places.leave(one);
      places.leave(one);
    }
    expect(one.eventNames()).toEqual([]);
  });

  it('destroy who takes a second one, and have its only one back when it has closed', async () => {
    const places = new Places({ most: 1, onFull: () => {} });
    const one = socket();
    places.take(one);
    places.take(one);
    expect(one.destroyed).toBe(true);
    await once(one, 'close');
    expect([hasRoom(places), hasRoom(places)]).toEqual([true, false]);
  });

  it('have nothing from who ends after it has left', () => {
    const places = new Places({ most: 1, onFull: () => {} });
    const left = socket();
    places.take(left);
    places.leave(left);
    places.onGone.call(left);
    const one = socket();
    places.take(one);
    places.onGone.call(one);
    expect(hasRoom(places)).toBe(true);
    expect([left.destroyed, one.destroyed]).toEqual([false, true]);
  });

  it('are to be had from who had ended before it took one', async () => {
    const places = new Places({ most: 1, onFull: () => {} });
    const one = socket();
    one.push(null);
    one.resume();
    await once(one, 'end');
    places.take(one);
    expect(hasRoom(places)).toBe(true);
  });
});
