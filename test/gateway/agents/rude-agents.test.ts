import { describe, expect, it } from 'vitest';
import type { Ending } from '../../../gateway/agents/endings.ts';
import { agentEndpointRig, FakeAgentSocket } from '../../support/agent-endpoint.ts';

/** The socket of an agent that answers no close frame. */
class RudeSocket extends FakeAgentSocket {
  terminated = false;

  override close(code: number): void {
    this.closedWith ??= code;
  }

  override terminate(): void {
    this.terminated = true;
  }
}

describe('an agent that answers no close frame', () => {
  it.each<[Ending, number]>([
    ['revoked', 500],
    ['deleted', 500],
    ['replaced', 2_000],
    ['manifest_changed', 2_000],
  ])('is cut off: %s, after %i ms', (ending, graceMs) => {
    const { clock, registry, connect } = agentEndpointRig();
    const socket = new RudeSocket();
    connect(socket);
    for (const connection of registry.connections()) connection.end(ending);
    expect(socket.closedWith).not.toBeNull();
    clock.advance(graceMs - 1);
    expect(socket.terminated).toBe(false);
    clock.advance(1);
    expect(socket.terminated).toBe(true);
  });
});
