import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kind } from '../../../protocol/drpc/frame.ts';
import { defaultMaxPacketBytes, type Packet, PacketReader } from '../../../protocol/drpc/reader.ts';
import { encodePackets, maxFrameDataBytes } from '../../../protocol/drpc/writer.ts';
import { anyKind, cutAt, eachByte, hex, packet, readAll, toHex } from './wire.ts';

const { invoke, message, closeSend, close, cancel } = Kind;

describe('the golden bytes of a call', () => {
  const name = '/coder.agent.v2.Agent/GetManifest';
  it.each([
    [
      'a request',
      `030101 21 ${toHex(Buffer.from(name))} 05010200 0d010300`,
      [packet(invoke, 1, name), packet(message, 2), packet(closeSend, 3)],
    ],
    ['a reply', '050101 02 0a00 0d010200', [packet(message, 1, hex('0a00')), packet(closeSend, 2)]],
    ['Close', '0b010400', [packet(close, 4)]],
    ['Cancel', '89010300', [packet(cancel, 3)]],
  ] as [string, string, Packet[]][])('%s', (_name, bytes, packets) => {
    expect(toHex(encodePackets(packets))).toBe(toHex(hex(bytes)));
    expect(readAll([hex(bytes)])).toEqual(packets);
  });
});

describe('frames become packets, or an error', () => {
  const rows: [string, string, (Packet | string)[]][] = [
    ['one frame', '050101 01 61', [packet(message, 1, 'a')]],
    ['two frames of a packet', '040101 01 61  050101 01 62', [packet(message, 1, 'ab')]],
    ['an empty last frame', '040101 01 61  050101 00', [packet(message, 1, 'a')]],
    ['ids that leave some out', '050103 00  050205 00', [packet(message, 3), packet(message, 5, '', 2)]],
    ['a higher message id discards', '040101 01 61  050102 01 62', [packet(message, 2, 'b')]],
    ['a higher stream id discards', '040101 01 61  030201 01 62', [packet(invoke, 1, 'b', 2)]],
    ['a discarded packet may have had another kind', '040101 01 61  0d0102 00', [packet(closeSend, 2)]],
    ['control on one frame counts for the packet', '840101 00  050101 00', [{ ...packet(message, 1), control: true }]],
    ['control does not stay', '890101 00  050102 00', [packet(cancel, 1), packet(message, 2)]],
    ['an unknown kind is a packet', '7f0101 00', [packet(63, 1)]],
    ['kind 0 is a packet', '810101 00', [{ ...packet(0, 1), control: true }]],
    ['the same id twice', '050101 00  050101 00', [packet(message, 1), 'protocol']],
    ['a lower message id', '050102 00  050101 00', [packet(message, 2), 'protocol']],
    ['a lower stream id', '050201 00  050102 00', [packet(message, 1, '', 2), 'protocol']],
    ['stream id 0', '050001 00', ['protocol']],
    ['message id 0', '050100 00', ['protocol']],
    ['another kind within a packet', '040101 00  070101 00', ['protocol']],
    ['an endless varint', `0501${'80'.repeat(10)}`, ['protocol']],
    ['nothing', '', []],
    ['a cut header', '0501', []],
    ['cut data', '050101 05 61', []],
  ];
  it.each(rows)('%s', (_name, bytes, expected) => {
    const wire = hex(bytes);
    expect(readAll([wire])).toEqual(expected);
    expect(readAll(eachByte(wire))).toEqual(expected);
    expect(readAll([wire].map((bytes) => Buffer.from(bytes)))).toEqual(expected);
  });
});

