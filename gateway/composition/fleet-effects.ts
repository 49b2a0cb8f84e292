import type { FleetEffects } from '../server/routes/agents.ts';
import type { AgentSide } from './agents.ts';
import type { Neighbours } from './neighbours.ts';
import type { SignIn } from './sign-in.ts';
import type { ValueSide } from './values.ts';

/** What changes by HTTP set off, here and at the other gateways. */
export function createFleetEffects(parts: {
  values: ValueSide;
  agents: AgentSide;
  signIn: SignIn;
  neighbours: Neighbours;
}): FleetEffects {
  const { batcher, hub } = parts.values;
  const { comparison, busLink } = parts.neighbours;
  const compareEverywhere = () => {
    void comparison.now();
    busLink.bus.announceReread();
  };
  return {
    changed: () => {
      batcher.touch();
      hub.wake('local');
    },
    described: compareEverywhere,
    relabelled: () => busLink.bus.announceReread(),
    deleted: (agentId) => {
      batcher.forgetAgent(agentId);
      parts.agents.registry.letGoOf(agentId);
    },
    revoked: () => {
      parts.signIn.authenticator.forgetAll();
      compareEverywhere();
    },
  };
}
