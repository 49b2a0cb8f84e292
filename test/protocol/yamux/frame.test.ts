import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHeader, emptyHeader, encodeHeader, HEADER_BYTES } from '../../../protocol/yamux/frame.ts';
import { FrameReader } from '../../../protocol/yamux/reader.ts';
import {
  concat,
  cutAtRandom,
  decodeNaively,
  encodeNaively,
  hex,
  pattern,
  seededRandom,
} from '../../support/yamux-wire.ts';

function encoded(type: number, flags: number, streamId: number, length: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  encodeHeader(bytes, 0, type, flags, streamId, length);
  return bytes;
}

/** What a reader announces, as text; payload pieces of one frame are joined. */
function readFrames(pieces: readonly Uint8Array[]): string[] {
  const seen: string[] = [];
  const reader = new FrameReader({
    onHeader: (header) => seen.push(JSON.stringify(header)),
    onPayload: (chunk, start, end, leftBytes) => {
      if (end <= start) throw new Error('told of an empty payload');
      const text = Buffer.from(chunk.subarray(start, end)).toString('hex');
      const last = seen.length - 1;
      seen[last] += `${text}${leftBytes === 0 ? '.' : ''}`;
    },
  });
  for (const piece of pieces) reader.feed(piece);
  return seen;
}

describe('frame header', () => {
  // hashicorp/yamux spec.md, and the exchange of a Coder agent's call.
  it.each([
    ['SYN of stream 1', '00 01 0001 00000001 00000000', 1, 1, 1, 0],
    ['45 bytes of data on stream 1', '00 00 0000 00000001 0000002d', 0, 0, 1, 45],
    ['ACK of stream 1', '00 01 0002 00000001 00000000', 1, 2, 1, 0],
    ['FIN of stream 1', '00 01 0004 00000001 00000000', 1, 4, 1, 0],
    ['RST of stream 2^31+1', '00 01 0008 80000001 00000000', 1, 8, 0x80000001, 0],
    ['credit of 2^32-1', '00 01 0000 00000003 ffffffff', 1, 0, 3, 0xffffffff],
    ['ping 7', '00 02 0001 00000000 00000007', 2, 1, 0, 7],
    ['answer to ping 2^32-1', '00 02 0002 00000000 ffffffff', 2, 2, 0, 0xffffffff],
    ['go-away 1', '00 03 0000 00000000 00000001', 3, 0, 0, 1],
  ])('%s', (_name, wire, type, flags, streamId, length) => {
    expect(encoded(type, flags, streamId, length)).toEqual(hex(wire));
    const header = emptyHeader();
    decodeHeader(hex(`ff ${wire}`), 1, header);
    expect(header).toEqual({ version: 0, type, flags, streamId, length });
  });

  it('agrees with a DataView codec', () => {
    const u16 = fc.nat(0xffff);
    const u32 = fc.nat(0xffffffff);
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), u16, u32, u32, (version, type, flags, id, length) => {
        const wire = encodeNaively({ version, type, flags, id, length });
        const header = emptyHeader();
        decodeHeader(wire, 0, header);
        expect(header).toEqual({ version, type, flags, streamId: id, length });
        if (version === 0) expect(encoded(type, flags, id, length)).toEqual(wire);
      }),
    );
  });
});

describe('frame reader', () => {
  const stream = concat([
    encodeNaively({ type: 1, flags: 1, id: 1 }),
    encodeNaively({ type: 0, id: 1, payload: pattern(45) }),
    encodeNaively({ type: 2, flags: 1, length: 0xfffffffe }),
    encodeNaively({ type: 0, flags: 4, id: 1 }),
    encodeNaively({ type: 0, flags: 3, id: 0xffffffff, payload: pattern(1) }),
    encodeNaively({ type: 3, length: 0 }),
    encodeNaively({ type: 0, id: 5, payload: pattern(300) }),
    encodeNaively({ type: 1, flags: 8, id: 5 }),
  ]);
  const expected = decodeNaively(stream).map(({ version, type, flags, id, length, payload }) => {
    const body = payload.length > 0 ? `${Buffer.from(payload).toString('hex')}.` : '';
    return JSON.stringify({ version, type, flags, streamId: id, length }) + body;
  });

  it('reads a stream given whole', () => expect(readFrames([stream])).toEqual(expected));

  it('reads a stream given byte by byte', () => {
    expect(readFrames(Array.from(stream, (byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  it('reads a stream cut in two at any place', () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      expect(readFrames([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(expected);
    }
  });

  it('reads a stream cut at random', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(readFrames(cutAtRandom(stream, seededRandom(seed)))).toEqual(expected);
      }),
    );
  });

  it('passes payload on without waiting for the rest, whatever length is declared', () => {
    const header = encodeNaively({ type: 0, id: 1, length: 0xffffffff });
    const frames = readFrames([header, Uint8Array.of(0xab), Uint8Array.of(0xcd)]);
    expect(frames).toEqual(['{"version":0,"type":0,"flags":0,"streamId":1,"length":4294967295}abcd']);
  });

  it('passes on views of what it was given', () => {
    const chunk = encodeNaively({ type: 0, id: 1, payload: pattern(5) });
    const given: Uint8Array[] = [];
    new FrameReader({ onHeader: () => {}, onPayload: (bytes) => given.push(bytes) }).feed(chunk);
    expect(given).toHaveLength(1);
    expect(given[0]).toBe(chunk);
  });

  it('reads nothing behind a stop, in the same chunk either', () => {
    const seen: number[] = [];
    const reader: FrameReader = new FrameReader({
      onHeader: ({ type }) => {
        seen.push(type);
        reader.stop();
      },
      onPayload: () => seen.push(-1),
    });
    reader.feed(stream);
    reader.feed(stream);
    expect(seen).toEqual([1]);
  });
});
