/** What the records of each kind hold, as the database has them. Times are microseconds since 1970. */
export type KeptBodies = {
  app_health: { health: string };
  script_timing: {
    scriptId: string;
    stage: string;
    status: string;
    exitCode: number;
    startedAtUs: number | null;
    endedAtUs: number;
  };
  stats: {
    connectionCount: number;
    connectionMedianLatencyMs: number;
    rxPackets: number;
    rxBytes: number;
    txPackets: number;
    txBytes: number;
    /** By program. */
    sessionCounts: Record<string, number>;
  };
  resources: {
    collectedAtUs: number;
    /** Bytes. */
    memory: { used: number; total: number } | null;
    volumes: { volume: string; used: number; total: number }[];
  };
  /** Someone on the agent. Its beginning and its end come apart, and only one of them may have come. */
  session: {
    type?: string;
    ip?: string;
    appName?: string;
    connectedAtUs?: number;
    disconnectedAtUs?: number;
    statusCode?: number;
    reason?: string;
  };
};

/** What an agent last said of one thing, with the parts that its kind has. */
export interface KeptRecord<Kind extends keyof KeptBodies> {
  kind: Kind;
  subject: string;
  /** Arrival on the collection clock. */
  atUs: number;
  body: KeptBodies[Kind];
}
