/** Our session as the client of a hashicorp/yamux server, on TCP. */
import { afterEach, describe, expect, it } from 'vitest';
import { INITIAL_WINDOW_BYTES } from '../../protocol/yamux/frame.ts';
import type { YamuxSession } from '../../protocol/yamux/session.ts';
import { BytePipe } from './support/byte-pipe.ts';
import { flatMemory } from './support/memory.ts';
import { echoOnce, order, readPattern, writePattern } from './support/orders.ts';
import { PatternCheck } from './support/pattern.ts';
import { Peer } from './support/peer.ts';
import { connect, sessionOn } from './support/tcp.ts';

const MIB = 1024 * 1024;

const open: { peer: Peer; session: YamuxSession }[] = [];

afterEach(async () => {
  for (const { peer, session } of open.splice(0)) {
    session.close();
    await peer.stop();
  }
});

async function sessionWithGo(flags: Record<string, string | number> = {}): Promise<YamuxSession> {
  const peer = new Peer('drpc-1.0.0', 'yamux-serve', flags);
  const { address } = await peer.event('listening');
  const session = sessionOn(await connect(address), { role: 'client', onStream: (stream) => stream.reset() });
  open.push({ peer, session });
  return session;
}

async function tally(session: YamuxSession): Promise<{ received: number; resets: number }> {
  const pipe = order(session, 'tally');
  pipe.stream.end();
  return JSON.parse(await pipe.text());
}

async function untilTally(session: YamuxSession, holds: (seen: { received: number; resets: number }) => boolean) {
  while (!holds(await tally(session))) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function exchange(session: YamuxSession, bytes: number, pauseMs = 0): Promise<void> {
  const pipe = order(session, `exchange ${bytes}`);
  const wrote = writePattern(pipe, bytes).then(() => pipe.stream.end());
  const check = new PatternCheck();
  let sincePause = 0;
  for await (const chunk of pipe.chunks()) {
    check.take(chunk);
    sincePause += chunk.length;
    if (pauseMs === 0 || sincePause < 512 * 1024) continue;
    sincePause = 0;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  await wrote;
  expect(check.count).toBe(bytes);
}

describe('our session with a Go server', () => {
  it('has 10,000 streams one after the other', async () => {
    const session = await sessionWithGo();
    for (let i = 0; i < 10_000; i += 1) await echoOnce(session, i % 3000);
    expect(session.streamCount).toBe(0);
  });

  it('has 1,000 streams asked for in one turn, 256 un-ACKed at most', async () => {
    const session = await sessionWithGo();
    await Promise.all(Array.from({ length: 1000 }, () => echoOnce(session, 10_000)));
    expect(session.streamCount).toBe(0);
  });

  it.each([0, 1, 65_536, INITIAL_WINDOW_BYTES - 1, INITIAL_WINDOW_BYTES, INITIAL_WINDOW_BYTES + 1, 4 * MIB])(
    'exchanges %i bytes in both directions at once',
    async (bytes) => exchange(await sessionWithGo(), bytes),
  );

  it('exchanges 64 MiB in both directions at once, its reader slow, in little memory', async () => {
    const session = await sessionWithGo();
    await flatMemory(() => exchange(session, 64 * MIB, 10));
  });

  it('finishes one direction while the other goes on, either side first', async () => {
    const session = await sessionWithGo();
    const ours = order(session, `afterwards ${MIB}`);
    await writePattern(ours, 100);
    ours.stream.end();
    await readPattern(ours, MIB);

    const theirs = order(session, 'first');
    expect(await theirs.read()).toBeNull();
    await writePattern(theirs, MIB);
    theirs.stream.end();
    await untilTally(session, ({ received }) => received === MIB + 100);
  });

  it('hears a reset in mid-transfer and goes on', async () => {
    const session = await sessionWithGo({ 'close-timeout': '300ms' });
    const pipe = order(session, `cut ${MIB}`);
    const check = new PatternCheck();
    const wrote = writePattern(pipe, 2 ** 40);
    const read = (async () => {
      for await (const chunk of pipe.chunks()) check.take(chunk);
    })();
    await Promise.all([
      expect(wrote).rejects.toMatchObject({ code: 'STREAM_RESET' }),
      // Go finishes its direction first, so that the reader may have seen an end before.
      read.catch((error) => expect(error).toMatchObject({ code: 'STREAM_RESET' })),
    ]);
    expect(check.count).toBeLessThanOrEqual(MIB);
    await echoOnce(session, 1000);
  });

  it('resets in mid-transfer, which Go hears, and goes on', async () => {
    const session = await sessionWithGo();
    const pipe = order(session, 'flood');
    await pipe.read();
    pipe.stream.reset();
    await untilTally(session, ({ resets }) => resets === 1);
    await echoOnce(session, 1000);
  });

  it('pings while the windows of both directions are full', async () => {
    const session = await sessionWithGo();
    const flood = order(session, 'flood');
    const ignored = order(session, 'ignore');
    ignored.stream.write(new Uint8Array(MIB));
    for (let i = 0; i < 200; i += 1) expect(await session.ping()).toBeGreaterThan(0);
    for (const { stream } of [flood, ignored]) stream.reset();
  });

  it('opens no stream behind a go-away and finishes those there are', async () => {
    const session = await sessionWithGo({ 'go-away-after': 2 });
    const live = order(session, 'echo');
    await echoOnce(session, 10);
    const refused = () => {
      try {
        new BytePipe(session.openStream()).stream.reset();
        return null;
      } catch (error) {
        return error;
      }
    };
    while (refused() === null) await session.ping();
    expect(refused()).toMatchObject({ code: 'REMOTE_GO_AWAY' });
    const wrote = writePattern(live, MIB).then(() => live.stream.end());
    await Promise.all([wrote, readPattern(live, MIB)]);
  });

  it('says go-away and finishes the streams there are', async () => {
    const session = await sessionWithGo();
    const live = order(session, 'echo');
    session.goAway(0);
    const wrote = writePattern(live, MIB).then(() => live.stream.end());
    await Promise.all([wrote, readPattern(live, MIB)]);
  });
});
