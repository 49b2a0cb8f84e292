import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { watchDefaults } from '../../gateway/watch/settings.ts';
import { Bystanders } from '../support/bystanders.ts';
import { ADMIN_TOKEN, type CreatedAgent, eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const { requestBytes, requestIds, requestLabels, requestKeys } = watchDefaults;
const MESSAGE_BYTES = 4 * 1024 ** 2;

let database: TestDatabase;
let gateway: TestGateway;
let bystanders: Bystanders;
let seen: CreatedAgent;

beforeAll(async () => {
  database = await testDatabase();
  gateway = await testGateway(database.url);
  [seen] = (await gateway.createAgents({ name: 'seen', labels: { bystander: 'no' } })) as [CreatedAgent];
  bystanders = await Bystanders.beside(gateway);
});
afterAll(async () => {
  await gateway.stop();
  await database.drop();
});

/** Floods of a hundred thousand messages take as long as the machine needs for them. */
const FLOOD_TIMEOUT_MS = 120_000;

/** A watcher that says what it likes, with everything that it was told. */
async function hostile() {
  const socket = new WebSocket(`${gateway.url.replace(/^http/, 'ws')}/api/v2/watch`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  const told: any[] = [];
  let closed: number | null = null;
  socket.on('message', (data) => told.push(JSON.parse(String(data))));
  socket.on('close', (code) => {
    closed = code;
  });
  socket.on('error', () => {});
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  /** The TCP socket below it, for frames that `ws` would not make. */
  const tcp = (socket as unknown as { _socket: Socket })._socket;
  return {
    socket,
    told,
    tcp,
    closed: () => eventually('the socket is closed', () => closed),
    /** The first message of a type, from now on. */
    next(type: string) {
      const from = told.length;
      return eventually(`a message ${type}`, () => told.slice(from).find((message) => message.type === type));
    },
  };
}

const everything = { type: 'watch', agents: 'all' };
const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const many = <T>(count: number, of: (index: number) => T) => Array.from({ length: count }, (_, index) => of(index));

/** Texts that are answered with an error; the socket stays. */
const REFUSED: Record<string, string> = {
  nothing: '',
  'no JSON': '{"type":"watch",',
  'a JSON null': 'null',
  'a list': '[]',
  'a number': '7',
  'lists in lists, half a million deep': deep(500_000),
  'lists as agents, half a million deep': `{"type":"watch","agents":${deep(500_000)}}`,
  'lists as type, half a million deep': `{"type":${deep(500_000)}}`,
  'objects as labels, a hundred thousand deep': `{"type":"watch","agents":"all","labels":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
  'another type': '{"type":"unwatch"}',
  'a type of another type': '{"type":{"watch":true},"agents":"all"}',
  'no agents': '{"type":"watch"}',
  'agents as a number': '{"type":"watch","agents":1e308}',
  'agents as an object': '{"type":"watch","agents":{"length":1}}',
  'an id that is no text': '{"type":"watch","agents":[null]}',
  'labels as a list': '{"type":"watch","agents":"all","labels":["a"]}',
  'a label that is no text': '{"type":"watch","agents":"all","labels":{"a":{"$ne":"b"}}}',
  'keys as a text': '{"type":"watch","agents":"all","keys":"cpu"}',
  'a key that is no text': '{"type":"watch","agents":"all","keys":[["cpu"]]}',
  'a cursor that is no text': '{"type":"watch","agents":"all","since":12}',
  'one id too many': JSON.stringify({ type: 'watch', agents: many(requestIds + 1, () => 'x') }),
  'one label too many': JSON.stringify({
    ...everything,
    labels: Object.fromEntries(many(requestLabels + 1, (i) => [`l${i}`, 'x'])),
  }),
  'one key too many': JSON.stringify({ ...everything, keys: many(requestKeys + 1, (i) => `k${i}`) }),
  'one byte too many': JSON.stringify(everything).padEnd(requestBytes + 1, ' '),
};

/** Requests that are odd and well formed: they are served as what they are. */
const SERVED: Record<string, { request: string; agents: number | null }> = {
  'ten thousand ids, most of nobody': {
    request: JSON.stringify({ type: 'watch', agents: many(requestIds, () => randomUUID()) }),
    agents: 0,
  },
  'ids that are none': {
    request: JSON.stringify({ type: 'watch', agents: ['', '__proto__', "';--", '🙂'] }),
    agents: 0,
  },
  'as many labels as are allowed': {
    request: JSON.stringify({ ...everything, labels: Object.fromEntries(many(requestLabels, (i) => [`l${i}`, 'x'])) }),
    agents: 0,
  },
  'as many keys as are allowed': {
    request: JSON.stringify({ ...everything, keys: many(requestKeys, (i) => `k${i}`) }),
    agents: 2,
  },
  'as many bytes as are allowed': { request: JSON.stringify(everything).padEnd(requestBytes, ' '), agents: 2 },
  'labels that name prototypes': {
    request: '{"type":"watch","agents":"all","labels":{"__proto__":"x","constructor":"y","toString":"z"}}',
    agents: 0,
  },
  'fields that nobody knows': {
    request: '{"type":"watch","agents":"all","__proto__":{"admin":true},"admin":true}',
    agents: 2,
  },
  'a label of half a megabyte': {
    request: JSON.stringify({ ...everything, labels: { a: 'x'.repeat(500_000) } }),
    agents: 0,
  },
  'half a character': {
    request: '{"type":"watch","agents":"all","labels":{"a":"\\ud800"},"keys":["\\udfff"]}',
    agents: 0,
  },
};

const CURSORS = [
  '',
  '0',
  '-1',
  '812',
  'x'.repeat(100_000),
  '1.2.3.4.5',
  `${'9'.repeat(400)}.a.b`,
  '\0',
  '../../etc/passwd',
  'NaN',
  '18446744073709551616',
];

describe('hostile watching', () => {
  it.each(Object.entries(REFUSED))('refuses %s and serves on', async (_name, text) => {
    const watcher = await hostile();
    const error = watcher.next('error');
    watcher.socket.send(text);
    expect((await error).message.length).toBeLessThan(200);
    watcher.socket.send(JSON.stringify(everything));
    await watcher.next('snapshot');
    watcher.socket.terminate();
    await bystanders.areFine();
  });

  it.each(Object.entries(SERVED))('serves %s', async (_name, { request, agents }) => {
    const watcher = await hostile();
    const snapshot = watcher.next('snapshot');
    watcher.socket.send(request);
    if (agents !== null) expect((await snapshot).agents).toHaveLength(agents);
    watcher.socket.terminate();
    await bystanders.areFine();
  });

  it.each(CURSORS.map((cursor) => [JSON.stringify(cursor).slice(0, 40), cursor]))(
    'answers the made-up cursor %s with everything',
    async (_shown, since) => {
      const watcher = await hostile();
      const snapshot = watcher.next('snapshot');
      watcher.socket.send(JSON.stringify({ ...everything, since }));
      const { resumed, agents } = await snapshot;
      expect(resumed).toBeUndefined();
      expect(agents).toHaveLength(2);
      watcher.socket.terminate();
      await bystanders.areFine();
    },
  );

  it('refuses a binary message and serves on', async () => {
    const watcher = await hostile();
    const error = watcher.next('error');
    watcher.socket.send(Buffer.from(JSON.stringify(everything)));
    await error;
    watcher.socket.send(JSON.stringify(everything));
    await watcher.next('snapshot');
    watcher.socket.terminate();
    await bystanders.areFine();
  });

  it('takes a request in a thousand fragments', async () => {
    const watcher = await hostile();
    const text = JSON.stringify(everything).padEnd(1_000, ' ');
    const snapshot = watcher.next('snapshot');
    for (let i = 0; i < text.length; i += 1) watcher.socket.send(text.charAt(i), { fin: i === text.length - 1 });
    await snapshot;
    watcher.socket.terminate();
    await bystanders.areFine();
  });

  it('survives two thousand requests at once, each for something else, and answers the last', async () => {
    const watcher = await hostile();
    for (let i = 0; i < 2_000; i += 1) {
      watcher.socket.send(JSON.stringify({ ...everything, labels: { [`flood${i}`]: 'x' }, keys: [`k${i}`] }));
    }
    watcher.socket.send(JSON.stringify({ type: 'watch', agents: [seen.id] }));
    await eventually('the last is answered', () =>
      watcher.told.some(({ type, agents }) => type === 'snapshot' && agents?.[0]?.id === seen.id),
    );
    watcher.socket.terminate();
    await bystanders.areFine();
  });

  it(
    'lets no pongs pile up for one who pings and never reads',
    async () => {
      const watcher = await hostile();
      watcher.tcp.pause();
      const payload = Buffer.alloc(125, 7);
      const watchers = () => gateway.metric('tidegate_watchers_connected');
      await eventually('it is there, beside the bystander', async () => (await watchers()) === 2);
      // As many as it takes until the kernel's buffers are full and the gateway ends the connection.
      await eventually(
        'it is let go',
        async () => {
          for (let i = 0; i < 1_000; i += 1) watcher.socket.ping(payload, true, () => {});
          return (await watchers()) === 1;
        },
        60_000,
      );
      await bystanders.areFine();
      watcher.socket.terminate();
    },
    FLOOD_TIMEOUT_MS,
  );

  it('takes three hundred watchers that come, ask and go', async () => {
    await Promise.all(
      many(300, async () => {
        const watcher = await hostile();
        watcher.socket.send(JSON.stringify(everything));
        watcher.tcp.resetAndDestroy();
      }),
    );
    await bystanders.areFine();
    await eventually('they are gone', async () => (await gateway.metric('tidegate_watchers_connected')) === 1);
  });

  it('takes a hundred watchers that never ask for anything', async () => {
    const silent = await Promise.all(many(100, hostile));
    await bystanders.areFine();
    for (const { socket, told } of silent) {
      expect(told).toEqual([]);
      socket.terminate();
    }
  });
});

/** What a request may have at most, with a request that has so much of it. */
const REQUEST_LIMITS: [string, number, (size: number) => string][] = [
  ['ids', requestIds, (size) => JSON.stringify({ type: 'watch', agents: many(size, () => randomUUID()) })],
  [
    'labels',
    requestLabels,
    (size) => JSON.stringify({ ...everything, labels: Object.fromEntries(many(size, (i) => [`l${i}`, 'x'])) }),
  ],
  ['keys', requestKeys, (size) => JSON.stringify({ ...everything, keys: many(size, (i) => `k${i}`) })],
  ['bytes', requestBytes, (size) => JSON.stringify(everything).padEnd(size, ' ')],
  [
    'bytes, of characters that take three',
    requestBytes,
    (size) => {
      const empty = JSON.stringify({ ...everything, labels: { a: '' } });
      const left = size - Buffer.byteLength(empty);
      return empty.replace('""', `"${'€'.repeat(Math.floor(left / 3))}${'x'.repeat(left % 3)}"`);
    },
  ],
];

describe('a request by its limits, below, at and above each', () => {
  const cases = REQUEST_LIMITS.flatMap(([name, limit, request]) =>
    [limit - 1, limit, limit + 1].map((size): [number, string, number, (size: number) => string] => [
      size,
      name,
      limit,
      request,
    ]),
  );
  it.each(cases)('of %i %s', async (size, _name, limit, request) => {
    const watcher = await hostile();
    const answer = watcher.next(size > limit ? 'error' : 'snapshot');
    watcher.socket.send(request(size));
    const { message } = await answer;
    if (size > limit) expect(message).toContain(`at most ${limit} are allowed`);
    expect(watcher.told.filter(({ type }) => type === 'error')).toHaveLength(size > limit ? 1 : 0);
    watcher.socket.terminate();
    await bystanders.areFine();
  });
});

describe('messages by their size: --message-bytes', () => {
  it.each([
    [MESSAGE_BYTES - 1, null],
    [MESSAGE_BYTES, null],
    [MESSAGE_BYTES + 1, 1009],
  ])('of %i bytes', async (bytes, code) => {
    const watcher = await hostile();
    const error = code === null ? watcher.next('error') : null;
    watcher.socket.send('x'.repeat(bytes));
    if (code === null) expect((await error)?.message).toContain(`at most ${requestBytes}`);
    else expect(await watcher.closed()).toBe(code);
    watcher.socket.terminate();
    await bystanders.areFine();
  });
});

/** A client's frame, masked with zeros, as bytes on the wire. */
const frame = (first: number, length: number | Buffer, payload = Buffer.alloc(0)) =>
  Buffer.concat([
    Buffer.from([first]),
    typeof length === 'number' ? Buffer.from([0x80 | length]) : length,
    Buffer.alloc(4),
    payload,
  ]);

const FRAMES: Record<string, { bytes: Buffer; code: number }> = {
  'a frame that is not masked': { bytes: Buffer.from([0x81, 0x02, 0x7b, 0x7d]), code: 1002 },
  'a reserved opcode': { bytes: frame(0x83, 0), code: 1002 },
  'a reserved bit': { bytes: frame(0xc1, 0), code: 1002 },
  'compression that nobody agreed on': { bytes: frame(0xc1, 2, Buffer.from('{}')), code: 1002 },
  'a ping of 126 bytes': { bytes: frame(0x89, Buffer.from([0xfe, 0, 126]), Buffer.alloc(126)), code: 1002 },
  'a ping in fragments': { bytes: frame(0x09, 0), code: 1002 },
  'a fragment without a beginning': { bytes: frame(0x80, 0), code: 1002 },
  'a text that is not UTF-8': { bytes: frame(0x81, 2, Buffer.from([0xff, 0xfe])), code: 1007 },
  'a length of exabytes': {
    bytes: frame(0x81, Buffer.concat([Buffer.from([0xff]), Buffer.from('0fffffffffffffff', 'hex')])),
    code: 1009,
  },
  'a length of 5 MiB that is never sent': { bytes: frame(0x81, Buffer.from('ff0000000000500000', 'hex')), code: 1009 },
  'a close with a code that is none': { bytes: frame(0x88, 2, Buffer.from([0x03, 0xec])), code: 1002 },
  'a close with half a code': { bytes: frame(0x88, 1, Buffer.from([0x03])), code: 1002 },
};

describe('hostile frames', () => {
  it.each(Object.entries(FRAMES))('%s', async (_name, { bytes, code }) => {
    const watcher = await hostile();
    watcher.tcp.write(bytes);
    expect(await watcher.closed()).toBe(code);
    await bystanders.areFine();
  });

  it('random bytes, a thousand times', async () => {
    const seed = Number(process.env.SEED ?? randomBytes(4).readUInt32LE());
    console.log(`SEED=${seed}`);
    let state = seed || 1;
    const byte = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    };
    for (let round = 0; round < 50; round += 1) {
      const watchers = await Promise.all(many(20, hostile));
      for (const { tcp, socket } of watchers) {
        tcp.write(Buffer.from(many(1 + (byte() % 64), byte)));
        setImmediate(() => socket.terminate());
      }
    }
    await bystanders.areFine();
  });
});
