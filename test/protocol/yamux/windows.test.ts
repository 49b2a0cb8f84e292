import { describe, expect, it } from 'vitest';
import { YamuxRig } from '../../support/yamux-rig.ts';
import { concat, DATA, FIN, pattern, SYN, sameBytes, WINDOW, WINDOW_BYTES } from '../../support/yamux-wire.ts';

const HALF = WINDOW_BYTES / 2;

/** A server session with stream 1 open and ACKed. */
function opened(limits = {}): YamuxRig {
  const rig = new YamuxRig({ limits });
  rig.feed({ type: WINDOW, flags: SYN, id: 1 });
  rig.turn();
  rig.messages();
  return rig;
}

describe('the receive window', () => {
  it('takes 262,144 bytes and not one more', () => {
    const rig = opened();
    rig.feed({ type: DATA, id: 1, payload: pattern(WINDOW_BYTES) });
    rig.feed({ type: DATA, id: 1 });
    expect(rig.closedWith).toBeUndefined();
    rig.feed({ type: DATA, id: 1, payload: pattern(1) });
    expect(rig.closedWith).toMatchObject({ code: 'WINDOW_EXCEEDED', goAwayCode: 1 });
    expect(rig.frames()).toMatchObject([{ type: 3, length: 1 }]);
    expect(rig.served(1).resetCodes).toEqual(['WINDOW_EXCEEDED']);
  });

  it('is judged by the declared length, before any payload', () => {
    const rig = opened();
    rig.feed({ type: DATA, id: 1, length: WINDOW_BYTES + 1 });
    expect(rig.closedWith).toMatchObject({ code: 'WINDOW_EXCEEDED' });
  });

  it('counts the payload of a SYN', () => {
    const rig = new YamuxRig();
    rig.feed({ type: DATA, flags: SYN, id: 1, payload: pattern(WINDOW_BYTES) });
    expect(rig.closedWith).toBeUndefined();
    rig.feed({ type: DATA, flags: SYN, id: 3, length: WINDOW_BYTES + 1 });
    expect(rig.closedWith).toMatchObject({ code: 'WINDOW_EXCEEDED' });
  });

  it('gets credit when the reader takes bytes: none for what waits, all at half a window', () => {
    const rig = opened();
    for (const length of [HALF - 1, 1, HALF]) rig.feed({ type: DATA, id: 1, payload: pattern(length) });
    expect(rig.sent()).toEqual([]);
    const { stream } = rig.served(1);
    let taken = 0;
    while (taken < HALF - 1) {
      expect(rig.sent()).toEqual([]);
      taken += stream.read()?.length ?? 0;
    }
    rig.served(1).readAll();
    expect(rig.sent()).toEqual([`window - 1 ${WINDOW_BYTES}`]);
    rig.feed({ type: DATA, id: 1, payload: pattern(WINDOW_BYTES) });
    expect(rig.closedWith).toBeUndefined();
  });

  it('gets no credit one byte below half a window, and exactly what was read at it', () => {
    const rig = opened();
    rig.feed({ type: DATA, id: 1, payload: pattern(HALF - 1) });
    rig.served(1).readAll();
    expect(rig.sent()).toEqual([]);
    rig.feed({ type: DATA, id: 1, payload: pattern(1) });
    rig.served(1).readAll();
    expect(rig.sent()).toEqual([`window - 1 ${HALF}`]);
  });

  it('returns whatever was read where a flag travels', () => {
    const rig = new YamuxRig();
    rig.feed({ type: DATA, flags: SYN, id: 1, payload: pattern(10) });
    rig.served(1).readAll();
    expect(rig.sent()).toEqual(['window ack 1 10']);
    rig.feed({ type: DATA, id: 1, payload: pattern(20) });
    rig.served(1).readAll();
    rig.served(1).stream.end();
    expect(rig.sent()).toEqual(['window fin 1 20']);
  });

  it('puts credit in front of data that leaves in the same turn', () => {
    const rig = new YamuxRig();
    rig.feed({ type: DATA, flags: SYN, id: 1, payload: pattern(HALF) });
    rig.served(1).readAll();
    rig.served(1).stream.write(pattern(5));
    rig.served(1).stream.end();
    expect(rig.sent()).toEqual([`window ack 1 ${HALF}`, 'data - 1 5', 'window fin 1 0']);
  });

  it('gets no credit after the peer’s FIN', () => {
    const rig = opened();
    rig.feed({ type: DATA, flags: FIN, id: 1, payload: pattern(WINDOW_BYTES) });
    rig.served(1).readAll();
    expect(rig.sent()).toEqual([]);
  });

  it('moves 8 MiB past a slow reader, never lending more than one window', () => {
    const rig = opened();
    const { stream } = rig.served(1);
    const whole = pattern(8 * 1024 * 1024);
    const parts: Uint8Array[] = [];
    let [sent, taken, window] = [0, 0, WINDOW_BYTES];
    while (taken < whole.length) {
      const length = Math.min(window, 50_000, whole.length - sent);
      if (length > 0) rig.feed({ type: DATA, id: 1, payload: whole.subarray(sent, sent + length) });
      sent += length;
      window -= length;
      const bytes = stream.read();
      if (bytes !== null) parts.push(bytes.slice());
      taken += bytes?.length ?? 0;
      rig.turn();
      for (const frame of rig.frames()) window += frame.length;
      expect(window + (sent - taken)).toBeLessThanOrEqual(WINDOW_BYTES);
    }
    expect(sameBytes(concat(parts), whole)).toBe(true);
  });
});

