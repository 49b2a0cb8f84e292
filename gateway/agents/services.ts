import type { AgentChange, AgentRecord } from '../../db/types.ts';
import type { Call, ServiceHandlers } from '../../protocol/drpc/handlers.ts';
import type { agentService, tailnetService } from '../../protocol/messages/services.ts';
import type { Metrics } from '../metrics.ts';
import type { AgentConnection } from './connection.ts';
import type { KeptReader } from './kept.ts';
import { EMPTY_DERP_MAP, manifestOf } from './manifest.ts';

/** What the calls of agents lead to. */
export interface AgentEffects {
  /**
   * Takes a report in. Resolves when it may be answered, which depends on `--ack`; undefined when it may be at once.
   */
  report(request: Uint8Array, connection: AgentConnection): Promise<void> | undefined;
  /** Keeps what an agent says of itself with the next flush. Resolves as {@link report} does. */
  keep(change: AgentChange): Promise<void> | undefined;
  /** The same for what need not have been kept when the agent is answered, since it says it again. */
  note(change: AgentChange): void;
  /** Counts what agents say. */
  metrics: Pick<Metrics, 'lifecycleChanges' | 'appHealthUpdates' | 'scriptsCompleted' | 'agentSessions' | 'logLines'>;
}

/** How often agents are to report network statistics, in seconds. Coder's own default. */
const STATS_INTERVAL_SECONDS = 30;
/** Coder's own defaults for the resources monitor: a reading each 10 s, 20 of them kept. */
const RESOURCES_MONITORING = { numDatapoints: 20, collectionIntervalSeconds: 10 };

/**
 * States of an agent that ends. Coder's agent has five seconds for all that it says then, one state behind the other: held
 * until a flush, the first would be the last. They are stored with the next flush all the same.
 */
const LAST_STATES: ReadonlySet<string> = new Set(['shutting_down', 'shutdown_timeout', 'shutdown_error', 'off']);

type AgentCall = Call<AgentConnection>;

/**
 * The handlers of `coder.agent.v2.Agent`. Methods that agents live without (sub agents, app status, boundary logs,
 * context state) are left out and so answered with "Unimplemented"; none of them is fatal to an agent.
 */
export function agentHandlers(
  effects: AgentEffects,
  reader: KeptReader,
): ServiceHandlers<typeof agentService, AgentConnection> {
  const { metrics } = effects;
  const noteRecords = <Record extends AgentRecord>(call: AgentCall, records: Record[]) => {
    if (records.length > 0) effects.note({ agentId: call.context.identity.agentId, records });
    return records;
  };
  return {
    GetManifest: (_request, call) => manifestOf(call.context.identity),
    GetServiceBanner: () => ({}),
    GetAnnouncementBanners: () => ({ announcementBanners: [] }),
    GetResourcesMonitoringConfiguration: () => ({ config: RESOURCES_MONITORING, volumes: [] }),
    BatchUpdateMetadata: {
      // Not async: that would keep the request's memory until it is answered.
      raw(request: Uint8Array, call: AgentCall) {
        return emptyReplyBehind(effects.report(request, call.context));
      },
    },
    async BatchCreateLogs(request, call) {
      const logs = reader.logLines(request, call.context.stampUs());
      metrics.logLines.inc(logs.length);
      if (logs.length > 0) await effects.keep({ agentId: call.context.identity.agentId, logs });
      // True would end the agent's sending of logs for good; here the newest lines stay and older ones give way.
      return { logLimitExceeded: false };
    },
    async UpdateLifecycle(request, call) {
      const lifecycle = reader.lifecycle(request, call.context.stampUs());
      metrics.lifecycleChanges.inc({ state: lifecycle.state });
      const change = { agentId: call.context.identity.agentId, lifecycle };
      if (LAST_STATES.has(lifecycle.state)) effects.note(change);
      else await effects.keep(change);
      return request.lifecycle ?? {};
    },
    // Not held until it is stored: Coder's agent starts nothing before it is answered, and says it on each connection.
    UpdateStartup(request, call) {
      const startup = reader.startup(request, call.context.stampUs());
      effects.note({ agentId: call.context.identity.agentId, startup });
      return request.startup ?? {};
    },
    UpdateStats(request, call) {
      noteRecords(call, reader.stats(request, call.context.stampUs()));
      return { reportInterval: { seconds: STATS_INTERVAL_SECONDS, nanos: 0 } };
    },
    PushResourcesMonitoringUsage(request, call) {
      noteRecords(call, reader.resources(request, call.context.stampUs()));
      return {};
    },
    BatchUpdateAppHealths(request, call) {
      for (const { body } of noteRecords(call, reader.appHealths(request, call.context.stampUs()))) {
        metrics.appHealthUpdates.inc({ health: body.health });
      }
      return {};
    },
    ScriptCompleted(request, call) {
      for (const { body } of noteRecords(call, reader.scriptTiming(request, call.context.stampUs()))) {
        metrics.scriptsCompleted.inc({ status: body.status });
      }
      return {};
    },
    ReportConnection(request, call) {
      for (const { body } of noteRecords(call, reader.session(request, call.context.stampUs()))) {
        if (body.connectedAtUs !== undefined) metrics.agentSessions.inc({ type: body.type ?? 'unspecified' });
      }
      return {};
    },
  };
}

function emptyReplyBehind(answerable: Promise<void> | undefined): object | Promise<object> {
  return answerable === undefined ? {} : answerable.then(() => ({}));
}

/** The handlers of the agent's part of `coder.tailnet.v2.Tailnet`: both streams are held, since an agent gives up without. */
export function tailnetHandlers(): ServiceHandlers<typeof tailnetService, AgentConnection> {
  return {
    StreamDERPMaps: {
      onRequest(_request, call) {
        call.send(EMPTY_DERP_MAP);
      },
    },
    Coordinate: {
      onRequest(request, call) {
        if (request.disconnect) call.finish();
      },
    },
    PostTelemetry: () => ({}),
  };
}
