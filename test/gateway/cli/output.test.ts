import { expect, it } from 'vitest';
import { table } from '../../../gateway/cli/output.ts';

it('a table has a line for each row and its columns in their places, whatever stands in a cell', () => {
  const rows = [
    ['build-1', 'region=eu', '1'],
    ['\u009b2Jbuild\u202e', 'region=\x1b[2J\nforged  row', '2'],
  ];
  expect(table(['NAME', 'LABELS', 'ID'], rows).split('\n')).toEqual([
    'NAME       LABELS                   ID',
    'build-1    region=eu                1',
    '\ufffd2Jbuild\ufffd  region=\ufffd[2J\ufffdforged  row  2',
  ]);
});
