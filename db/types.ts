/**
 * The shapes that cross the border between the database folder and its users.
 *
 * Instants are whole microseconds since 1970 (a `number`: exact until the year 2255). Revisions and cursors are
 * PostgreSQL's 64-bit transaction ids (xid8) as `bigint`.
 */

import type { FlushPhases } from './metadata/flush-phases.ts';

/** A 36-character lower-case UUID. */
export type AgentId = string;

/** What one agent says for one key. */
export interface FlushValue {
  agentId: AgentId;
  key: string;
  value: string;
  /** The agent's own error and what was put right in the value; empty when there is none. */
  error: string;
  /** Arrival on the collection clock. */
  collectedAtUs: number;
  /** The agent's own clock, or null when it sent none. */
  agentCollectedAtUs: number | null;
}

/** What changed about an agent itself; absent parts stay as they are. */
export interface AgentChange {
  agentId: AgentId;
  /** Written only where the stored connection number is not larger. */
  connection?: ConnectionState;
  /** Like `startup` written only where what is stored did not arrive later; `atUs` is its arrival on the collection clock. */
  lifecycle?: { state: string; changedAtUs: number; atUs: number };
  startup?: { version: string; expandedDirectory: string; subsystems: string[]; atUs: number };
  /** Of its connections to gateways, those that began or ended. Of two with one number the later one counts. */
  connections?: readonly ConnectionSpan[];
  /** What it said of this and that. Of two with one kind and subject the parts of both count, the later one's first. */
  records?: readonly AgentRecord[];
  /** Lines of its log, oldest first. */
  logs?: readonly LogLine[];
}

/** One connection of an agent to a gateway. */
export interface ConnectionSpan {
  /** Its start on the collection clock. */
  number: number;
  /** Null while it lasts. */
  endedAtUs: number | null;
  /** Why it ended, in a word; {@link GATEWAY_GONE} gives way to what the gateway itself says. Null while it lasts. */
  reason: string | null;
  /** Who held it; absent when it is the gateway that writes. */
  gatewayId?: string;
}

/** The reason of connections whose gateway is gone without having said how they ended. */
export const GATEWAY_GONE = 'gateway_gone';

/** `stats` and `resources` have one subject, the empty one. */
export type RecordKind = 'app_health' | 'script_timing' | 'session' | 'stats' | 'resources';

/** What an agent last said of one thing. */
export interface AgentRecord {
  kind: RecordKind;
  subject: string;
  /** Arrival on the collection clock. */
  atUs: number;
  /** Joined with what is stored, part by part. */
  body: Readonly<Record<string, unknown>>;
}

/** One line of an agent's log. */
export interface LogLine {
  /** The agent's own time. */
  atUs: number;
  sourceId: string;
  level: string;
  output: string;
  /** Of `output`, as UTF-8. */
  bytes: number;
}

/** How much is kept of one agent beside its values; the newest stays. */
export interface KeptLimits {
  /** Connections to gateways. */
  agentConnections: number;
  /** App healths, script timings and sessions, of each. */
  agentRecords: number;
  agentLogLines: number;
  /** Bytes of all lines together. */
  agentLogBytes: number;
}

export interface ConnectionState {
  /** The connection's start on the collection clock, and above every earlier number of the agent. */
  number: number;
  connected: boolean;
  /** When it was last known to be in this state. */
  atUs: number;
}

/** One flush: everything that lands in one transaction with one notification. */
export interface FlushBatch {
  /** Sorted by (agentId, key), each pair once. */
  values: FlushValue[];
  /** Sorted by agentId, each agent once. */
  agents: AgentChange[];
}

/** What became of a batch that has committed. */
export interface FlushResult {
  revision: bigint;
  /** How many values now stand in the database as this batch gave them. */
  written: number;
  /** Values that a newer stored one beats. */
  superseded: FlushValue[];
  /** Values of agents that no longer exist. */
  deleted: FlushValue[];
  /** Values that the database refuses whatever their company, with its reason. */
  rejected: { value: FlushValue; sqlState: string; message: string }[];
  /** Changes that the database refuses likewise; absent when there are none. */
  rejectedAgents?: { change: AgentChange; sqlState: string; message: string }[];
  /** Where its time went. */
  phasesMs?: FlushPhases;
}

export type AgentStatus = 'connected' | 'disconnected' | 'never';

/** How one key of an agent is to be collected, as its manifest says it. */
export interface MetadataDescription {
  key: string;
  displayName: string;
  script: string;
  /** Whole seconds; 0 collects once a connection. */
  intervalSeconds: number;
  timeoutSeconds: number;
}

/** One agent as watchers see it. */
export interface AgentRow {
  id: AgentId;
  name: string;
  labels: Record<string, string>;
  status: AgentStatus;
  lastConnectedAtUs: number | null;
  /** In display order. */
  descriptions: MetadataDescription[];
  revision: bigint;
  /** A tombstone: only id and revision still mean anything. */
  deleted: boolean;
}

export interface ValueRow {
  agentId: AgentId;
  key: string;
  value: string;
  error: string;
  collectedAtUs: number;
  revision: bigint;
}

/** One consistent read of the fleet, whole or since a cursor. */
export interface FleetRead {
  agents: AgentRow[];
  values: ValueRow[];
  /** A reader that has taken in this read has seen everything below it. */
  cursor: bigint;
  /** The snapshot's xmin: no cursor given out so far is above it. */
  xmin: bigint;
  /** The largest revision seen; feed it into the next read. */
  maxRevision: bigint;
  /** Cursors below this one come from before the last purge of tombstones. */
  purgedBefore: bigint;
  /** A mark of the database's history: with another one, revisions and cursors from before say nothing about these. */
  history: string;
}

/** What a flush says on the channel `tidegate`. */
export interface FlushNotification {
  v: 1;
  gateway: string;
  revision: string;
  values: number;
  agents: number;
}
