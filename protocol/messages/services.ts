/**
 * The two services of an agent's connection as tables. The `.proto` files beside this are the source; a test compares
 * the tables with them method by method.
 */
import { bidi, serverStream, unary } from '../drpc/service.ts';
import { coder, google } from './generated/messages.js';

export { coder, google };

const { v2: agent } = coder.agent;
const { v2: tailnet } = coder.tailnet;

/** `coder.agent.v2.Agent`, API 2.0 to 2.13. */
export const agentService = {
  name: 'coder.agent.v2.Agent',
  methods: {
    GetManifest: unary(agent.GetManifestRequest, agent.Manifest),
    GetServiceBanner: unary(agent.GetServiceBannerRequest, agent.ServiceBanner),
    UpdateStats: unary(agent.UpdateStatsRequest, agent.UpdateStatsResponse),
    UpdateLifecycle: unary(agent.UpdateLifecycleRequest, agent.Lifecycle),
    BatchUpdateAppHealths: unary(agent.BatchUpdateAppHealthRequest, agent.BatchUpdateAppHealthResponse),
    UpdateStartup: unary(agent.UpdateStartupRequest, agent.Startup),
    BatchUpdateMetadata: unary(agent.BatchUpdateMetadataRequest, agent.BatchUpdateMetadataResponse),
    BatchCreateLogs: unary(agent.BatchCreateLogsRequest, agent.BatchCreateLogsResponse),
    GetAnnouncementBanners: unary(agent.GetAnnouncementBannersRequest, agent.GetAnnouncementBannersResponse),
    ScriptCompleted: unary(agent.WorkspaceAgentScriptCompletedRequest, agent.WorkspaceAgentScriptCompletedResponse),
    GetResourcesMonitoringConfiguration: unary(
      agent.GetResourcesMonitoringConfigurationRequest,
      agent.GetResourcesMonitoringConfigurationResponse,
    ),
    PushResourcesMonitoringUsage: unary(
      agent.PushResourcesMonitoringUsageRequest,
      agent.PushResourcesMonitoringUsageResponse,
    ),
    ReportConnection: unary(agent.ReportConnectionRequest, google.protobuf.Empty),
    CreateSubAgent: unary(agent.CreateSubAgentRequest, agent.CreateSubAgentResponse),
    DeleteSubAgent: unary(agent.DeleteSubAgentRequest, agent.DeleteSubAgentResponse),
    ListSubAgents: unary(agent.ListSubAgentsRequest, agent.ListSubAgentsResponse),
    ReportBoundaryLogs: unary(agent.ReportBoundaryLogsRequest, agent.ReportBoundaryLogsResponse),
    UpdateAppStatus: unary(agent.UpdateAppStatusRequest, agent.UpdateAppStatusResponse),
    PushContextState: unary(agent.PushContextStateRequest, agent.PushContextStateResponse),
  },
} as const;

/** `coder.tailnet.v2.Tailnet`, API 2.0 to 2.13. */
export const tailnetService = {
  name: 'coder.tailnet.v2.Tailnet',
  methods: {
    StreamDERPMaps: serverStream(tailnet.StreamDERPMapsRequest, tailnet.DERPMap),
    Coordinate: bidi(tailnet.CoordinateRequest, tailnet.CoordinateResponse),
    PostTelemetry: unary(tailnet.TelemetryRequest, tailnet.TelemetryResponse),
    RefreshResumeToken: unary(tailnet.RefreshResumeTokenRequest, tailnet.RefreshResumeTokenResponse),
    WorkspaceUpdates: serverStream(tailnet.WorkspaceUpdatesRequest, tailnet.WorkspaceUpdate),
  },
} as const;

/** The newest minor version of API 2 whose methods and fields are listed here. */
export const apiVersion = { major: 2, minor: 13 } as const;
