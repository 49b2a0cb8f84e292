/** hashicorp/yamux as the client of our session, on TCP. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { INITIAL_WINDOW_BYTES } from '../../protocol/yamux/frame.ts';
import type { YamuxSession } from '../../protocol/yamux/session.ts';
import { eventually } from '../support/gateway.ts';
import { flatMemory } from './support/memory.ts';
import { Orders } from './support/orders.ts';
import { Peer, runPeer } from './support/peer.ts';
import { type Listening, listen, sessionOn } from './support/tcp.ts';
import { WindowLedger } from './support/window-ledger.ts';

const MIB = 1024 * 1024;

let orders: Orders;
let session: YamuxSession;
let ledger: WindowLedger;
let listening: Listening;

beforeAll(async () => {
  listening = await listen((socket) => {
    session = sessionOn(socket, { role: 'server', onStream: (stream) => orders.serve(stream), ledger });
    orders.session = session;
  });
});
afterAll(() => listening.close());
beforeEach(() => {
  orders = new Orders();
  ledger = new WindowLedger();
});
afterEach(async () => {
  expect(orders.errors).toEqual([]);
  expect(ledger.faults).toEqual([]);
  // The process has ended; that its connection has may be news that is still under way.
  await eventually('the session has ended', () => session.isClosed);
});

// The version of storj.io/drpc plays no part in these.
const drive = (name: string, flags: Record<string, string | number> = {}) =>
  runPeer('drpc-1.0.0', 'yamux-drive', { address: listening.address, case: name, ...flags });

/** Pings whichever session there is, one behind the other, until a run is over; how many were answered. */
async function pingingDuring<T>(run: Promise<T>): Promise<{ result: T; pings: number }> {
  let over = false;
  let pings = 0;
  const pinging = (async () => {
    for (; !over; await new Promise((resolve) => setImmediate(resolve))) {
      await session?.ping().then(
        () => {
          pings += 1;
        },
        () => {},
      );
    }
  })();
  const result = await run.finally(() => {
    over = true;
  });
  await pinging;
  return { result, pings };
}

describe('a Go client', () => {
  it('has 10,000 streams one after the other', async () => {
    await drive('consecutive', { n: 10_000 });
    expect(orders.served).toBe(10_000);
  });

  it('has 256 streams at the same time', () => drive('concurrent', { n: 256 }));

  it('has its 257th stream wait for a slot, un-ACKed, and served when one is free, in order', async () => {
    await drive('slots', { n: 256 });
    expect(orders.mostAtOnce).toBe(256);
  });

  it('is blocked by its own backlog at its 513th stream, until one is ACKed', () => drive('blocked', { n: 256 }));

  it('has its 513th stream reset where its backlog allows one, and no other', async () => {
    await drive('refused', { n: 256, backlog: 1024 });
    expect(orders.mostAtOnce).toBe(256);
    expect(ledger.ours.resets).toBe(3);
  });

  it('has a stream that waits for 60 s reset, and no other', async () => {
    const peer = new Peer('drpc-1.0.0', 'yamux-drive', { address: listening.address, case: 'waits', n: 256 });
    try {
      await peer.event('waiting');
      // The session knows no time but the one it is told.
      const beganMs = performance.now();
      session.sweep(beganMs + 30_000);
      peer.write('half of it is over');
      await peer.event('still waiting');
      session.sweep(performance.now() + 60_000);
      peer.write('all of it is over');
      await peer.result();
    } finally {
      peer.kill();
    }
    expect(ledger.ours.resets).toBe(1);
  });

  it.each([
    0,
    1,
    12,
    65_535,
    65_536,
    INITIAL_WINDOW_BYTES - 1,
    INITIAL_WINDOW_BYTES,
    INITIAL_WINDOW_BYTES + 1,
    4 * MIB,
  ])('exchanges %i bytes in both directions at once', (n) => drive('exchange', { n }));

  it('exchanges 64 MiB in both directions at once, both readers slow, in little memory', async () => {
    orders.readPauseMs = 10;
    const result = await flatMemory(() => drive('slow-reader', { n: 64 * MIB }));
    expect(orders.mostBufferedBytes).toBeGreaterThan(0);
    expect(orders.mostBufferedBytes).toBeLessThanOrEqual(INITIAL_WINDOW_BYTES);
    expect(result.goMemoryBytes).toBeLessThan(64 * MIB);
    // Both windows were used up to the last byte, and all that was read has been given back but for the last one.
    for (const direction of [ledger.ours, ledger.theirs]) {
      expect(direction.leastWindow).toBe(0);
      expect(direction.dataBytes).toBeGreaterThanOrEqual(64 * MIB);
    }
    expect(ledger.theirs.dataBytes - ledger.ours.creditBytes).toBeLessThanOrEqual(INITIAL_WINDOW_BYTES);
    expect(ledger.ours.dataBytes - ledger.theirs.creditBytes).toBeLessThanOrEqual(INITIAL_WINDOW_BYTES);
  });

  it('finishes one direction while the other goes on, either side first', () => drive('half-close', { n: MIB }));

  it('hears our reset in mid-transfer and goes on with the session', () => drive('reset-by-us', { n: 3 * MIB }));

  it('resets a stream that we keep open, and goes on with the session', async () => {
    await drive('reset-by-go', { 'close-timeout': '300ms' });
    expect(orders.resets).toBe(1);
  });

  it('pings and is pinged while the windows of both directions are full', async () => {
    const { pings } = await pingingDuring(drive('pings', { n: 200 }));
    expect(pings).toBeGreaterThan(10);
  });

  it('pings and is pinged while 64 streams keep the socket full in both directions', async () => {
    const { result, pings } = await pingingDuring(drive('busy', { n: 64 }));
    expect(result).toBeGreaterThan(0);
    expect(pings).toBeGreaterThan(0);
  });

  it('opens no stream behind our go-away and finishes the one it has', () => drive('go-away'));

  it('says go-away: we open no stream and finish the one there is', () => drive('go-away-go'));

  it('serves 200 streams that we open at the same time', () => drive('accept', { n: 200 }));
});
