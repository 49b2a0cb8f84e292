import { describe, expect, it } from 'vitest';
import { type ClientOptions, createClient } from '../../../protocol/drpc/client.ts';
import { Kind } from '../../../protocol/drpc/frame.ts';
import { PacketReader } from '../../../protocol/drpc/reader.ts';
import { encodePackets } from '../../../protocol/drpc/writer.ts';
import { type MemoryStream, type MemoryStreamOptions, memoryStreamPair } from '../../support/memory-stream.ts';
import { settled, testService } from './server-rig.ts';
import { eachByte, hex, packet, toHex, utf8 } from './wire.ts';

/** A client whose server is played by the test, packet by packet. */
function clientRig(options: Partial<ClientOptions> & { peer?: MemoryStreamOptions; wire?: MemoryStreamOptions } = {}) {
  const servers: MemoryStream[] = [];
  const streams: MemoryStream[] = [];
  const client = createClient(testService, {
    openStream() {
      const [stream, server] = memoryStreamPair(options.wire, options.peer);
      servers.push(server);
      streams.push(stream);
      server.listen({ onReadable: () => {}, onReset: () => {} });
      return stream;
    },
    ...options,
  });
  const at = (list: MemoryStream[]) => {
    const [first] = list;
    if (first === undefined) throw new Error('no stream has been opened');
    return first;
  };
  return {
    client,
    get server() {
      return at(servers);
    },
    get stream() {
      return at(streams);
    },
    async answer(...packets: Parameters<typeof encodePackets>[0]) {
      at(servers).write(encodePackets(packets));
      await settled();
    },
  };
}

const reply = (text: string, id = 1) => packet(Kind.message, id, text);
const closeSend = (id = 2) => packet(Kind.closeSend, id);
const error = packet(Kind.error, 1, Uint8Array.from([...hex('0000000000000007'), ...utf8('no')]));
const endings = (stream: MemoryStream) => stream.sent.slice(1).map((event) => event.type);

