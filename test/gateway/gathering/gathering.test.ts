import { expect, it } from 'vitest';
import { Gathering } from '../../../gateway/gathering/gathering.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** A gateway whose pauses are listed in the place of being slept; `turn` is one turn of its event loop. */
function rig({ longestMs = 50, oversleepMs = (): number => 0 } = {}) {
  const clock = new FakeClock();
  const pauses: number[] = [];
  const turns = { isIdle: true };
  let tasks: (() => void)[] = [];
  const gathering = new Gathering({
    clock,
    longestMs,
    turns,
    sleep: (ms) => {
      pauses.push(Math.round(ms));
      clock.advance(ms + oversleepMs());
    },
    nextTurn: (task) => tasks.push(task),
  });
  const turn = () => {
    const now = tasks;
    tasks = [];
    for (const task of now) task();
  };
  /** One agent calls and is answered, in a turn of its own, and the loop goes on until nothing is left. */
  const call = (caller: object = {}) => {
    gathering.called(caller);
    gathering.turnDone();
    turn();
  };
  /** So many calls a second for so long, those of a pause in the turn behind it; returns the pauses in that time. */
  const fleet = (callsPerSecond: number, { ms, agents }: { ms: number; agents?: object[] }) => {
    const from = pauses.length;
    const beginMs = clock.now();
    const count = (callsPerSecond * ms) / 1_000;
    const dueMs = (n: number) => beginMs + (n * 1_000) / callsPerSecond;
    for (let n = 0; n < count; ) {
      clock.advance(Math.max(0, dueMs(n) - clock.now()));
      for (; n < count && dueMs(n) <= clock.now(); n += 1) gathering.called(agents?.[n % agents.length] ?? {});
      gathering.turnDone();
      turn();
    }
    return pauses.slice(from);
  };
  return { clock, gathering, pauses, turns, turn, call, fleet };
}

it('pauses behind a call of a busy fleet, as long as allowed', () => {
  const { fleet, call, pauses } = rig();
  fleet(60, { ms: 1_100 });
  pauses.length = 0;
  call();
  expect(pauses).toEqual([50]);
});

it('does not pause where too few calls come for any to gather', () => {
  const { fleet } = rig();
  expect(fleet(30, { ms: 5_000 })).toEqual([]);
});

it('pauses shorter the more calls come, and not at all where they come all the time', () => {
  const pausesAt = (callsPerSecond: number) => {
    const { fleet, call, pauses } = rig();
    fleet(callsPerSecond, { ms: 1_100 });
    pauses.length = 0;
    call();
    return pauses;
  };
  expect(pausesAt(600)).toEqual([20]);
  expect(pausesAt(2_000)).toEqual([6]);
  expect(pausesAt(5_000)).toEqual([]);
});

it('stops when the fleet falls silent: what comes then is answered as it comes', () => {
  const { clock, fleet, call, pauses } = rig();
  fleet(60, { ms: 2_000 });
  clock.advance(60_000);
  pauses.length = 0;
  call();
  call();
  expect(pauses).toEqual([]);
});

it('never pauses where it is switched off', () => {
  const { fleet } = rig({ longestMs: 0 });
  expect(fleet(600, { ms: 3_000 })).toEqual([]);
});

it('ends a pause when something is due, and begins none just before', () => {
  const { gathering, fleet, call, pauses } = rig();
  fleet(60, { ms: 1_100 });
  pauses.length = 0;
  gathering.punctual.after(30, () => {});
  call();
  expect(pauses).toEqual([30]);
  gathering.punctual.after(3, () => {});
  call();
  expect(pauses).toEqual([30]);
});

it.each([0, -1, -10, -50, -60, -1_000])('begins no pause where something was due %i ms from now', (dueMs) => {
  const { clock, gathering, fleet, call, pauses } = rig();
  fleet(60, { ms: 1_100 });
  pauses.length = 0;
  gathering.punctual.after(2_000, () => {});
  clock.elapse(2_000 - dueMs);
  gathering.called({});
  call();
  expect(pauses).toEqual([]);
});

it('makes its pauses equal where several fit before something is due', () => {
  const { gathering, fleet, call, pauses } = rig();
  fleet(60, { ms: 1_100 });
  pauses.length = 0;
  gathering.punctual.after(120, () => {});
  for (let n = 0; n < 3; n += 1) call();
  expect(pauses).toEqual([40, 40, 40]);
});

