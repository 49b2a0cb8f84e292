import { field, number, report, tag, varint } from '../../support/protobuf-bytes.ts';
import { concat, hex } from '../../support/yamux-wire.ts';
import type { HostileCase } from '../case.ts';

const MIB = 1024 * 1024;
const MALFORMED = 'error protocol error: malformed message; lives';
const BROKEN_REPORT = 'error internal error; lives';

/** Makes one call and gives what came of it, and whether the session lives. */
function calls(method: string, request: Uint8Array): HostileCase[2] {
  return async ({ dial }) => {
    const session = await dial();
    const outcome = await session.call(1, method, request);
    return `${outcome}; ${await session.state()}`;
  };
}

/** Reports something of no sense together with a good value; gives the outcome and what was stored. */
function reports(request: Uint8Array, values = 1): HostileCase[2] {
  return async ({ dial, stored }) => {
    const session = await dial();
    const outcome = await session.call(1, 'BatchUpdateMetadata', request);
    return [outcome, await session.state(), await stored(values)];
  };
}

const good = report({ key: 'good', value: 'yes' });
const kept = ['answered', 'lives', { good: 'yes|' }];
const groups = (depth: number) => concat([...new Array(depth).fill(tag(9, 3)), ...new Array(depth).fill(tag(9, 4))]);
const twoBytes = (first: number, bytes: number) => new Uint8Array(bytes).map((_, at) => (at % 2 === 0 ? first : 0));

export const PROTOBUF: HostileCase[] = [
  ['a report that is cut', BROKEN_REPORT, calls('BatchUpdateMetadata', good.subarray(0, good.length - 1))],
  ['a report whose value reaches beyond it', BROKEN_REPORT, calls('BatchUpdateMetadata', hex('12 7f 0a01'))],
  ['a report with a length of 2^32', BROKEN_REPORT, calls('BatchUpdateMetadata', hex('12 ffffffff0f'))],
  ['a report with an endless varint', BROKEN_REPORT, calls('BatchUpdateMetadata', hex(`08 ${'ff'.repeat(50)}`))],
  ['a report with field 0', BROKEN_REPORT, calls('BatchUpdateMetadata', hex('0000'))],
  ['a report with wire type 7', BROKEN_REPORT, calls('BatchUpdateMetadata', hex('0f'))],
  ['a report with the end of a group that has not begun', BROKEN_REPORT, calls('BatchUpdateMetadata', hex('0c'))],
  ['a report with groups 5,000 deep', BROKEN_REPORT, calls('BatchUpdateMetadata', groups(5_000))],
  ['a report with groups 100 deep', kept, reports(concat([groups(100), good]))],
  [
    'a report of other wire types in every field',
    kept,
    reports(
      concat([
        number(2, 5),
        field(2, number(1, 7), hex('15 00000000')),
        field(2, field(1, 'good'), field(2, number(3, 9), field(3, 'yes'))),
      ]),
    ),
  ],
  [
    'a report of 1,000 unknown fields around the known ones',
    kept,
    reports(
      concat([
        ...Array.from({ length: 1_000 }, (_, i) => field(i + 100, 'x')),
        field(2, field(77, 'x'), field(1, 'good'), field(2, field(99, 'x'), field(3, 'yes'))),
      ]),
    ),
  ],
  [
    'a value that says everything twice: the last word counts',
    kept,
    reports(field(2, field(1, 'bad'), field(1, 'good'), field(2, field(3, 'no')), field(2, field(3, 'yes')))),
  ],
  ['a report of two million empty values', ['answered', 'lives', {}], reports(twoBytes(0x12, 4 * MIB), 0)],
  ['an empty report', ['answered', 'lives', {}], reports(new Uint8Array(0), 0)],
  ['two million empty log lines', MALFORMED, calls('BatchCreateLogs', twoBytes(0x12, 4 * MIB))],
  ['two million apps with a health', MALFORMED, calls('BatchUpdateAppHealths', twoBytes(0x0a, 4 * MIB))],
  [
    '4 million subsystems',
    'answered; lives',
    calls('UpdateStartup', field(1, field(3, new Uint8Array(4 * MIB - 100)))),
  ],
  [
    '100,000 counts of sessions',
    'answered; lives',
    calls(
      'UpdateStats',
      field(1, ...Array.from({ length: 100_000 }, (_, i) => field(13, field(1, `k${i}`), number(2, i)))),
    ),
  ],
  ['a startup of 3 MiB of version', 'answered; lives', calls('UpdateStartup', field(1, field(1, 'v'.repeat(3 * MIB))))],
  ['a startup that is cut', MALFORMED, calls('UpdateStartup', hex('0a05 0a7f'))],
  [
    'a lifecycle of a state that nobody knows, at the end of time',
    'answered; lives',
    calls('UpdateLifecycle', field(1, number(1, 999), field(2, number(1, 2n ** 63n - 1n), number(2, -1)))),
  ],
  ['a lifecycle of nothing', 'answered; lives', calls('UpdateLifecycle', new Uint8Array(0))],
  ['submessages 5,000 deep where none are known', 'answered; lives', calls('UpdateStats', nested(5_000))],
  ['groups 50,000 deep', MALFORMED, calls('UpdateStats', groups(50_000))],
  [
    'text that is not UTF-8 in every field of a startup',
    'answered; lives',
    calls('UpdateStartup', field(1, field(1, hex('fffe00')), field(2, hex('eda080')))),
  ],
  [
    'numbers of 64 bits in every count',
    'answered; lives',
    calls(
      'UpdateStats',
      field(
        1,
        ...[2, 4, 5, 6, 7, 8, 9, 10, 11].map((at) => number(at, -1)),
        concat([tag(3, 1), hex('000000000000f07f')]),
      ),
    ),
  ],
  [
    'a connection with an id of 1 MiB',
    'answered; lives',
    calls('ReportConnection', field(1, field(1, new Uint8Array(MIB)), number(2, 1), field(5, 'not an address'))),
  ],
  [
    'noise as a request of every method',
    'all answered in some way; lives',
    async ({ dial }) => {
      const session = await dial();
      const noise = Uint8Array.from({ length: 300 }, (_, i) => (i * 73 + 41) & 0xff);
      const methods = [
        'GetManifest',
        'UpdateStats',
        'UpdateLifecycle',
        'BatchUpdateAppHealths',
        'UpdateStartup',
        'BatchUpdateMetadata',
        'BatchCreateLogs',
        'ScriptCompleted',
        'PushResourcesMonitoringUsage',
        'ReportConnection',
        'PushContextState',
      ];
      for (const [at, method] of methods.entries()) await session.call(2 * at + 1, method, noise);
      return `all answered in some way; ${await session.state()}`;
    },
  ],
];

function nested(depth: number): Uint8Array {
  let bytes: Uint8Array = varint(0);
  for (let level = 0; level < depth; level += 1) bytes = field(77, bytes);
  return bytes;
}
