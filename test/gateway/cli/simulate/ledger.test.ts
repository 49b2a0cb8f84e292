import { describe, expect, it } from 'vitest';
import { Ledger, type LedgerOptions } from '../../../../gateway/cli/simulate/ledger.ts';
import { Samples } from '../../../../gateway/cli/simulate/samples.ts';
import { numberedValues, roundOf } from '../../../../gateway/cli/simulate/values.ts';
import { AgentError } from '../../../../protocol/agent/error.ts';

const keys = ['cpu', 'disk'].map((name) => ({ name, displayName: name, intervalMs: 1_000 }));

function setUp(options: Partial<LedgerOptions> = {}) {
  const ledger = new Ledger({ agents: 2, keys, ackMode: 'committed', ackTimeoutMs: 10_000, ...options });
  const agents = [ledger.events(0), ledger.events(1)];
  const report = (round: number) => ({
    values: new Map(keys.map(({ name }) => [name, { value: `7 % #${round}`, error: '', collectedAtMs: 0 }])),
    sentAtMs: performance.now(),
  });
  return {
    ledger,
    sent: (agent: number, round: number, agoMs = 0) =>
      agents[agent]?.onSent?.({ ...report(round), sentAtMs: performance.now() - agoMs }),
    acknowledged: (agent: number, round: number, tookMs = 5) =>
      agents[agent]?.onAcknowledged?.({ ...report(round), tookMs }),
    unacknowledged: (agent: number, round: number) =>
      agents[agent]?.onUnacknowledged?.(report(round), new AgentError('disconnected', 'gone')),
    state: (agent: number, state: 'connected' | 'connecting') => agents[agent]?.onStateChange?.({ state }),
  };
}

describe('what counts as lost', () => {
  it('is each value acknowledged as committed of which neither it nor a newer one is stored', () => {
    const { ledger, sent, acknowledged } = setUp();
    for (const agent of [0, 1]) {
      sent(agent, 3);
      acknowledged(agent, 3);
    }
    const stored = (round: number) => ledger.missing((agent, key) => (agent === 1 && key === 'disk' ? round : 3));
    expect(stored(3)).toEqual({ lost: 0, missingAccepted: 0 });
    expect(stored(4)).toEqual({ lost: 0, missingAccepted: 0 });
    expect(stored(2)).toEqual({ lost: 1, missingAccepted: 0 });
    expect(stored(-1)).toEqual({ lost: 1, missingAccepted: 0 });
  });

  it('is not what was never answered', () => {
    const { ledger, sent, unacknowledged } = setUp();
    sent(0, 1);
    unacknowledged(0, 1);
    expect(ledger.missing(() => -1)).toEqual({ lost: 0, missingAccepted: 0 });
    expect(ledger.unanswered).toBe(1);
  });

  it('is not a reply that took the timeout, which is only accepted', () => {
    const { ledger, sent, acknowledged } = setUp();
    sent(0, 1);
    acknowledged(0, 1, 9_999);
    sent(1, 1);
    acknowledged(1, 1, 10_000);
    expect(ledger).toMatchObject({ committed: 1, accepted: 1 });
    expect(ledger.missing(() => -1)).toEqual({ lost: 2, missingAccepted: 2 });
  });

  it.each(['accepted', 'watched'] as const)('is nothing under --ack-mode %s, however fast the reply', (ackMode) => {
    const { ledger, sent, acknowledged } = setUp({ ackMode });
    sent(0, 1);
    acknowledged(0, 1, 1);
    expect(ledger.missing(() => -1)).toEqual({ lost: 0, missingAccepted: 2 });
  });

  it('does not forget an older committed round behind a newer accepted one', () => {
    const { ledger, acknowledged } = setUp();
    acknowledged(0, 1);
    acknowledged(0, 2, 12_000);
    expect(ledger.missing(() => 1)).toEqual({ lost: 0, missingAccepted: 2 });
    expect(ledger.missing(() => 0)).toEqual({ lost: 2, missingAccepted: 0 });
  });
});

describe('how old a value is when it arrives', () => {
  it('is told from its sending, also when newer ones have been sent since', () => {
    const { ledger, sent } = setUp();
    sent(0, 5, 20_000);
    sent(0, 6, 10_000);
    sent(0, 7, 0);
    expect(ledger.ageOf(0, 'cpu', '7 % #5')).toBeGreaterThanOrEqual(20_000);
    expect(ledger.ageOf(0, 'cpu', '7 % #6')).toBeLessThan(20_000);
  });

  it('begins with the first sending of a value that is sent again', () => {
    const { ledger, sent } = setUp();
    sent(0, 5, 20_000);
    sent(0, 5, 0);
    expect(ledger.ageOf(0, 'cpu', '7 % #5')).toBeGreaterThanOrEqual(20_000);
  });

  it('is not made up for values that nobody sent', () => {
    const { ledger, sent } = setUp();
    sent(0, 5);
    for (const value of ['7 % #4', '7 % #9', 'main', '']) expect(ledger.ageOf(0, 'cpu', value)).toBeNull();
    expect(ledger.ageOf(1, 'cpu', '7 % #5')).toBeNull();
    expect(ledger.ageOf(0, 'other', '7 % #5')).toBeNull();
  });
});

it('counts reconnects, not first connects', () => {
  const { ledger, state } = setUp();
  for (const agent of [0, 1]) state(agent, 'connected');
  state(1, 'connecting');
  state(1, 'connected');
  expect(ledger.reconnects).toBe(1);
});

describe('numbered values', () => {
  it('name the round in which they were new, and repeat as often as they should', () => {
    const values = numberedValues(0.8);
    let repeats = 0;
    for (let round = 1; round <= 1_000; round++) {
      const text = values.value(3, { name: 'cpu', displayName: '', intervalMs: 1 }, round);
      const before = values.value(3, { name: 'cpu', displayName: '', intervalMs: 1 }, round - 1);
      if (text === before) repeats += 1;
      else expect(roundOf(text)).toBe(round);
    }
    expect(repeats / 1_000).toBeGreaterThan(0.7);
    expect(repeats / 1_000).toBeLessThan(0.9);
  });

  it('are all new without repetition', () => {
    const values = numberedValues(0);
    for (let round = 0; round < 50; round++) {
      expect(roundOf(values.value(1, { name: 'disk', displayName: '', intervalMs: 1 }, round))).toBe(round);
    }
  });
});

describe('Samples', () => {
  it('gives percentiles and the largest', () => {
    const samples = new Samples();
    expect(samples.percentiles()).toBeNull();
    for (let ms = 100; ms >= 1; ms--) samples.add(ms);
    expect(samples.percentiles()).toEqual({ p50: 51, p99: 100, max: 100 });
  });
});
