import { describe, expect, it } from 'vitest';
import { FailedSignIns } from '../../../gateway/auth/failed-sign-ins.ts';
import { silentLog } from '../../../gateway/log.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';

function setUp({ perMinute = 6, maxDelayMs = 15_000 } = {}) {
  const clock = new FakeClock();
  const warned: object[] = [];
  const log = { ...silentLog, warn: (fields: object) => warned.push(fields) } as never;
  let failures = 0;
  const signIns = new FailedSignIns({ clock, perMinute, maxDelayMs, onFailed: () => (failures += 1), log });
  /** How long an answer is held back, or null while it still is. */
  const fail = (address: string) => {
    const from = clock.now();
    const one = { heldMs: null as number | null };
    void signIns.failed(address).then(() => (one.heldMs = clock.now() - from));
    return one;
  };
  return { clock, signIns, fail, warned, failures: () => failures };
}

describe('failed sign-ins', () => {
  it('are answered at once up to the rate, and then at the rate', async () => {
    const { clock, fail } = setUp();
    const answered = Array.from({ length: 8 }, () => fail('192.0.2.1'));
    await clock.run(30_000);
    expect(answered.map(({ heldMs }) => heldMs)).toEqual([0, 0, 0, 0, 0, 0, 10_000, 15_000]);
  });

  it('are held back no longer than the limit, however many there were', async () => {
    const { clock, fail } = setUp({ maxDelayMs: 12_000 });
    for (let i = 0; i < 10_000; i += 1) fail('192.0.2.1');
    const last = fail('192.0.2.1');
    await clock.run(11_999);
    expect(last.heldMs).toBeNull();
    await clock.run(1);
    expect(last.heldMs).toBe(12_000);
    // And the debt is no larger: after the limit and a minute all is as before.
    await clock.run(72_000);
    const later = fail('192.0.2.1');
    await settled();
    expect(later.heldMs).toBe(0);
  });

  it('are counted for each address, an IPv6 subscriber being one', async () => {
    const { clock, fail } = setUp({ perMinute: 1 });
    const same = ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:db8:1:2:3:4:5:6'].map(fail);
    const others = ['2001:db8:1:3::1', '192.0.2.1', '192.0.2.2', '::1'].map(fail);
    await clock.run(0);
    expect(same.map(({ heldMs }) => heldMs)).toEqual([0, null, null]);
    expect(others.map(({ heldMs }) => heldMs)).toEqual([0, 0, 0, 0]);
  });

  it('are forgotten once they are paid for, so that no list grows', async () => {
    const { clock, fail, signIns } = setUp();
    for (let i = 0; i < 100; i += 1) fail(`192.0.2.${i}`);
    expect(signIns.size).toBe(100);
    await clock.run(60_000);
    expect(signIns.size).toBe(0);
    expect(clock.timers).toBe(0);
  });

  it('are counted, and said once a minute for each address', async () => {
    const { clock, fail, warned, failures } = setUp({ perMinute: 1 });
    for (let i = 0; i < 50; i += 1) fail('192.0.2.1');
    await clock.run(0);
    expect(failures()).toBe(50);
    expect(warned).toEqual([{ address: '192.0.2.1', failures: 2 }]);
  });

  it('are not held back where the limit is 0, or once the gateway ends', async () => {
    const off = setUp({ perMinute: 1, maxDelayMs: 0 });
    off.fail('192.0.2.1');
    const second = off.fail('192.0.2.1');
    await off.clock.run(0);
    expect(second.heldMs).toBe(0);

    const ending = setUp({ perMinute: 1 });
    ending.fail('192.0.2.1');
    const held = ending.fail('192.0.2.1');
    await settled();
    expect(held.heldMs).toBeNull();
    ending.signIns.close();
    const after = ending.fail('192.0.2.1');
    await settled();
    expect([held.heldMs, after.heldMs]).toEqual([0, 0]);
  });
});
