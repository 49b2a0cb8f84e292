import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RepairedValue, repairValue } from '../../../gateway/agents/repair.ts';
import type { TextPlaces } from '../../../protocol/messages/report.ts';

const LIMITS = { keyBytes: 128, valueBytes: 2_048 };
const NOT_TEXT = 'value held bytes that are not text';

type Bytes = string | number[] | Uint8Array;
const bytes = (from: Bytes) => (typeof from === 'string' ? Buffer.from(from) : Uint8Array.from(from));

/** Parts of a request as they stand in it: behind each other, between bytes that belong to none. */
function placed(key: Uint8Array, value: Uint8Array, error: Uint8Array): [Buffer, TextPlaces] {
  const between = Buffer.from([0xff]);
  const valueStart = key.length + 2;
  const errorStart = valueStart + value.length + 1;
  const places = { keyStart: 1, keyEnd: 1 + key.length, valueStart, valueEnd: valueStart + value.length, errorStart };
  const request = Buffer.concat([between, key, between, value, between, error, between]);
  return [request, { ...places, errorEnd: errorStart + error.length }];
}

function repair({ key = 'cpu', value = '', error = '' }: { key?: Bytes; value?: Bytes; error?: Bytes }): RepairedValue {
  return repairValue(...placed(bytes(key), bytes(value), bytes(error)), LIMITS);
}

const repaired = (value: string, error: string, ...reasons: string[]) => ({
  refused: null,
  key: 'cpu',
  value,
  error,
  reasons,
});

describe('repairValue', () => {
  it('leaves text as it is, U+FFFD and a byte order mark included', () => {
    expect(repair({ value: '42 %', error: 'slow' })).toEqual(repaired('42 %', 'slow'));
    expect(repair({ value: '\ufeffé\ufffd🙂' })).toEqual(repaired('\ufeffé\ufffd🙂', ''));
  });

  it.each<[string, number[], string]>([
    ['NUL', [0x61, 0x00, 0x62], 'a\ufffdb'],
    ['two NULs', [0x00, 0x00], '\ufffd\ufffd'],
    ['half a character at the end', [0x61, 0xe2, 0x82], 'a\ufffd'],
    ['half a character before another', [0xf0, 0x9f, 0x41], '\ufffdA'],
    ['lone continuations', [0x80, 0xbf], '\ufffd\ufffd'],
    ['an overlong slash', [0xc0, 0xaf], '\ufffd\ufffd'],
    ['a surrogate', [0xed, 0xa0, 0x80], '\ufffd\ufffd\ufffd'],
    ['a byte of no sequence', [0xff], '\ufffd'],
  ])('puts U+FFFD for %s', (_name, value, text) => {
    expect(repair({ value })).toEqual(repaired(text, NOT_TEXT, 'not_text'));
  });

  it('takes 2,048 bytes and cuts what is longer at a character border', () => {
    expect(repair({ value: 'x'.repeat(2_048) })).toEqual(repaired('x'.repeat(2_048), ''));
    expect(repair({ value: 'x'.repeat(2_049) })).toEqual(
      repaired('x'.repeat(2_048), 'value of 2049 bytes exceeded 2048 bytes', 'too_long'),
    );
    expect(repair({ value: `${'x'.repeat(2_047)}é` })).toEqual(
      repaired('x'.repeat(2_047), 'value of 2049 bytes exceeded 2048 bytes', 'too_long'),
    );
    expect(repair({ value: `${'x'.repeat(2_045)}🙂` })).toMatchObject({ value: 'x'.repeat(2_045) });
  });

  it('counts the bytes after the replacement, and says both', () => {
    const error = `${NOT_TEXT}; value of 2050 bytes exceeded 2048 bytes`;
    expect(repair({ value: [...Buffer.from('x'.repeat(2_047)), 0] })).toEqual(
      repaired('x'.repeat(2_047), error, 'not_text', 'too_long'),
    );
  });

  it("puts the agent's own error in front, repaired and cut so that the whole fits", () => {
    expect(repair({ value: [0], error: 'exit 1' })).toEqual(repaired('\ufffd', `exit 1; ${NOT_TEXT}`, 'not_text'));
    expect(repair({ value: 'ok', error: [0x61, 0] })).toEqual(repaired('ok', 'a\ufffd', 'not_text'));
    const room = 2_048 - NOT_TEXT.length - 2;
    expect(repair({ value: [0], error: 'e'.repeat(2_048) })).toEqual(
      repaired('\ufffd', `${'e'.repeat(room)}; ${NOT_TEXT}`, 'not_text', 'too_long'),
    );
    expect(repair({ error: 'e'.repeat(2_049) })).toEqual(repaired('', 'e'.repeat(2_048), 'too_long'));
  });

  it('refuses a key that is not text, empty, or too long, and takes one of 128 bytes', () => {
    expect(repair({ key: [0x61, 0xff] })).toEqual({ refused: 'key_not_text' });
    expect(repair({ key: 'a\0' })).toEqual({ refused: 'key_not_text' });
    expect(repair({ key: '' })).toEqual({ refused: 'key_not_text' });
    expect(repair({ key: 'k'.repeat(129) })).toEqual({ refused: 'key_too_long' });
    expect(repair({ key: 'é'.repeat(65) })).toEqual({ refused: 'key_too_long' });
    expect(repair({ key: 'k'.repeat(128) })).toMatchObject({ refused: null, key: 'k'.repeat(128) });
  });

  it('agrees with a naive model', () => {
    const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
    console.log(`repair: SEED=${seed}`);
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 8 }).map((raw) => Buffer.from(raw)),
      fc.constantFrom(Buffer.from([0]), Buffer.from('\ufffd'), Buffer.from('🙂é€'), Buffer.from([0xe2, 0x82])),
    );
    const raw = fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.concat(pieces));
    const limit = fc.integer({ min: 90, max: 130 });
    const property = fc.property(raw, raw, raw, limit, (keyBytes, valueBytes, errorBytes, maxBytes) => {
      const limits = { keyBytes: 40, valueBytes: maxBytes };
      const [request, places] = placed(keyBytes, valueBytes, errorBytes);
      const before = Buffer.from(request);
      const actual = repairValue(request, places, limits);
      expect(actual).toEqual(model(keyBytes, valueBytes, errorBytes, limits));
      expect(request).toEqual(before);
    });
    fc.assert(property, { seed, numRuns: 2_000 });
  });
});

