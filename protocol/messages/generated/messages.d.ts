// Made by scripts/codegen.ts from the .proto files beside this folder. Do not edit: run `npm run codegen`.
import * as $protobuf from "protobufjs";

export namespace coder {

 namespace agent {

  namespace v2 {

   enum AppHealth {
    APP_HEALTH_UNSPECIFIED = 0,
    DISABLED = 1,
    INITIALIZING = 2,
    HEALTHY = 3,
    UNHEALTHY = 4
   }

   interface IWorkspaceApp extends coder.agent.v2.WorkspaceApp.$Properties {
   }

   class WorkspaceApp {
    constructor(properties?: coder.agent.v2.WorkspaceApp.$Properties);
    $unknowns?: Uint8Array[];
    id: Uint8Array;
    url: string;
    external: boolean;
    slug: string;
    displayName: string;
    command: string;
    icon: string;
    subdomain: boolean;
    subdomainName: string;
    sharingLevel: coder.agent.v2.WorkspaceApp.SharingLevel;
    healthcheck?: (coder.agent.v2.WorkspaceApp.Healthcheck.$Properties|null);
    health: coder.agent.v2.WorkspaceApp.Health;
    hidden: boolean;
    static create(properties: coder.agent.v2.WorkspaceApp.$Shape): coder.agent.v2.WorkspaceApp & coder.agent.v2.WorkspaceApp.$Shape;
    static create(properties?: coder.agent.v2.WorkspaceApp.$Properties): coder.agent.v2.WorkspaceApp;
    static encode(message: coder.agent.v2.WorkspaceApp.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.WorkspaceApp & coder.agent.v2.WorkspaceApp.$Shape;
   }

