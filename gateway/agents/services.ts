import type { AgentChange } from '../../db/types.ts';
import type { Call, ServiceHandlers } from '../../protocol/drpc/handlers.ts';
import { type agentService, coder, type google, type tailnetService } from '../../protocol/messages/services.ts';
import type { AgentConnection } from './connection.ts';
import { EMPTY_DERP_MAP, manifestOf } from './manifest.ts';

/** What the calls of agents lead to. */
export interface AgentEffects {
  /**
   * Takes a report in. Resolves when it may be answered, which depends on `--ack`; undefined when it may be at once.
   */
  report(request: Uint8Array, connection: AgentConnection): Promise<void> | undefined;
  /** Something about the agent itself has changed. */
  change(change: AgentChange): void;
}

/** How often agents are to report network statistics, in seconds. Coder's own default. */
const STATS_INTERVAL_SECONDS = 30;
/** Coder's own defaults for the resources monitor: a reading each 10 s, 20 of them kept. */
const RESOURCES_MONITORING = { numDatapoints: 20, collectionIntervalSeconds: 10 };

type AgentCall = Call<AgentConnection>;

/**
 * The handlers of `coder.agent.v2.Agent`. Methods that agents live without (sub agents, app status, boundary logs,
 * context state) are left out and so answered with "Unimplemented"; none of them is fatal to an agent.
 */
export function agentHandlers(effects: AgentEffects): ServiceHandlers<typeof agentService, AgentConnection> {
  return {
    GetManifest: (_request, call) => manifestOf(call.context.identity),
    GetServiceBanner: () => ({}),
    GetAnnouncementBanners: () => ({ announcementBanners: [] }),
    UpdateStats: () => ({ reportInterval: { seconds: STATS_INTERVAL_SECONDS, nanos: 0 } }),
    GetResourcesMonitoringConfiguration: () => ({ config: RESOURCES_MONITORING, volumes: [] }),
    PushResourcesMonitoringUsage: () => ({}),
    BatchUpdateAppHealths: () => ({}),
    BatchCreateLogs: () => ({ logLimitExceeded: false }),
    ScriptCompleted: () => ({}),
    ReportConnection: () => ({}),
    BatchUpdateMetadata: {
      async raw(request: Uint8Array, call: AgentCall) {
        await effects.report(request, call.context);
        return {};
      },
    },
    UpdateLifecycle(request, call) {
      const lifecycle = request.lifecycle ?? {};
      effects.change({
        agentId: call.context.identity.agentId,
        lifecycle: { state: lifecycleName(lifecycle.state), changedAtUs: microseconds(lifecycle.changedAt) },
      });
      return lifecycle;
    },
    UpdateStartup(request, call) {
      const startup = request.startup ?? {};
      effects.change({
        agentId: call.context.identity.agentId,
        startup: {
          version: storable(startup.version),
          expandedDirectory: storable(startup.expandedDirectory),
          subsystems: (startup.subsystems ?? []).map((subsystem) =>
            (coder.agent.v2.Startup.Subsystem[subsystem] ?? 'unspecified').toLowerCase(),
          ),
        },
      });
      return startup;
    },
  };
}

/** The handlers of the agent's part of `coder.tailnet.v2.Tailnet`: both streams are held, since an agent gives up without. */
export function tailnetHandlers(): ServiceHandlers<typeof tailnetService, AgentConnection> {
  return {
    async StreamDERPMaps(_request, call) {
      await call.send(EMPTY_DERP_MAP);
      await call.aborted;
    },
    async Coordinate(call) {
      for await (const request of call) if (request.disconnect) return;
    },
    PostTelemetry: () => ({}),
  };
}

function lifecycleName(state: coder.agent.v2.Lifecycle.State | null | undefined): string {
  return (coder.agent.v2.Lifecycle.State[state ?? 0] ?? 'unspecified').toLowerCase();
}

function microseconds(time: google.protobuf.Timestamp.$Properties | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1e6 + Math.floor((time?.nanos ?? 0) / 1e3);
}

/** PostgreSQL's text takes every character but NUL. */
function storable(text: string | null | undefined): string {
  return (text ?? '').replaceAll('\0', '\uFFFD');
}
