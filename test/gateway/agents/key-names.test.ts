import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { rememberedKey, rememberKey } from '../../../gateway/agents/key-names.ts';

/** The bytes of a key amid others, with the places at which it stands. */
function placed(key: string): [bytes: Buffer, start: number, end: number] {
  return [Buffer.from(`<${key}>`), 1, 1 + Buffer.byteLength(key)];
}

function remembered(key: string): string | null {
  return rememberedKey(...placed(key));
}

describe('remembered keys', () => {
  it('gives back what stands in the bytes, and nothing that was not remembered', () => {
    expect(remembered('first')).toBeNull();
    rememberKey('first', ...placed('first'));
    expect(remembered('first')).toBe('first');
    expect(remembered('firsT')).toBeNull();
    expect(remembered('firs')).toBeNull();
  });

  it('takes a key in the place of another without mixing them up', () => {
    const keys = Array.from({ length: 20_000 }, (_, i) => `key ${i}`);
    for (const key of keys) rememberKey(key, ...placed(key));
    const found = keys.map(remembered);
    expect(found.filter((key) => key !== null).length).toBeGreaterThan(1_000);
    for (const [i, key] of found.entries()) expect([null, keys[i]]).toContain(key);
  });

  it.each([
    ['not plain ASCII', 'grün'],
    ['too long', 'k'.repeat(65)],
  ])('leaves out a key that is %s', (_, key) => {
    rememberKey(key, ...placed(key));
    expect(remembered(key)).toBeNull();
  });

  it('leaves out a key whose bytes are others than those of its characters', () => {
    const latin1 = Buffer.from('<gr\xfcn>', 'latin1');
    rememberKey('gr\xfcn', latin1, 1, 5);
    expect(rememberedKey(latin1, 1, 5)).toBeNull();
  });
});
