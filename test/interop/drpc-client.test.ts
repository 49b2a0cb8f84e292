import { setTimeout as pause } from 'node:timers/promises';
/** Our DRPC client with a server of storj.io/drpc, a TCP connection for each call. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../protocol/drpc/client.ts';
import type { CancelMode } from '../../protocol/drpc/client-call.ts';
import { echoService } from './support/echo.ts';
import { flatMemory } from './support/memory.ts';
import { pattern } from './support/pattern.ts';
import { Peer } from './support/peer.ts';
import { connect, SocketStream } from './support/tcp.ts';
import { DRPC_VERSIONS } from './support/versions.ts';

const LARGEST_MESSAGE = 4 * 1024 * 1024;
/** What Blob adds to `data` of about 4 MiB: a tag and a length of four bytes. */
const BLOB_OVERHEAD = 5;

describe.each(DRPC_VERSIONS.map(({ name }) => name))('our client with a Go server of storj.io/%s', (name) => {
  let peer: Peer;
  let address: string;

  beforeAll(async () => {
    peer = new Peer(name, 'drpc-serve');
    ({ address } = (await peer.event('listening')) as unknown as { address: string });
  });
  afterAll(() => peer.stop());

  const client = (cancel: CancelMode = 'finish') =>
    createClient(echoService, { openStream: async () => new SocketStream(await connect(address)), cancel });

  it.each([0, 1, 4095, 4096, 65_535, 65_536, 65_537, 1024 * 1024])('makes a call of %i bytes', async (bytes) => {
    const data = pattern(bytes);
    const reply = await client().Echo({ data, number: 2 ** 40, text: 'grüße' });
    expect(Buffer.compare(reply.data, data)).toBe(0);
    expect(reply).toMatchObject({ number: 2 ** 40, text: 'grüße' });
  });

  it('makes 2,000 calls one after the other', async () => {
    const { Echo } = client();
    for (let number = 0; number < 2000; number += 1) expect((await Echo({ number })).number).toBe(number);
  });

  it.each([0, 1, 500])('takes %i replies of a server stream', async (count) => {
    const numbers: number[] = [];
    for await (const reply of await client().Repeat({ number: count, data: pattern(5000) })) numbers.push(reply.number);
    expect(numbers).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  });

  it('takes replies and then an error', async () => {
    const stream = await client().Repeat({ number: 2, text: 'enough' });
    expect([(await stream.receive())?.number, (await stream.receive())?.number]).toEqual([1, 2]);
    await expect(stream.receive()).rejects.toMatchObject({ code: 'remote', wireCode: 7, message: 'enough' });
  });

  it('holds a bidirectional stream of 1,000 messages', async () => {
    const stream = await client().Chat();
    const sent = (async () => {
      for (let number = 0; number < 1000; number += 1) await stream.send({ number, data: pattern(number * 10) });
      stream.closeSend();
    })();
    for (let number = 0; number < 1000; number += 1) {
      const reply = await stream.receive();
      expect(reply?.number).toBe(number);
      expect(Buffer.compare(reply?.data ?? new Uint8Array(), pattern(number * 10))).toBe(0);
    }
    await sent;
    expect((await stream.receive())?.number).toBe(999);
    expect(await stream.receive()).toBeNull();
  });

  it('sends metadata', async () => {
    const pairs = { trace: '1-2-3', empty: '', größe: 'größer', long: 'x'.repeat(9000) };
    expect((await client().Echo({}, { metadata: Object.entries(pairs) })).pairs).toEqual(pairs);
  });

  it.each([0, 1, 12, 2 ** 32, 2 ** 53 - 1])('is told an error of code %i', async (code) => {
    const failed = client().Fail({ number: code, text: 'ärgerlich' });
    await expect(failed).rejects.toMatchObject({ code: 'remote', wireCode: code, message: 'ärgerlich' });
  });

  it('sends 4 MiB - 1 and 4 MiB; Go refuses one byte more', async () => {
    for (const size of [LARGEST_MESSAGE - 1, LARGEST_MESSAGE]) {
      const data = pattern(size - BLOB_OVERHEAD);
      expect((await client().Echo({ data })).data).toHaveLength(data.length);
    }
    const refused = client().Echo({ data: pattern(LARGEST_MESSAGE + 1 - BLOB_OVERHEAD) });
    await expect(refused).rejects.toMatchObject({ name: 'DrpcError' });
  });

  it('is told an error of the largest code as nearly as a number can say it', async () => {
    const failed = client().Fail({ text: 'largest' });
    await expect(failed).rejects.toMatchObject({ code: 'remote', message: 'largest', wireCode: 2 ** 64 });
  });

  it('moves 64 MiB each way on one stream, its reader slow, in little memory', async () => {
    const data = pattern(1024 * 1024);
    await flatMemory(async () => {
      const stream = await client().Chat();
      const sent = (async () => {
        for (let number = 0; number < 64; number += 1) await stream.send({ number, data });
        stream.closeSend();
      })();
      for (let number = 0; number < 64; number += 1) {
        await pause(5);
        const reply = await stream.receive();
        expect(reply?.number).toBe(number);
        expect(Buffer.compare(reply?.data ?? new Uint8Array(), data)).toBe(0);
      }
      await sent;
    });
  });

  it('has a stream ended by Go on which it has more to say', async () => {
    const stream = await client().Chat();
    await stream.send({ text: 'enough' });
    expect((await stream.receive())?.number).toBe(999);
    expect(await stream.receive()).toBeNull();
    await expect(stream.send({ data: pattern(100_000) })).rejects.toMatchObject({ code: 'closed' });
  });

  it('takes a reply of 4 MiB and refuses a larger one', async () => {
    const data = pattern(LARGEST_MESSAGE - BLOB_OVERHEAD);
    expect((await client().Echo({ data })).data).toHaveLength(data.length);
    const larger = client().Echo({ data }, { metadata: [['a', 'b']] });
    await expect(larger).rejects.toMatchObject({ code: 'too_large' });
  });

  it.each(['finish', 'packet', 'reset'] as const)('gives calls up by %s', async (cancel) => {
    const { Hold, HoldsEnded } = client(cancel);
    const before = (await HoldsEnded({})).number;
    for (let i = 0; i < 20; i += 1) {
      const stream = await Hold({});
      expect((await stream.receive())?.number).toBe(1);
      stream.cancel();
      await expect(stream.receive()).rejects.toMatchObject({ code: 'cancelled' });
    }
    while ((await HoldsEnded({})).number !== before + 20) await pause(10);
  });
});
