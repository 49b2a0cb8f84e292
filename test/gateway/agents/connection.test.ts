import { describe, expect, it } from 'vitest';
import type { Allowance } from '../../../gateway/agents/allowances.ts';
import { AgentConnection } from '../../../gateway/agents/connection.ts';
import type { AgentIdentity } from '../../../gateway/auth/identity.ts';
import { CollectionClock } from '../../../gateway/collection-clock.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** What the gateway's collection clock shows at first. */
const NOW_US = 1_000_000_000_000;

describe('AgentConnection', () => {
  const connect = (stored: Pick<AgentIdentity, 'connectionNumber' | 'newestCollectedAtUs'>) => {
    const clock = new FakeClock();
    const collectionClock = new CollectionClock({ clock, probe: async () => 0, wallClockUs: () => NOW_US });
    const connection = new AgentConnection(stored as AgentIdentity, {
      monitored: true,
      allowance: {} as Allowance,
      collectionClock,
      carrier: { closeAs: () => {} },
    });
    return { clock, connection };
  };

  it('stamps reports with the time of their arrival', () => {
    const { clock, connection } = connect({ connectionNumber: 0, newestCollectedAtUs: 0 });
    expect(connection.number).toBe(NOW_US);
    clock.elapse(1_000);
    expect(connection.stampUs()).toBe(NOW_US + 1_000_000);
  });

  it('stamps nothing as old as what is stored of the agent, though another gateway’s clock was ahead', () => {
    const newestCollectedAtUs = NOW_US + 30_000_000;
    const { clock, connection } = connect({ connectionNumber: 0, newestCollectedAtUs });
    expect([connection.stampUs(), connection.stampUs()]).toEqual([newestCollectedAtUs + 1, newestCollectedAtUs + 2]);
    // Until its own clock has got there.
    clock.elapse(31_000);
    expect(connection.stampUs()).toBe(NOW_US + 31_000_000);
  });

  it('gives no two reports one time', () => {
    const { connection } = connect({ connectionNumber: 0, newestCollectedAtUs: 0 });
    expect([connection.stampUs(), connection.stampUs()]).toEqual([NOW_US, NOW_US + 1]);
  });

  it('has a number above every earlier connection of the agent', () => {
    const connectionNumber = NOW_US + 30_000_000;
    expect(connect({ connectionNumber, newestCollectedAtUs: 0 }).connection.number).toBe(connectionNumber + 1);
  });
});
