import { describe, expect, it } from 'vitest';
import type { ControlMessage } from '../../db/bus/channels.ts';
import { Bus } from '../../gateway/bus.ts';
import { FakeClock } from '../support/fake-clock.ts';

function setUp(options: { mode?: 'postgres' | 'poll' } = {}) {
  const clock = new FakeClock();
  const sent: ControlMessage[] = [];
  const wakes: string[] = [];
  const health: (string | null)[] = [];
  const counts = { reconnects: 0, rereads: 0 };
  const lags: number[] = [];
  const bus = new Bus({
    clock,
    gatewayId: 'here',
    mode: options.mode ?? 'postgres',
    pollIntervalMs: 5_000,
    port: {
      control: async (message) => {
        sent.push(message);
      },
      reconnect: () => {
        counts.reconnects += 1;
      },
    },
    onWake: (source, own) => wakes.push(own ? 'own' : source),
    onReread: () => {
      counts.rereads += 1;
    },
    onLag: (seconds) => lags.push(seconds),
    onHealth: (reason) => health.push(reason),
  });
  bus.start();
  const proofs = () => sent.filter((message) => 'proof' in message);
  const flush = (gateway: string, revision = '1') => bus.heard({ v: 1, gateway, revision, values: 1, agents: 1 });
  return { clock, bus, sent, wakes, health, counts, lags, proofs, flush };
}

describe('Bus', () => {
  it('reads after every connect and proves the connection at once', () => {
    const { bus, wakes, proofs } = setUp();
    bus.listening();
    expect(wakes).toEqual(['reconnect']);
    expect(proofs()).toHaveLength(1);
  });

  it('stays quiet while its own flushes come back', () => {
    const { clock, bus, flush, proofs, health } = setUp();
    bus.listening();
    for (let i = 0; i < 60; i += 1) {
      flush('here');
      clock.advance(5_000);
    }
    expect(proofs()).toHaveLength(1);
    expect(health).toEqual([]);
  });

  it('tells its own flush from those of others', () => {
    const { bus, flush, wakes } = setUp();
    bus.listening();
    flush('here');
    flush('elsewhere');
    expect(wakes).toEqual(['reconnect', 'own', 'notify']);
  });

  it('measures how long an own flush takes to come back', () => {
    const { clock, bus, flush, lags } = setUp();
    bus.listening();
    bus.flushed(7n);
    clock.advance(40);
    flush('here', '7');
    expect(lags).toEqual([0.04]);
    flush('here', '8');
    bus.flushed(8n);
    expect(lags).toEqual([0.04, 0]);
  });

  it("notices within 35 s that only others' flushes are heard, polls, reconnects and recovers", () => {
    const { clock, bus, flush, health, wakes, counts, proofs } = setUp();
    bus.listening();
    flush('here');
    for (let second = 0; second < 35; second += 1) {
      clock.advance(1_000);
      flush('elsewhere');
    }
    expect(health).toEqual([expect.stringContaining('not heard')]);
    expect(counts.reconnects).toBe(1);
    wakes.length = 0;
    clock.advance(20_000);
    expect(wakes.filter((source) => source === 'poll').length).toBeGreaterThanOrEqual(3);
    expect(health).toHaveLength(1);
    for (const proof of proofs()) bus.heardControl(proof);
    expect(health).toEqual([expect.any(String), null]);
    wakes.length = 0;
    clock.advance(20_000);
    expect(wakes).not.toContain('poll');
  });

  it('takes no other proof for its own', () => {
    const { clock, bus, health } = setUp();
    bus.listening();
    bus.heardControl({ v: 1, proof: 'made up' });
    clock.advance(5_000);
    expect(health).toHaveLength(1);
  });

  it('forgives a short loss of the connection, not a long one', () => {
    const { clock, bus, flush, health } = setUp();
    bus.listening();
    flush('here');
    bus.lost();
    clock.advance(4_000);
    bus.listening();
    flush('here');
    clock.advance(10_000);
    expect(health).toEqual([]);
    bus.lost();
    clock.advance(6_000);
    expect(health).toEqual([expect.stringContaining('cannot be made')]);
  });

  it('announces revoked tokens at most once a second', () => {
    const { clock, bus, sent } = setUp();
    for (let i = 0; i < 30; i += 1) {
      bus.announceReread();
      clock.advance(100);
    }
    const announced = sent.filter((message) => 'reread' in message).length;
    expect(announced).toBeGreaterThanOrEqual(3);
    expect(announced).toBeLessThanOrEqual(4);
  });

  it('only polls where it is told to', () => {
    const { clock, wakes, sent, health } = setUp({ mode: 'poll' });
    clock.advance(30_000);
    expect(wakes).toEqual(Array(6).fill('poll'));
    expect(sent).toEqual([]);
    expect(health).toEqual([]);
  });

  it('passes on that tokens are to be read again', () => {
    const { bus, counts } = setUp();
    bus.heardControl({ v: 1, reread: 'tokens' });
    expect(counts.rereads).toBe(1);
  });
});