describe('a unary call', () => {
  it('leaves in one write, metadata ahead', async () => {
    const rig = clientRig();
    const call = rig.client.Unary('q', { metadata: [['k', 'v']] });
    await settled();
    const name = toHex(utf8('/test.Service/Unary'));
    const bytes = hex(`0f0101 08 0a060a016b120176 030102 13 ${name} 050103 01 71 0d0104 00`);
    expect(rig.stream.sent).toEqual([{ type: 'write', bytes }]);
    await rig.answer(reply('a'), closeSend());
    await expect(call).resolves.toBe('a');
    expect(endings(rig.stream)).toEqual(['end']);
  });

  it.each([
    ['Message and CloseSend', [reply('a'), closeSend()]],
    ['Message and Close', [reply('a'), packet(Kind.close, 2)]],
    ['Message alone', [reply('a')]],
    ['unknown control packets about it', [{ ...packet(60, 1), control: true }, reply('a', 2)]],
  ])('takes %s for an answer, cut anywhere, and finishes once', async (_name, packets) => {
    for (const peer of [{}, { cut: eachByte }]) {
      const rig = clientRig({ peer });
      const call = rig.client.Unary('q');
      await settled();
      await rig.answer(...packets);
      await expect(call).resolves.toBe('a');
      rig.server.end();
      await settled();
      expect(endings(rig.stream)).toEqual(['end']);
    }
  });

  it.each([
    [
      'an error',
      (rig: ReturnType<typeof clientRig>) => rig.answer(error),
      { code: 'remote', wireCode: 7, message: 'no' },
    ],
    ['the end of the stream', (rig: ReturnType<typeof clientRig>) => rig.server.end(), { code: 'closed' }],
    ['a reset', (rig: ReturnType<typeof clientRig>) => rig.server.reset(), { code: 'closed' }],
    ['an end without a reply', (rig: ReturnType<typeof clientRig>) => rig.answer(closeSend(1)), { code: 'protocol' }],
    ['Cancel', (rig: ReturnType<typeof clientRig>) => rig.answer(packet(Kind.cancel, 1)), { code: 'cancelled' }],
    [
      'a reply that does not decode',
      (rig: ReturnType<typeof clientRig>) => rig.answer(reply('!')),
      { code: 'malformed_message' },
    ],
    ['an unknown kind', (rig: ReturnType<typeof clientRig>) => rig.answer(packet(60, 1)), { code: 'protocol' }],
    [
      'another stream id',
      (rig: ReturnType<typeof clientRig>) => rig.answer(packet(Kind.message, 1, 'a', 2)),
      { code: 'protocol' },
    ],
    [
      'a packet over the limit',
      (rig: ReturnType<typeof clientRig>) => rig.server.write(hex('050101 81808002')),
      { code: 'too_large' },
    ],
  ])('fails by %s', async (_name, act, expected) => {
    const rig = clientRig();
    const call = rig.client.Unary('q');
    const outcome = expect(call).rejects.toMatchObject(expected);
    await settled();
    await act(rig);
    await outcome;
    await settled();
    if (!rig.stream.wasReset) expect(endings(rig.stream)).toEqual(['end']);
  });

  it('drops what comes behind the answer, so that the server can finish', async () => {
    const rig = clientRig();
    const call = rig.client.Unary('q');
    await settled();
    await rig.answer(reply('a'), closeSend(), reply('b', 3));
    await rig.answer(reply('c', 4));
    await expect(call).resolves.toBe('a');
    expect(rig.stream.unreadBytes).toBe(0);
  });

  it('fails where no stream can be opened', async () => {
    const rig = clientRig({ openStream: () => Promise.reject(new Error('no')) });
    await expect(rig.client.Unary('q')).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('giving a call up', () => {
  it.each([
    ['finish', ['end']],
    ['packet', ['write', 'end']],
    ['reset', ['reset']],
  ] as const)('by %s', async (cancel, expected) => {
    const rig = clientRig({ cancel });
    const aborter = new AbortController();
    const call = rig.client.Unary('q', { signal: aborter.signal });
    const outcome = expect(call).rejects.toMatchObject({ code: 'cancelled', cause: 'late' });
    await settled();
    aborter.abort('late');
    await outcome;
    expect(endings(rig.stream)).toEqual(expected);
    const [, event] = rig.stream.sent;
    if (event?.type === 'write') expect(toHex(event.bytes)).toBe('89010400');
    await rig.answer(reply('a'), closeSend());
    expect(rig.stream.unreadBytes).toBe(0);
  });

  it('ahead of the call opens nothing', async () => {
    const rig = clientRig();
    await expect(rig.client.Unary('q', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    expect(() => rig.stream).toThrow();
  });

  it('comes too late behind the answer', async () => {
    const rig = clientRig();
    const aborter = new AbortController();
    const call = rig.client.Unary('q', { signal: aborter.signal });
    await settled();
    await rig.answer(reply('a'), closeSend());
    aborter.abort();
    await expect(call).resolves.toBe('a');
    expect(endings(rig.stream)).toEqual(['end']);
  });
});

describe('a stream of replies', () => {
  it('gives them in order and ends', async () => {
    const rig = clientRig();
    const replies = await rig.client.Stream('q');
    const taken: string[] = [];
    const loop = (async () => {
      for await (const text of replies) taken.push(text);
    })();
    await rig.answer(reply('a'), reply('b', 2), reply('c', 3));
    await rig.answer(closeSend(4));
    await loop;
    expect(taken).toEqual(['a', 'b', 'c']);
    expect(endings(rig.stream)).toEqual(['end']);
  });

  it('holds the server back while nobody takes them', async () => {
    const rig = clientRig({ peer: { windowBytes: 100 } });
    const replies = await rig.client.Stream('q');
    for (let i = 1; i <= 10; i++) await rig.answer(reply('x'.repeat(50), i));
    expect(rig.stream.unreadBytes).toBeGreaterThan(0);
    rig.server.write(encodePackets([closeSend(11)]));
    let taken = 0;
    for await (const _ of replies) taken++;
    expect(taken).toBe(10);
  });

  it('stays ended when its session dies behind a clean end', async () => {
    const rig = clientRig();
    const replies = await rig.client.Stream('q');
    await rig.answer(closeSend(1));
    rig.server.reset();
    await settled();
    expect(await replies.receive()).toBeNull();
  });

  it('gives what came ahead of an error, then the error', async () => {
    const rig = clientRig();
    const replies = await rig.client.Stream('q');
    await rig.answer(reply('a'), { ...error, messageId: 2 });
    expect(await replies.receive()).toBe('a');
    await expect(replies.receive()).rejects.toMatchObject({ code: 'remote', wireCode: 7 });
    await expect(replies.receive()).rejects.toMatchObject({ code: 'remote' });
  });

  it('is given up by leaving the loop', async () => {
    const rig = clientRig();
    const replies = await rig.client.Stream('q');
    await rig.answer(reply('a'));
    for await (const _ of replies) break;
    expect(endings(rig.stream)).toEqual(['end']);
  });
});

describe('a bidirectional call', () => {
  it('sends Invoke at once and CloseSend only when asked', async () => {
    const rig = clientRig();
    const call = await rig.client.Bidi();
    await call.send('x');
    await rig.answer(reply('a'));
    expect(await call.receive()).toBe('a');
    call.closeSend();
    const wire = rig.stream.sent.flatMap((event) => (event.type === 'write' ? [event.bytes] : []));
    const reader = new PacketReader();
    const kinds: number[] = [];
    const source = { read: () => wire.shift() ?? null };
    for (let next = reader.next(source); next !== null; next = reader.next(source)) kinds.push(next.kind);
    expect(kinds).toEqual([Kind.invoke, Kind.message, Kind.closeSend]);
    await rig.answer(closeSend());
    expect(await call.receive()).toBeNull();
    await expect(call.send('late')).rejects.toMatchObject({ code: 'closed' });
    expect(endings(rig.stream).at(-1)).toBe('end');
  });

  it('waits for the server to take requests, and fails when it goes', async () => {
    const rig = clientRig({ wire: { windowBytes: 30 } });
    const call = await rig.client.Bidi();
    const sending = call.send('x'.repeat(100));
    const outcome = expect(sending).rejects.toMatchObject({ code: 'closed' });
    await settled();
    rig.server.reset();
    await outcome;
  });
});
