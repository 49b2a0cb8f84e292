import { describe, expect, it } from 'vitest';
import { YamuxRig } from '../../support/yamux-rig.ts';
import {
  ACK,
  concat,
  cutAtRandom,
  DATA,
  encodeNaively,
  FIN,
  hex,
  pattern,
  RST,
  SYN,
  sameBytes,
  seededRandom,
  WINDOW,
} from '../../support/yamux-wire.ts';

describe('a stream that the peer opens', () => {
  it('is ACKed on its SYN and forgotten after both FINs: the frames of an agent’s call', () => {
    const rig = new YamuxRig();
    rig.session.receive(hex('00 01 0001 00000001 00000000'));
    rig.session.receive(hex('00 00 0000 00000001 00000003'));
    rig.session.receive(hex('616263'));
    expect(Buffer.from(rig.served(1).readAll()).toString()).toBe('abc');
    rig.served(1).stream.write(Buffer.from('de'));
    rig.turn();
    expect(rig.messages()).toEqual([hex('00 00 0002 00000001 00000002 6465')]);
    rig.session.receive(hex('00 01 0004 00000001 00000000'));
    expect(rig.served(1).stream.readEnded).toBe(true);
    rig.served(1).stream.end();
    rig.turn();
    expect(rig.messages()).toEqual([hex('00 01 0004 00000001 00000000')]);
    expect(rig.session.streamCount).toBe(0);
    expect(rig.served(1).resets).toEqual([]);
  });

  it('is ACKed by a window update where nothing is written in the same turn', () => {
    const rig = new YamuxRig();
    rig.feed({ type: WINDOW, flags: SYN, id: 1 });
    expect(rig.sent()).toEqual(['window ack 1 0']);
    expect(rig.sent()).toEqual([]);
  });

  // Frames that open stream 1, and what its user has seen at the end.
  it.each([
    ['SYN on a window update', [{ type: WINDOW, flags: SYN }], '', false],
    ['SYN on empty data', [{ type: DATA, flags: SYN }], '', false],
    ['SYN with data', [{ type: DATA, flags: SYN, payload: hex('61') }], 'a', false],
    ['SYN with data and FIN', [{ type: DATA, flags: SYN | FIN, payload: hex('61') }], 'a', true],
    ['SYN and FIN on a window update', [{ type: WINDOW, flags: SYN | FIN }], '', true],
    ['SYN and ACK', [{ type: WINDOW, flags: SYN | ACK }], '', false],
    ['SYN with unknown flags', [{ type: WINDOW, flags: SYN | 0xfff0 }], '', false],
    [
      'FIN on empty data',
      [
        { type: WINDOW, flags: SYN },
        { type: DATA, flags: FIN },
      ],
      '',
      true,
    ],
    [
      'FIN with data',
      [
        { type: WINDOW, flags: SYN },
        { type: DATA, flags: FIN, payload: hex('6162') },
      ],
      'ab',
      true,
    ],
    [
      'FIN with credit',
      [
        { type: WINDOW, flags: SYN },
        { type: WINDOW, flags: FIN, length: 5 },
      ],
      '',
      true,
    ],
    [
      'a second FIN',
      [
        { type: WINDOW, flags: SYN },
        { type: WINDOW, flags: FIN },
        { type: DATA, flags: FIN },
        { type: WINDOW, flags: FIN },
      ],
      '',
      true,
    ],
    [
      'data behind the peer’s own FIN',
      [
        { type: DATA, flags: SYN | FIN, payload: hex('61') },
        { type: DATA, payload: pattern(300_000) },
      ],
      'a',
      true,
    ],
  ])('takes %s', (_name, frames, text, ended) => {
    const rig = new YamuxRig();
    rig.feed(...frames.map((frame) => ({ ...frame, id: 1 })));
    const watched = rig.served(1);
    expect(Buffer.from(watched.readAll()).toString()).toBe(text);
    expect(watched.stream.readEnded).toBe(ended);
    expect(rig.closedWith).toBeUndefined();
    watched.stream.end();
    expect(rig.sent()).toEqual([`window ack|fin 1 ${ended ? 0 : text.length}`]);
    expect(rig.session.streamCount).toBe(ended ? 0 : 1);
  });

  it('is not there where SYN comes with RST', () => {
    const rig = new YamuxRig();
    rig.feed({ type: DATA, flags: SYN | RST, id: 1, payload: pattern(9) });
    expect([rig.streams.length, rig.session.streamCount, rig.sent()]).toEqual([0, 0, []]);
  });

  it('may have an id of either parity, and the same one again after its end', () => {
    const rig = new YamuxRig();
    rig.feed(
      { type: WINDOW, flags: SYN, id: 4 },
      { type: WINDOW, flags: RST, id: 4 },
      { type: WINDOW, flags: SYN, id: 4 },
    );
    expect(rig.streams.map(({ resetCodes }) => resetCodes)).toEqual([['STREAM_RESET'], []]);
    const opened = [rig.open(), rig.open()].map(({ stream }) => stream.id);
    expect(opened).toEqual([2, 6]);
  });

  it('tells its user of bytes that came before it listened', () => {
    const rig = new YamuxRig();
    rig.feed({ type: DATA, flags: SYN | FIN, id: 1, payload: hex('61') });
    const { stream } = rig.served(1);
    let told = 0;
    stream.listen({ onReadable: () => told++, onReset: () => {} });
    expect(told).toBe(1);
  });

  it('ends with one FIN, however often it is ended', () => {
    const rig = new YamuxRig();
    rig.feed({ type: WINDOW, flags: SYN, id: 1 });
    const { stream } = rig.served(1);
    stream.write(pattern(3));
    stream.end();
    stream.end();
    expect(stream.write(pattern(3))).toBe(true);
    expect(rig.sent()).toEqual(['data ack 1 3', 'window fin 1 0']);
    stream.end();
    expect(rig.sent()).toEqual([]);
  });

  it('may be read after our FIN, and written after the peer’s', () => {
    const rig = new YamuxRig();
    rig.feed({ type: WINDOW, flags: SYN, id: 1 }, { type: WINDOW, flags: SYN, id: 3 });
    rig.served(1).stream.end();
    rig.feed({ type: WINDOW, flags: FIN, id: 3 });
    rig.served(3).stream.write(pattern(4));
    expect(rig.sent()).toEqual(['window ack|fin 1 0', 'data ack 3 4']);
    rig.feed({ type: DATA, flags: FIN, id: 1, payload: pattern(7) });
    expect(rig.served(1).readAll()).toEqual(pattern(7));
    rig.served(3).stream.end();
    expect(rig.sent()).toEqual(['window fin 3 0']);
    expect(rig.session.streamCount).toBe(0);
  });
});

