import { describe, expect, it } from 'vitest';
import { YamuxRig } from '../../support/yamux-rig.ts';
import { ACK, DATA, FIN, PING, pattern, SYN, WINDOW, WINDOW_BYTES } from '../../support/yamux-wire.ts';

describe('pings of the peer', () => {
  it('are answered once each, with their own id, as the very first frame too', () => {
    const rig = new YamuxRig();
    rig.feed({ type: PING, flags: SYN, length: 0 }, { type: PING, flags: SYN, length: 0xffffffff });
    rig.feed({ type: PING, flags: SYN | ACK, length: 3 }, { type: PING, length: 4 });
    expect(rig.sent()).toEqual(['ping ack 0 0', 'ping ack 0 4294967295', 'ping ack 0 3']);
    expect(rig.sent()).toEqual([]);
  });

  it('that answer nothing are ignored', () => {
    const rig = new YamuxRig();
    rig.feed({ type: PING, flags: ACK, length: 0 }, { type: PING, flags: ACK, length: 7 });
    expect([rig.sent(), rig.closedWith]).toEqual([[], undefined]);
  });
});

describe('ping()', () => {
  it('resolves with the round trip; callers share one that is under way', async () => {
    const rig = new YamuxRig();
    const first = rig.session.ping();
    expect(rig.sent()).toEqual(['ping syn 0 0']);
    rig.nowMs += 12;
    const second = rig.session.ping();
    expect(rig.sent()).toEqual([]);
    rig.feed({ type: PING, flags: ACK, length: 5 });
    rig.nowMs += 3;
    rig.feed({ type: PING, flags: ACK, length: 0 });
    expect(await Promise.all([first, second])).toEqual([15, 15]);
    void rig.session.ping().catch(() => {});
    expect(rig.sent()).toEqual(['ping syn 0 1']);
    rig.session.close();
  });

  it('fails after 10 s without an answer, though other frames come', async () => {
    const rig = new YamuxRig();
    const ping = rig.session.ping();
    rig.turn();
    rig.feed({ type: WINDOW, flags: SYN, id: 1 });
    rig.advance(9_999);
    rig.advance(1);
    await expect(ping).rejects.toMatchObject({ code: 'PING_TIMEOUT' });
    expect(rig.closedWith).toBeUndefined();
  });

  it('fails with the session, and after it', async () => {
    const rig = new YamuxRig();
    const ping = rig.session.ping();
    rig.session.transportClosed();
    await expect(ping).rejects.toMatchObject({ code: 'TRANSPORT_CLOSED' });
    await expect(rig.session.ping()).rejects.toMatchObject({ code: 'SESSION_CLOSED' });
  });
});

describe('keep-alive', () => {
  it('pings after 30 s of silence and ends the session after 10 s more', () => {
    const rig = new YamuxRig();
    rig.advance(29_999);
    expect(rig.sent()).toEqual([]);
    rig.advance(1);
    expect(rig.sent()).toEqual(['ping syn 0 0']);
    rig.advance(9_999);
    expect(rig.closedWith).toBeUndefined();
    rig.advance(1);
    expect(rig.closedWith).toMatchObject({ code: 'KEEP_ALIVE_TIMEOUT', goAwayCode: null });
  });

  it('takes anything that comes as a sign of life', () => {
    const rig = new YamuxRig();
    rig.advance(20_000);
    rig.session.receive(Uint8Array.of(0));
    expect(rig.session.lastHeardMs).toBe(rig.nowMs);
    rig.advance(29_999);
    expect(rig.sent()).toEqual([]);
    rig.advance(1);
    expect(rig.sent()).toEqual(['ping syn 0 0']);
    rig.session.receive(Uint8Array.of(1));
    rig.advance(10_000);
    expect([rig.closedWith, rig.sent()]).toEqual([undefined, []]);
    rig.advance(20_000);
    expect(rig.sent()).toEqual(['ping syn 0 1']);
  });

  it('goes on while the peer answers', () => {
    const rig = new YamuxRig();
    for (let round = 0; round < 5; round++) {
      rig.advance(30_000);
      expect(rig.sent()).toEqual([`ping syn 0 ${round}`]);
      rig.feed({ type: PING, flags: ACK, length: round });
    }
  });

  it('begins a full period again after this process stood still', () => {
    const rig = new YamuxRig();
    rig.advance(30_000);
    rig.turn();
    rig.nowMs += 600_000;
    rig.session.sweep(rig.nowMs, 599_000);
    rig.advance(9_999);
    expect(rig.closedWith).toBeUndefined();
    rig.advance(1);
    expect(rig.closedWith).toMatchObject({ code: 'KEEP_ALIVE_TIMEOUT' });
    const idle = new YamuxRig();
    idle.nowMs += 600_000;
    idle.session.sweep(idle.nowMs, 599_000);
    expect(idle.sent()).toEqual([]);
    idle.advance(30_000);
    expect(idle.sent()).toEqual(['ping syn 0 0']);
  });
});

