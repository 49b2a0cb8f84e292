import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeReport, decodeReportUpTo, ReportError } from '../../../protocol/messages/report.ts';
import { coder } from '../../../protocol/messages/services.ts';

const { BatchUpdateMetadataRequest } = coder.agent.v2;
type Request = coder.agent.v2.BatchUpdateMetadataRequest.$Properties;

/** Ill-formed UTF-8 as the generated decoder reads it; the lean one leaves it as bytes. */
const text = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

const hex = (bytes: string) => Uint8Array.from(Buffer.from(bytes.replaceAll(' ', ''), 'hex'));

/** What the lean decoder makes of a request, in the generated decoder's terms. */
function lean(bytes: Uint8Array) {
  return decodeReport(bytes).map((item) => ({
    key: text(bytes.subarray(item.keyStart, item.keyEnd)),
    value: text(bytes.subarray(item.valueStart, item.valueEnd)),
    error: text(bytes.subarray(item.errorStart, item.errorEnd)),
    collectedAtUs: item.collectedAtUs,
  }));
}

function oracle(bytes: Uint8Array) {
  return BatchUpdateMetadataRequest.decode(bytes).metadata.map(({ key, result }) => {
    const time = result?.collectedAt;
    const us = time ? (time.seconds ?? 0) * 1e6 + Math.floor((time.nanos ?? 0) / 1e3) : Number.NaN;
    return {
      key: key ?? '',
      value: result?.value ?? '',
      error: result?.error ?? '',
      collectedAtUs: Number.isSafeInteger(us) ? us : null,
    };
  });
}

function attempt<T>(decode: () => T): { value: T } | 'refused' {
  try {
    return { value: decode() };
  } catch {
    return 'refused';
  }
}

const request = fc.record({
  metadata: fc.array(
    fc.record({
      key: fc.string({ unit: 'binary' }),
      result: fc.option(
        fc.record({
          value: fc.string({ unit: 'binary' }),
          error: fc.string({ unit: 'binary' }),
          age: fc.maxSafeInteger(),
          collectedAt: fc.option(fc.record({ seconds: fc.maxSafeInteger(), nanos: fc.integer() })),
        }),
      ),
    }),
  ),
});

const encode = (message: Request) => BatchUpdateMetadataRequest.encode(message).finish();

/** Bytes that look like a report: valid ones with some bytes changed, cut, repeated or put together. */
const nearlyValid = fc
  .tuple(fc.array(request, { minLength: 1, maxLength: 3 }), fc.array(fc.tuple(fc.nat(), fc.nat(255))), fc.nat())
  .map(([requests, changes, cut]) => {
    const bytes = Buffer.concat(requests.map(encode));
    for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
    return new Uint8Array(bytes.subarray(0, cut % 3 === 0 ? cut % (bytes.length + 1) : bytes.length));
  });

/** A field of any number and wire type, groups included; lengths and contents mostly right. */
const anyField: fc.Memo<number[]> = fc.memo((depth) => {
  const leaf = fc.oneof(
    fc.tuple(
      fc.constant(0),
      fc.constantFrom([0x00], [0x7f], [0x80, 0x01], [0xff, 0xff, 0xff, 0xff, 0x0f], Array(9).fill(0xff).concat(1)),
    ),
    fc.tuple(fc.constant(1), fc.array(fc.nat(255), { minLength: 8, maxLength: 8 })),
    fc.tuple(fc.constant(5), fc.array(fc.nat(255), { minLength: 4, maxLength: 4 })),
    fc.tuple(
      fc.constant(2),
      fc.array(fc.nat(127), { maxLength: 9 }).map((content) => [content.length, ...content]),
    ),
  );
  const field = fc.constantFrom(1, 2, 3, 4, 5);
  const plain = fc.tuple(field, leaf).map(([number, [wire, body]]) => [(number << 3) | wire, ...body]);
  if (depth <= 1) return plain;
  const inner = fc.array(anyField(depth - 1), { maxLength: 4 }).map((fields) => fields.flat());
  const message = fc
    .tuple(field, inner)
    .map(([number, body]) => [(number << 3) | 2, (body.length & 0x7f) | 0x80, body.length >> 7, ...body]);
  const group = fc.tuple(field, inner).map(([number, body]) => [(number << 3) | 3, ...body, (number << 3) | 4]);
  return fc.oneof(plain, message, group);
});

