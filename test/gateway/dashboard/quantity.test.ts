import { describe, expect, it } from 'vitest';
import { quantityOf } from '../../../gateway/dashboard/model/quantity.ts';

describe('quantityOf', () => {
  it.each([
    ['42 %', '42', ' %', 42],
    ['-3.5', '-3.5', '', -3.5],
    ['12ms', '12', 'ms', 0.012],
    ['2 min', '2', ' min', 120],
    ['3.1/8 GiB', '3.1', '/8 GiB', 3.1 * 1024 ** 3],
    ['900 MiB', '900', ' MiB', 900 * 1024 ** 2],
    ['5 kB', '5', ' kB', 5_000],
    ['190 KiB/s', '190', ' KiB/s', 190 * 1024],
    ['24 jobs', '24', ' jobs', 24],
    ['62.5 °C', '62.5', ' °C', 62.5],
    ['1e3', '1e3', '', 1_000],
  ])('takes %j apart', (text, digits, rest, magnitude) => {
    const quantity = quantityOf(text);
    expect(quantity).toMatchObject({ digits, rest });
    expect(quantity?.magnitude).toBeCloseTo(magnitude, 6);
  });

  it.each(['', 'idle', '7d3fa0', '2025-11-02', '2.31.4', '10.0.0.1', '12e4c9', '3f', 'v2', '5:30', '1e999'])(
    'leaves %j as text',
    (text) => expect(quantityOf(text)).toBeNull(),
  );

  it('puts units in one order', () => {
    const sorted = ['3.1 GiB', '900 MiB', '12 KiB', '1 TiB'].sort(
      (a, b) => (quantityOf(a)?.magnitude ?? 0) - (quantityOf(b)?.magnitude ?? 0),
    );
    expect(sorted).toEqual(['12 KiB', '900 MiB', '3.1 GiB', '1 TiB']);
  });
});
