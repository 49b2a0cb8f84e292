import { describe, expect, it } from 'vitest';
import { UpgradeQueue } from '../../../gateway/server/upgrade-queue.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function setUp(options: { perSecond?: number; maxWaitMs?: number } = {}) {
  const clock = new FakeClock();
  const queue = new UpgradeQueue({ clock, perSecond: 10, maxWaitMs: 2_000, ...options });
  const admitted: string[] = [];
  const refused: string[] = [];
  const gone = new Set<string>();
  const enter = (address: string, name: string) =>
    queue.enter(address, {
      admit: () => admitted.push(name),
      refuse: () => refused.push(name),
      gone: () => gone.has(name),
    });
  const burst = (address: string, count: number) => {
    for (let i = 0; i < count; i += 1) enter(address, `${address}${i}`);
  };
  return { clock, queue, admitted, refused, gone, enter, burst };
}

describe('UpgradeQueue', () => {
  it('admits one second of upgrades at once and the rest in order at the rate', () => {
    const { clock, admitted, burst } = setUp();
    burst('a', 15);
    expect(admitted).toHaveLength(10);
    clock.advance(520);
    expect(admitted).toEqual(Array.from({ length: 15 }, (_, i) => `a${i}`));
  });

  it('counts an IPv6 subscriber as one address, by whatever part of its /64', () => {
    const { clock, admitted, enter } = setUp({ perSecond: 2 });
    const same = ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::2'];
    for (const address of same) enter(address, address);
    for (const address of ['2001:db8:1:3::1', '192.0.2.1', '192.0.2.2', '::1']) enter(address, address);
    expect(admitted.splice(0)).toEqual([...same.slice(0, 2), '2001:db8:1:3::1', '192.0.2.1', '192.0.2.2', '::1']);
    clock.advance(1_020);
    expect(admitted).toEqual(same.slice(2));
  });

  it.each([
    ['below the rate', 9, 0],
    ['at the rate', 10, 0],
    ['above the rate', 11, 1],
  ])('%s', (_name, upgrades, waiting) => {
    const { queue, admitted, refused, burst } = setUp({ perSecond: 10 });
    burst('a', upgrades);
    expect([admitted.length, queue.waiting, refused]).toEqual([upgrades - waiting, waiting, []]);
  });

  it.each([
    // The second one's turn comes a second after the first; it is looked for every 20 ms.
    ['below the wait that is allowed', 1_020, 'admitted'],
    ['at the wait that is allowed', 1_000, 'admitted'],
    ['above the wait that is allowed', 980, 'refused'],
  ])('%s', (_name, maxWaitMs, outcome) => {
    const { clock, admitted, refused, burst } = setUp({ perSecond: 1, maxWaitMs });
    burst('a', 2);
    clock.advance(1_000);
    expect({ admitted, refused }).toEqual(
      outcome === 'admitted' ? { admitted: ['a0', 'a1'], refused: [] } : { admitted: ['a0'], refused: ['a1'] },
    );
  });

  it('refuses what has waited too long', () => {
    const { clock, admitted, refused, burst } = setUp();
    burst('a', 40);
    clock.advance(10_000);
    expect(admitted.length + refused.length).toBe(40);
    expect(admitted.length).toBeGreaterThanOrEqual(29);
    expect(admitted.length).toBeLessThanOrEqual(31);
  });

  it('lets no address wait for another', () => {
    const { admitted, enter, burst } = setUp();
    burst('a', 100);
    enter('b', 'b');
    expect(admitted).toContain('b');
  });

  it('spends no turn on one that has gone', () => {
    const { clock, admitted, refused, gone, burst } = setUp();
    burst('a', 12);
    gone.add('a10');
    clock.advance(120);
    expect(admitted).toContain('a11');
    expect([...admitted, ...refused]).not.toContain('a10');
  });

  it('holds nobody who has gone, not even behind one who has to wait', () => {
    const { clock, queue, admitted, gone, burst } = setUp({ perSecond: 1 });
    burst('a', 6);
    for (const name of ['a2', 'a3', 'a5']) gone.add(name);
    clock.advance(20);
    expect([queue.waiting, admitted]).toEqual([2, ['a0']]);
    clock.advance(2_000);
    expect([queue.waiting, admitted]).toEqual([0, ['a0', 'a1', 'a4']]);
  });

  it('forgets addresses and stops its timer when all is quiet', () => {
    const { clock, queue, burst } = setUp();
    burst('a', 12);
    clock.advance(5_000);
    expect(queue.waiting).toBe(0);
    expect(clock.timers).toBe(0);
  });

  it('refuses all that wait when it is closed', () => {
    const { queue, refused, clock, burst } = setUp();
    burst('a', 12);
    queue.close();
    expect(refused).toEqual(['a10', 'a11']);
    expect(clock.timers).toBe(0);
  });
});
