import { field, number, type RawMetadata, report } from '../../support/protobuf-bytes.ts';
import { hex } from '../../support/yamux-wire.ts';
import type { HostileCase } from '../case.ts';

const NOT_TEXT = 'value held bytes that are not text';
const MIB = 1024 * 1024;

/** Reports values and gives what was stored, by key as `value|error`; the report itself has to be answered. */
function reports(values: RawMetadata[], count = values.length): HostileCase[2] {
  return async ({ dial, stored }) => {
    const session = await dial();
    const outcome = await session.call(1, 'BatchUpdateMetadata', report(...values));
    return outcome === 'answered' ? stored(count) : outcome;
  };
}

/** One value of these bytes, and a good one beside it. */
function value(bytes: string): HostileCase[2] {
  return reports([
    { key: 'k', value: hex(bytes) },
    { key: 'good', value: 'yes' },
  ]);
}

const repaired = (text: string) => ({ k: `${text}|${NOT_TEXT}`, good: 'yes|' });
const at = (seconds: number | bigint, nanos: number | bigint = 0) =>
  field(0, number(1, seconds), number(2, nanos)).subarray(2);

export const VALUES: HostileCase[] = [
  ['NUL', repaired('a\uFFFDb'), value('61 00 62')],
  ['a continuation byte alone', repaired('a\uFFFDb'), value('61 80 62')],
  ['a sequence that is cut at the end', repaired('a\uFFFD'), value('61 e2 82')],
  ['a sequence that is cut in the middle', repaired('\uFFFDa'), value('f0 9f 98 61')],
  ['a slash in two bytes, which is overlong', repaired('\uFFFD\uFFFD'), value('c0 af')],
  ['NUL in two bytes, which is overlong', repaired('\uFFFD\uFFFD'), value('c0 80')],
  ['an overlong sequence of three', repaired('\uFFFD\uFFFD\uFFFD'), value('e0 80 af')],
  ['half a surrogate pair', repaired('\uFFFD\uFFFD\uFFFD'), value('ed a0 80')],
  ['both halves of a surrogate pair', repaired('\uFFFD'.repeat(6)), value('ed a0 bd ed b8 80')],
  ['beyond U+10FFFF', repaired('\uFFFD'.repeat(4)), value('f4 90 80 80')],
  ['bytes that never stand in UTF-8', repaired('\uFFFD'.repeat(4)), value('f5 ff fe c1')],
  [
    'characters that are none, byte order marks, other directions',
    { k: '\uFEFF\uFFFE\u202Egnp.exe\u2066|' },
    reports([{ key: 'k', value: '\uFEFF\uFFFE\u202Egnp.exe\u2066' }]),
  ],
  [
    'markup, script and SQL',
    { k: `<script>alert(1)</script>'); DROP TABLE x; --|<img onerror=x>` },
    reports([{ key: 'k', value: `<script>alert(1)</script>'); DROP TABLE x; --`, error: '<img onerror=x>' }]),
  ],
  [
    '3 MiB of text',
    { k: `${'x'.repeat(2048)}|value of 3145728 bytes exceeded 2048 bytes` },
    reports([{ key: 'k', value: 'x'.repeat(3 * MIB) }]),
  ],
  [
    '3 MiB of what is no text',
    { k: `${'\uFFFD'.repeat(682)}|${NOT_TEXT}; value of 9437184 bytes exceeded 2048 bytes` },
    reports([{ key: 'k', value: new Uint8Array(3 * MIB).fill(0xff) }]),
  ],
  [
    '10 MB, declared and not sent',
    'error data overflow: a packet may have 4194304 bytes',
    async ({ dial }) => {
      const session = await dial();
      const { data, invoke } = await import('../../support/hostile-agent.ts');
      session.say(data(1, new Uint8Array([...invoke('BatchUpdateMetadata'), ...hex('050102 80ade204')]), 1));
      return session.outcome(1);
    },
  ],
  [
    'an emoji across the border of 2,048 bytes',
    { k: `${'x'.repeat(2046)}|value of 2050 bytes exceeded 2048 bytes` },
    reports([{ key: 'k', value: `${'x'.repeat(2046)}😀` }]),
  ],
  [
    'an error of 10 KB that is not text',
    { k: `v|${'\uFFFD'.repeat(682)}` },
    reports([{ key: 'k', value: 'v', error: new Uint8Array(10_000).fill(0x80) }]),
  ],
  [
    'an empty key',
    { good: 'yes|' },
    reports(
      [
        { key: '', value: 'x' },
        { key: 'good', value: 'yes' },
      ],
      1,
    ),
  ],
  [
    'a key that is not text',
    { good: 'yes|' },
    reports(
      [
        { key: hex('ff'), value: 'x' },
        { key: hex('6100'), value: 'x' },
        { key: 'good', value: 'yes' },
      ],
      1,
    ),
  ],
  [
    'a key of 1 MiB',
    { good: 'yes|' },
    reports(
      [
        { key: 'k'.repeat(MIB), value: 'x' },
        { key: 'good', value: 'yes' },
      ],
      1,
    ),
  ],
  [
    'keys called like properties of every object',
    { constructor: 'a|', __proto__x: 'b|', toString: 'c|' },
    reports([
      { key: 'constructor', value: 'a' },
      { key: '__proto__x', value: 'b' },
      { key: 'toString', value: 'c' },
    ]),
  ],
  [
    'a key called __proto__',
    'one row',
    async ({ dial, gateway, agent }) => {
      const session = await dial();
      await session.call(1, 'BatchUpdateMetadata', report({ key: '__proto__', value: 'polluted' }));
      const { body } = await gateway.request('GET', `/api/v2/workspaceagents/${agent.id}/metadata`);
      return body.metadata.length === 1 &&
        Object.keys({}).length === 0 &&
        body.metadata[0].description.key === '__proto__'
        ? 'one row'
        : body;
    },
  ],
  [
    'keys that differ in what cannot be seen',
    { a: '1|', 'a\u200B': '2|', а: '3|' },
    reports([
      { key: 'a', value: '1' },
      { key: 'a\u200B', value: '2' },
      { key: 'а', value: '3' },
    ]),
  ],
  [
    '10,000 keys',
    256,
    async ({ dial, stored }) => {
      const session = await dial();
      await session.call(
        1,
        'BatchUpdateMetadata',
        report(...Array.from({ length: 10_000 }, (_, i) => ({ key: `k${i}`, value: 'x' }))),
      );
      return Object.keys(await stored(256)).length;
    },
  ],
  [
    'one key 1,000 times',
    { k: '999|' },
    reports(
      Array.from({ length: 1_000 }, (_, i) => ({ key: 'k', value: String(i) })),
      1,
    ),
  ],
  [
    'a clock before 1684, one after 2255, one of negative nanoseconds',
    { a: '1|', b: '2|', c: '3|' },
    reports([
      { key: 'a', value: '1', at: at(-(2n ** 62n)) },
      { key: 'b', value: '2', at: at(2n ** 62n) },
      { key: 'c', value: '3', at: at(0, -1) },
    ]),
  ],
  [
    'a clock of a year that no database has',
    { k: '1|' },
    reports([{ key: 'k', value: '1', at: at(8_000_000_000_000n) }]),
  ],
];
