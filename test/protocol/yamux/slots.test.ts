import { describe, expect, it } from 'vitest';
import { DEFAULT_YAMUX_LIMITS, type YamuxLimits, yamuxLimits } from '../../../protocol/yamux/limits.ts';
import { YamuxRig } from '../../support/yamux-rig.ts';
import { ACK, DATA, FIN, pattern, RST, SYN, WINDOW, WINDOW_BYTES, type WireFrame } from '../../support/yamux-wire.ts';

/** SYNs of `count` streams, from id `first` on. */
function syns(first: number, count: number): WireFrame[] {
  return Array.from({ length: count }, (_, index) => ({ type: WINDOW, flags: SYN, id: first + 2 * index }));
}

/** A server on which 256 streams are served: ids 1 to 511. */
function busy(): YamuxRig {
  const rig = new YamuxRig();
  rig.feed(...syns(1, 256));
  rig.turn();
  rig.messages();
  return rig;
}

describe('streams of the peer', () => {
  it('are served up to 256, wait up to 256 more, and are refused beyond', () => {
    const rig = new YamuxRig();
    rig.feed(...syns(1, 514));
    expect(rig.streams).toHaveLength(256);
    expect(rig.session.streamCount).toBe(512);
    const sent = rig.sent();
    expect(sent.slice(0, 2)).toEqual(['window rst 1025 0', 'window rst 1027 0']);
    expect(sent.slice(2)).toEqual(Array.from({ length: 256 }, (_, index) => `window ack ${1 + 2 * index} 0`));
  });

  it('wait un-ACKed and are served in order, with what they sent meanwhile', () => {
    const rig = busy();
    rig.feed(
      { type: DATA, flags: SYN, id: 601, payload: pattern(5) },
      { type: WINDOW, flags: SYN, id: 603 },
      { type: DATA, flags: FIN, id: 601, payload: pattern(4) },
    );
    expect([rig.sent(), rig.streams.length]).toEqual([[], 256]);
    rig.served(7).stream.reset();
    expect(rig.streams).toHaveLength(256);
    expect(rig.sent()).toEqual(['window rst 7 0', 'window ack 601 0']);
    expect(rig.served(601).readable).toBe(1);
    expect(rig.served(601).readAll()).toHaveLength(9);
    expect(rig.served(601).stream.readEnded).toBe(true);
    rig.feed({ type: WINDOW, flags: RST, id: 9 });
    expect(rig.sent()).toEqual(['window ack 603 0']);
  });

  it('free their slot when both sides have finished, not before', () => {
    const rig = busy();
    rig.feed({ type: WINDOW, flags: SYN, id: 601 }, { type: WINDOW, flags: FIN, id: 1 });
    expect(rig.sent()).toEqual([]);
    rig.served(3).stream.end();
    expect(rig.sent()).toEqual(['window fin 3 0']);
    rig.served(1).stream.end();
    expect(rig.sent()).toEqual(['window fin 1 0']);
    expect(rig.sent()).toEqual(['window ack 601 0']);
  });

  it('do not overtake those that wait', () => {
    const rig = busy();
    rig.feed({ type: WINDOW, flags: SYN, id: 601 }, { type: WINDOW, flags: RST, id: 1 });
    rig.feed({ type: WINDOW, flags: SYN, id: 603 });
    expect(rig.sent()).toEqual(['window ack 601 0']);
  });

  it('find the room that others have left in the same turn', () => {
    const rig = busy();
    rig.feed(...syns(601, 256));
    rig.feed({ type: WINDOW, flags: RST, id: 1 }, { type: WINDOW, flags: RST, id: 3 }, ...syns(2001, 3));
    expect(rig.session.streamCount).toBe(512);
    expect(rig.sent()).toEqual(['window rst 2005 0', 'window ack 601 0', 'window ack 603 0']);
  });

  it('may give up waiting', () => {
    const rig = busy();
    rig.feed(...syns(601, 256), { type: WINDOW, flags: RST, id: 601 }, ...syns(2001, 2));
    expect(rig.sent()).toEqual(['window rst 2003 0']);
    rig.served(1).stream.reset();
    expect(rig.sent()).toEqual(['window rst 1 0', 'window ack 603 0']);
  });

  it('wait 60 s and no longer', () => {
    const rig = busy();
    rig.feed({ type: WINDOW, flags: SYN, id: 601 });
    rig.advance(59_999);
    expect(rig.frames()).toEqual([]);
    rig.advance(1);
    expect(rig.sent()).toContain('window rst 601 0');
    expect(rig.session.streamCount).toBe(256);
    expect(rig.served(1).resets).toEqual([]);
  });

  it('buffer 1 MiB together while they wait; the one that would pass it is reset', () => {
    const rig = busy();
    rig.feed(...syns(601, 5));
    for (const id of [601, 603, 605, 607]) rig.feed({ type: DATA, id, payload: pattern(WINDOW_BYTES) });
    expect(rig.sent()).toEqual([]);
    rig.feed({ type: DATA, flags: FIN, id: 609, payload: pattern(1) });
    expect(rig.sent()).toEqual(['window rst 609 0']);
    // What a stream buffered is free again when it is gone or served.
    rig.feed({ type: WINDOW, flags: RST, id: 603 }, { type: WINDOW, flags: SYN, id: 611 });
    rig.feed({ type: DATA, id: 611, payload: pattern(WINDOW_BYTES) });
    expect(rig.sent()).toEqual([]);
    rig.served(1).stream.reset();
    expect(rig.sent()).toEqual(['window rst 1 0', 'window ack 601 0']);
    rig.feed({ type: DATA, flags: SYN, id: 613, payload: pattern(WINDOW_BYTES) });
    expect(rig.sent()).toEqual([]);
    rig.feed({ type: DATA, flags: SYN, id: 615, payload: pattern(1) });
    expect(rig.sent()).toEqual(['window rst 615 0']);
  });

  it('have no more window while they wait than otherwise', () => {
    const rig = busy();
    rig.feed({ type: DATA, flags: SYN, id: 601, length: WINDOW_BYTES + 1 });
    expect(rig.closedWith).toMatchObject({ code: 'WINDOW_EXCEEDED' });
  });

  it('are served one after another, 10,000 of them', () => {
    const rig = new YamuxRig();
    for (let id = 1; id < 20_000; id += 2) {
      rig.feed({ type: DATA, flags: SYN, id, payload: pattern(3) }, { type: WINDOW, flags: FIN, id });
      rig.streams[0]?.stream.end();
      expect(rig.sent()).toEqual([`window ack|fin ${id} 0`]);
      rig.streams.pop();
    }
    expect([rig.session.streamCount, rig.closedWith]).toEqual([0, undefined]);
  });
});