describe('packets come back from their frames', () => {
  const data = fc.oneof(
    { weight: 30, arbitrary: fc.uint8Array({ maxLength: 40 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(-1, 0, 1, maxFrameDataBytes).map((more) => new Uint8Array(maxFrameDataBytes + more)),
    },
  );
  /** As text, since comparing large arrays element by element takes long. */
  const shown = (packets: (Packet | string)[]) =>
    packets.map((item) => (typeof item === 'string' ? item : { ...item, data: toHex(item.data) }));
  const packets = fc
    .array(fc.record({ kind: anyKind, control: fc.boolean(), data, step: fc.nat(200), nextStream: fc.boolean() }), {
      maxLength: 6,
    })
    .map((rows) => {
      let [streamId, messageId] = [1, 0];
      return rows.map(({ step, nextStream, ...row }) => {
        if (nextStream) [streamId, messageId] = [streamId + 1 + step, 0];
        messageId += 1 + step;
        return { ...row, streamId, messageId };
      });
    });

  it('1,000 random round trips, cut at random', () => {
    fc.assert(
      fc.property(packets, fc.array(fc.nat()), (sent, cuts) => {
        const bytes = encodePackets(sent);
        expect(shown(readAll(cutAt(bytes, cuts)))).toEqual(shown(sent));
      }),
      { numRuns: 1_000 },
    );
  });

  it('never throws anything but its own errors, on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat()), (bytes, cuts) => {
        const whole = readAll([bytes]);
        for (const item of whole) if (typeof item === 'string') expect(item).toMatch(/^(protocol|too_large)$/);
        expect(readAll(cutAt(bytes, cuts))).toEqual(whole);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('limits', () => {
  const limit = defaultMaxPacketBytes;

  it('cuts packets into frames of 64 KiB', () => {
    const wire = encodePackets([packet(message, 1, new Uint8Array(maxFrameDataBytes + 1))]);
    expect(toHex(wire.subarray(0, 6))).toBe('040101808004');
    expect(toHex(wire.subarray(6 + maxFrameDataBytes))).toBe('0501010100');
    expect(encodePackets([packet(message, 1, new Uint8Array(maxFrameDataBytes))]).length).toBe(6 + maxFrameDataBytes);
  });

  it.each([limit - 1, limit, limit + 1])('judges a packet of %i bytes', (size) => {
    const sent = packet(message, 1, new Uint8Array(size).fill(7));
    const wire = encodePackets([sent]);
    const got = readAll([wire.subarray(0, 100_001), wire.subarray(100_001)]);
    expect(got.map((item) => (typeof item === 'string' ? item : item.data.length))).toEqual([
      size > limit ? 'too_large' : size,
    ]);
    const [first] = got;
    if (typeof first === 'object') expect(Buffer.compare(first.data, sent.data)).toBe(0);
  });

  it('judges the declared length before any of the data has come', () => {
    expect(readAll([hex('050101 06')], 5)).toEqual(['too_large']);
    expect(readAll([hex('040101 03 616161 050101 03')], 5)).toEqual(['too_large']);
    expect(readAll([hex('040101 03 616161 050101 02 6161')], 5)).toEqual([packet(message, 1, 'aaaaa')]);
    // What was discarded does not count.
    expect(readAll([hex('040101 03 616161 050102 03 616161')], 5)).toEqual([packet(message, 2, 'aaa')]);
  });

  it('keeps no more than twice what has come, however small the pieces and large the promise', () => {
    const reader = new PacketReader();
    const before = process.memoryUsage().arrayBuffers;
    const pieces = [hex(`0501018080 8002`), ...eachByte(new Uint8Array(50_000))];
    const source = { read: () => pieces.shift() ?? null };
    expect(reader.next(source)).toBeNull();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  it('puts a packet of 4 MiB together from 1 KiB pieces without copying it over and over', () => {
    const wire = encodePackets([packet(message, 1, new Uint8Array(limit))]);
    let copied = 0;
    const set = Uint8Array.prototype.set;
    Uint8Array.prototype.set = function (source, offset) {
      copied += source.length;
      set.call(this, source, offset);
    };
    try {
      const pieces = Array.from({ length: Math.ceil(wire.length / 1024) }, (_, i) =>
        wire.subarray(i * 1024, (i + 1) * 1024),
      );
      expect(readAll(pieces).length).toBe(1);
    } finally {
      Uint8Array.prototype.set = set;
    }
    expect(copied).toBeLessThan(4 * limit);
  });
});