describe('time limits of a stream', () => {
  const limits = { keepAliveIntervalMs: 0, maxFlushBytes: 4 * WINDOW_BYTES };

  function opened(): YamuxRig {
    const rig = new YamuxRig({ limits });
    rig.feed({ type: WINDOW, flags: SYN, id: 1 });
    rig.turn();
    rig.messages();
    return rig;
  }

  it('reset a writer that gets no credit for 60 s', () => {
    const rig = opened();
    const watched = rig.served(1);
    watched.stream.write(pattern(WINDOW_BYTES + 2));
    rig.turn();
    rig.advance(59_999);
    rig.feed({ type: WINDOW, id: 1, length: 1 });
    rig.turn();
    rig.messages();
    rig.advance(59_999);
    expect(watched.resets).toEqual([]);
    rig.advance(1);
    expect(watched.resetCodes).toEqual(['WRITE_STALLED']);
    expect(rig.sent()).toEqual(['window rst 1 0']);
  });

  it('leave a stream alone whose window is used up with nothing to write', () => {
    const rig = opened();
    const watched = rig.served(1);
    watched.stream.write(pattern(WINDOW_BYTES));
    rig.turn();
    rig.advance(1_000_000);
    watched.stream.write(pattern(1));
    rig.turn();
    rig.advance(59_999);
    expect(watched.resets).toEqual([]);
    rig.advance(1);
    expect(watched.resetCodes).toEqual(['WRITE_STALLED']);
  });

  it('reset a stream whose peer does not finish within 5 minutes of our FIN', () => {
    const rig = opened();
    const watched = rig.served(1);
    watched.stream.end();
    rig.turn();
    rig.feed({ type: DATA, id: 1, payload: pattern(5) }, { type: WINDOW, id: 1, length: 5 });
    rig.advance(299_999);
    expect(watched.resets).toEqual([]);
    rig.messages();
    rig.advance(1);
    expect(watched.resetCodes).toEqual(['CLOSE_TIMEOUT']);
    expect(rig.sent()).toEqual(['window rst 1 0']);
  });

  it('leave an idle stream alone, and one that only the peer has finished', () => {
    const rig = opened();
    rig.feed({ type: WINDOW, flags: SYN | FIN, id: 3 });
    rig.turn();
    rig.advance(10_000_000);
    expect(rig.streams.map(({ resets }) => resets)).toEqual([[], []]);
  });

  it('are extended by the time this process stood still', () => {
    const rig = opened();
    const watched = rig.served(1);
    watched.stream.write(pattern(WINDOW_BYTES + 1));
    rig.turn();
    rig.nowMs += 100_000;
    rig.session.sweep(rig.nowMs, 90_000);
    rig.advance(49_999);
    expect(watched.resets).toEqual([]);
    rig.advance(1);
    expect(watched.resetCodes).toEqual(['WRITE_STALLED']);
  });
});