describe('streams opened here', () => {
  it('are un-ACKed up to 256; the next keeps its SYN and its writes', () => {
    const rig = new YamuxRig({ role: 'client' });
    for (let count = 0; count < 256; count++) rig.open();
    const [next, last] = [rig.open(), rig.open()];
    expect(next.stream.write(pattern(4))).toBe(false);
    next.stream.end();
    expect(rig.sent()).toHaveLength(256);
    expect(rig.sent()).toEqual([]);
    rig.feed({ type: WINDOW, flags: ACK, id: 5 });
    expect(rig.sent()).toEqual(['data syn 513 4', 'window fin 513 0']);
    expect(next.drains).toBe(1);
    rig.feed({ type: WINDOW, flags: ACK, id: 5 });
    expect(rig.sent()).toEqual([]);
    rig.feed({ type: WINDOW, flags: RST, id: 7 });
    expect(rig.sent()).toEqual(['window syn 515 0']);
    expect(last.drains).toBe(0);
  });

  it('count as ACKed at the first data or FIN too', () => {
    const rig = new YamuxRig({ role: 'client', limits: { maxUnackedOpens: 1 } });
    const streams = [rig.open(), rig.open(), rig.open()];
    rig.turn();
    rig.feed({ type: DATA, id: 1, payload: pattern(1) });
    rig.turn();
    rig.feed({ type: WINDOW, flags: FIN, id: 3 });
    rig.turn();
    expect(rig.frames().map(({ flags, id }) => [flags, id])).toEqual([1, 3, 5].map((id) => [SYN, id]));
    expect(streams.flatMap(({ resets }) => resets)).toEqual([]);
  });

  it('may be given up while they wait', () => {
    const rig = new YamuxRig({ role: 'client', limits: { maxUnackedOpens: 1 } });
    const [first, second, third] = [rig.open(), rig.open(), rig.open()];
    second.stream.reset();
    expect(rig.sent()).toEqual(['window syn 1 0']);
    first.stream.reset();
    expect(rig.sent()).toEqual(['window rst 1 0', 'window syn 5 0']);
    expect(third.resets).toEqual([]);
  });

  it('are reset after 75 s without an ACK', () => {
    const rig = new YamuxRig({ role: 'client', limits: { maxUnackedOpens: 2, keepAliveIntervalMs: 0 } });
    const [silent, acked, waiting] = [rig.open(), rig.open(), rig.open()];
    rig.turn();
    rig.feed({ type: WINDOW, flags: ACK, id: 3 });
    rig.advance(50_000);
    rig.turn();
    rig.messages();
    rig.advance(24_999);
    expect(silent.resetCodes).toEqual([]);
    rig.advance(1);
    expect(silent.resetCodes).toEqual(['OPEN_TIMEOUT']);
    expect([acked.resetCodes, waiting.resetCodes]).toEqual([[], []]);
    expect(rig.sent()).toContain('window rst 1 0');
  });
});

describe('the limits', () => {
  it('are the defaults where nothing is said', () => {
    expect(yamuxLimits()).toEqual(DEFAULT_YAMUX_LIMITS);
    expect(yamuxLimits({ maxServedStreams: 3 })).toEqual({ ...DEFAULT_YAMUX_LIMITS, maxServedStreams: 3 });
  });

  it.each([
    [{ maxServedStreams: 0 }, 'maxServedStreams is 0; allowed is a whole number of at least 1'],
    [{ maxServedStreams: 1.5 }, 'maxServedStreams is 1.5; allowed is a whole number of at least 1'],
    [{ maxWaitingStreams: -1 }, 'maxWaitingStreams is -1; allowed is a whole number of at least 0'],
    [{ writeStallMs: Number.NaN }, 'writeStallMs is NaN; allowed is a whole number of at least 1'],
    [{ maxStreams: 3 }, 'maxStreams is not a limit of a yamux session'],
  ])('refuse %o', (changes, message) => {
    expect(() => yamuxLimits(changes as Partial<YamuxLimits>)).toThrow(
      expect.objectContaining({ code: 'BAD_LIMIT', message }),
    );
  });

  it('may forbid waiting and turn keep-alive off', () => {
    const limits = { maxServedStreams: 1, maxWaitingStreams: 0, maxWaitingBytes: 0, keepAliveIntervalMs: 0 };
    const rig = new YamuxRig({ limits });
    rig.feed(...syns(1, 2));
    expect(rig.sent()).toEqual(['window rst 3 0', 'window ack 1 0']);
    rig.advance(1_000_000);
    expect(rig.sent()).toEqual([]);
  });
});