   namespace WorkspaceApp {
    interface $Properties {
     id?: (Uint8Array|null);
     url?: (string|null);
     external?: (boolean|null);
     slug?: (string|null);
     displayName?: (string|null);
     command?: (string|null);
     icon?: (string|null);
     subdomain?: (boolean|null);
     subdomainName?: (string|null);
     sharingLevel?: (coder.agent.v2.WorkspaceApp.SharingLevel|null);
     healthcheck?: (coder.agent.v2.WorkspaceApp.Healthcheck.$Properties|null);
     health?: (coder.agent.v2.WorkspaceApp.Health|null);
     hidden?: (boolean|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.WorkspaceApp.$Properties;

    enum SharingLevel {
     SHARING_LEVEL_UNSPECIFIED = 0,
     OWNER = 1,
     AUTHENTICATED = 2,
     PUBLIC = 3,
     ORGANIZATION = 4
    }

    enum Health {
     HEALTH_UNSPECIFIED = 0,
     DISABLED = 1,
     INITIALIZING = 2,
     HEALTHY = 3,
     UNHEALTHY = 4
    }

    interface IHealthcheck extends coder.agent.v2.WorkspaceApp.Healthcheck.$Properties {
    }

    class Healthcheck {
     constructor(properties?: coder.agent.v2.WorkspaceApp.Healthcheck.$Properties);
     $unknowns?: Uint8Array[];
     url: string;
     interval?: (google.protobuf.Duration.$Properties|null);
     threshold: number;
     static create(properties: coder.agent.v2.WorkspaceApp.Healthcheck.$Shape): coder.agent.v2.WorkspaceApp.Healthcheck & coder.agent.v2.WorkspaceApp.Healthcheck.$Shape;
     static create(properties?: coder.agent.v2.WorkspaceApp.Healthcheck.$Properties): coder.agent.v2.WorkspaceApp.Healthcheck;
     static encode(message: coder.agent.v2.WorkspaceApp.Healthcheck.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.WorkspaceApp.Healthcheck & coder.agent.v2.WorkspaceApp.Healthcheck.$Shape;
    }

    namespace Healthcheck {
     interface $Properties {
      url?: (string|null);
      interval?: (google.protobuf.Duration.$Properties|null);
      threshold?: (number|null);
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.agent.v2.WorkspaceApp.Healthcheck.$Properties;
    }
   }

   interface IWorkspaceAgentScript extends coder.agent.v2.WorkspaceAgentScript.$Properties {
   }

   class WorkspaceAgentScript {
    constructor(properties?: coder.agent.v2.WorkspaceAgentScript.$Properties);
    $unknowns?: Uint8Array[];
    logSourceId: Uint8Array;
    logPath: string;
    script: string;
    cron: string;
    runOnStart: boolean;
    runOnStop: boolean;
    startBlocksLogin: boolean;
    timeout?: (google.protobuf.Duration.$Properties|null);
    displayName: string;
    id: Uint8Array;
    static create(properties: coder.agent.v2.WorkspaceAgentScript.$Shape): coder.agent.v2.WorkspaceAgentScript & coder.agent.v2.WorkspaceAgentScript.$Shape;
    static create(properties?: coder.agent.v2.WorkspaceAgentScript.$Properties): coder.agent.v2.WorkspaceAgentScript;
    static encode(message: coder.agent.v2.WorkspaceAgentScript.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.WorkspaceAgentScript & coder.agent.v2.WorkspaceAgentScript.$Shape;
   }

   namespace WorkspaceAgentScript {
    interface $Properties {
     logSourceId?: (Uint8Array|null);
     logPath?: (string|null);
     script?: (string|null);
     cron?: (string|null);
     runOnStart?: (boolean|null);
     runOnStop?: (boolean|null);
     startBlocksLogin?: (boolean|null);
     timeout?: (google.protobuf.Duration.$Properties|null);
     displayName?: (string|null);
     id?: (Uint8Array|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.WorkspaceAgentScript.$Properties;
   }

   interface IWorkspaceAgentMetadata extends coder.agent.v2.WorkspaceAgentMetadata.$Properties {
   }

   class WorkspaceAgentMetadata {
    constructor(properties?: coder.agent.v2.WorkspaceAgentMetadata.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.agent.v2.WorkspaceAgentMetadata.$Shape): coder.agent.v2.WorkspaceAgentMetadata & coder.agent.v2.WorkspaceAgentMetadata.$Shape;
    static create(properties?: coder.agent.v2.WorkspaceAgentMetadata.$Properties): coder.agent.v2.WorkspaceAgentMetadata;
    static encode(message: coder.agent.v2.WorkspaceAgentMetadata.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.WorkspaceAgentMetadata & coder.agent.v2.WorkspaceAgentMetadata.$Shape;
   }

   namespace WorkspaceAgentMetadata {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.WorkspaceAgentMetadata.$Properties;

    interface IResult extends coder.agent.v2.WorkspaceAgentMetadata.Result.$Properties {
    }

    class Result {
     constructor(properties?: coder.agent.v2.WorkspaceAgentMetadata.Result.$Properties);
     $unknowns?: Uint8Array[];
     collectedAt?: (google.protobuf.Timestamp.$Properties|null);
     age: number;
     value: string;
     error: string;
     static create(properties: coder.agent.v2.WorkspaceAgentMetadata.Result.$Shape): coder.agent.v2.WorkspaceAgentMetadata.Result & coder.agent.v2.WorkspaceAgentMetadata.Result.$Shape;
     static create(properties?: coder.agent.v2.WorkspaceAgentMetadata.Result.$Properties): coder.agent.v2.WorkspaceAgentMetadata.Result;
     static encode(message: coder.agent.v2.WorkspaceAgentMetadata.Result.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.WorkspaceAgentMetadata.Result & coder.agent.v2.WorkspaceAgentMetadata.Result.$Shape;
    }

    namespace Result {
     interface $Properties {
      collectedAt?: (google.protobuf.Timestamp.$Properties|null);
      age?: (number|null);
      value?: (string|null);
      error?: (string|null);
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.agent.v2.WorkspaceAgentMetadata.Result.$Properties;
    }

    interface IDescription extends coder.agent.v2.WorkspaceAgentMetadata.Description.$Properties {
    }

    class Description {
     constructor(properties?: coder.agent.v2.WorkspaceAgentMetadata.Description.$Properties);
     $unknowns?: Uint8Array[];
     displayName: string;
     key: string;
     script: string;
     interval?: (google.protobuf.Duration.$Properties|null);
     timeout?: (google.protobuf.Duration.$Properties|null);
     static create(properties: coder.agent.v2.WorkspaceAgentMetadata.Description.$Shape): coder.agent.v2.WorkspaceAgentMetadata.Description & coder.agent.v2.WorkspaceAgentMetadata.Description.$Shape;
     static create(properties?: coder.agent.v2.WorkspaceAgentMetadata.Description.$Properties): coder.agent.v2.WorkspaceAgentMetadata.Description;
     static encode(message: coder.agent.v2.WorkspaceAgentMetadata.Description.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.WorkspaceAgentMetadata.Description & coder.agent.v2.WorkspaceAgentMetadata.Description.$Shape;
    }

    namespace Description {
     interface $Properties {
      displayName?: (string|null);
      key?: (string|null);
      script?: (string|null);
      interval?: (google.protobuf.Duration.$Properties|null);
      timeout?: (google.protobuf.Duration.$Properties|null);
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.agent.v2.WorkspaceAgentMetadata.Description.$Properties;
    }
   }

   interface IWorkspaceAgentDevcontainer extends coder.agent.v2.WorkspaceAgentDevcontainer.$Properties {
   }

   class WorkspaceAgentDevcontainer {
    constructor(properties?: coder.agent.v2.WorkspaceAgentDevcontainer.$Properties);
    $unknowns?: Uint8Array[];
    id: Uint8Array;
    workspaceFolder: string;
    configPath: string;
    name: string;
    subagentId?: (Uint8Array|null);
    static create(properties: coder.agent.v2.WorkspaceAgentDevcontainer.$Shape): coder.agent.v2.WorkspaceAgentDevcontainer & coder.agent.v2.WorkspaceAgentDevcontainer.$Shape;
    static create(properties?: coder.agent.v2.WorkspaceAgentDevcontainer.$Properties): coder.agent.v2.WorkspaceAgentDevcontainer;
    static encode(message: coder.agent.v2.WorkspaceAgentDevcontainer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.WorkspaceAgentDevcontainer & coder.agent.v2.WorkspaceAgentDevcontainer.$Shape;
   }

   namespace WorkspaceAgentDevcontainer {
    interface $Properties {
     id?: (Uint8Array|null);
     workspaceFolder?: (string|null);
     configPath?: (string|null);
     name?: (string|null);
     subagentId?: (Uint8Array|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.WorkspaceAgentDevcontainer.$Properties;
   }

   interface IWorkspaceSecret extends coder.agent.v2.WorkspaceSecret.$Properties {
   }

   class WorkspaceSecret {
    constructor(properties?: coder.agent.v2.WorkspaceSecret.$Properties);
    $unknowns?: Uint8Array[];
    envName: string;
    filePath: string;
    value: Uint8Array;
    static create(properties: coder.agent.v2.WorkspaceSecret.$Shape): coder.agent.v2.WorkspaceSecret & coder.agent.v2.WorkspaceSecret.$Shape;
    static create(properties?: coder.agent.v2.WorkspaceSecret.$Properties): coder.agent.v2.WorkspaceSecret;
    static encode(message: coder.agent.v2.WorkspaceSecret.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.WorkspaceSecret & coder.agent.v2.WorkspaceSecret.$Shape;
   }

   namespace WorkspaceSecret {
    interface $Properties {
     envName?: (string|null);
     filePath?: (string|null);
     value?: (Uint8Array|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.WorkspaceSecret.$Properties;
   }

   interface IManifest extends coder.agent.v2.Manifest.$Properties {
   }

   class Manifest {
    constructor(properties?: coder.agent.v2.Manifest.$Properties);
    $unknowns?: Uint8Array[];
    agentId: Uint8Array;
    gitAuthConfigs: number;
    environmentVariables: { [k: string]: string };
    directory: string;
    vsCodePortProxyUri: string;
    motdPath: string;
    disableDirectConnections: boolean;
    derpForceWebsockets: boolean;
    derpMap?: (coder.tailnet.v2.DERPMap.$Properties|null);
    scripts: coder.agent.v2.WorkspaceAgentScript.$Properties[];
    apps: coder.agent.v2.WorkspaceApp.$Properties[];
    metadata: coder.agent.v2.WorkspaceAgentMetadata.Description.$Properties[];
    ownerUsername: string;
    workspaceId: Uint8Array;
    agentName: string;
    workspaceName: string;
    devcontainers: coder.agent.v2.WorkspaceAgentDevcontainer.$Properties[];
    parentId?: (Uint8Array|null);
    secrets: coder.agent.v2.WorkspaceSecret.$Properties[];
    static create(properties: coder.agent.v2.Manifest.$Shape): coder.agent.v2.Manifest & coder.agent.v2.Manifest.$Shape;
    static create(properties?: coder.agent.v2.Manifest.$Properties): coder.agent.v2.Manifest;
    static encode(message: coder.agent.v2.Manifest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.Manifest & coder.agent.v2.Manifest.$Shape;
   }

   namespace Manifest {
    interface $Properties {
     agentId?: (Uint8Array|null);
     gitAuthConfigs?: (number|null);
     environmentVariables?: ({ [k: string]: string }|null);
     directory?: (string|null);
     vsCodePortProxyUri?: (string|null);
     motdPath?: (string|null);
     disableDirectConnections?: (boolean|null);
     derpForceWebsockets?: (boolean|null);
     derpMap?: (coder.tailnet.v2.DERPMap.$Properties|null);
     scripts?: (coder.agent.v2.WorkspaceAgentScript.$Properties[]|null);
     apps?: (coder.agent.v2.WorkspaceApp.$Properties[]|null);
     metadata?: (coder.agent.v2.WorkspaceAgentMetadata.Description.$Properties[]|null);
     ownerUsername?: (string|null);
     workspaceId?: (Uint8Array|null);
     agentName?: (string|null);
     workspaceName?: (string|null);
     devcontainers?: (coder.agent.v2.WorkspaceAgentDevcontainer.$Properties[]|null);
     parentId?: (Uint8Array|null);
     secrets?: (coder.agent.v2.WorkspaceSecret.$Properties[]|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.Manifest.$Properties;
   }

   interface IGetManifestRequest extends coder.agent.v2.GetManifestRequest.$Properties {
   }

   class GetManifestRequest {
    constructor(properties?: coder.agent.v2.GetManifestRequest.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.agent.v2.GetManifestRequest.$Shape): coder.agent.v2.GetManifestRequest & coder.agent.v2.GetManifestRequest.$Shape;
    static create(properties?: coder.agent.v2.GetManifestRequest.$Properties): coder.agent.v2.GetManifestRequest;
    static encode(message: coder.agent.v2.GetManifestRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.GetManifestRequest & coder.agent.v2.GetManifestRequest.$Shape;
   }

   namespace GetManifestRequest {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.GetManifestRequest.$Properties;
   }

   interface IServiceBanner extends coder.agent.v2.ServiceBanner.$Properties {
   }

   class ServiceBanner {
    constructor(properties?: coder.agent.v2.ServiceBanner.$Properties);
    $unknowns?: Uint8Array[];
    enabled: boolean;
    message: string;
    backgroundColor: string;
    static create(properties: coder.agent.v2.ServiceBanner.$Shape): coder.agent.v2.ServiceBanner & coder.agent.v2.ServiceBanner.$Shape;
    static create(properties?: coder.agent.v2.ServiceBanner.$Properties): coder.agent.v2.ServiceBanner;
    static encode(message: coder.agent.v2.ServiceBanner.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.ServiceBanner & coder.agent.v2.ServiceBanner.$Shape;
   }

   namespace ServiceBanner {
    interface $Properties {
     enabled?: (boolean|null);
     message?: (string|null);
     backgroundColor?: (string|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.ServiceBanner.$Properties;
   }

   interface IGetServiceBannerRequest extends coder.agent.v2.GetServiceBannerRequest.$Properties {
   }

   class GetServiceBannerRequest {
    constructor(properties?: coder.agent.v2.GetServiceBannerRequest.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.agent.v2.GetServiceBannerRequest.$Shape): coder.agent.v2.GetServiceBannerRequest & coder.agent.v2.GetServiceBannerRequest.$Shape;
    static create(properties?: coder.agent.v2.GetServiceBannerRequest.$Properties): coder.agent.v2.GetServiceBannerRequest;
    static encode(message: coder.agent.v2.GetServiceBannerRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.GetServiceBannerRequest & coder.agent.v2.GetServiceBannerRequest.$Shape;
   }

   namespace GetServiceBannerRequest {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.GetServiceBannerRequest.$Properties;
   }

   interface IStats extends coder.agent.v2.Stats.$Properties {
   }

   class Stats {
    constructor(properties?: coder.agent.v2.Stats.$Properties);
    $unknowns?: Uint8Array[];
    connectionsByProto: { [k: string]: number };
    connectionCount: number;
    connectionMedianLatencyMs: number;
    rxPackets: number;
    rxBytes: number;
    txPackets: number;
    txBytes: number;
    sessionCountVscode: number;
    sessionCountJetbrains: number;
    sessionCountReconnectingPty: number;
    sessionCountSsh: number;
    metrics: coder.agent.v2.Stats.Metric.$Properties[];
    sessionCounts: { [k: string]: number };
    static create(properties: coder.agent.v2.Stats.$Shape): coder.agent.v2.Stats & coder.agent.v2.Stats.$Shape;
    static create(properties?: coder.agent.v2.Stats.$Properties): coder.agent.v2.Stats;
    static encode(message: coder.agent.v2.Stats.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.Stats & coder.agent.v2.Stats.$Shape;
   }

   namespace Stats {
    interface $Properties {
     connectionsByProto?: ({ [k: string]: number }|null);
     connectionCount?: (number|null);
     connectionMedianLatencyMs?: (number|null);
     rxPackets?: (number|null);
     rxBytes?: (number|null);
     txPackets?: (number|null);
     txBytes?: (number|null);
     sessionCountVscode?: (number|null);
     sessionCountJetbrains?: (number|null);
     sessionCountReconnectingPty?: (number|null);
     sessionCountSsh?: (number|null);
     metrics?: (coder.agent.v2.Stats.Metric.$Properties[]|null);
     sessionCounts?: ({ [k: string]: number }|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.Stats.$Properties;

    interface IMetric extends coder.agent.v2.Stats.Metric.$Properties {
    }

    class Metric {
     constructor(properties?: coder.agent.v2.Stats.Metric.$Properties);
     $unknowns?: Uint8Array[];
     name: string;
     type: coder.agent.v2.Stats.Metric.Type;
     value: number;
     labels: coder.agent.v2.Stats.Metric.Label.$Properties[];
     static create(properties: coder.agent.v2.Stats.Metric.$Shape): coder.agent.v2.Stats.Metric & coder.agent.v2.Stats.Metric.$Shape;
     static create(properties?: coder.agent.v2.Stats.Metric.$Properties): coder.agent.v2.Stats.Metric;
     static encode(message: coder.agent.v2.Stats.Metric.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.Stats.Metric & coder.agent.v2.Stats.Metric.$Shape;
    }

    namespace Metric {
     interface $Properties {
      name?: (string|null);
      type?: (coder.agent.v2.Stats.Metric.Type|null);
      value?: (number|null);
      labels?: (coder.agent.v2.Stats.Metric.Label.$Properties[]|null);
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.agent.v2.Stats.Metric.$Properties;

     enum Type {
      TYPE_UNSPECIFIED = 0,
      COUNTER = 1,
      GAUGE = 2
     }

     interface ILabel extends coder.agent.v2.Stats.Metric.Label.$Properties {
     }

     class Label {
      constructor(properties?: coder.agent.v2.Stats.Metric.Label.$Properties);
      $unknowns?: Uint8Array[];
      name: string;
      value: string;
      static create(properties: coder.agent.v2.Stats.Metric.Label.$Shape): coder.agent.v2.Stats.Metric.Label & coder.agent.v2.Stats.Metric.Label.$Shape;
      static create(properties?: coder.agent.v2.Stats.Metric.Label.$Properties): coder.agent.v2.Stats.Metric.Label;
      static encode(message: coder.agent.v2.Stats.Metric.Label.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
      static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.Stats.Metric.Label & coder.agent.v2.Stats.Metric.Label.$Shape;
     }

     namespace Label {
      interface $Properties {
       name?: (string|null);
       value?: (string|null);
       $unknowns?: Uint8Array[];
      }
      type $Shape = coder.agent.v2.Stats.Metric.Label.$Properties;
     }
    }
   }

   interface IUpdateStatsRequest extends coder.agent.v2.UpdateStatsRequest.$Properties {
   }

   class UpdateStatsRequest {
    constructor(properties?: coder.agent.v2.UpdateStatsRequest.$Properties);
    $unknowns?: Uint8Array[];
    stats?: (coder.agent.v2.Stats.$Properties|null);
    static create(properties: coder.agent.v2.UpdateStatsRequest.$Shape): coder.agent.v2.UpdateStatsRequest & coder.agent.v2.UpdateStatsRequest.$Shape;
    static create(properties?: coder.agent.v2.UpdateStatsRequest.$Properties): coder.agent.v2.UpdateStatsRequest;
    static encode(message: coder.agent.v2.UpdateStatsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.UpdateStatsRequest & coder.agent.v2.UpdateStatsRequest.$Shape;
   }

   namespace UpdateStatsRequest {
    interface $Properties {
     stats?: (coder.agent.v2.Stats.$Properties|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.UpdateStatsRequest.$Properties;
   }

   interface IUpdateStatsResponse extends coder.agent.v2.UpdateStatsResponse.$Properties {
   }

   class UpdateStatsResponse {
    constructor(properties?: coder.agent.v2.UpdateStatsResponse.$Properties);
    $unknowns?: Uint8Array[];
    reportInterval?: (google.protobuf.Duration.$Properties|null);
    static create(properties: coder.agent.v2.UpdateStatsResponse.$Shape): coder.agent.v2.UpdateStatsResponse & coder.agent.v2.UpdateStatsResponse.$Shape;
    static create(properties?: coder.agent.v2.UpdateStatsResponse.$Properties): coder.agent.v2.UpdateStatsResponse;
    static encode(message: coder.agent.v2.UpdateStatsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.UpdateStatsResponse & coder.agent.v2.UpdateStatsResponse.$Shape;
   }

   namespace UpdateStatsResponse {
    interface $Properties {
     reportInterval?: (google.protobuf.Duration.$Properties|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.UpdateStatsResponse.$Properties;
   }

   interface ILifecycle extends coder.agent.v2.Lifecycle.$Properties {
   }

   class Lifecycle {
    constructor(properties?: coder.agent.v2.Lifecycle.$Properties);
    $unknowns?: Uint8Array[];
    state: coder.agent.v2.Lifecycle.State;
    changedAt?: (google.protobuf.Timestamp.$Properties|null);
    static create(properties: coder.agent.v2.Lifecycle.$Shape): coder.agent.v2.Lifecycle & coder.agent.v2.Lifecycle.$Shape;
    static create(properties?: coder.agent.v2.Lifecycle.$Properties): coder.agent.v2.Lifecycle;
    static encode(message: coder.agent.v2.Lifecycle.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.Lifecycle & coder.agent.v2.Lifecycle.$Shape;
   }

   namespace Lifecycle {
    interface $Properties {
     state?: (coder.agent.v2.Lifecycle.State|null);
     changedAt?: (google.protobuf.Timestamp.$Properties|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.Lifecycle.$Properties;

    enum State {
     STATE_UNSPECIFIED = 0,
     CREATED = 1,
     STARTING = 2,
     START_TIMEOUT = 3,
     START_ERROR = 4,
     READY = 5,
     SHUTTING_DOWN = 6,
     SHUTDOWN_TIMEOUT = 7,
     SHUTDOWN_ERROR = 8,
     OFF = 9
    }
   }

   interface IUpdateLifecycleRequest extends coder.agent.v2.UpdateLifecycleRequest.$Properties {
   }

   class UpdateLifecycleRequest {
    constructor(properties?: coder.agent.v2.UpdateLifecycleRequest.$Properties);
    $unknowns?: Uint8Array[];
    lifecycle?: (coder.agent.v2.Lifecycle.$Properties|null);
    static create(properties: coder.agent.v2.UpdateLifecycleRequest.$Shape): coder.agent.v2.UpdateLifecycleRequest & coder.agent.v2.UpdateLifecycleRequest.$Shape;
    static create(properties?: coder.agent.v2.UpdateLifecycleRequest.$Properties): coder.agent.v2.UpdateLifecycleRequest;
    static encode(message: coder.agent.v2.UpdateLifecycleRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.UpdateLifecycleRequest & coder.agent.v2.UpdateLifecycleRequest.$Shape;
   }

   namespace UpdateLifecycleRequest {
    interface $Properties {
     lifecycle?: (coder.agent.v2.Lifecycle.$Properties|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.UpdateLifecycleRequest.$Properties;
   }

   interface IBatchUpdateAppHealthRequest extends coder.agent.v2.BatchUpdateAppHealthRequest.$Properties {
   }

   class BatchUpdateAppHealthRequest {
    constructor(properties?: coder.agent.v2.BatchUpdateAppHealthRequest.$Properties);
    $unknowns?: Uint8Array[];
    updates: coder.agent.v2.BatchUpdateAppHealthRequest.HealthUpdate.$Properties[];
    static create(properties: coder.agent.v2.BatchUpdateAppHealthRequest.$Shape): coder.agent.v2.BatchUpdateAppHealthRequest & coder.agent.v2.BatchUpdateAppHealthRequest.$Shape;
    static create(properties?: coder.agent.v2.BatchUpdateAppHealthRequest.$Properties): coder.agent.v2.BatchUpdateAppHealthRequest;
    static encode(message: coder.agent.v2.BatchUpdateAppHealthRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.BatchUpdateAppHealthRequest & coder.agent.v2.BatchUpdateAppHealthRequest.$Shape;
   }

   namespace BatchUpdateAppHealthRequest {
    interface $Properties {
     updates?: (coder.agent.v2.BatchUpdateAppHealthRequest.HealthUpdate.$Properties[]|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.BatchUpdateAppHealthRequest.$Properties;

    interface IHealthUpdate extends coder.agent.v2.BatchUpdateAppHealthRequest.HealthUpdate.$Properties {
    }

    class HealthUpdate {
     constructor(properties?: coder.agent.v2.BatchUpdateAppHealthRequest.HealthUpdate.$Properties);
     $unknowns?: Uint8Array[];
     id: Uint8Array;
     health: coder.agent.v2.AppHealth;
     static create(properties: coder.agent.v2.BatchUpdateAppHealthRequest.HealthUpdate.$Shape): coder.agent.v2.BatchUpdateAppHealthRequest.HealthUpdate & coder.agent.v2.BatchUpdateAppHealthRequest.HealthUpdate.$Shape;
     static create(properties?: coder.agent.v2.BatchUpdateAppHealthRequest.HealthUpdate.$Properties): coder.agent.v2.BatchUpdateAppHealthRequest.HealthUpdate;
     static encode(message: coder.agent.v2.BatchUpdateAppHealthRequest.HealthUpdate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.BatchUpdateAppHealthRequest.HealthUpdate & coder.agent.v2.BatchUpdateAppHealthRequest.HealthUpdate.$Shape;
    }

    namespace HealthUpdate {
     interface $Properties {
      id?: (Uint8Array|null);
      health?: (coder.agent.v2.AppHealth|null);
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.agent.v2.BatchUpdateAppHealthRequest.HealthUpdate.$Properties;
    }
   }

   interface IBatchUpdateAppHealthResponse extends coder.agent.v2.BatchUpdateAppHealthResponse.$Properties {
   }

   class BatchUpdateAppHealthResponse {
    constructor(properties?: coder.agent.v2.BatchUpdateAppHealthResponse.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.agent.v2.BatchUpdateAppHealthResponse.$Shape): coder.agent.v2.BatchUpdateAppHealthResponse & coder.agent.v2.BatchUpdateAppHealthResponse.$Shape;
    static create(properties?: coder.agent.v2.BatchUpdateAppHealthResponse.$Properties): coder.agent.v2.BatchUpdateAppHealthResponse;
    static encode(message: coder.agent.v2.BatchUpdateAppHealthResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.BatchUpdateAppHealthResponse & coder.agent.v2.BatchUpdateAppHealthResponse.$Shape;
   }

   namespace BatchUpdateAppHealthResponse {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.BatchUpdateAppHealthResponse.$Properties;
   }

   interface IStartup extends coder.agent.v2.Startup.$Properties {
   }

   class Startup {
    constructor(properties?: coder.agent.v2.Startup.$Properties);
    $unknowns?: Uint8Array[];
    version: string;
    expandedDirectory: string;
    subsystems: coder.agent.v2.Startup.Subsystem[];
    static create(properties: coder.agent.v2.Startup.$Shape): coder.agent.v2.Startup & coder.agent.v2.Startup.$Shape;
    static create(properties?: coder.agent.v2.Startup.$Properties): coder.agent.v2.Startup;
    static encode(message: coder.agent.v2.Startup.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.Startup & coder.agent.v2.Startup.$Shape;
   }

   namespace Startup {
    interface $Properties {
     version?: (string|null);
     expandedDirectory?: (string|null);
     subsystems?: (coder.agent.v2.Startup.Subsystem[]|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.Startup.$Properties;

    enum Subsystem {
     SUBSYSTEM_UNSPECIFIED = 0,
     ENVBOX = 1,
     ENVBUILDER = 2,
     EXECTRACE = 3
    }
   }

   interface IUpdateStartupRequest extends coder.agent.v2.UpdateStartupRequest.$Properties {
   }

   class UpdateStartupRequest {
    constructor(properties?: coder.agent.v2.UpdateStartupRequest.$Properties);
    $unknowns?: Uint8Array[];
    startup?: (coder.agent.v2.Startup.$Properties|null);
    static create(properties: coder.agent.v2.UpdateStartupRequest.$Shape): coder.agent.v2.UpdateStartupRequest & coder.agent.v2.UpdateStartupRequest.$Shape;
    static create(properties?: coder.agent.v2.UpdateStartupRequest.$Properties): coder.agent.v2.UpdateStartupRequest;
    static encode(message: coder.agent.v2.UpdateStartupRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.UpdateStartupRequest & coder.agent.v2.UpdateStartupRequest.$Shape;
   }

   namespace UpdateStartupRequest {
    interface $Properties {
     startup?: (coder.agent.v2.Startup.$Properties|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.UpdateStartupRequest.$Properties;
   }

   interface IMetadata extends coder.agent.v2.Metadata.$Properties {
   }

   class Metadata {
    constructor(properties?: coder.agent.v2.Metadata.$Properties);
    $unknowns?: Uint8Array[];
    key: string;
    result?: (coder.agent.v2.WorkspaceAgentMetadata.Result.$Properties|null);
    static create(properties: coder.agent.v2.Metadata.$Shape): coder.agent.v2.Metadata & coder.agent.v2.Metadata.$Shape;
    static create(properties?: coder.agent.v2.Metadata.$Properties): coder.agent.v2.Metadata;
    static encode(message: coder.agent.v2.Metadata.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.Metadata & coder.agent.v2.Metadata.$Shape;
   }

   namespace Metadata {
    interface $Properties {
     key?: (string|null);
     result?: (coder.agent.v2.WorkspaceAgentMetadata.Result.$Properties|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.Metadata.$Properties;
   }

   interface IBatchUpdateMetadataRequest extends coder.agent.v2.BatchUpdateMetadataRequest.$Properties {
   }

   class BatchUpdateMetadataRequest {
    constructor(properties?: coder.agent.v2.BatchUpdateMetadataRequest.$Properties);
    $unknowns?: Uint8Array[];
    metadata: coder.agent.v2.Metadata.$Properties[];
    static create(properties: coder.agent.v2.BatchUpdateMetadataRequest.$Shape): coder.agent.v2.BatchUpdateMetadataRequest & coder.agent.v2.BatchUpdateMetadataRequest.$Shape;
    static create(properties?: coder.agent.v2.BatchUpdateMetadataRequest.$Properties): coder.agent.v2.BatchUpdateMetadataRequest;
    static encode(message: coder.agent.v2.BatchUpdateMetadataRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.BatchUpdateMetadataRequest & coder.agent.v2.BatchUpdateMetadataRequest.$Shape;
   }

   namespace BatchUpdateMetadataRequest {
    interface $Properties {
     metadata?: (coder.agent.v2.Metadata.$Properties[]|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.BatchUpdateMetadataRequest.$Properties;
   }

   interface IBatchUpdateMetadataResponse extends coder.agent.v2.BatchUpdateMetadataResponse.$Properties {
   }

   class BatchUpdateMetadataResponse {
    constructor(properties?: coder.agent.v2.BatchUpdateMetadataResponse.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.agent.v2.BatchUpdateMetadataResponse.$Shape): coder.agent.v2.BatchUpdateMetadataResponse & coder.agent.v2.BatchUpdateMetadataResponse.$Shape;
    static create(properties?: coder.agent.v2.BatchUpdateMetadataResponse.$Properties): coder.agent.v2.BatchUpdateMetadataResponse;
    static encode(message: coder.agent.v2.BatchUpdateMetadataResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.BatchUpdateMetadataResponse & coder.agent.v2.BatchUpdateMetadataResponse.$Shape;
   }

   namespace BatchUpdateMetadataResponse {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.BatchUpdateMetadataResponse.$Properties;
   }

   interface ILog extends coder.agent.v2.Log.$Properties {
   }

   class Log {
    constructor(properties?: coder.agent.v2.Log.$Properties);
    $unknowns?: Uint8Array[];
    createdAt?: (google.protobuf.Timestamp.$Properties|null);
    output: string;
    level: coder.agent.v2.Log.Level;
    static create(properties: coder.agent.v2.Log.$Shape): coder.agent.v2.Log & coder.agent.v2.Log.$Shape;
    static create(properties?: coder.agent.v2.Log.$Properties): coder.agent.v2.Log;
    static encode(message: coder.agent.v2.Log.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.Log & coder.agent.v2.Log.$Shape;
   }

   namespace Log {
    interface $Properties {
     createdAt?: (google.protobuf.Timestamp.$Properties|null);
     output?: (string|null);
     level?: (coder.agent.v2.Log.Level|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.Log.$Properties;

    enum Level {
     LEVEL_UNSPECIFIED = 0,
     TRACE = 1,
     DEBUG = 2,
     INFO = 3,
     WARN = 4,
     ERROR = 5
    }
   }

   interface IBatchCreateLogsRequest extends coder.agent.v2.BatchCreateLogsRequest.$Properties {
   }

   class BatchCreateLogsRequest {
    constructor(properties?: coder.agent.v2.BatchCreateLogsRequest.$Properties);
    $unknowns?: Uint8Array[];
    logSourceId: Uint8Array;
    logs: coder.agent.v2.Log.$Properties[];
    static create(properties: coder.agent.v2.BatchCreateLogsRequest.$Shape): coder.agent.v2.BatchCreateLogsRequest & coder.agent.v2.BatchCreateLogsRequest.$Shape;
    static create(properties?: coder.agent.v2.BatchCreateLogsRequest.$Properties): coder.agent.v2.BatchCreateLogsRequest;
    static encode(message: coder.agent.v2.BatchCreateLogsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.BatchCreateLogsRequest & coder.agent.v2.BatchCreateLogsRequest.$Shape;
   }

   namespace BatchCreateLogsRequest {
    interface $Properties {
     logSourceId?: (Uint8Array|null);
     logs?: (coder.agent.v2.Log.$Properties[]|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.BatchCreateLogsRequest.$Properties;
   }

   interface IBatchCreateLogsResponse extends coder.agent.v2.BatchCreateLogsResponse.$Properties {
   }

   class BatchCreateLogsResponse {
    constructor(properties?: coder.agent.v2.BatchCreateLogsResponse.$Properties);
    $unknowns?: Uint8Array[];
    logLimitExceeded: boolean;
    static create(properties: coder.agent.v2.BatchCreateLogsResponse.$Shape): coder.agent.v2.BatchCreateLogsResponse & coder.agent.v2.BatchCreateLogsResponse.$Shape;
    static create(properties?: coder.agent.v2.BatchCreateLogsResponse.$Properties): coder.agent.v2.BatchCreateLogsResponse;
    static encode(message: coder.agent.v2.BatchCreateLogsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.BatchCreateLogsResponse & coder.agent.v2.BatchCreateLogsResponse.$Shape;
   }

   namespace BatchCreateLogsResponse {
    interface $Properties {
     logLimitExceeded?: (boolean|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.BatchCreateLogsResponse.$Properties;
   }

   interface IBannerConfig extends coder.agent.v2.BannerConfig.$Properties {
   }

   class BannerConfig {
    constructor(properties?: coder.agent.v2.BannerConfig.$Properties);
    $unknowns?: Uint8Array[];
    enabled: boolean;
    message: string;
    backgroundColor: string;
    static create(properties: coder.agent.v2.BannerConfig.$Shape): coder.agent.v2.BannerConfig & coder.agent.v2.BannerConfig.$Shape;
    static create(properties?: coder.agent.v2.BannerConfig.$Properties): coder.agent.v2.BannerConfig;
    static encode(message: coder.agent.v2.BannerConfig.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.BannerConfig & coder.agent.v2.BannerConfig.$Shape;
   }

   namespace BannerConfig {
    interface $Properties {
     enabled?: (boolean|null);
     message?: (string|null);
     backgroundColor?: (string|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.BannerConfig.$Properties;
   }

   interface IGetAnnouncementBannersRequest extends coder.agent.v2.GetAnnouncementBannersRequest.$Properties {
   }

   class GetAnnouncementBannersRequest {
    constructor(properties?: coder.agent.v2.GetAnnouncementBannersRequest.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.agent.v2.GetAnnouncementBannersRequest.$Shape): coder.agent.v2.GetAnnouncementBannersRequest & coder.agent.v2.GetAnnouncementBannersRequest.$Shape;
    static create(properties?: coder.agent.v2.GetAnnouncementBannersRequest.$Properties): coder.agent.v2.GetAnnouncementBannersRequest;
    static encode(message: coder.agent.v2.GetAnnouncementBannersRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.GetAnnouncementBannersRequest & coder.agent.v2.GetAnnouncementBannersRequest.$Shape;
   }

   namespace GetAnnouncementBannersRequest {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.GetAnnouncementBannersRequest.$Properties;
   }

   interface IGetAnnouncementBannersResponse extends coder.agent.v2.GetAnnouncementBannersResponse.$Properties {
   }

   class GetAnnouncementBannersResponse {
    constructor(properties?: coder.agent.v2.GetAnnouncementBannersResponse.$Properties);
    $unknowns?: Uint8Array[];
    announcementBanners: coder.agent.v2.BannerConfig.$Properties[];
    static create(properties: coder.agent.v2.GetAnnouncementBannersResponse.$Shape): coder.agent.v2.GetAnnouncementBannersResponse & coder.agent.v2.GetAnnouncementBannersResponse.$Shape;
    static create(properties?: coder.agent.v2.GetAnnouncementBannersResponse.$Properties): coder.agent.v2.GetAnnouncementBannersResponse;
    static encode(message: coder.agent.v2.GetAnnouncementBannersResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.GetAnnouncementBannersResponse & coder.agent.v2.GetAnnouncementBannersResponse.$Shape;
   }

   namespace GetAnnouncementBannersResponse {
    interface $Properties {
     announcementBanners?: (coder.agent.v2.BannerConfig.$Properties[]|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.GetAnnouncementBannersResponse.$Properties;
   }

   interface ITiming extends coder.agent.v2.Timing.$Properties {
   }

   class Timing {
    constructor(properties?: coder.agent.v2.Timing.$Properties);
    $unknowns?: Uint8Array[];
    scriptId: Uint8Array;
    start?: (google.protobuf.Timestamp.$Properties|null);
    end?: (google.protobuf.Timestamp.$Properties|null);
    exitCode: number;
    stage: coder.agent.v2.Timing.Stage;
    status: coder.agent.v2.Timing.Status;
    static create(properties: coder.agent.v2.Timing.$Shape): coder.agent.v2.Timing & coder.agent.v2.Timing.$Shape;
    static create(properties?: coder.agent.v2.Timing.$Properties): coder.agent.v2.Timing;
    static encode(message: coder.agent.v2.Timing.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.Timing & coder.agent.v2.Timing.$Shape;
   }

   namespace Timing {
    interface $Properties {
     scriptId?: (Uint8Array|null);
     start?: (google.protobuf.Timestamp.$Properties|null);
     end?: (google.protobuf.Timestamp.$Properties|null);
     exitCode?: (number|null);
     stage?: (coder.agent.v2.Timing.Stage|null);
     status?: (coder.agent.v2.Timing.Status|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.Timing.$Properties;

    enum Stage {
     START = 0,
     STOP = 1,
     CRON = 2
    }

    enum Status {
     OK = 0,
     EXIT_FAILURE = 1,
     TIMED_OUT = 2,
     PIPES_LEFT_OPEN = 3
    }
   }

   interface IWorkspaceAgentScriptCompletedRequest extends coder.agent.v2.WorkspaceAgentScriptCompletedRequest.$Properties {
   }

   class WorkspaceAgentScriptCompletedRequest {
    constructor(properties?: coder.agent.v2.WorkspaceAgentScriptCompletedRequest.$Properties);
    $unknowns?: Uint8Array[];
    timing?: (coder.agent.v2.Timing.$Properties|null);
    static create(properties: coder.agent.v2.WorkspaceAgentScriptCompletedRequest.$Shape): coder.agent.v2.WorkspaceAgentScriptCompletedRequest & coder.agent.v2.WorkspaceAgentScriptCompletedRequest.$Shape;
    static create(properties?: coder.agent.v2.WorkspaceAgentScriptCompletedRequest.$Properties): coder.agent.v2.WorkspaceAgentScriptCompletedRequest;
    static encode(message: coder.agent.v2.WorkspaceAgentScriptCompletedRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.WorkspaceAgentScriptCompletedRequest & coder.agent.v2.WorkspaceAgentScriptCompletedRequest.$Shape;
   }

   namespace WorkspaceAgentScriptCompletedRequest {
    interface $Properties {
     timing?: (coder.agent.v2.Timing.$Properties|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.WorkspaceAgentScriptCompletedRequest.$Properties;
   }

   interface IWorkspaceAgentScriptCompletedResponse extends coder.agent.v2.WorkspaceAgentScriptCompletedResponse.$Properties {
   }

   class WorkspaceAgentScriptCompletedResponse {
    constructor(properties?: coder.agent.v2.WorkspaceAgentScriptCompletedResponse.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.agent.v2.WorkspaceAgentScriptCompletedResponse.$Shape): coder.agent.v2.WorkspaceAgentScriptCompletedResponse & coder.agent.v2.WorkspaceAgentScriptCompletedResponse.$Shape;
    static create(properties?: coder.agent.v2.WorkspaceAgentScriptCompletedResponse.$Properties): coder.agent.v2.WorkspaceAgentScriptCompletedResponse;
    static encode(message: coder.agent.v2.WorkspaceAgentScriptCompletedResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.WorkspaceAgentScriptCompletedResponse & coder.agent.v2.WorkspaceAgentScriptCompletedResponse.$Shape;
   }

   namespace WorkspaceAgentScriptCompletedResponse {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.WorkspaceAgentScriptCompletedResponse.$Properties;
   }

   interface IGetResourcesMonitoringConfigurationRequest extends coder.agent.v2.GetResourcesMonitoringConfigurationRequest.$Properties {
   }

   class GetResourcesMonitoringConfigurationRequest {
    constructor(properties?: coder.agent.v2.GetResourcesMonitoringConfigurationRequest.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.agent.v2.GetResourcesMonitoringConfigurationRequest.$Shape): coder.agent.v2.GetResourcesMonitoringConfigurationRequest & coder.agent.v2.GetResourcesMonitoringConfigurationRequest.$Shape;
    static create(properties?: coder.agent.v2.GetResourcesMonitoringConfigurationRequest.$Properties): coder.agent.v2.GetResourcesMonitoringConfigurationRequest;
    static encode(message: coder.agent.v2.GetResourcesMonitoringConfigurationRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.GetResourcesMonitoringConfigurationRequest & coder.agent.v2.GetResourcesMonitoringConfigurationRequest.$Shape;
   }

   namespace GetResourcesMonitoringConfigurationRequest {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.GetResourcesMonitoringConfigurationRequest.$Properties;
   }

   interface IGetResourcesMonitoringConfigurationResponse extends coder.agent.v2.GetResourcesMonitoringConfigurationResponse.$Properties {
   }

   class GetResourcesMonitoringConfigurationResponse {
    constructor(properties?: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.$Properties);
    $unknowns?: Uint8Array[];
    config?: (coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Config.$Properties|null);
    memory?: (coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Memory.$Properties|null);
    volumes: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Volume.$Properties[];
    static create(properties: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.$Shape): coder.agent.v2.GetResourcesMonitoringConfigurationResponse & coder.agent.v2.GetResourcesMonitoringConfigurationResponse.$Shape;
    static create(properties?: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.$Properties): coder.agent.v2.GetResourcesMonitoringConfigurationResponse;
    static encode(message: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.GetResourcesMonitoringConfigurationResponse & coder.agent.v2.GetResourcesMonitoringConfigurationResponse.$Shape;
   }

   namespace GetResourcesMonitoringConfigurationResponse {
    interface $Properties {
     config?: (coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Config.$Properties|null);
     memory?: (coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Memory.$Properties|null);
     volumes?: (coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Volume.$Properties[]|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.GetResourcesMonitoringConfigurationResponse.$Properties;

    interface IConfig extends coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Config.$Properties {
    }

    class Config {
     constructor(properties?: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Config.$Properties);
     $unknowns?: Uint8Array[];
     numDatapoints: number;
     collectionIntervalSeconds: number;
     static create(properties: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Config.$Shape): coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Config & coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Config.$Shape;
     static create(properties?: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Config.$Properties): coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Config;
     static encode(message: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Config.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Config & coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Config.$Shape;
    }

    namespace Config {
     interface $Properties {
      numDatapoints?: (number|null);
      collectionIntervalSeconds?: (number|null);
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Config.$Properties;
    }

    interface IMemory extends coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Memory.$Properties {
    }

    class Memory {
     constructor(properties?: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Memory.$Properties);
     $unknowns?: Uint8Array[];
     enabled: boolean;
     static create(properties: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Memory.$Shape): coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Memory & coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Memory.$Shape;
     static create(properties?: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Memory.$Properties): coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Memory;
     static encode(message: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Memory.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Memory & coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Memory.$Shape;
    }

    namespace Memory {
     interface $Properties {
      enabled?: (boolean|null);
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Memory.$Properties;
    }

    interface IVolume extends coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Volume.$Properties {
    }

    class Volume {
     constructor(properties?: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Volume.$Properties);
     $unknowns?: Uint8Array[];
     enabled: boolean;
     path: string;
     static create(properties: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Volume.$Shape): coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Volume & coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Volume.$Shape;
     static create(properties?: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Volume.$Properties): coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Volume;
     static encode(message: coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Volume.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Volume & coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Volume.$Shape;
    }

    namespace Volume {
     interface $Properties {
      enabled?: (boolean|null);
      path?: (string|null);
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Volume.$Properties;
    }
   }

   interface IPushResourcesMonitoringUsageRequest extends coder.agent.v2.PushResourcesMonitoringUsageRequest.$Properties {
   }

   class PushResourcesMonitoringUsageRequest {
    constructor(properties?: coder.agent.v2.PushResourcesMonitoringUsageRequest.$Properties);
    $unknowns?: Uint8Array[];
    datapoints: coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.$Properties[];
    static create(properties: coder.agent.v2.PushResourcesMonitoringUsageRequest.$Shape): coder.agent.v2.PushResourcesMonitoringUsageRequest & coder.agent.v2.PushResourcesMonitoringUsageRequest.$Shape;
    static create(properties?: coder.agent.v2.PushResourcesMonitoringUsageRequest.$Properties): coder.agent.v2.PushResourcesMonitoringUsageRequest;
    static encode(message: coder.agent.v2.PushResourcesMonitoringUsageRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.PushResourcesMonitoringUsageRequest & coder.agent.v2.PushResourcesMonitoringUsageRequest.$Shape;
   }

   namespace PushResourcesMonitoringUsageRequest {
    interface $Properties {
     datapoints?: (coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.$Properties[]|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.PushResourcesMonitoringUsageRequest.$Properties;

    interface IDatapoint extends coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.$Properties {
    }

    class Datapoint {
     constructor(properties?: coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.$Properties);
     $unknowns?: Uint8Array[];
     collectedAt?: (google.protobuf.Timestamp.$Properties|null);
     memory?: (coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.MemoryUsage.$Properties|null);
     volumes: coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.VolumeUsage.$Properties[];
     static create(properties: coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.$Shape): coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint & coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.$Shape;
     static create(properties?: coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.$Properties): coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint;
     static encode(message: coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint & coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.$Shape;
    }

    namespace Datapoint {
     interface $Properties {
      collectedAt?: (google.protobuf.Timestamp.$Properties|null);
      memory?: (coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.MemoryUsage.$Properties|null);
      volumes?: (coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.VolumeUsage.$Properties[]|null);
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.$Properties;

     interface IMemoryUsage extends coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.MemoryUsage.$Properties {
     }

     class MemoryUsage {
      constructor(properties?: coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.MemoryUsage.$Properties);
      $unknowns?: Uint8Array[];
      used: number;
      total: number;
      static create(properties: coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.MemoryUsage.$Shape): coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.MemoryUsage & coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.MemoryUsage.$Shape;
      static create(properties?: coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.MemoryUsage.$Properties): coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.MemoryUsage;
      static encode(message: coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.MemoryUsage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
      static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.MemoryUsage & coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.MemoryUsage.$Shape;
     }

     namespace MemoryUsage {
      interface $Properties {
       used?: (number|null);
       total?: (number|null);
       $unknowns?: Uint8Array[];
      }
      type $Shape = coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.MemoryUsage.$Properties;
     }

     interface IVolumeUsage extends coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.VolumeUsage.$Properties {
     }

     class VolumeUsage {
      constructor(properties?: coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.VolumeUsage.$Properties);
      $unknowns?: Uint8Array[];
      volume: string;
      used: number;
      total: number;
      static create(properties: coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.VolumeUsage.$Shape): coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.VolumeUsage & coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.VolumeUsage.$Shape;
      static create(properties?: coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.VolumeUsage.$Properties): coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.VolumeUsage;
      static encode(message: coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.VolumeUsage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
      static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.VolumeUsage & coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.VolumeUsage.$Shape;
     }

     namespace VolumeUsage {
      interface $Properties {
       volume?: (string|null);
       used?: (number|null);
       total?: (number|null);
       $unknowns?: Uint8Array[];
      }
      type $Shape = coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.VolumeUsage.$Properties;
     }
    }
   }

   interface IPushResourcesMonitoringUsageResponse extends coder.agent.v2.PushResourcesMonitoringUsageResponse.$Properties {
   }

   class PushResourcesMonitoringUsageResponse {
    constructor(properties?: coder.agent.v2.PushResourcesMonitoringUsageResponse.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.agent.v2.PushResourcesMonitoringUsageResponse.$Shape): coder.agent.v2.PushResourcesMonitoringUsageResponse & coder.agent.v2.PushResourcesMonitoringUsageResponse.$Shape;
    static create(properties?: coder.agent.v2.PushResourcesMonitoringUsageResponse.$Properties): coder.agent.v2.PushResourcesMonitoringUsageResponse;
    static encode(message: coder.agent.v2.PushResourcesMonitoringUsageResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.PushResourcesMonitoringUsageResponse & coder.agent.v2.PushResourcesMonitoringUsageResponse.$Shape;
   }

   namespace PushResourcesMonitoringUsageResponse {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.PushResourcesMonitoringUsageResponse.$Properties;
   }

   interface IConnection extends coder.agent.v2.Connection.$Properties {
   }

   class Connection {
    constructor(properties?: coder.agent.v2.Connection.$Properties);
    $unknowns?: Uint8Array[];
    id: Uint8Array;
    action: coder.agent.v2.Connection.Action;
    type: coder.agent.v2.Connection.Type;
    timestamp?: (google.protobuf.Timestamp.$Properties|null);
    ip: string;
    statusCode: number;
    reason?: (string|null);
    appName: string;
    static create(properties: coder.agent.v2.Connection.$Shape): coder.agent.v2.Connection & coder.agent.v2.Connection.$Shape;
    static create(properties?: coder.agent.v2.Connection.$Properties): coder.agent.v2.Connection;
    static encode(message: coder.agent.v2.Connection.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.Connection & coder.agent.v2.Connection.$Shape;
   }

   namespace Connection {
    interface $Properties {
     id?: (Uint8Array|null);
     action?: (coder.agent.v2.Connection.Action|null);
     type?: (coder.agent.v2.Connection.Type|null);
     timestamp?: (google.protobuf.Timestamp.$Properties|null);
     ip?: (string|null);
     statusCode?: (number|null);
     reason?: (string|null);
     appName?: (string|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.Connection.$Properties;

    enum Action {
     ACTION_UNSPECIFIED = 0,
     CONNECT = 1,
     DISCONNECT = 2
    }

    enum Type {
     TYPE_UNSPECIFIED = 0,
     SSH = 1,
     VSCODE = 2,
     JETBRAINS = 3,
     RECONNECTING_PTY = 4
    }
   }

   interface IReportConnectionRequest extends coder.agent.v2.ReportConnectionRequest.$Properties {
   }

   class ReportConnectionRequest {
    constructor(properties?: coder.agent.v2.ReportConnectionRequest.$Properties);
    $unknowns?: Uint8Array[];
    connection?: (coder.agent.v2.Connection.$Properties|null);
    static create(properties: coder.agent.v2.ReportConnectionRequest.$Shape): coder.agent.v2.ReportConnectionRequest & coder.agent.v2.ReportConnectionRequest.$Shape;
    static create(properties?: coder.agent.v2.ReportConnectionRequest.$Properties): coder.agent.v2.ReportConnectionRequest;
    static encode(message: coder.agent.v2.ReportConnectionRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.ReportConnectionRequest & coder.agent.v2.ReportConnectionRequest.$Shape;
   }

   namespace ReportConnectionRequest {
    interface $Properties {
     connection?: (coder.agent.v2.Connection.$Properties|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.ReportConnectionRequest.$Properties;
   }

   interface ISubAgent extends coder.agent.v2.SubAgent.$Properties {
   }

   class SubAgent {
    constructor(properties?: coder.agent.v2.SubAgent.$Properties);
    $unknowns?: Uint8Array[];
    name: string;
    id: Uint8Array;
    authToken: Uint8Array;
    static create(properties: coder.agent.v2.SubAgent.$Shape): coder.agent.v2.SubAgent & coder.agent.v2.SubAgent.$Shape;
    static create(properties?: coder.agent.v2.SubAgent.$Properties): coder.agent.v2.SubAgent;
    static encode(message: coder.agent.v2.SubAgent.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.SubAgent & coder.agent.v2.SubAgent.$Shape;
   }

   namespace SubAgent {
    interface $Properties {
     name?: (string|null);
     id?: (Uint8Array|null);
     authToken?: (Uint8Array|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.SubAgent.$Properties;
   }

   interface ICreateSubAgentRequest extends coder.agent.v2.CreateSubAgentRequest.$Properties {
   }

   class CreateSubAgentRequest {
    constructor(properties?: coder.agent.v2.CreateSubAgentRequest.$Properties);
    $unknowns?: Uint8Array[];
    name: string;
    directory: string;
    architecture: string;
    operatingSystem: string;
    apps: coder.agent.v2.CreateSubAgentRequest.App.$Properties[];
    displayApps: coder.agent.v2.CreateSubAgentRequest.DisplayApp[];
    id?: (Uint8Array|null);
    static create(properties: coder.agent.v2.CreateSubAgentRequest.$Shape): coder.agent.v2.CreateSubAgentRequest & coder.agent.v2.CreateSubAgentRequest.$Shape;
    static create(properties?: coder.agent.v2.CreateSubAgentRequest.$Properties): coder.agent.v2.CreateSubAgentRequest;
    static encode(message: coder.agent.v2.CreateSubAgentRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.CreateSubAgentRequest & coder.agent.v2.CreateSubAgentRequest.$Shape;
   }

   namespace CreateSubAgentRequest {
    interface $Properties {
     name?: (string|null);
     directory?: (string|null);
     architecture?: (string|null);
     operatingSystem?: (string|null);
     apps?: (coder.agent.v2.CreateSubAgentRequest.App.$Properties[]|null);
     displayApps?: (coder.agent.v2.CreateSubAgentRequest.DisplayApp[]|null);
     id?: (Uint8Array|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.CreateSubAgentRequest.$Properties;

    interface IApp extends coder.agent.v2.CreateSubAgentRequest.App.$Properties {
    }

    class App {
     constructor(properties?: coder.agent.v2.CreateSubAgentRequest.App.$Properties);
     $unknowns?: Uint8Array[];
     static create(properties: coder.agent.v2.CreateSubAgentRequest.App.$Shape): coder.agent.v2.CreateSubAgentRequest.App & coder.agent.v2.CreateSubAgentRequest.App.$Shape;
     static create(properties?: coder.agent.v2.CreateSubAgentRequest.App.$Properties): coder.agent.v2.CreateSubAgentRequest.App;
     static encode(message: coder.agent.v2.CreateSubAgentRequest.App.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.CreateSubAgentRequest.App & coder.agent.v2.CreateSubAgentRequest.App.$Shape;
    }

    namespace App {
     interface $Properties {
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.agent.v2.CreateSubAgentRequest.App.$Properties;
    }

    enum DisplayApp {
     DISPLAY_APP_0 = 0
    }
   }

   interface ICreateSubAgentResponse extends coder.agent.v2.CreateSubAgentResponse.$Properties {
   }

   class CreateSubAgentResponse {
    constructor(properties?: coder.agent.v2.CreateSubAgentResponse.$Properties);
    $unknowns?: Uint8Array[];
    agent?: (coder.agent.v2.SubAgent.$Properties|null);
    appCreationErrors: coder.agent.v2.CreateSubAgentResponse.AppCreationError.$Properties[];
    static create(properties: coder.agent.v2.CreateSubAgentResponse.$Shape): coder.agent.v2.CreateSubAgentResponse & coder.agent.v2.CreateSubAgentResponse.$Shape;
    static create(properties?: coder.agent.v2.CreateSubAgentResponse.$Properties): coder.agent.v2.CreateSubAgentResponse;
    static encode(message: coder.agent.v2.CreateSubAgentResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.CreateSubAgentResponse & coder.agent.v2.CreateSubAgentResponse.$Shape;
   }

   namespace CreateSubAgentResponse {
    interface $Properties {
     agent?: (coder.agent.v2.SubAgent.$Properties|null);
     appCreationErrors?: (coder.agent.v2.CreateSubAgentResponse.AppCreationError.$Properties[]|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.CreateSubAgentResponse.$Properties;

    interface IAppCreationError extends coder.agent.v2.CreateSubAgentResponse.AppCreationError.$Properties {
    }

    class AppCreationError {
     constructor(properties?: coder.agent.v2.CreateSubAgentResponse.AppCreationError.$Properties);
     $unknowns?: Uint8Array[];
     static create(properties: coder.agent.v2.CreateSubAgentResponse.AppCreationError.$Shape): coder.agent.v2.CreateSubAgentResponse.AppCreationError & coder.agent.v2.CreateSubAgentResponse.AppCreationError.$Shape;
     static create(properties?: coder.agent.v2.CreateSubAgentResponse.AppCreationError.$Properties): coder.agent.v2.CreateSubAgentResponse.AppCreationError;
     static encode(message: coder.agent.v2.CreateSubAgentResponse.AppCreationError.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.CreateSubAgentResponse.AppCreationError & coder.agent.v2.CreateSubAgentResponse.AppCreationError.$Shape;
    }

    namespace AppCreationError {
     interface $Properties {
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.agent.v2.CreateSubAgentResponse.AppCreationError.$Properties;
    }
   }

   interface IDeleteSubAgentRequest extends coder.agent.v2.DeleteSubAgentRequest.$Properties {
   }

   class DeleteSubAgentRequest {
    constructor(properties?: coder.agent.v2.DeleteSubAgentRequest.$Properties);
    $unknowns?: Uint8Array[];
    id: Uint8Array;
    static create(properties: coder.agent.v2.DeleteSubAgentRequest.$Shape): coder.agent.v2.DeleteSubAgentRequest & coder.agent.v2.DeleteSubAgentRequest.$Shape;
    static create(properties?: coder.agent.v2.DeleteSubAgentRequest.$Properties): coder.agent.v2.DeleteSubAgentRequest;
    static encode(message: coder.agent.v2.DeleteSubAgentRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.DeleteSubAgentRequest & coder.agent.v2.DeleteSubAgentRequest.$Shape;
   }

   namespace DeleteSubAgentRequest {
    interface $Properties {
     id?: (Uint8Array|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.DeleteSubAgentRequest.$Properties;
   }

   interface IDeleteSubAgentResponse extends coder.agent.v2.DeleteSubAgentResponse.$Properties {
   }

   class DeleteSubAgentResponse {
    constructor(properties?: coder.agent.v2.DeleteSubAgentResponse.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.agent.v2.DeleteSubAgentResponse.$Shape): coder.agent.v2.DeleteSubAgentResponse & coder.agent.v2.DeleteSubAgentResponse.$Shape;
    static create(properties?: coder.agent.v2.DeleteSubAgentResponse.$Properties): coder.agent.v2.DeleteSubAgentResponse;
    static encode(message: coder.agent.v2.DeleteSubAgentResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.DeleteSubAgentResponse & coder.agent.v2.DeleteSubAgentResponse.$Shape;
   }

   namespace DeleteSubAgentResponse {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.DeleteSubAgentResponse.$Properties;
   }

   interface IListSubAgentsRequest extends coder.agent.v2.ListSubAgentsRequest.$Properties {
   }

   class ListSubAgentsRequest {
    constructor(properties?: coder.agent.v2.ListSubAgentsRequest.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.agent.v2.ListSubAgentsRequest.$Shape): coder.agent.v2.ListSubAgentsRequest & coder.agent.v2.ListSubAgentsRequest.$Shape;
    static create(properties?: coder.agent.v2.ListSubAgentsRequest.$Properties): coder.agent.v2.ListSubAgentsRequest;
    static encode(message: coder.agent.v2.ListSubAgentsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.ListSubAgentsRequest & coder.agent.v2.ListSubAgentsRequest.$Shape;
   }

   namespace ListSubAgentsRequest {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.ListSubAgentsRequest.$Properties;
   }

   interface IListSubAgentsResponse extends coder.agent.v2.ListSubAgentsResponse.$Properties {
   }

   class ListSubAgentsResponse {
    constructor(properties?: coder.agent.v2.ListSubAgentsResponse.$Properties);
    $unknowns?: Uint8Array[];
    agents: coder.agent.v2.SubAgent.$Properties[];
    static create(properties: coder.agent.v2.ListSubAgentsResponse.$Shape): coder.agent.v2.ListSubAgentsResponse & coder.agent.v2.ListSubAgentsResponse.$Shape;
    static create(properties?: coder.agent.v2.ListSubAgentsResponse.$Properties): coder.agent.v2.ListSubAgentsResponse;
    static encode(message: coder.agent.v2.ListSubAgentsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.ListSubAgentsResponse & coder.agent.v2.ListSubAgentsResponse.$Shape;
   }

   namespace ListSubAgentsResponse {
    interface $Properties {
     agents?: (coder.agent.v2.SubAgent.$Properties[]|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.ListSubAgentsResponse.$Properties;
   }

   interface IBoundaryLog extends coder.agent.v2.BoundaryLog.$Properties {
   }

   class BoundaryLog {
    constructor(properties?: coder.agent.v2.BoundaryLog.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.agent.v2.BoundaryLog.$Shape): coder.agent.v2.BoundaryLog & coder.agent.v2.BoundaryLog.$Shape;
    static create(properties?: coder.agent.v2.BoundaryLog.$Properties): coder.agent.v2.BoundaryLog;
    static encode(message: coder.agent.v2.BoundaryLog.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.BoundaryLog & coder.agent.v2.BoundaryLog.$Shape;
   }

   namespace BoundaryLog {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.BoundaryLog.$Properties;
   }

   interface IReportBoundaryLogsRequest extends coder.agent.v2.ReportBoundaryLogsRequest.$Properties {
   }

   class ReportBoundaryLogsRequest {
    constructor(properties?: coder.agent.v2.ReportBoundaryLogsRequest.$Properties);
    $unknowns?: Uint8Array[];
    logs: coder.agent.v2.BoundaryLog.$Properties[];
    sessionId: string;
    confinedProcessName: string;
    static create(properties: coder.agent.v2.ReportBoundaryLogsRequest.$Shape): coder.agent.v2.ReportBoundaryLogsRequest & coder.agent.v2.ReportBoundaryLogsRequest.$Shape;
    static create(properties?: coder.agent.v2.ReportBoundaryLogsRequest.$Properties): coder.agent.v2.ReportBoundaryLogsRequest;
    static encode(message: coder.agent.v2.ReportBoundaryLogsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.ReportBoundaryLogsRequest & coder.agent.v2.ReportBoundaryLogsRequest.$Shape;
   }

   namespace ReportBoundaryLogsRequest {
    interface $Properties {
     logs?: (coder.agent.v2.BoundaryLog.$Properties[]|null);
     sessionId?: (string|null);
     confinedProcessName?: (string|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.ReportBoundaryLogsRequest.$Properties;
   }

   interface IReportBoundaryLogsResponse extends coder.agent.v2.ReportBoundaryLogsResponse.$Properties {
   }

   class ReportBoundaryLogsResponse {
    constructor(properties?: coder.agent.v2.ReportBoundaryLogsResponse.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.agent.v2.ReportBoundaryLogsResponse.$Shape): coder.agent.v2.ReportBoundaryLogsResponse & coder.agent.v2.ReportBoundaryLogsResponse.$Shape;
    static create(properties?: coder.agent.v2.ReportBoundaryLogsResponse.$Properties): coder.agent.v2.ReportBoundaryLogsResponse;
    static encode(message: coder.agent.v2.ReportBoundaryLogsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.ReportBoundaryLogsResponse & coder.agent.v2.ReportBoundaryLogsResponse.$Shape;
   }

   namespace ReportBoundaryLogsResponse {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.ReportBoundaryLogsResponse.$Properties;
   }

   interface IUpdateAppStatusRequest extends coder.agent.v2.UpdateAppStatusRequest.$Properties {
   }

   class UpdateAppStatusRequest {
    constructor(properties?: coder.agent.v2.UpdateAppStatusRequest.$Properties);
    $unknowns?: Uint8Array[];
    slug: string;
    state: coder.agent.v2.UpdateAppStatusRequest.AppStatusState;
    message: string;
    uri: string;
    static create(properties: coder.agent.v2.UpdateAppStatusRequest.$Shape): coder.agent.v2.UpdateAppStatusRequest & coder.agent.v2.UpdateAppStatusRequest.$Shape;
    static create(properties?: coder.agent.v2.UpdateAppStatusRequest.$Properties): coder.agent.v2.UpdateAppStatusRequest;
    static encode(message: coder.agent.v2.UpdateAppStatusRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.UpdateAppStatusRequest & coder.agent.v2.UpdateAppStatusRequest.$Shape;
   }

   namespace UpdateAppStatusRequest {
    interface $Properties {
     slug?: (string|null);
     state?: (coder.agent.v2.UpdateAppStatusRequest.AppStatusState|null);
     message?: (string|null);
     uri?: (string|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.UpdateAppStatusRequest.$Properties;

    enum AppStatusState {
     WORKING = 0,
     IDLE = 1,
     COMPLETE = 2,
     FAILURE = 3
    }
   }

   interface IUpdateAppStatusResponse extends coder.agent.v2.UpdateAppStatusResponse.$Properties {
   }

   class UpdateAppStatusResponse {
    constructor(properties?: coder.agent.v2.UpdateAppStatusResponse.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.agent.v2.UpdateAppStatusResponse.$Shape): coder.agent.v2.UpdateAppStatusResponse & coder.agent.v2.UpdateAppStatusResponse.$Shape;
    static create(properties?: coder.agent.v2.UpdateAppStatusResponse.$Properties): coder.agent.v2.UpdateAppStatusResponse;
    static encode(message: coder.agent.v2.UpdateAppStatusResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.UpdateAppStatusResponse & coder.agent.v2.UpdateAppStatusResponse.$Shape;
   }

   namespace UpdateAppStatusResponse {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.UpdateAppStatusResponse.$Properties;
   }

   interface IContextResource extends coder.agent.v2.ContextResource.$Properties {
   }

   class ContextResource {
    constructor(properties?: coder.agent.v2.ContextResource.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.agent.v2.ContextResource.$Shape): coder.agent.v2.ContextResource & coder.agent.v2.ContextResource.$Shape;
    static create(properties?: coder.agent.v2.ContextResource.$Properties): coder.agent.v2.ContextResource;
    static encode(message: coder.agent.v2.ContextResource.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.ContextResource & coder.agent.v2.ContextResource.$Shape;
   }

   namespace ContextResource {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.ContextResource.$Properties;
   }

   interface IPushContextStateRequest extends coder.agent.v2.PushContextStateRequest.$Properties {
   }

   class PushContextStateRequest {
    constructor(properties?: coder.agent.v2.PushContextStateRequest.$Properties);
    $unknowns?: Uint8Array[];
    version: number;
    aggregateHash: Uint8Array;
    resources: coder.agent.v2.ContextResource.$Properties[];
    initial: boolean;
    snapshotError: string;
    static create(properties: coder.agent.v2.PushContextStateRequest.$Shape): coder.agent.v2.PushContextStateRequest & coder.agent.v2.PushContextStateRequest.$Shape;
    static create(properties?: coder.agent.v2.PushContextStateRequest.$Properties): coder.agent.v2.PushContextStateRequest;
    static encode(message: coder.agent.v2.PushContextStateRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.PushContextStateRequest & coder.agent.v2.PushContextStateRequest.$Shape;
   }

   namespace PushContextStateRequest {
    interface $Properties {
     version?: (number|null);
     aggregateHash?: (Uint8Array|null);
     resources?: (coder.agent.v2.ContextResource.$Properties[]|null);
     initial?: (boolean|null);
     snapshotError?: (string|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.PushContextStateRequest.$Properties;
   }

   interface IPushContextStateResponse extends coder.agent.v2.PushContextStateResponse.$Properties {
   }

   class PushContextStateResponse {
    constructor(properties?: coder.agent.v2.PushContextStateResponse.$Properties);
    $unknowns?: Uint8Array[];
    accepted: boolean;
    static create(properties: coder.agent.v2.PushContextStateResponse.$Shape): coder.agent.v2.PushContextStateResponse & coder.agent.v2.PushContextStateResponse.$Shape;
    static create(properties?: coder.agent.v2.PushContextStateResponse.$Properties): coder.agent.v2.PushContextStateResponse;
    static encode(message: coder.agent.v2.PushContextStateResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.agent.v2.PushContextStateResponse & coder.agent.v2.PushContextStateResponse.$Shape;
   }

   namespace PushContextStateResponse {
    interface $Properties {
     accepted?: (boolean|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.agent.v2.PushContextStateResponse.$Properties;
   }
  }
 }

 namespace tailnet {

  namespace v2 {

   interface IDERPMap extends coder.tailnet.v2.DERPMap.$Properties {
   }

   class DERPMap {
    constructor(properties?: coder.tailnet.v2.DERPMap.$Properties);
    $unknowns?: Uint8Array[];
    homeParams?: (coder.tailnet.v2.DERPMap.HomeParams.$Properties|null);
    regions: { [k: string]: coder.tailnet.v2.DERPMap.Region.$Properties };
    static create(properties: coder.tailnet.v2.DERPMap.$Shape): coder.tailnet.v2.DERPMap & coder.tailnet.v2.DERPMap.$Shape;
    static create(properties?: coder.tailnet.v2.DERPMap.$Properties): coder.tailnet.v2.DERPMap;
    static encode(message: coder.tailnet.v2.DERPMap.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.DERPMap & coder.tailnet.v2.DERPMap.$Shape;
   }

   namespace DERPMap {
    interface $Properties {
     homeParams?: (coder.tailnet.v2.DERPMap.HomeParams.$Properties|null);
     regions?: ({ [k: string]: coder.tailnet.v2.DERPMap.Region.$Properties }|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.tailnet.v2.DERPMap.$Properties;

    interface IHomeParams extends coder.tailnet.v2.DERPMap.HomeParams.$Properties {
    }

    class HomeParams {
     constructor(properties?: coder.tailnet.v2.DERPMap.HomeParams.$Properties);
     $unknowns?: Uint8Array[];
     regionScore: { [k: string]: number };
     static create(properties: coder.tailnet.v2.DERPMap.HomeParams.$Shape): coder.tailnet.v2.DERPMap.HomeParams & coder.tailnet.v2.DERPMap.HomeParams.$Shape;
     static create(properties?: coder.tailnet.v2.DERPMap.HomeParams.$Properties): coder.tailnet.v2.DERPMap.HomeParams;
     static encode(message: coder.tailnet.v2.DERPMap.HomeParams.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.DERPMap.HomeParams & coder.tailnet.v2.DERPMap.HomeParams.$Shape;
    }

    namespace HomeParams {
     interface $Properties {
      regionScore?: ({ [k: string]: number }|null);
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.tailnet.v2.DERPMap.HomeParams.$Properties;
    }

    interface IRegion extends coder.tailnet.v2.DERPMap.Region.$Properties {
    }

    class Region {
     constructor(properties?: coder.tailnet.v2.DERPMap.Region.$Properties);
     $unknowns?: Uint8Array[];
     regionId: number;
     embeddedRelay: boolean;
     regionCode: string;
     regionName: string;
     avoid: boolean;
     nodes: coder.tailnet.v2.DERPMap.Region.Node.$Properties[];
     static create(properties: coder.tailnet.v2.DERPMap.Region.$Shape): coder.tailnet.v2.DERPMap.Region & coder.tailnet.v2.DERPMap.Region.$Shape;
     static create(properties?: coder.tailnet.v2.DERPMap.Region.$Properties): coder.tailnet.v2.DERPMap.Region;
     static encode(message: coder.tailnet.v2.DERPMap.Region.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.DERPMap.Region & coder.tailnet.v2.DERPMap.Region.$Shape;
    }

    namespace Region {
     interface $Properties {
      regionId?: (number|null);
      embeddedRelay?: (boolean|null);
      regionCode?: (string|null);
      regionName?: (string|null);
      avoid?: (boolean|null);
      nodes?: (coder.tailnet.v2.DERPMap.Region.Node.$Properties[]|null);
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.tailnet.v2.DERPMap.Region.$Properties;

     interface INode extends coder.tailnet.v2.DERPMap.Region.Node.$Properties {
     }

     class Node {
      constructor(properties?: coder.tailnet.v2.DERPMap.Region.Node.$Properties);
      $unknowns?: Uint8Array[];
      name: string;
      regionId: number;
      hostName: string;
      certName: string;
      ipv4: string;
      ipv6: string;
      stunPort: number;
      stunOnly: boolean;
      derpPort: number;
      insecureForTests: boolean;
      forceHttp: boolean;
      stunTestIp: string;
      canPort_80: boolean;
      static create(properties: coder.tailnet.v2.DERPMap.Region.Node.$Shape): coder.tailnet.v2.DERPMap.Region.Node & coder.tailnet.v2.DERPMap.Region.Node.$Shape;
      static create(properties?: coder.tailnet.v2.DERPMap.Region.Node.$Properties): coder.tailnet.v2.DERPMap.Region.Node;
      static encode(message: coder.tailnet.v2.DERPMap.Region.Node.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
      static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.DERPMap.Region.Node & coder.tailnet.v2.DERPMap.Region.Node.$Shape;
     }

     namespace Node {
      interface $Properties {
       name?: (string|null);
       regionId?: (number|null);
       hostName?: (string|null);
       certName?: (string|null);
       ipv4?: (string|null);
       ipv6?: (string|null);
       stunPort?: (number|null);
       stunOnly?: (boolean|null);
       derpPort?: (number|null);
       insecureForTests?: (boolean|null);
       forceHttp?: (boolean|null);
       stunTestIp?: (string|null);
       canPort_80?: (boolean|null);
       $unknowns?: Uint8Array[];
      }
      type $Shape = coder.tailnet.v2.DERPMap.Region.Node.$Properties;
     }
    }
   }

   interface IStreamDERPMapsRequest extends coder.tailnet.v2.StreamDERPMapsRequest.$Properties {
   }

   class StreamDERPMapsRequest {
    constructor(properties?: coder.tailnet.v2.StreamDERPMapsRequest.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.tailnet.v2.StreamDERPMapsRequest.$Shape): coder.tailnet.v2.StreamDERPMapsRequest & coder.tailnet.v2.StreamDERPMapsRequest.$Shape;
    static create(properties?: coder.tailnet.v2.StreamDERPMapsRequest.$Properties): coder.tailnet.v2.StreamDERPMapsRequest;
    static encode(message: coder.tailnet.v2.StreamDERPMapsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.StreamDERPMapsRequest & coder.tailnet.v2.StreamDERPMapsRequest.$Shape;
   }

   namespace StreamDERPMapsRequest {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.tailnet.v2.StreamDERPMapsRequest.$Properties;
   }

   interface INode extends coder.tailnet.v2.Node.$Properties {
   }

   class Node {
    constructor(properties?: coder.tailnet.v2.Node.$Properties);
    $unknowns?: Uint8Array[];
    id: number;
    asOf?: (google.protobuf.Timestamp.$Properties|null);
    key: Uint8Array;
    disco: string;
    preferredDerp: number;
    derpLatency: { [k: string]: number };
    derpForcedWebsocket: { [k: string]: string };
    addresses: string[];
    allowedIps: string[];
    endpoints: string[];
    static create(properties: coder.tailnet.v2.Node.$Shape): coder.tailnet.v2.Node & coder.tailnet.v2.Node.$Shape;
    static create(properties?: coder.tailnet.v2.Node.$Properties): coder.tailnet.v2.Node;
    static encode(message: coder.tailnet.v2.Node.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.Node & coder.tailnet.v2.Node.$Shape;
   }

   namespace Node {
    interface $Properties {
     id?: (number|null);
     asOf?: (google.protobuf.Timestamp.$Properties|null);
     key?: (Uint8Array|null);
     disco?: (string|null);
     preferredDerp?: (number|null);
     derpLatency?: ({ [k: string]: number }|null);
     derpForcedWebsocket?: ({ [k: string]: string }|null);
     addresses?: (string[]|null);
     allowedIps?: (string[]|null);
     endpoints?: (string[]|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.tailnet.v2.Node.$Properties;
   }

   interface ICoordinateRequest extends coder.tailnet.v2.CoordinateRequest.$Properties {
   }

   class CoordinateRequest {
    constructor(properties?: coder.tailnet.v2.CoordinateRequest.$Properties);
    $unknowns?: Uint8Array[];
    updateSelf?: (coder.tailnet.v2.CoordinateRequest.UpdateSelf.$Properties|null);
    disconnect?: (coder.tailnet.v2.CoordinateRequest.Disconnect.$Properties|null);
    addTunnel?: (coder.tailnet.v2.CoordinateRequest.Tunnel.$Properties|null);
    removeTunnel?: (coder.tailnet.v2.CoordinateRequest.Tunnel.$Properties|null);
    readyForHandshake: coder.tailnet.v2.CoordinateRequest.ReadyForHandshake.$Properties[];
    static create(properties: coder.tailnet.v2.CoordinateRequest.$Shape): coder.tailnet.v2.CoordinateRequest & coder.tailnet.v2.CoordinateRequest.$Shape;
    static create(properties?: coder.tailnet.v2.CoordinateRequest.$Properties): coder.tailnet.v2.CoordinateRequest;
    static encode(message: coder.tailnet.v2.CoordinateRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.CoordinateRequest & coder.tailnet.v2.CoordinateRequest.$Shape;
   }

   namespace CoordinateRequest {
    interface $Properties {
     updateSelf?: (coder.tailnet.v2.CoordinateRequest.UpdateSelf.$Properties|null);
     disconnect?: (coder.tailnet.v2.CoordinateRequest.Disconnect.$Properties|null);
     addTunnel?: (coder.tailnet.v2.CoordinateRequest.Tunnel.$Properties|null);
     removeTunnel?: (coder.tailnet.v2.CoordinateRequest.Tunnel.$Properties|null);
     readyForHandshake?: (coder.tailnet.v2.CoordinateRequest.ReadyForHandshake.$Properties[]|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.tailnet.v2.CoordinateRequest.$Properties;

    interface IUpdateSelf extends coder.tailnet.v2.CoordinateRequest.UpdateSelf.$Properties {
    }

    class UpdateSelf {
     constructor(properties?: coder.tailnet.v2.CoordinateRequest.UpdateSelf.$Properties);
     $unknowns?: Uint8Array[];
     node?: (coder.tailnet.v2.Node.$Properties|null);
     static create(properties: coder.tailnet.v2.CoordinateRequest.UpdateSelf.$Shape): coder.tailnet.v2.CoordinateRequest.UpdateSelf & coder.tailnet.v2.CoordinateRequest.UpdateSelf.$Shape;
     static create(properties?: coder.tailnet.v2.CoordinateRequest.UpdateSelf.$Properties): coder.tailnet.v2.CoordinateRequest.UpdateSelf;
     static encode(message: coder.tailnet.v2.CoordinateRequest.UpdateSelf.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.CoordinateRequest.UpdateSelf & coder.tailnet.v2.CoordinateRequest.UpdateSelf.$Shape;
    }

    namespace UpdateSelf {
     interface $Properties {
      node?: (coder.tailnet.v2.Node.$Properties|null);
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.tailnet.v2.CoordinateRequest.UpdateSelf.$Properties;
    }

    interface IDisconnect extends coder.tailnet.v2.CoordinateRequest.Disconnect.$Properties {
    }

    class Disconnect {
     constructor(properties?: coder.tailnet.v2.CoordinateRequest.Disconnect.$Properties);
     $unknowns?: Uint8Array[];
     static create(properties: coder.tailnet.v2.CoordinateRequest.Disconnect.$Shape): coder.tailnet.v2.CoordinateRequest.Disconnect & coder.tailnet.v2.CoordinateRequest.Disconnect.$Shape;
     static create(properties?: coder.tailnet.v2.CoordinateRequest.Disconnect.$Properties): coder.tailnet.v2.CoordinateRequest.Disconnect;
     static encode(message: coder.tailnet.v2.CoordinateRequest.Disconnect.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.CoordinateRequest.Disconnect & coder.tailnet.v2.CoordinateRequest.Disconnect.$Shape;
    }

    namespace Disconnect {
     interface $Properties {
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.tailnet.v2.CoordinateRequest.Disconnect.$Properties;
    }

    interface ITunnel extends coder.tailnet.v2.CoordinateRequest.Tunnel.$Properties {
    }

    class Tunnel {
     constructor(properties?: coder.tailnet.v2.CoordinateRequest.Tunnel.$Properties);
     $unknowns?: Uint8Array[];
     id: Uint8Array;
     static create(properties: coder.tailnet.v2.CoordinateRequest.Tunnel.$Shape): coder.tailnet.v2.CoordinateRequest.Tunnel & coder.tailnet.v2.CoordinateRequest.Tunnel.$Shape;
     static create(properties?: coder.tailnet.v2.CoordinateRequest.Tunnel.$Properties): coder.tailnet.v2.CoordinateRequest.Tunnel;
     static encode(message: coder.tailnet.v2.CoordinateRequest.Tunnel.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.CoordinateRequest.Tunnel & coder.tailnet.v2.CoordinateRequest.Tunnel.$Shape;
    }

    namespace Tunnel {
     interface $Properties {
      id?: (Uint8Array|null);
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.tailnet.v2.CoordinateRequest.Tunnel.$Properties;
    }

    interface IReadyForHandshake extends coder.tailnet.v2.CoordinateRequest.ReadyForHandshake.$Properties {
    }

    class ReadyForHandshake {
     constructor(properties?: coder.tailnet.v2.CoordinateRequest.ReadyForHandshake.$Properties);
     $unknowns?: Uint8Array[];
     id: Uint8Array;
     static create(properties: coder.tailnet.v2.CoordinateRequest.ReadyForHandshake.$Shape): coder.tailnet.v2.CoordinateRequest.ReadyForHandshake & coder.tailnet.v2.CoordinateRequest.ReadyForHandshake.$Shape;
     static create(properties?: coder.tailnet.v2.CoordinateRequest.ReadyForHandshake.$Properties): coder.tailnet.v2.CoordinateRequest.ReadyForHandshake;
     static encode(message: coder.tailnet.v2.CoordinateRequest.ReadyForHandshake.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.CoordinateRequest.ReadyForHandshake & coder.tailnet.v2.CoordinateRequest.ReadyForHandshake.$Shape;
    }

    namespace ReadyForHandshake {
     interface $Properties {
      id?: (Uint8Array|null);
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.tailnet.v2.CoordinateRequest.ReadyForHandshake.$Properties;
    }
   }

   interface ICoordinateResponse extends coder.tailnet.v2.CoordinateResponse.$Properties {
   }

   class CoordinateResponse {
    constructor(properties?: coder.tailnet.v2.CoordinateResponse.$Properties);
    $unknowns?: Uint8Array[];
    peerUpdates: coder.tailnet.v2.CoordinateResponse.PeerUpdate.$Properties[];
    error: string;
    static create(properties: coder.tailnet.v2.CoordinateResponse.$Shape): coder.tailnet.v2.CoordinateResponse & coder.tailnet.v2.CoordinateResponse.$Shape;
    static create(properties?: coder.tailnet.v2.CoordinateResponse.$Properties): coder.tailnet.v2.CoordinateResponse;
    static encode(message: coder.tailnet.v2.CoordinateResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.CoordinateResponse & coder.tailnet.v2.CoordinateResponse.$Shape;
   }

   namespace CoordinateResponse {
    interface $Properties {
     peerUpdates?: (coder.tailnet.v2.CoordinateResponse.PeerUpdate.$Properties[]|null);
     error?: (string|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.tailnet.v2.CoordinateResponse.$Properties;

    interface IPeerUpdate extends coder.tailnet.v2.CoordinateResponse.PeerUpdate.$Properties {
    }

    class PeerUpdate {
     constructor(properties?: coder.tailnet.v2.CoordinateResponse.PeerUpdate.$Properties);
     $unknowns?: Uint8Array[];
     id: Uint8Array;
     node?: (coder.tailnet.v2.Node.$Properties|null);
     kind: coder.tailnet.v2.CoordinateResponse.PeerUpdate.Kind;
     reason: string;
     static create(properties: coder.tailnet.v2.CoordinateResponse.PeerUpdate.$Shape): coder.tailnet.v2.CoordinateResponse.PeerUpdate & coder.tailnet.v2.CoordinateResponse.PeerUpdate.$Shape;
     static create(properties?: coder.tailnet.v2.CoordinateResponse.PeerUpdate.$Properties): coder.tailnet.v2.CoordinateResponse.PeerUpdate;
     static encode(message: coder.tailnet.v2.CoordinateResponse.PeerUpdate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
     static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.CoordinateResponse.PeerUpdate & coder.tailnet.v2.CoordinateResponse.PeerUpdate.$Shape;
    }

    namespace PeerUpdate {
     interface $Properties {
      id?: (Uint8Array|null);
      node?: (coder.tailnet.v2.Node.$Properties|null);
      kind?: (coder.tailnet.v2.CoordinateResponse.PeerUpdate.Kind|null);
      reason?: (string|null);
      $unknowns?: Uint8Array[];
     }
     type $Shape = coder.tailnet.v2.CoordinateResponse.PeerUpdate.$Properties;

     enum Kind {
      KIND_UNSPECIFIED = 0,
      NODE = 1,
      DISCONNECTED = 2,
      LOST = 3,
      READY_FOR_HANDSHAKE = 4
     }
    }
   }

   interface ITelemetryEvent extends coder.tailnet.v2.TelemetryEvent.$Properties {
   }

   class TelemetryEvent {
    constructor(properties?: coder.tailnet.v2.TelemetryEvent.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.tailnet.v2.TelemetryEvent.$Shape): coder.tailnet.v2.TelemetryEvent & coder.tailnet.v2.TelemetryEvent.$Shape;
    static create(properties?: coder.tailnet.v2.TelemetryEvent.$Properties): coder.tailnet.v2.TelemetryEvent;
    static encode(message: coder.tailnet.v2.TelemetryEvent.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.TelemetryEvent & coder.tailnet.v2.TelemetryEvent.$Shape;
   }

   namespace TelemetryEvent {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.tailnet.v2.TelemetryEvent.$Properties;
   }

   interface ITelemetryRequest extends coder.tailnet.v2.TelemetryRequest.$Properties {
   }

   class TelemetryRequest {
    constructor(properties?: coder.tailnet.v2.TelemetryRequest.$Properties);
    $unknowns?: Uint8Array[];
    events: coder.tailnet.v2.TelemetryEvent.$Properties[];
    static create(properties: coder.tailnet.v2.TelemetryRequest.$Shape): coder.tailnet.v2.TelemetryRequest & coder.tailnet.v2.TelemetryRequest.$Shape;
    static create(properties?: coder.tailnet.v2.TelemetryRequest.$Properties): coder.tailnet.v2.TelemetryRequest;
    static encode(message: coder.tailnet.v2.TelemetryRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.TelemetryRequest & coder.tailnet.v2.TelemetryRequest.$Shape;
   }

   namespace TelemetryRequest {
    interface $Properties {
     events?: (coder.tailnet.v2.TelemetryEvent.$Properties[]|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.tailnet.v2.TelemetryRequest.$Properties;
   }

   interface ITelemetryResponse extends coder.tailnet.v2.TelemetryResponse.$Properties {
   }

   class TelemetryResponse {
    constructor(properties?: coder.tailnet.v2.TelemetryResponse.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.tailnet.v2.TelemetryResponse.$Shape): coder.tailnet.v2.TelemetryResponse & coder.tailnet.v2.TelemetryResponse.$Shape;
    static create(properties?: coder.tailnet.v2.TelemetryResponse.$Properties): coder.tailnet.v2.TelemetryResponse;
    static encode(message: coder.tailnet.v2.TelemetryResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.TelemetryResponse & coder.tailnet.v2.TelemetryResponse.$Shape;
   }

   namespace TelemetryResponse {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.tailnet.v2.TelemetryResponse.$Properties;
   }

   interface IRefreshResumeTokenRequest extends coder.tailnet.v2.RefreshResumeTokenRequest.$Properties {
   }

   class RefreshResumeTokenRequest {
    constructor(properties?: coder.tailnet.v2.RefreshResumeTokenRequest.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.tailnet.v2.RefreshResumeTokenRequest.$Shape): coder.tailnet.v2.RefreshResumeTokenRequest & coder.tailnet.v2.RefreshResumeTokenRequest.$Shape;
    static create(properties?: coder.tailnet.v2.RefreshResumeTokenRequest.$Properties): coder.tailnet.v2.RefreshResumeTokenRequest;
    static encode(message: coder.tailnet.v2.RefreshResumeTokenRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.RefreshResumeTokenRequest & coder.tailnet.v2.RefreshResumeTokenRequest.$Shape;
   }

   namespace RefreshResumeTokenRequest {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.tailnet.v2.RefreshResumeTokenRequest.$Properties;
   }

   interface IRefreshResumeTokenResponse extends coder.tailnet.v2.RefreshResumeTokenResponse.$Properties {
   }

   class RefreshResumeTokenResponse {
    constructor(properties?: coder.tailnet.v2.RefreshResumeTokenResponse.$Properties);
    $unknowns?: Uint8Array[];
    token: string;
    refreshIn?: (google.protobuf.Duration.$Properties|null);
    expiresAt?: (google.protobuf.Timestamp.$Properties|null);
    static create(properties: coder.tailnet.v2.RefreshResumeTokenResponse.$Shape): coder.tailnet.v2.RefreshResumeTokenResponse & coder.tailnet.v2.RefreshResumeTokenResponse.$Shape;
    static create(properties?: coder.tailnet.v2.RefreshResumeTokenResponse.$Properties): coder.tailnet.v2.RefreshResumeTokenResponse;
    static encode(message: coder.tailnet.v2.RefreshResumeTokenResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.RefreshResumeTokenResponse & coder.tailnet.v2.RefreshResumeTokenResponse.$Shape;
   }

   namespace RefreshResumeTokenResponse {
    interface $Properties {
     token?: (string|null);
     refreshIn?: (google.protobuf.Duration.$Properties|null);
     expiresAt?: (google.protobuf.Timestamp.$Properties|null);
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.tailnet.v2.RefreshResumeTokenResponse.$Properties;
   }

   interface IWorkspaceUpdatesRequest extends coder.tailnet.v2.WorkspaceUpdatesRequest.$Properties {
   }

   class WorkspaceUpdatesRequest {
    constructor(properties?: coder.tailnet.v2.WorkspaceUpdatesRequest.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.tailnet.v2.WorkspaceUpdatesRequest.$Shape): coder.tailnet.v2.WorkspaceUpdatesRequest & coder.tailnet.v2.WorkspaceUpdatesRequest.$Shape;
    static create(properties?: coder.tailnet.v2.WorkspaceUpdatesRequest.$Properties): coder.tailnet.v2.WorkspaceUpdatesRequest;
    static encode(message: coder.tailnet.v2.WorkspaceUpdatesRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.WorkspaceUpdatesRequest & coder.tailnet.v2.WorkspaceUpdatesRequest.$Shape;
   }

   namespace WorkspaceUpdatesRequest {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.tailnet.v2.WorkspaceUpdatesRequest.$Properties;
   }

   interface IWorkspaceUpdate extends coder.tailnet.v2.WorkspaceUpdate.$Properties {
   }

   class WorkspaceUpdate {
    constructor(properties?: coder.tailnet.v2.WorkspaceUpdate.$Properties);
    $unknowns?: Uint8Array[];
    static create(properties: coder.tailnet.v2.WorkspaceUpdate.$Shape): coder.tailnet.v2.WorkspaceUpdate & coder.tailnet.v2.WorkspaceUpdate.$Shape;
    static create(properties?: coder.tailnet.v2.WorkspaceUpdate.$Properties): coder.tailnet.v2.WorkspaceUpdate;
    static encode(message: coder.tailnet.v2.WorkspaceUpdate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): coder.tailnet.v2.WorkspaceUpdate & coder.tailnet.v2.WorkspaceUpdate.$Shape;
   }

   namespace WorkspaceUpdate {
    interface $Properties {
     $unknowns?: Uint8Array[];
    }
    type $Shape = coder.tailnet.v2.WorkspaceUpdate.$Properties;
   }
  }
 }
}

export namespace google {

 namespace protobuf {

  interface IDuration extends google.protobuf.Duration.$Properties {
  }

  class Duration {
   constructor(properties?: google.protobuf.Duration.$Properties);
   $unknowns?: Uint8Array[];
   seconds: number;
   nanos: number;
   static create(properties: google.protobuf.Duration.$Shape): google.protobuf.Duration & google.protobuf.Duration.$Shape;
   static create(properties?: google.protobuf.Duration.$Properties): google.protobuf.Duration;
   static encode(message: google.protobuf.Duration.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
   static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.protobuf.Duration & google.protobuf.Duration.$Shape;
  }

  namespace Duration {
   interface $Properties {
    seconds?: (number|null);
    nanos?: (number|null);
    $unknowns?: Uint8Array[];
   }
   type $Shape = google.protobuf.Duration.$Properties;
  }

  interface IEmpty extends google.protobuf.Empty.$Properties {
  }

  class Empty {
   constructor(properties?: google.protobuf.Empty.$Properties);
   $unknowns?: Uint8Array[];
   static create(properties: google.protobuf.Empty.$Shape): google.protobuf.Empty & google.protobuf.Empty.$Shape;
   static create(properties?: google.protobuf.Empty.$Properties): google.protobuf.Empty;
   static encode(message: google.protobuf.Empty.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
   static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.protobuf.Empty & google.protobuf.Empty.$Shape;
  }

  namespace Empty {
   interface $Properties {
    $unknowns?: Uint8Array[];
   }
   type $Shape = google.protobuf.Empty.$Properties;
  }

  interface ITimestamp extends google.protobuf.Timestamp.$Properties {
  }

  class Timestamp {
   constructor(properties?: google.protobuf.Timestamp.$Properties);
   $unknowns?: Uint8Array[];
   seconds: number;
   nanos: number;
   static create(properties: google.protobuf.Timestamp.$Shape): google.protobuf.Timestamp & google.protobuf.Timestamp.$Shape;
   static create(properties?: google.protobuf.Timestamp.$Properties): google.protobuf.Timestamp;
   static encode(message: google.protobuf.Timestamp.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
   static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.protobuf.Timestamp & google.protobuf.Timestamp.$Shape;
  }

  namespace Timestamp {
   interface $Properties {
    seconds?: (number|null);
    nanos?: (number|null);
    $unknowns?: Uint8Array[];
   }
   type $Shape = google.protobuf.Timestamp.$Properties;
  }
 }
}
