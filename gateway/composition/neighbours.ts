import { hostname } from 'node:os';
import { restoreConfiguredToken } from '../auth/admin-token.ts';
import { hashToken } from '../auth/token.ts';
import { BusLink } from '../bus-link.ts';
import { Comparison } from '../comparison.ts';
import type { Health } from '../health.ts';
import { Presence } from '../presence.ts';
import type { AgentSide } from './agents.ts';
import type { Base } from './base.ts';
import type { SignIn } from './sign-in.ts';
import type { ValueSide } from './values.ts';

/** What gateways on one database know of each other, and how what is done at one takes effect at the others. */
export interface Neighbours {
  presence: Presence;
  comparison: Comparison;
  busLink: BusLink;
}

interface Others {
  values: ValueSide;
  agents: AgentSide;
  signIn: SignIn;
  health: Health;
}

export function createNeighbours(base: Base, others: Others): Neighbours {
  const comparison = createComparison(base, others);
  return { presence: createPresence(base, others), comparison, busLink: createBusLink(base, others, comparison) };
}

function createPresence({ config, log, id, clock, db }: Base, { values, agents }: Others): Presence {
  const { adminToken } = config;
  return new Presence({
    clock,
    db,
    gateway: {
      ...{ id, host: hostname(), pid: process.pid },
      ...(adminToken !== undefined && { configuredTokenHash: hashToken(adminToken) }),
    },
    onChange: values.change,
    onOverdue: async () => {
      agents.registry.tellAll();
      if (adminToken !== undefined) await restoreConfiguredToken(db, adminToken);
    },
    log,
  });
}

function createComparison({ log, clock, db }: Base, { agents, signIn }: Others): Comparison {
  return new Comparison({
    clock,
    db,
    registry: agents.registry,
    forgetTokens: () => signIn.authenticator.forgetAll(),
    checkWatchers: () => signIn.watcherTokens.check(),
    log,
  });
}

function createBusLink(base: Base, { values, signIn, health }: Others, comparison: Comparison): BusLink {
  const { config, databaseUrl, log, id, clock, db, metrics } = base;
  const { hub } = values;
  return new BusLink({
    clock,
    db,
    listenUrl: config.listenUrl ?? databaseUrl,
    gatewayId: id,
    mode: config.bus,
    pollIntervalMs: config.flushIntervalMs,
    log,
    onWake: (source, own) => {
      metrics.busWakeups.inc({ source });
      // Nobody waits for what came from here: that read may wait for the wake-ups that follow.
      hub.wake(own ? 'local' : source);
    },
    onReread: () => {
      signIn.authenticator.forgetAll();
      void comparison.now();
      hub.wake('notify');
    },
    onLag: (seconds) => metrics.busLag.observe(seconds),
    onHealth: (degraded) => health.busChanged(degraded),
  });
}
