import { describe, expect, it } from 'vitest';
import { YamuxSession } from '../../../protocol/yamux/session.ts';
import { YamuxRig } from '../../support/yamux-rig.ts';
import { ACK, DATA, decodeNaively, FIN, PING, pattern, SYN, WINDOW, WINDOW_BYTES } from '../../support/yamux-wire.ts';

/** A server with streams 1, 3, … open and ACKed. */
function opened(count: number, limits = {}): YamuxRig {
  const rig = new YamuxRig({ limits });
  for (let index = 0; index < count; index++) rig.feed({ type: WINDOW, flags: SYN, id: 1 + 2 * index });
  rig.turn();
  rig.messages();
  return rig;
}

describe('one turn of the event loop', () => {
  it('leaves in one message, whatever it holds', () => {
    const rig = opened(3);
    rig.feed({ type: PING, flags: SYN, length: 9 }, { type: WINDOW, flags: SYN, id: 7 });
    rig.served(1).stream.write(pattern(3));
    rig.served(1).stream.write(pattern(4));
    rig.served(3).stream.end();
    rig.served(5).stream.reset();
    rig.open();
    rig.turn();
    expect(rig.messages()).toHaveLength(1);
  });

  it('ends, by default, after the promises of that turn', async () => {
    const messages: Uint8Array[] = [];
    const session: YamuxSession = new YamuxSession({
      role: 'server',
      transport: { send: (bytes) => messages.push(bytes) > 0, close: () => {} },
      events: {
        onClose: () => {},
        onStream: async (stream) => {
          stream.listen({ onReadable: () => {}, onReset: () => {} });
          for (let step = 0; step < 10; step++) await Promise.resolve();
          stream.write(pattern(2));
          await new Promise((resolve) => process.nextTick(resolve));
          stream.end();
        },
      },
    });
    session.receive(Uint8Array.of(0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0));
    expect(messages).toHaveLength(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(messages.map((message) => decodeNaively(message).length)).toEqual([2]);
    expect(decodeNaively(messages[0] as Uint8Array)).toMatchObject([
      { type: DATA, flags: ACK, length: 2 },
      { type: WINDOW, flags: FIN, length: 0 },
    ]);
  });

  it('never touches a message again that it has sent', () => {
    const rig = opened(2);
    const kept: [Uint8Array, Uint8Array][] = [];
    for (let round = 0; round < 200; round++) {
      rig.served(1).stream.write(pattern(1 + ((round * 977) % 3_000), round));
      rig.turn();
      for (const message of rig.messages()) kept.push([message, message.slice()]);
      rig.feed({ type: WINDOW, id: 1, length: 3_000 });
    }
    expect(kept.length).toBe(200);
    for (const [message, copy] of kept) expect(Buffer.compare(message, copy)).toBe(0);
  });
});

describe('a transport with a header of its own', () => {
  it('may write in front of each message, and to nothing that another has', () => {
    const headroomBytes = 10;
    const messages: { message: Uint8Array; expected: Buffer }[] = [];
    const turns: (() => void)[] = [];
    const session = new YamuxSession({
      role: 'client',
      transport: {
        headroomBytes,
        send(message) {
          messages.push({ message, expected: Buffer.from(message) });
          new Uint8Array(message.buffer, message.byteOffset - headroomBytes, headroomBytes).fill(0xee);
          return true;
        },
        close: () => {},
      },
      endOfTurn: (task) => turns.push(task),
      events: { onStream: () => {}, onClose: () => {} },
    });
    const stream = session.openStream();
    // Messages that fit into what is left of a slab, that just do not, and that are larger than one.
    for (const length of [1, 30_000, 30_000, 30_000, 5_000, 70_000, 2, 65_000, 300]) {
      stream.write(pattern(length));
      while (turns.length > 0) turns.shift()?.();
      session.receive(Uint8Array.of(0, WINDOW, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0));
    }
    expect(messages.length).toBeGreaterThan(8);
    for (const { message, expected } of messages) expect(expected.equals(message)).toBe(true);
  });
});

describe('streams that have much to send', () => {
  it('take turns, one frame of 64 KiB each', () => {
    const rig = opened(3, { maxFlushBytes: 1024 * 1024 });
    for (const id of [1, 3, 5]) rig.served(id).stream.write(pattern(100_000));
    expect(rig.sent().map((text) => text.split(' ').slice(2).join(' '))).toEqual([
      '1 65536',
      '3 65536',
      '5 65536',
      '1 34464',
      '3 34464',
      '5 34464',
    ]);
  });

  it('send 256 KiB in a turn; who was not served comes first in the next', () => {
    const rig = opened(6);
    for (const id of [1, 3, 5, 7, 9, 11]) rig.served(id).stream.write(pattern(65_536 + id));
    const turns = [rig.sent(), rig.sent(), rig.sent(), rig.sent()];
    expect(turns.map((texts) => texts.map((text) => text.slice('data - '.length)))).toEqual([
      ['1 65536', '3 65536', '5 65536', '7 65536'],
      ['9 65536', '11 65536', '1 1', '3 3', '5 5', '7 7', '9 9', '11 11'],
      [],
      [],
    ]);
  });

  it('leave room for flags of the others in the same message', () => {
    const rig = opened(2);
    rig.served(1).stream.write(pattern(WINDOW_BYTES));
    rig.served(3).stream.end();
    expect(rig.sent()).toContain('window fin 3 0');
  });

  it('are told once when all of theirs has left', () => {
    const rig = opened(2);
    const [one, two] = [rig.served(1), rig.served(3)];
    expect(one.stream.write(pattern(WINDOW_BYTES))).toBe(true);
    expect(two.stream.write(pattern(WINDOW_BYTES + 1))).toBe(false);
    rig.settle();
    expect([one.drains, two.drains]).toEqual([0, 0]);
    two.whenDrained = () => two.stream.write(pattern(1));
    rig.feed({ type: WINDOW, id: 3, length: 2 });
    rig.settle();
    expect([one.drains, two.drains]).toEqual([0, 1]);
  });
});

describe('a transport that is full', () => {
  /** Stream 1 has filled the transport. */
  function full(limits = {}): YamuxRig {
    const rig = opened(3, limits);
    rig.full = true;
    rig.served(1).stream.write(pattern(10));
    rig.turn();
    rig.messages();
    return rig;
  }

  it('gets no data until it has drained', () => {
    const rig = full();
    const watched = rig.served(1);
    expect(watched.stream.write(pattern(20))).toBe(false);
    watched.stream.end();
    const opener = rig.open();
    expect(rig.sent()).toEqual([]);
    rig.full = false;
    expect(rig.sent()).toEqual([]);
    rig.session.transportDrained();
    expect(rig.messages()).toEqual([]);
    expect(rig.sent()).toEqual(['data - 1 20', 'window fin 1 0', 'window syn 2 0']);
    expect([watched.drains, opener.drains]).toEqual([1, 0]);
  });

  it('still gets answers to pings, ACKs, credit, FIN and RST', () => {
    const rig = full();
    rig.served(1).stream.write(pattern(20));
    rig.feed({ type: PING, flags: SYN, length: 4 }, { type: WINDOW, flags: SYN, id: 7 });
    rig.feed({ type: DATA, id: 1, payload: pattern(WINDOW_BYTES) });
    rig.served(1).readAll();
    rig.served(3).stream.end();
    rig.served(5).stream.write(pattern(3));
    rig.served(5).stream.reset();
    expect(rig.sent()).toEqual([
      'ping ack 0 4',
      'window rst 5 0',
      `window - 1 ${WINDOW_BYTES}`,
      'window ack 7 0',
      'window fin 3 0',
    ]);
  });

  it('gets the credit of a stream whose own data is held back', () => {
    const rig = full();
    rig.served(1).stream.write(pattern(20));
    rig.feed({ type: DATA, id: 1, payload: pattern(WINDOW_BYTES) });
    expect(rig.sent()).toEqual([]);
    rig.served(1).readAll();
    expect(rig.sent()).toEqual([`window - 1 ${WINDOW_BYTES}`]);
  });

  it('gets 64 KiB of those and no more: then the session ends', () => {
    const rig = full();
    const ping = (count: number) => {
      for (let id = 0; id < count; id++) rig.feed({ type: PING, flags: SYN, length: id });
      rig.turn();
    };
    ping(5_461);
    expect(rig.closedWith).toBeUndefined();
    ping(1);
    expect(rig.closedWith).toMatchObject({ code: 'CONTROL_OVERFLOW', goAwayCode: null });
    expect(rig.transportClosedWith).toMatchObject({ code: 'CONTROL_OVERFLOW' });
  });

  it('counts anew after it has drained', () => {
    const rig = full();
    for (let round = 0; round < 3; round++) {
      rig.full = true;
      for (let id = 0; id < 5_000; id++) rig.feed({ type: PING, flags: SYN, length: id });
      rig.turn();
      rig.full = false;
      rig.session.transportDrained();
      rig.turn();
    }
    expect(rig.closedWith).toBeUndefined();
    expect(rig.frames()).toHaveLength(15_000);
  });

  it('that says so in mid-turn is believed: many answers leave in several messages', () => {
    const rig = opened(1);
    rig.full = true;
    for (let id = 0; id < 5_462; id++) rig.feed({ type: PING, flags: SYN, length: id });
    expect(rig.messages()).toHaveLength(1);
    for (let id = 0; id < 5_462; id++) rig.feed({ type: PING, flags: SYN, length: id });
    expect(rig.closedWith).toMatchObject({ code: 'CONTROL_OVERFLOW' });
  });
});
