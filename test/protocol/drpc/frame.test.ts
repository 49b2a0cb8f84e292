import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameHeaderBytes, maxHeaderBytes, parseFrameHeader, writeFrameHeader } from '../../../protocol/drpc/frame.ts';
import { hex, toHex } from './wire.ts';

describe('a frame header', () => {
  it.each([
    ['030101 21', { kind: 1, done: true, control: false, streamId: 1, messageId: 1, dataBytes: 0x21 }],
    ['050102 00', { kind: 2, done: true, control: false, streamId: 1, messageId: 2, dataBytes: 0 }],
    ['070101 15', { kind: 3, done: true, control: false, streamId: 1, messageId: 1, dataBytes: 21 }],
    ['890103 00', { kind: 4, done: true, control: true, streamId: 1, messageId: 3, dataBytes: 0 }],
    ['0b0104 00', { kind: 5, done: true, control: false, streamId: 1, messageId: 4, dataBytes: 0 }],
    ['0d0103 00', { kind: 6, done: true, control: false, streamId: 1, messageId: 3, dataBytes: 0 }],
    ['0f0101 80808002', { kind: 7, done: true, control: false, streamId: 1, messageId: 1, dataBytes: 4 << 20 }],
    ['04 8001 ff7f 00', { kind: 2, done: false, control: false, streamId: 128, messageId: 16383, dataBytes: 0 }],
  ])('%s is read and written', (bytes, header) => {
    const wire = hex(bytes);
    expect(parseFrameHeader(wire)).toEqual({ header, headerBytes: wire.length });
    const written = new Uint8Array(frameHeaderBytes(header));
    expect(writeFrameHeader(written, 0, header)).toBe(wire.length);
    expect(toHex(written)).toBe(toHex(wire));
    for (let cut = 0; cut < wire.length; cut++) expect(parseFrameHeader(wire.subarray(0, cut))).toBeNull();
  });

  it('comes back whatever its numbers are, at any offset', () => {
    const id = fc.maxSafeNat();
    const header = fc.record({
      kind: fc.nat(63),
      done: fc.boolean(),
      control: fc.boolean(),
      streamId: id,
      messageId: id,
      dataBytes: id,
    });
    fc.assert(
      fc.property(header, fc.nat(9), (value, offset) => {
        const bytes = new Uint8Array(offset + frameHeaderBytes(value));
        expect(writeFrameHeader(bytes, offset, value)).toBe(bytes.length);
        expect(parseFrameHeader(bytes, offset)).toEqual({ header: value, headerBytes: bytes.length - offset });
      }),
    );
  });

  it('takes a varint of ten bytes and refuses one of eleven', () => {
    const ten = hex('05 01 01 80808080808080808000');
    expect(parseFrameHeader(ten)?.header.dataBytes).toBe(0);
    expect(() => parseFrameHeader(hex('05 01 01 8080808080808080808000'))).toThrow(/varint too long/);
    expect(() => parseFrameHeader(hex('05 01 01 80808080808080808080'))).toThrow(/varint too long/);
  });

  it('refuses a number above 2^53 - 1', () => {
    expect(parseFrameHeader(hex('05 01 ffffffffffffff0f 00'))?.header.messageId).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => parseFrameHeader(hex('05 01 8080808080808010 00'))).toThrow(/varint too large/);
  });

  it('is complete or malformed within its greatest length', () => {
    expect(parseFrameHeader(new Uint8Array(maxHeaderBytes).fill(0))).not.toBeNull();
    expect(() => parseFrameHeader(new Uint8Array(maxHeaderBytes).fill(0xff))).toThrow();
  });
});
