import { describe, expect, it } from 'vitest';
import { Sweep, type Swept } from '../../../gateway/agents/sweep.ts';
import { FakeClock } from '../../support/fake-clock.ts';

class Socket implements Swept {
  lastHeardMs = 0;
  pings: number[] = [];
  deadAt: number | null = null;
  readonly #clock: FakeClock;
  constructor(clock: FakeClock) {
    this.#clock = clock;
  }
  ping(): void {
    this.pings.push(this.#clock.now());
  }
  sweep(): void {}
  dead(): void {
    this.deadAt ??= this.#clock.now();
  }
}

function setUp() {
  const clock = new FakeClock();
  const sweep = new Sweep({ clock, pingAfterMs: 15_000, deadAfterMs: 30_000 });
  const socket = new Socket(clock);
  sweep.add(socket);
  return { clock, sweep, socket };
}

describe('Sweep', () => {
  it('pings after the period of silence and gives up after the timeout', () => {
    const { clock, socket } = setUp();
    clock.advance(29_999);
    expect(socket.pings).toEqual([15_000]);
    expect(socket.deadAt).toBeNull();
    clock.advance(1);
    expect(socket.deadAt).toBe(30_000);
  });

  it('leaves a socket alone that is heard', () => {
    const { clock, socket } = setUp();
    for (let second = 1; second <= 60; second += 1) {
      socket.lastHeardMs = clock.now();
      clock.advance(1_000);
    }
    expect(socket.pings).toEqual([]);
    expect(socket.deadAt).toBeNull();
  });

  it('gives every socket a full period after a stall of its own', () => {
    const { clock, socket } = setUp();
    clock.advance(10_000);
    clock.elapse(60_000);
    clock.advance(0);
    expect(socket.deadAt).toBeNull();
    expect(socket.pings).toEqual([70_000]);
    clock.advance(29_000);
    expect(socket.deadAt).toBeNull();
    clock.advance(1_000);
    expect(socket.deadAt).toBe(100_000);
  });

  it('forgets a removed socket and leaves no timer when stopped', () => {
    const { clock, sweep, socket } = setUp();
    sweep.remove(socket);
    clock.advance(60_000);
    expect(socket.deadAt).toBeNull();
    sweep.stop();
    expect(clock.timers).toBe(0);
  });
});
