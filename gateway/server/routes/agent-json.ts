/** Agents as the API shows them. */
import type { AgentDetails } from '../../../db/agent-details.ts';
import type { AgentRecord, AgentRow, RecordKind } from '../../../db/types.ts';
import type { KeptRecord } from '../../agents/kept-bodies.ts';
import { rfc3339 } from './wire.ts';

/** One line of a list. */
export function agentSummary(agent: AgentRow) {
  return {
    id: agent.id,
    name: agent.name,
    labels: agent.labels,
    status: agent.status,
    last_connected_at: rfc3339(agent.lastConnectedAtUs),
  };
}

/** Everything that is known of one agent but its values. */
export function agentDetail(agent: AgentDetails) {
  const { lifecycle, startup } = agent;
  return {
    ...agentSummary(agent),
    created_at: rfc3339(agent.createdAtUs),
    metadata: agent.descriptions.map((key) => ({
      key: key.key,
      display_name: key.displayName,
      script: key.script,
      interval: key.intervalSeconds,
      timeout: key.timeoutSeconds,
    })),
    lifecycle: lifecycle && { state: lifecycle.state, changed_at: rfc3339(lifecycle.changedAtUs) },
    startup: startup && {
      version: startup.version,
      expanded_directory: startup.expandedDirectory,
      subsystems: startup.subsystems,
    },
    ...keptRecords(agent.records),
    connections: agent.connections.map(({ number, endedAtUs, gatewayId, reason }) => ({
      started_at: rfc3339(number),
      ended_at: rfc3339(endedAtUs),
      gateway: gatewayId,
      ...(reason !== null && { reason }),
    })),
    logs: agent.logs.map((line) => ({
      at: rfc3339(line.atUs),
      source_id: line.sourceId,
      level: line.level,
      output: line.output,
    })),
  };
}

function keptRecords(records: readonly AgentRecord[]) {
  const of = <Kind extends RecordKind>(kind: Kind) =>
    records.filter((record) => record.kind === kind) as unknown as KeptRecord<Kind>[];
  return {
    app_healths: of('app_health').map(({ subject, atUs, body }) => ({
      id: subject,
      health: body.health,
      updated_at: rfc3339(atUs),
    })),
    script_timings: of('script_timing').map(({ body }) => ({
      script_id: body.scriptId,
      stage: body.stage,
      status: body.status,
      exit_code: body.exitCode,
      started_at: rfc3339(body.startedAtUs),
      ended_at: rfc3339(body.endedAtUs),
    })),
    stats: of('stats').map(stats)[0] ?? null,
    resources: of('resources').map(resources)[0] ?? null,
    sessions: of('session').map(session).sort(newestFirst),
  };
}

function stats({ atUs, body }: KeptRecord<'stats'>) {
  return {
    reported_at: rfc3339(atUs),
    connection_count: body.connectionCount,
    connection_median_latency_ms: body.connectionMedianLatencyMs,
    rx_packets: body.rxPackets,
    rx_bytes: body.rxBytes,
    tx_packets: body.txPackets,
    tx_bytes: body.txBytes,
    session_counts: body.sessionCounts,
  };
}

function resources({ body }: KeptRecord<'resources'>) {
  return { collected_at: rfc3339(body.collectedAtUs), memory: body.memory, volumes: body.volumes };
}

/** One whose beginning or end has not been told has null there. */
function session({ subject, body }: KeptRecord<'session'>) {
  return {
    id: subject,
    type: body.type ?? 'unspecified',
    ip: body.ip ?? '',
    app_name: body.appName ?? '',
    connected_at: rfc3339(body.connectedAtUs ?? null),
    disconnected_at: rfc3339(body.disconnectedAtUs ?? null),
    status_code: body.statusCode ?? null,
    ...(body.reason && { reason: body.reason }),
  };
}

type Session = ReturnType<typeof session>;

function newestFirst(a: Session, b: Session): number {
  const timeOf = (one: Session) => one.connected_at ?? one.disconnected_at ?? '';
  if (timeOf(a) === timeOf(b)) return 0;
  return timeOf(a) < timeOf(b) ? 1 : -1;
}
