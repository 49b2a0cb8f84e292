import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DrpcError, decodeErrorBody, encodeErrorBody } from '../../../protocol/drpc/error.ts';
import { decodeMetadata, encodeMetadata, maxMetadataBytes, maxMetadataPairs } from '../../../protocol/drpc/metadata.ts';
import { hex, toHex, utf8 } from './wire.ts';

describe('the body of an Error packet', () => {
  it('is a number and a text', () => {
    const body = encodeErrorBody(new DrpcError('unimplemented', 'Unimplemented', { wireCode: 12 }));
    expect(toHex(body)).toBe(`000000000000000c${toHex(utf8('Unimplemented'))}`);
    expect(decodeErrorBody(body)).toMatchObject({ code: 'remote', wireCode: 12, message: 'Unimplemented' });
  });

  it('is read where it is too short, or its number too large', () => {
    expect(decodeErrorBody(utf8('oops'))).toMatchObject({ wireCode: 0, message: 'oops (error without a code)' });
    expect(decodeErrorBody(hex('ffffffffffffffff')).wireCode).toBe(2 ** 64);
  });

  it('never fails to be written', () => {
    for (const wireCode of [-1, 0.5, Number.NaN, 2 ** 60]) {
      expect(decodeErrorBody(encodeErrorBody(new DrpcError('refused', '', { wireCode }))).wireCode).toBe(0);
    }
  });

  it('tells a stranger nothing', () => {
    const secret = new Error('secret');
    expect(DrpcError.from(secret)).toMatchObject({ code: 'internal', message: 'internal error', cause: secret });
    const own = new DrpcError('refused', 'no');
    expect(DrpcError.from(own)).toBe(own);
  });
});

describe('metadata', () => {
  it('has the bytes of protobuf map entries', () => {
    const bytes = encodeMetadata([
      ['a', 'bc'],
      ['', ''],
    ]);
    expect(toHex(bytes)).toBe(toHex(hex('0a 07 0a 01 61 12 02 62 63  0a 04 0a 00 12 00')));
  });

  it.each([maxMetadataPairs - 1, maxMetadataPairs, maxMetadataPairs + 1])('of %i pairs', (count) => {
    const body = encodeMetadata(Array.from({ length: count }, (_, i) => [`k${i}`, ''] as const));
    const judged = expect(() => decodeMetadata(body));
    if (count > maxMetadataPairs) judged.toThrow(expect.objectContaining({ code: 'too_large' }));
    else judged.not.toThrow();
  });

  it('comes back', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { maxLength: 5 }), (pairs) => {
        expect(decodeMetadata(encodeMetadata(pairs))).toEqual(new Map(pairs));
      }),
    );
  });

  it.each([
    ['the value ahead of the key', '0a 04 12 00 0a 00'],
    ['no value', '0a 02 0a 00'],
    ['another tag', '12 04 0a 00 12 00'],
    ['bytes behind the value', '0a 05 0a 00 12 00 00'],
    ['a cut entry', '0a 05 0a 00 12 00'],
    ['a key longer than its entry', '0a 04 0a 7f 12 00'],
    ['a cut length', '0a 80'],
    ['an endless length', '0a 80 80 80 80 80 80'],
    ['no length', '0a'],
  ])('is refused with %s', (_name, bytes) => {
    expect(() => decodeMetadata(hex(bytes))).toThrow(expect.objectContaining({ code: 'protocol' }));
  });

  it('is limited', () => {
    // Tags and lengths take 11 of the bytes.
    const fits = encodeMetadata([['k', 'v'.repeat(maxMetadataBytes - 11)]]);
    expect(fits.length).toBe(maxMetadataBytes);
    expect(decodeMetadata(fits).size).toBe(1);
    const over = encodeMetadata([['k', 'v'.repeat(maxMetadataBytes - 10)]]);
    expect(() => decodeMetadata(over)).toThrow(expect.objectContaining({ code: 'too_large' }));
  });
});
