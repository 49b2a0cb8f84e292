import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptBytes } from '../../../protocol/yamux/kept-bytes.ts';
import { concat, pattern, sameBytes } from '../../support/yamux-wire.ts';

function drain(kept: KeptBytes): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let block = kept.shift(); block !== null; block = kept.shift()) blocks.push(block);
  return blocks;
}

describe('bytes kept for a reader', () => {
  it('come out as they went in, whatever the pieces', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 40_000 })));
    fc.assert(
      fc.property(sizes, fc.nat(30), (lengths, takeEvery) => {
        const kept = new KeptBytes();
        const given: Uint8Array[] = [];
        const taken: Uint8Array[] = [];
        lengths.forEach((length, index) => {
          const piece = pattern(length, index);
          given.push(piece.slice());
          kept.append(piece);
          const block = index % (takeEvery + 1) === takeEvery ? kept.shift() : null;
          if (block !== null) taken.push(block);
        });
        expect(sameBytes(concat([...taken, ...drain(kept)]), concat(given))).toBe(true);
        expect(kept.isEmpty).toBe(true);
      }),
    );
  });

  it('cost memory for what they are, not for the chunks they came in', () => {
    const kept = new KeptBytes();
    const chunk = new Uint8Array(64 * 1024);
    for (let count = 0; count < 10_000; count++) kept.append(chunk.subarray(count, count + 1));
    const blocks = drain(kept);
    const memory = new Set(blocks.map((block) => block.buffer));
    const total = [...memory].reduce((sum, buffer) => sum + buffer.byteLength, 0);
    expect(memory.has(chunk.buffer)).toBe(false);
    expect(blocks.length).toBeLessThan(20);
    expect(total).toBeLessThan(30_000);
  });

  it('are not copied where a large piece is most of its memory', () => {
    const kept = new KeptBytes();
    const large = new Uint8Array(20_000);
    kept.append(large);
    expect(kept.shift()?.buffer).toBe(large.buffer);
    kept.append(large.subarray(0, 9_000));
    expect(kept.shift()?.buffer).not.toBe(large.buffer);
  });
});