describe('decodeReport', () => {
  it('reads what the generated encoder wrote', () => {
    fc.assert(
      fc.property(request, (message) => {
        const bytes = encode(message);
        expect(lean(bytes)).toEqual(oracle(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['changed reports', nearlyValid, 3_000],
    [
      'arbitrary fields',
      fc.array(anyField(5), { maxLength: 5 }).map((fields) => Uint8Array.from(fields.flat())),
      3_000,
    ],
    ['arbitrary bytes', fc.uint8Array({ maxLength: 40 }), 3_000],
  ] as const)('agrees with the generated decoder on %s', (_name, bytes, numRuns) => {
    fc.assert(
      fc.property(bytes as fc.Arbitrary<Uint8Array>, (input) => {
        expect(attempt(() => lean(input))).toEqual(attempt(() => oracle(input)));
      }),
      { numRuns },
    );
  });

  it('says where the bytes of a value are that is not text', () => {
    const bytes = hex('12 09 0a 01 6b 12 04 1a 02 ff fe');
    const [item] = decodeReport(bytes);
    expect(bytes.subarray(item?.valueStart, item?.valueEnd)).toEqual(hex('ff fe'));
    expect(item).toMatchObject({ errorStart: 0, errorEnd: 0 });
  });

  it('lets the last field win and merges a repeated result', () => {
    const report = hex('12 14 0a 01 61 12 05 1a 01 31 22 00 0a 01 62 12 05 1a 01 32 10 05');
    expect(lean(report)).toEqual([{ key: 'b', value: '2', error: '', collectedAtUs: null }]);
    expect(lean(hex('12 0c 12 04 22 02 65 65 12 04 1a 02 76 76'))).toEqual([
      { key: '', value: 'vv', error: 'ee', collectedAtUs: null },
    ]);
  });

  it.each([
    [{ seconds: 1_767_607_200, nanos: 123_456_789 }, 1_767_607_200_123_456],
    [{}, 0],
    [{ seconds: -1, nanos: 999_999_999 }, -1],
    [{ seconds: -62_135_596_800 }, null],
    [null, null],
  ])('gives the time %j as %j µs', (collectedAt, us) => {
    const bytes = encode({ metadata: [{ key: 'k', result: { collectedAt } }] });
    expect(decodeReport(bytes)[0]?.collectedAtUs).toBe(us);
  });

  it.each([
    ['a length behind the end', '12 05 0a 01', /reaches behind byte 4/],
    ['an inner length behind its message', '12 03 0a 05 61 62 63 64 65', /reaches behind byte 5/],
    ['field number 0', '00 01', /field number 0/],
    ['an unknown wire type', '0e 00', /wire type 6/],
    ['the end of another group', '0b 14', /end of another group/],
    ['an endless varint', '12 10 12 0e 10 ff ff ff ff ff ff ff ff ff ff ff ff 01', /varint of more than 10 bytes/],
    ['a tag of too many bits', 'ff ff ff ff 1f 00', /tag too large/],
    ['a length of too many bits', '12 ff ff ff ff 0f', /length too large/],
  ])('refuses %s', (_name, bytes, message) => {
    expect(() => decodeReport(hex(bytes))).toThrow(message);
    expect(() => decodeReport(hex(bytes))).toThrow(ReportError);
    expect(() => oracle(hex(bytes))).toThrow();
  });

  it('nests unknown groups 100 deep and no deeper', () => {
    // The outermost group has depth 0.
    const nested = (depth: number) => Uint8Array.from([...Array(depth).fill(0x0b), ...Array(depth).fill(0x0c)]);
    expect(decodeReport(nested(101))).toEqual([]);
    expect(oracle(nested(101))).toEqual([]);
    expect(() => decodeReport(nested(102))).toThrow(/nested more than 100/);
    expect(() => oracle(nested(102))).toThrow();
  });
});

it('passes over the values beyond a number, which it counts', () => {
  const item = (key: number) => [0x12, 3, 0x0a, 1, key];
  const request = Uint8Array.from([...item(97), ...item(98), 0x08, 1, ...item(99), ...item(100)]);
  for (const [most, kept] of [
    [1, 1],
    [4, 4],
    [5, 4],
  ] as const) {
    const { items, passedOver } = decodeReportUpTo(request, most);
    expect([items.length, passedOver]).toEqual([kept, 4 - kept]);
  }
});