describe('a reset', () => {
  it('by the peer ends both directions at once and is told once', () => {
    const rig = new YamuxRig();
    rig.feed({ type: DATA, flags: SYN, id: 1, payload: pattern(5) });
    const watched = rig.served(1);
    watched.stream.write(pattern(5));
    rig.feed({ type: DATA, flags: RST, id: 1, payload: pattern(5) }, { type: WINDOW, flags: RST, id: 1 });
    expect(watched.resetCodes).toEqual(['STREAM_RESET']);
    expect(watched.stream.read()).toBeNull();
    expect(watched.stream.readEnded).toBe(false);
    watched.stream.reset();
    expect(rig.sent()).toEqual([]);
    expect(rig.session.streamCount).toBe(0);
  });

  it('in the middle of a payload drops the rest of it', () => {
    const rig = new YamuxRig();
    const frames = concat([
      encodeNaively({ type: DATA, flags: SYN, id: 1, payload: pattern(100) }),
      encodeNaively({ type: DATA, flags: SYN, id: 3, payload: pattern(3) }),
    ]);
    rig.session.receive(frames.slice(0, 50));
    const watched = rig.served(1);
    expect(watched.readAll()).toHaveLength(38);
    watched.stream.reset();
    rig.session.receive(frames.slice(50));
    expect(watched.readable).toBe(1);
    expect(rig.served(3).readAll()).toEqual(pattern(3));
    expect(rig.sent()).toEqual(['window rst 1 0', 'window ack 3 3']);
  });

  it('by the user drops what waits, tells the peer once and the user never', () => {
    const rig = new YamuxRig();
    rig.feed({ type: DATA, flags: SYN, id: 1, payload: pattern(5) });
    const watched = rig.served(1);
    watched.stream.write(pattern(5));
    watched.stream.reset();
    watched.stream.reset();
    watched.stream.end();
    expect(rig.sent()).toEqual(['window rst 1 0']);
    rig.feed({ type: DATA, id: 1, payload: pattern(500_000) }, { type: WINDOW, flags: RST, id: 1 });
    expect([watched.readAll().length, watched.resets, rig.closedWith]).toEqual([0, [], undefined]);
  });

  it('is harmless on a stream that both sides have finished', () => {
    const rig = new YamuxRig();
    rig.feed({ type: WINDOW, flags: SYN | FIN, id: 1 });
    rig.served(1).stream.end();
    rig.turn();
    rig.messages();
    rig.served(1).stream.reset();
    expect(rig.sent()).toEqual([]);
  });

  it('from inside the callbacks is harmless', () => {
    const rig = new YamuxRig({ onStream: ({ stream }) => stream.reset() });
    rig.feed({ type: DATA, flags: SYN, id: 1, payload: pattern(5) });
    const other = new YamuxRig({
      onStream: (watched) => {
        watched.whenReadable = () => watched.stream.reset();
      },
    });
    other.feed({ type: DATA, flags: SYN | FIN, id: 1, payload: pattern(5) });
    expect([rig.sent(), other.sent()]).toEqual([['window rst 1 0'], ['window rst 1 0']]);
  });
});

