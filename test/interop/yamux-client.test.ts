import { setTimeout as pause } from 'node:timers/promises';
/** Our session as the client of a hashicorp/yamux server, on TCP. */
import { afterEach, describe, expect, it } from 'vitest';
import { INITIAL_WINDOW_BYTES } from '../../protocol/yamux/frame.ts';
import { type YamuxLimits, yamuxLimits } from '../../protocol/yamux/limits.ts';
import type { YamuxSession } from '../../protocol/yamux/session.ts';
import { BytePipe } from './support/byte-pipe.ts';
import { flatMemory } from './support/memory.ts';
import { echoOnce, order, readPattern, writePattern } from './support/orders.ts';
import { PatternCheck } from './support/pattern.ts';
import { Peer } from './support/peer.ts';
import { connect, sessionOn } from './support/tcp.ts';
import { WindowLedger } from './support/window-ledger.ts';

const MIB = 1024 * 1024;

interface Opened {
  peer: Peer;
  session: YamuxSession;
  ledger: WindowLedger;
}

const open: Opened[] = [];

afterEach(async () => {
  for (const { peer, session, ledger } of open.splice(0)) {
    session.close();
    await peer.stop();
    expect(ledger.faults).toEqual([]);
  }
});

async function openWithGo(
  flags: Record<string, string | number | boolean> = {},
  limits: Partial<YamuxLimits> = {},
): Promise<Opened> {
  const peer = new Peer('drpc-1.0.0', 'yamux-serve', flags);
  const { address } = await peer.event('listening');
  const ledger = new WindowLedger();
  const session = sessionOn(await connect(address), {
    role: 'client',
    onStream: (stream) => stream.reset(),
    limits: yamuxLimits(limits),
    ledger,
  });
  const opened = { peer, session, ledger };
  open.push(opened);
  return opened;
}

const sessionWithGo = async (flags: Record<string, string | number> = {}) => (await openWithGo(flags)).session;

interface Tally {
  received: number;
  resets: number;
  memory: number;
}

async function tally(session: YamuxSession): Promise<Tally> {
  return JSON.parse(await answer(session, 'tally'));
}

/** What the Go side answers to an order, as text. */
async function answer(session: YamuxSession, line: string): Promise<string> {
  const pipe = order(session, line);
  pipe.stream.end();
  return pipe.text();
}

async function untilTally(session: YamuxSession, holds: (seen: Tally) => boolean) {
  while (!holds(await tally(session))) await pause(10);
}