describe('the send window', () => {
  it('lets 262,144 bytes go and then waits for credit, in frames of at most 64 KiB', () => {
    const rig = opened({ maxFlushBytes: 1024 * 1024 });
    const watched = rig.served(1);
    expect(watched.stream.write(pattern(WINDOW_BYTES))).toBe(true);
    expect(watched.stream.write(pattern(1))).toBe(false);
    expect(rig.sent()).toEqual(Array(4).fill('data - 1 65536'));
    expect(rig.sent()).toEqual([]);
    expect(watched.drains).toBe(0);
    rig.feed({ type: WINDOW, id: 1, length: 1 });
    expect(rig.sent()).toEqual(['data - 1 1']);
    expect(watched.drains).toBe(1);
  });

  it('takes credit on a SYN, above 256 KiB, and stops growing at 2^32-1', () => {
    const rig = new YamuxRig({ limits: { maxFlushBytes: 4 * WINDOW_BYTES } });
    rig.feed({ type: WINDOW, flags: SYN, id: 1, length: WINDOW_BYTES });
    rig.served(1).stream.write(pattern(3 * WINDOW_BYTES));
    rig.turn();
    const sum = () => rig.frames().reduce((total, { payload }) => total + payload.length, 0);
    expect(sum()).toBe(2 * WINDOW_BYTES);
    for (const length of [0xffffffff, 1]) rig.feed({ type: WINDOW, id: 1, length });
    rig.settle();
    expect(sum()).toBe(WINDOW_BYTES);
    expect(rig.closedWith).toBeUndefined();
  });

  it('holds a FIN back behind data that waits for credit', () => {
    const rig = opened({ maxFlushBytes: 1024 * 1024 });
    const watched = rig.served(1);
    watched.stream.write(pattern(WINDOW_BYTES + 2));
    watched.stream.end();
    expect(rig.sent()).toHaveLength(4);
    rig.feed({ type: WINDOW, id: 1, length: 1 });
    expect(rig.sent()).toEqual(['data - 1 1']);
    rig.feed({ type: WINDOW, id: 1, length: 1 });
    expect(rig.sent()).toEqual(['data - 1 1', 'window fin 1 0']);
  });

  it('keeps the writes of a stream in order, however they are cut', () => {
    const rig = opened();
    const parts = [3, 70_000, 1, 0, 65_536, 65_535, 9].map((length, index) => pattern(length, index));
    for (const part of parts) rig.served(1).stream.write(part.slice());
    rig.settle();
    const got = concat(rig.frames().map(({ payload }) => payload));
    expect(sameBytes(got, concat(parts))).toBe(true);
  });
});
