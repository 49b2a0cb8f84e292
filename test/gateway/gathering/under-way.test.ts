import { expect, it } from 'vitest';
import { UnderWay } from '../../../gateway/gathering/under-way.ts';

it('is under way from the first that begins to the last that ends', () => {
  const underWay = new UnderWay();
  expect(underWay.any).toBe(false);
  underWay.begin();
  underWay.begin();
  underWay.end();
  expect(underWay.any).toBe(true);
  underWay.end();
  expect(underWay.any).toBe(false);
});

it('is under way while long work lets the event loop turn', async () => {
  const underWay = new UnderWay();
  const turned = underWay.yieldTurn();
  expect(underWay.any).toBe(true);
  await turned;
  expect(underWay.any).toBe(false);
});

it('is under way during work, also such as fails', async () => {
  const underWay = new UnderWay();
  const work = underWay.during(() => Promise.resolve(42));
  expect(underWay.any).toBe(true);
  expect(await work).toBe(42);
  expect(underWay.any).toBe(false);
  await expect(underWay.during(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(underWay.any).toBe(false);
});
