import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { AgentChange } from '../../../db/types.ts';
import { agentEndpointRig, FakeAgentSocket } from '../../support/agent-endpoint.ts';

/** What `ws` says of a socket that broke. */
const BROKEN = 1006;

const came = (changes: AgentChange[]) => changes.map(({ connection }) => connection?.connected);
const reasons = (changes: AgentChange[]) => changes.map(({ connections }) => connections?.[0]?.reason);

/** So many agents of which telling anything takes so long. */
function fleet({ agents, tellingMs = 0 }: { agents: number; tellingMs?: number }) {
  const rig = agentEndpointRig({ tellingMs });
  const sockets = Array.from({ length: agents }, (_, agent) => rig.connect(new FakeAgentSocket(), `agent ${agent}`));
  rig.told.length = 0;
  return { ...rig, sockets };
}

function breakAll(sockets: FakeAgentSocket[]): void {
  for (const socket of sockets) socket.emit('close', BROKEN);
}

describe('sockets that break in the same instant', () => {
  it('are dealt with in several turns where they would take longer than 10 ms', async () => {
    const { sockets, told, registry } = fleet({ agents: 5, tellingMs: 6 });
    breakAll(sockets);
    const perTurn: number[] = [];
    while (registry.size > 0) {
      await turn();
      perTurn.push(told.length);
    }
    expect(perTurn).toEqual([2, 4, 5]);
    expect(reasons(told)).toEqual(Array(5).fill('lost'));
  });

  it('are no longer sockets of the gateway at once', () => {
    const { sockets, endpoint } = fleet({ agents: 3 });
    breakAll(sockets);
    expect(endpoint.sockets).toBe(0);
  });

  it('keep no gateway from closing, which waits for all of their ends', async () => {
    const { sockets, told, endpoint } = fleet({ agents: 5, tellingMs: 60 });
    breakAll(sockets.slice(1));
    await endpoint.close();
    expect(reasons(told)).toEqual([...Array(4).fill('lost'), 'closed']);
  });

  it('are told with their own reason by a gateway that ends before it has come to them', async () => {
    const { sockets, told, endpoint, registry } = fleet({ agents: 3 });
    breakAll(sockets.slice(0, 2));
    registry.tellAllGone();
    await endpoint.close();
    expect(reasons(told)).toEqual(['lost', 'lost', 'draining']);
  });
});

describe('an agent that is back before its last connection has been dealt with', () => {
  it('is gone and then here, and has replaced nobody', async () => {
    const { clock, sockets, told, registry, replaced, connect } = fleet({ agents: 1 });
    breakAll(sockets);
    clock.elapse(1);
    connect(new FakeAgentSocket(), 'agent 0');
    await turn();
    expect(came(told)).toEqual([false, true]);
    expect(reasons(told)).toEqual(['lost', null]);
    const [gone, here] = told.map(({ connection }) => connection?.number ?? 0);
    expect(here).toBeGreaterThan(gone as number);
    expect(registry.size).toBe(1);
    expect(replaced).toEqual([]);
  });

  it('has its allowance of keys and calls from before, once', async () => {
    const { sockets, registry, connect } = fleet({ agents: 1 });
    const [before] = registry.connections();
    breakAll(sockets);
    connect(new FakeAgentSocket(), 'agent 0');
    await turn();
    const [now] = registry.connections();
    expect(now?.allowance).toBe(before?.allowance);
  });

  it('takes over from a connection that is still open', async () => {
    const { sockets, told, replaced, connect } = fleet({ agents: 1 });
    connect(new FakeAgentSocket(), 'agent 0');
    await turn();
    expect(sockets[0]?.closedWith).toBe(4409);
    expect(replaced).toHaveLength(1);
    expect(reasons(told)).toEqual(['replaced', null]);
  });
});