const size = (text: string) => Buffer.byteLength(text);

function toText(raw: Uint8Array): { text: string; clean: boolean } {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(raw).split('\0').join('\ufffd');
  return { text, clean: Buffer.from(text).equals(raw) };
}

function longest(text: string, maxBytes: number): string {
  const characters = [...text];
  while (size(characters.join('')) > maxBytes) characters.pop();
  return characters.join('');
}

function model(
  keyBytes: Uint8Array,
  valueBytes: Uint8Array,
  errorBytes: Uint8Array,
  limits: { keyBytes: number; valueBytes: number },
): unknown {
  if (keyBytes.length > limits.keyBytes) return { refused: 'key_too_long' };
  const key = toText(keyBytes);
  if (!key.clean || keyBytes.length === 0) return { refused: 'key_not_text' };
  const value = toText(valueBytes);
  const own = toText(errorBytes);
  const max = limits.valueBytes;
  let notes = value.clean ? '' : NOT_TEXT;
  if (size(value.text) > max) notes += `${notes && '; '}value of ${size(value.text)} bytes exceeded ${max} bytes`;
  const kept = longest(own.text, notes === '' ? max : max - size(notes) - 2);
  const reasons: string[] = [];
  if (!value.clean || !own.clean) reasons.push('not_text');
  if (size(value.text) > max || kept !== own.text) reasons.push('too_long');
  const error = [kept, notes].filter((part) => part !== '').join('; ');
  return { refused: null, key: key.text, value: longest(value.text, max), error, reasons };
}