it('does not pause while something is under way', () => {
  const { gathering, fleet, call, pauses } = rig();
  fleet(60, { ms: 1_100 });
  pauses.length = 0;
  gathering.underWay.begin();
  gathering.underWay.begin();
  call();
  gathering.underWay.end();
  call();
  expect(pauses).toEqual([]);
  gathering.underWay.end();
  call();
  expect(pauses).toEqual([50]);
});

it('does not pause for half a second behind a request over HTTP', () => {
  const { clock, gathering, fleet } = rig();
  fleet(60, { ms: 1_100 });
  const connection = {};
  gathering.asked(connection);
  expect(fleet(60, { ms: 480 })).toEqual([]);
  gathering.asked(connection);
  expect(fleet(60, { ms: 480 })).toEqual([]);
  clock.advance(20);
  expect(fleet(60, { ms: 100 })).not.toEqual([]);
});

it('pauses behind a page that asks now and then', () => {
  const { clock, gathering, fleet, call, pauses } = rig();
  fleet(60, { ms: 1_100 });
  const page = {};
  gathering.asked(page);
  for (let n = 0; n < 3; n += 1) {
    fleet(60, { ms: 2_000 });
    gathering.asked(page);
    pauses.length = 0;
    call();
    expect(pauses).toEqual([50]);
  }
  clock.advance(100);
  gathering.asked(page);
  call();
  expect(pauses).toEqual([50]);
});

it('waits for what is still to be done at the end of a turn', () => {
  const { gathering, turns, turn, fleet, pauses } = rig();
  fleet(60, { ms: 1_100 });
  pauses.length = 0;
  gathering.called({});
  gathering.turnDone();
  turns.isIdle = false;
  turn();
  expect(pauses).toEqual([]);
  turns.isIdle = true;
  gathering.turnDone();
  turn();
  expect(pauses).toEqual([50]);
});

it('does not pause amid a burst', () => {
  const { gathering, turn, fleet, call, pauses } = rig();
  fleet(60, { ms: 1_100 });
  pauses.length = 0;
  for (let n = 0; n < 25; n += 1) gathering.called({});
  gathering.turnDone();
  turn();
  expect(pauses).toEqual([]);
  call();
  expect(pauses).toEqual([50]);
});

it('does not pause for a fleet that reports all at once, every ten seconds', () => {
  const { clock, gathering, turn, pauses } = rig();
  for (let burst = 0; burst < 3; burst += 1) {
    for (let n = 0; n < 60; n += 1) {
      for (let calls = 0; calls < 10; calls += 1) gathering.called({});
      gathering.turnDone();
      turn();
      clock.advance(2);
    }
    clock.advance(10_000);
  }
  expect(pauses).toEqual([]);
});

it('does not pause for turns in which nobody called', () => {
  const { gathering, turn, fleet, pauses } = rig();
  fleet(60, { ms: 1_100 });
  pauses.length = 0;
  gathering.turnDone();
  turn();
  expect(pauses).toEqual([]);
});

it('stays awake for an agent that sends one call behind the other, and no longer than it does', () => {
  const { clock, fleet, call, pauses } = rig();
  fleet(60, { ms: 1_100 });
  pauses.length = 0;
  const agent = {};
  for (let n = 0; n < 100; n += 1) {
    call(agent);
    clock.advance(1);
  }
  expect(pauses).toEqual([50, 50, 50]);
  clock.advance(500);
  expect(fleet(60, { ms: 100 })).not.toEqual([]);
});

it('takes agents that report every second for what they are', () => {
  const { fleet } = rig();
  const agents = Array.from({ length: 100 }, () => ({}));
  expect(fleet(100, { ms: 5_000, agents }).length).toBeGreaterThan(50);
});

it('does not take for a pause what the process stood still beyond it', () => {
  let oversleepMs = 0;
  const { clock, gathering, fleet, call } = rig({ oversleepMs: () => oversleepMs });
  fleet(60, { ms: 1_100 });
  const beforeMs = clock.now();
  oversleepMs = 10_000;
  call();
  expect(clock.now() - beforeMs).toBe(10_050);
  expect(gathering.pausedMsSince(beforeMs)).toBe(50);
});

it('tells how much of the time since a moment was a pause', () => {
  const { clock, gathering, fleet, call } = rig();
  fleet(60, { ms: 1_100 });
  const beforeMs = clock.now();
  call();
  clock.advance(7);
  expect(gathering.pausedMsSince(beforeMs - 10)).toBe(50);
  expect(gathering.pausedMsSince(beforeMs + 20)).toBe(30);
  expect(gathering.pausedMsSince(beforeMs + 55)).toBe(0);
});