async function exchange(session: YamuxSession, bytes: number, pauseMs = 0): Promise<void> {
  const pipe = order(session, `${pauseMs === 0 ? 'exchange' : 'slowly'} ${bytes}`);
  const wrote = writePattern(pipe, bytes).then(() => pipe.stream.end());
  const check = new PatternCheck();
  let sincePause = 0;
  for await (const chunk of pipe.chunks()) {
    check.take(chunk);
    sincePause += chunk.length;
    if (pauseMs === 0 || sincePause < 512 * 1024) continue;
    sincePause = 0;
    await pause(pauseMs);
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

  it('has 256 streams at the same time, each half done before any ends', async () => {
    const session = await sessionWithGo();
    const pipes = Array.from({ length: 256 }, () => order(session, 'echo'));
    for (const pipe of pipes) await writePattern(pipe, 10_000);
    const checks = pipes.map(() => new PatternCheck());
    for (const [i, pipe] of pipes.entries()) {
      while ((checks[i]?.count ?? 0) < 5_000) checks[i]?.take((await pipe.read()) ?? new Uint8Array());
    }
    expect(session.streamCount).toBe(256);
    for (const [i, { stream }] of pipes.entries()) {
      stream.end();
      for await (const chunk of pipes[i]?.chunks() ?? []) checks[i]?.take(chunk);
    }
    expect(new Set(checks.map(({ count }) => count))).toEqual(new Set([10_000]));
  });

  it('keeps its 257th un-ACKed stream to itself until Go accepts one', async () => {
    const { peer, session, ledger } = await openWithGo({ gated: true });
    const echoes = Array.from({ length: 300 }, () => echoOnce(session, 100));
    // Behind the answer to a ping, Go has had all that is to be sent.
    for (let i = 0; i < 2; i += 1) await session.ping();
    expect(ledger.ours.syns).toBe(256);
    peer.write('accept');
    await echoes[0];
    await session.ping();
    expect(ledger.ours.syns).toBe(257);
    for (let i = 1; i < 300; i += 1) peer.write('accept');
    await Promise.all(echoes);
    expect([ledger.ours.syns, ledger.theirs.resets, session.streamCount]).toEqual([300, 0, 0]);
  });

  it('hears that Go resets what is beyond its backlog, and goes on', async () => {
    const { peer, session, ledger } = await openWithGo({ gated: true }, { maxUnackedOpens: 300 });
    const echoes = Array.from({ length: 260 }, () => echoOnce(session, 100));
    const refused = echoes.slice(256).map((echo) => expect(echo).rejects.toMatchObject({ code: 'STREAM_RESET' }));
    await Promise.all(refused);
    for (let i = 0; i < 256; i += 1) peer.write('accept');
    await Promise.all(echoes.slice(0, 256));
    expect(ledger.theirs.resets).toBe(4);
  });

  it('gives a stream up that Go has not accepted for 75 s, and goes on', async () => {
    const { peer, session } = await openWithGo({ gated: true });
    const silent = echoOnce(session, 100);
    await session.ping();
    session.sweep(performance.now() + 70_000);
    await session.ping();
    expect(session.streamCount).toBe(1);
    session.sweep(performance.now() + 75_001);
    await expect(silent).rejects.toMatchObject({ code: 'OPEN_TIMEOUT' });
    // Go accepts the one that is gone, then the next.
    for (let i = 0; i < 2; i += 1) peer.write('accept');
    await echoOnce(session, 1_000);
  });

  it.each([0, 1, 65_536, INITIAL_WINDOW_BYTES - 1, INITIAL_WINDOW_BYTES, INITIAL_WINDOW_BYTES + 1, 4 * MIB])(
    'exchanges %i bytes in both directions at once',
    async (bytes) => exchange(await sessionWithGo(), bytes),
  );

  it('exchanges 64 MiB in both directions at once, both readers slow, in little memory', async () => {
    const { session, ledger } = await openWithGo();
    await flatMemory(() => exchange(session, 64 * MIB, 10));
    // Both windows were used up to the last byte, and all that was read has been given back but for the last one.
    for (const direction of [ledger.ours, ledger.theirs]) {
      expect(direction.leastWindow).toBe(0);
      expect(direction.dataBytes).toBeGreaterThanOrEqual(64 * MIB);
    }
    expect(ledger.theirs.dataBytes - ledger.ours.creditBytes).toBeLessThanOrEqual(INITIAL_WINDOW_BYTES);
    expect(ledger.ours.dataBytes - ledger.theirs.creditBytes).toBeLessThanOrEqual(INITIAL_WINDOW_BYTES);
    expect((await tally(session)).memory).toBeLessThan(64 * MIB);
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

  it('pings and is pinged while the windows of both directions are full', async () => {
    const session = await sessionWithGo();
    const flood = order(session, 'flood');
    const ignored = order(session, 'ignore');
    ignored.stream.write(new Uint8Array(MIB));
    const theirs = answer(session, 'pings 200');
    for (let i = 0; i < 200; i += 1) expect(await session.ping()).toBeGreaterThan(0);
    expect(await theirs).toBe('200');
    for (const { stream } of [flood, ignored]) stream.reset();
  });

  it('pings and is pinged while 64 streams keep the socket full in both directions', async () => {
    const session = await sessionWithGo();
    const theirs = answer(session, 'pings 50');
    const busy = Promise.all(Array.from({ length: 64 }, () => exchange(session, 2 * MIB)));
    let done = false;
    void busy.finally(() => {
      done = true;
    });
    while (!done) expect(await session.ping()).toBeGreaterThan(0);
    await busy;
    expect(await theirs).toBe('50');
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

  it('says go-away: Go opens no stream, and those there are finish', async () => {
    const session = await sessionWithGo();
    const live = order(session, 'echo');
    expect(await answer(session, 'try-open')).toBe('opened');
    session.goAway(0);
    expect(await answer(session, 'try-open')).toBe('remote end is not accepting connections');
    const wrote = writePattern(live, MIB).then(() => live.stream.end());
    await Promise.all([wrote, readPattern(live, MIB)]);
  });
});
