import { describe, expect, it } from 'vitest';
import type { FlushValue } from '../../../db/types.ts';
import { NewestValues } from '../../../gateway/batcher/newest-values.ts';

function textOf(key: string, value: string): FlushValue {
  return { agentId: 'agent', key, value, error: '', collectedAtUs: 1, agentCollectedAtUs: null };
}

function put(values: NewestValues, value: FlushValue): void {
  values.put(value, values.placeOf(value.key));
}

describe('NewestValues', () => {
  // With few keys they are searched, with many there is a map of them; 33 is one more than are searched.
  it.each([1, 15, 32, 33, 34, 300])('holds one value for each of %d keys, in the order in which they came', (keys) => {
    const values = new NewestValues();
    const model = new Map<string, FlushValue>();
    for (let i = 0; i < keys * 3; i += 1) {
      const value = textOf(`key ${(i * 7) % keys}`, `value ${i}`);
      put(values, value);
      model.set(value.key, value);
    }
    expect(values.size).toBe(model.size);
    expect([...values]).toEqual([...model.values()]);
    expect(values.values()).toEqual([...model.values()]);
    for (const [key, value] of model) expect(values.at(values.placeOf(key))).toBe(value);
    expect(values.at(values.placeOf('another'))).toBeUndefined();
  });
});
