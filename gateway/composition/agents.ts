import { AgentEndpoint } from '../agents/endpoint.ts';
import { Intake } from '../agents/intake.ts';
import { AgentRegistry } from '../agents/registry.ts';
import type { Base } from './base.ts';
import type { ValueSide } from './values.ts';

/** Agents' connections to this gateway: socket → session → calls → intake. */
export interface AgentSide {
  registry: AgentRegistry;
  endpoint: AgentEndpoint;
}

export function createAgentSide(base: Base, { batcher, hub, change }: ValueSide): AgentSide {
  const { config, log, clock, endOfTurn, gathering, collectionClock, nowUs, metrics } = base;
  const registry = new AgentRegistry({
    nowUs,
    onChange: change,
    onEnded: (reason) => metrics.connectionsEnded.inc({ reason }),
    onReplaced: (connection) => {
      metrics.connectionsReplaced.inc();
      log.info({ agent: connection.identity.agentId }, 'a newer connection replaced an older one of the same agent');
    },
  });
  const intake = new Intake({ clock, batcher, live: hub, config, metrics, log });
  const endpoint = new AgentEndpoint({
    clock,
    collectionClock,
    endOfTurn,
    config,
    registry,
    onCall: (connection) => gathering.called(connection),
    onBulk: () => gathering.stayAwake(),
    effects: {
      report: (request, connection) => intake.report(request, connection),
      keep: (agentChange) => intake.keep(agentChange),
      note: change,
      metrics,
    },
    metrics,
    log,
  });
  return { registry, endpoint };
}
