import { expect, it } from 'vitest';
import { formatBytes } from '../../../gateway/dashboard/model/sizes.ts';

it.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_536, '1.5 KiB'],
  [200 * 1_024 ** 2, '200 MiB'],
  [5 * 1_024 ** 5, '5120 TiB'],
])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
