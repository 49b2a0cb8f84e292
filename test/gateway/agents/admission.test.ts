import { describe, expect, it } from 'vitest';
import type { MetadataDescription } from '../../../db/types.ts';
import { Allowances } from '../../../gateway/agents/allowances.ts';
import { checkApiVersion } from '../../../gateway/agents/api-version.ts';
import { CallRate } from '../../../gateway/agents/call-rate.ts';
import { KnownKeys } from '../../../gateway/agents/known-keys.ts';
import type { AgentIdentity } from '../../../gateway/auth/identity.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('checkApiVersion', () => {
  it.each([null, '2.0', '2.11', '2.13', '2.99'])('serves %s', (version) => {
    expect(() => checkApiVersion(version)).not.toThrow();
  });

  it.each(['', '2', '2.', '.1', '2.1.1', 'v2.1', '-2.1', '2.x', '2.0000000000', ' 2.1', '1.9', '3.0'])(
    'refuses %j with a validation of the field',
    (version) => {
      expect(() => checkApiVersion(version)).toThrow(
        expect.objectContaining({ status: 400, validations: [expect.objectContaining({ field: 'version' })] }),
      );
    },
  );
});

describe('CallRate', () => {
  it('lets two seconds of calls through at once and spaces the rest', () => {
    const rate = new CallRate(new FakeClock(), 10);
    const waits = Array.from({ length: 23 }, () => rate.take());
    expect(waits.slice(0, 20)).toEqual(Array(20).fill(0));
    expect(waits.slice(20)).toEqual([100, 200, 300]);
  });

  it('never delays calls at the rate itself', () => {
    const clock = new FakeClock();
    const rate = new CallRate(clock, 10);
    for (let call = 0; call < 500; call += 1) {
      expect(rate.take()).toBe(0);
      clock.advance(100);
    }
  });
});

describe('KnownKeys', () => {
  const declare = (...names: string[]) => names.map((key) => ({ key }) as MetadataDescription);
  const keys = (options: { declaredOnly?: boolean } = {}) => {
    const known = new KnownKeys({ limit: 4, declaredOnly: false, ...options });
    known.learn({ declared: declare('cpu'), stored: ['old', 'cpu'] });
    return known;
  };

  it('takes declared, stored and new keys up to the limit, and those for ever', () => {
    const known = keys();
    expect(['cpu', 'old', 'a', 'b'].map((key) => known.refusal(key))).toEqual([null, null, null, null]);
    expect(known.refusal('c')).toBe('key_limit');
    expect(['cpu', 'old', 'a', 'b'].map((key) => known.refusal(key))).toEqual([null, null, null, null]);
  });

  it('goes on taking what was declared before, which counts as any other key then', () => {
    const known = keys();
    known.refusal('a');
    known.learn({ declared: declare('disk', 'a'), stored: [] });
    expect(['cpu', 'old', 'disk', 'a'].map((key) => known.refusal(key))).toEqual([null, null, null, null]);
    expect(known.refusal('b')).toBe('key_limit');
  });

  it('takes declared keys alone where that is set', () => {
    const known = keys({ declaredOnly: true });
    expect(known.refusal('cpu')).toBeNull();
    expect(known.refusal('old')).toBe('undeclared');
    expect(known.refusal('a')).toBe('undeclared');
  });
});

describe('Allowances', () => {
  const identity = (agentId: string) => ({ agentId, descriptions: [], storedKeys: [] }) as unknown as AgentIdentity;
  const setUp = () => {
    const clock = new FakeClock();
    const limits = { callsPerSecond: 10, keysPerAgent: 2, unfinishedBytes: 100, declaredKeysOnly: false };
    return { clock, allowances: new Allowances({ clock, ...limits }) };
  };

  it('are those of the agent, however often and wherever it connects', () => {
    const { allowances } = setUp();
    const first = allowances.take(identity('a'));
    expect(['x', 'y', 'z'].map((key) => first.keys.refusal(key))).toEqual([null, null, 'key_limit']);
    expect(allowances.take(identity('a')).keys.refusal('z')).toBe('key_limit');
    allowances.giveBack('a');
    allowances.giveBack('a');
    allowances.sweep();
    expect(allowances.take(identity('a')).keys.refusal('z')).toBe('key_limit');
    expect(allowances.take(identity('b')).keys.refusal('z')).toBeNull();
  });

  it('are forgotten once the agent has been gone for long', () => {
    const { clock, allowances } = setUp();
    const first = allowances.take(identity('a'));
    first.keys.refusal('x');
    allowances.giveBack('a');
    clock.elapse(120_000);
    allowances.sweep();
    expect(allowances.take(identity('a'))).not.toBe(first);
  });
});