describe('frames for a stream that is not there', () => {
  it('are drained, whatever they hold', () => {
    const rig = new YamuxRig();
    rig.feed(
      { type: WINDOW, flags: FIN, id: 9 },
      { type: DATA, flags: RST, id: 9 },
      { type: DATA, flags: ACK | FIN, id: 9, payload: pattern(300_000) },
      { type: WINDOW, id: 9, length: 0xffffffff },
      { type: DATA, id: 0, payload: pattern(10) },
      { type: WINDOW, flags: SYN, id: 1 },
    );
    expect(rig.sent()).toEqual(['window ack 1 0']);
  });

  it('are drained without a byte being kept, at the largest length', () => {
    const rig = new YamuxRig();
    rig.feed({ type: DATA, id: 9, length: 0xffffffff });
    for (let count = 0; count < 1_000; count++) rig.session.receive(new Uint8Array(65_536));
    expect([rig.closedWith, rig.streams.length, rig.sent()]).toEqual([undefined, 0, []]);
  });

  it('are drained too where we have opened the id and not said so yet', () => {
    const rig = new YamuxRig({ role: 'client' });
    const watched = rig.open();
    rig.feed({ type: DATA, id: 1, payload: pattern(3) }, { type: WINDOW, flags: RST, id: 1 });
    expect([watched.readable, watched.resets]).toEqual([0, []]);
    expect(rig.sent()).toEqual(['window syn 1 0']);
  });
});

describe('a stream opened here', () => {
  it('sends SYN at the end of the turn, on its first data if there is some', () => {
    const rig = new YamuxRig({ role: 'client' });
    const [empty, full, whole] = [rig.open(), rig.open(), rig.open()];
    full.stream.write(pattern(5));
    whole.stream.write(pattern(2));
    whole.stream.write(pattern(4));
    whole.stream.end();
    expect(rig.messages()).toEqual([]);
    expect(rig.sent()).toEqual(['window syn 1 0', 'data syn 3 5', 'data syn 5 6', 'window fin 5 0']);
    expect([empty.stream.id, full.stream.id, whole.stream.id]).toEqual([1, 3, 5]);
    expect(new YamuxRig().open().stream.id).toBe(2);
  });

  it('that is given up before its SYN leaves is never spoken of', () => {
    const rig = new YamuxRig({ role: 'client' });
    rig.open().stream.reset();
    expect(rig.sent()).toEqual([]);
    expect(rig.session.streamCount).toBe(0);
  });

  it('is read and written like any other', () => {
    const rig = new YamuxRig({ role: 'client' });
    const watched = rig.open();
    rig.turn();
    rig.feed({ type: DATA, flags: ACK, id: 1, payload: pattern(8) }, { type: WINDOW, flags: FIN, id: 1 });
    expect(watched.readAll()).toEqual(pattern(8));
    watched.stream.end();
    rig.turn();
    expect([watched.stream.readEnded, rig.session.streamCount]).toEqual([true, 0]);
  });
});

describe('the callbacks', () => {
  it('never run inside a call on the same stream', () => {
    const rig = new YamuxRig({ role: 'client', limits: { maxUnackedOpens: 1 } });
    const watched = rig.open();
    const { stream } = watched;
    const told = () => watched.readable + watched.drains + watched.resets.length;
    stream.write(pattern(300_000));
    stream.write(pattern(10));
    stream.end();
    stream.read();
    expect(told()).toBe(0);
    rig.turn();
    rig.feed({ type: DATA, flags: ACK, id: 1, payload: pattern(200_000) });
    const before = told();
    stream.read();
    stream.reset();
    expect(told()).toBe(before);
  });
});

describe('however the bytes are cut', () => {
  const payload = pattern(70_000);
  const bytes = concat([
    encodeNaively({ type: WINDOW, flags: SYN, id: 1 }),
    encodeNaively({ type: DATA, id: 1, payload }),
    encodeNaively({ type: DATA, flags: SYN, id: 3, payload: pattern(5) }),
    encodeNaively({ type: DATA, id: 77, payload: pattern(999) }),
    encodeNaively({ type: DATA, flags: FIN, id: 1, payload: pattern(11) }),
    encodeNaively({ type: WINDOW, flags: RST, id: 3 }),
  ]);
  const run = (pieces: Uint8Array[]) => {
    const rig = new YamuxRig();
    for (const piece of pieces) rig.session.receive(piece);
    expect(sameBytes(rig.served(1).readAll(), concat([payload, pattern(11)]))).toBe(true);
    expect([rig.served(1).stream.readEnded, rig.served(3).resetCodes]).toEqual([true, ['STREAM_RESET']]);
    expect(rig.sent()).toEqual(['window ack 1 0']);
  };

  it('given whole', () => run([bytes.slice()]));
  it('given byte by byte', () => run(Array.from(bytes, (byte) => Uint8Array.of(byte))));
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('cut at random, seed %i', (seed) => {
    run(cutAtRandom(bytes, seededRandom(seed), seed * 100));
  });
});
