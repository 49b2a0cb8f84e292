import { describe, expect, it } from 'vitest';
import type { YamuxError } from '../../../protocol/yamux/error.ts';
import { YamuxSession } from '../../../protocol/yamux/session.ts';
import type { YamuxStream } from '../../../protocol/yamux/stream.ts';
import { concat, cutAtRandom, pattern, sameBytes, seededRandom } from '../../support/yamux-wire.ts';

interface Pair {
  client: YamuxSession;
  server: YamuxSession;
  closes: (YamuxError | null)[];
}

/** Two sessions whose transports deliver to each other, cut as `cut` says. */
function connect(onStream: (stream: YamuxStream) => void, cut: (bytes: Uint8Array) => Uint8Array[] = (b) => [b]): Pair {
  const closes: (YamuxError | null)[] = [];
  const make = (role: 'client' | 'server', peer: () => YamuxSession): YamuxSession =>
    new YamuxSession({
      role,
      transport: {
        send: (bytes) => {
          for (const piece of cut(bytes)) peer().receive(piece);
          return true;
        },
        close: () => peer().transportClosed(),
      },
      events: { onStream, onClose: (reason) => closes.push(reason) },
    });
  const client: YamuxSession = make('client', () => server);
  const server: YamuxSession = make('server', () => client);
  return { client, server, closes };
}

/** Sends back what comes, with back-pressure, and ends when the peer has. */
function echo(stream: YamuxStream): void {
  const pump = () => {
    for (let bytes = stream.read(); bytes !== null; bytes = stream.read()) if (!stream.write(bytes.slice())) return;
    if (stream.readEnded) stream.end();
  };
  stream.listen({ onReadable: pump, onDrain: pump, onReset: () => {} });
}

/** Writes, ends, and resolves with all that came back until the peer's end. */
function exchange(stream: YamuxStream, parts: Uint8Array[]): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const got: Uint8Array[] = [];
    stream.listen({
      onReadable: () => {
        for (let bytes = stream.read(); bytes !== null; bytes = stream.read()) got.push(bytes.slice());
        if (stream.readEnded) resolve(concat(got));
      },
      onReset: reject,
    });
    for (const part of parts) stream.write(part.slice());
    stream.end();
  });
}

describe('two sessions', () => {
  it('carry 10,000 streams one after another and keep nothing of them', async () => {
    const { client, server } = connect(echo);
    for (let count = 0; count < 10_000; count++) {
      const got = await exchange(client.openStream(), [pattern(20, count)]);
      if (!sameBytes(got, pattern(20, count))) throw new Error(`stream ${count} came back changed`);
    }
    expect([client.streamCount, server.streamCount]).toEqual([0, 0]);
  });

  it('carry 1,000 streams opened at once, 256 at a time', async () => {
    let [open, most] = [0, 0];
    const { client, server } = connect((stream) => {
      open++;
      most = Math.max(most, open);
      echo(stream);
      const end = stream.end.bind(stream);
      stream.end = () => {
        open--;
        end();
      };
    });
    const streams = Array.from({ length: 1_000 }, () => client.openStream());
    const results = await Promise.all(streams.map((stream, index) => exchange(stream, [pattern(500, index)])));
    expect(results.every((got, index) => sameBytes(got, pattern(500, index)))).toBe(true);
    expect(most).toBeLessThanOrEqual(256);
    expect([client.streamCount, server.streamCount]).toEqual([0, 0]);
  });

  it.each([1, 2, 3])('carry megabytes both ways over a transport that cuts anywhere, seed %i', async (seed) => {
    const random = seededRandom(seed);
    const { client, server } = connect(echo, (bytes) => cutAtRandom(bytes, random, 3_000));
    const sizes = [1_500_000, 700_000, 1, 300_000];
    const sent = sizes.map((size, index) => [pattern(size, index), pattern(index, seed)]);
    const got = await Promise.all(
      sent.map((parts, index) => exchange((index % 2 ? client : server).openStream(), parts)),
    );
    got.forEach((bytes, index) => {
      expect(sameBytes(bytes, concat(sent[index] ?? []))).toBe(true);
    });
  });

  it('survive a reset in the middle of a transfer', async () => {
    const reasons: string[] = [];
    const { client, server, closes } = connect((stream) => {
      let taken = 0;
      stream.listen({
        onReadable: () => {
          taken += stream.read()?.length ?? 0;
          if (taken > 300_000) stream.reset();
        },
        onReset: () => {},
      });
    });
    const stream = client.openStream();
    await new Promise<void>((resolve) => {
      stream.listen({
        onReadable: () => {},
        onReset: (reason) => {
          reasons.push((reason as YamuxError).code);
          resolve();
        },
      });
      stream.write(pattern(2_000_000));
    });
    expect(reasons).toEqual(['STREAM_RESET']);
    expect([client.streamCount, server.streamCount, closes]).toEqual([0, 0, []]);
  });

  it('ping each other, and end together', async () => {
    const { client, server, closes } = connect(echo);
    expect(await client.ping()).toBeGreaterThanOrEqual(0);
    expect(await server.ping()).toBeGreaterThanOrEqual(0);
    client.close();
    expect([server.isClosed, closes.map((reason) => reason?.code)]).toEqual([true, ['TRANSPORT_CLOSED', undefined]]);
  });
});
