import { describe, expect, it } from 'vitest';
import { Troubles } from '../../../gateway/dashboard/state/troubles.ts';

/** Troubles by a clock of the test's, with a gateway that says what the test wants of its database. */
function rig() {
  const state = { nowMs: 1_000_000, databaseAway: false };
  const troubles = new Troubles({ databaseAway: async () => state.databaseAway, nowMs: () => state.nowMs });
  const pass = async (ms: number) => {
    state.nowMs += ms;
    troubles.tick();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { state, troubles, pass, told: () => troubles.problems.value };
}

describe("the page's own connection", () => {
  it('is told of as lost once that has lasted, since when it was lost', async () => {
    const { troubles, pass, told } = rig();
    troubles.connection('live');
    troubles.connection('waiting');
    await pass(1_999);
    expect(told()).toEqual([]);
    troubles.connection('connecting');
    await pass(1);
    expect(told()).toEqual([{ code: 'page', sinceMs: 1_000_000 }]);
    troubles.connection('live');
    expect(told()).toEqual([]);
  });

  it('is not lost while a snapshot is on its way, however long that takes', async () => {
    const { troubles, pass, told } = rig();
    troubles.connection('connecting');
    troubles.connection('synchronizing');
    await pass(60_000);
    expect(told()).toEqual([]);
  });

  it.each(['waiting', 'synchronizing'] as const)(
    'says that the database is away where that is why (%s)',
    async (at) => {
      const { state, troubles, pass, told } = rig();
      state.databaseAway = true;
      troubles.connection('connecting');
      troubles.connection(at);
      await pass(2_000);
      expect(told()).toEqual([{ code: 'page_database', sinceMs: 1_000_000 }]);
    },
  );

  it('is asked for again: the gateway may be gone too', async () => {
    const { state, troubles, pass, told } = rig();
    state.databaseAway = true;
    troubles.connection('waiting');
    await pass(2_000);
    state.databaseAway = false;
    await pass(5_000);
    expect(told()).toEqual([{ code: 'page', sinceMs: 1_000_000 }]);
  });
});

describe('what the gateway gives notice of', () => {
  it('keeps its beginning over a reconnect, where it is told again', async () => {
    const { troubles, pass, told } = rig();
    troubles.connection('live');
    troubles.notice('bus_degraded');
    await pass(60_000);
    troubles.connection('waiting');
    troubles.connection('live');
    expect(told()).toEqual([{ code: 'bus_degraded', sinceMs: 1_000_000 }]);
    troubles.notice('bus_degraded');
    await pass(5_000);
    expect(told()).toEqual([{ code: 'bus_degraded', sinceMs: 1_000_000 }]);
  });

  it('is over where it is not', async () => {
    const { troubles, pass, told } = rig();
    troubles.connection('live');
    troubles.notice('draining');
    troubles.notice('flush_behind');
    troubles.connection('waiting');
    troubles.connection('live');
    // Who shut down is not the one that it came back to.
    expect(told()).toEqual([{ code: 'flush_behind', sinceMs: 1_000_000 }]);
    await pass(999);
    expect(told()).toHaveLength(1);
    await pass(1);
    expect(told()).toEqual([]);
  });
});
