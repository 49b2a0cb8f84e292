import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { TalliedCounter } from './tally.ts';

/** Why a value was refused, put right or beaten; the `reason` of `tidegate_values_refused_total`. */
export type RefusedReason =
  | 'not_text'
  | 'too_long'
  | 'key_limit'
  | 'key_too_long'
  | 'key_not_text'
  | 'undeclared'
  | 'deleted'
  | 'superseded'
  | 'rejected_by_database';

const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What the gauges show. */
export interface GaugeSources {
  agentsConnected(): number;
  watchersConnected(): number;
  valuesPending(): number;
  cursorAgeSeconds(): number;
}

/** Every metric of a gateway, each in a registry of its own so that two gateways in one process do not mix. */
export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string) => new Counter({ name: `tidegate_${name}`, help, registers });
  /** Those that count at every report, or at everything that is sent. */
  const tallied = <const L extends string = never>(name: string, help: string, ...labelNames: L[]) =>
    new TalliedCounter<L>({ name: `tidegate_${name}`, help, labelNames, registers });
  const labelled = <const L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter<L>({ name: `tidegate_${name}`, help, labelNames, registers });
  const sources: Partial<GaugeSources> = {};
  /** Read when it is asked for: a gauge that is kept by hand goes wrong one day. */
  const gauge = (source: keyof GaugeSources, name: string, help: string) =>
    new Gauge({
      name: `tidegate_${name}`,
      help,
      registers,
      collect() {
        this.set(sources[source]?.() ?? 0);
      },
    });
  /** Under the names that every process has for them. */
  const memory = (name: string, help: string, figure: 'rss' | 'heapUsed') =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(process.memoryUsage()[figure]);
      },
    });
  const seconds = (name: string, help: string, buckets = SECONDS_BUCKETS) =>
    new Histogram({ name: `tidegate_${name}_seconds`, help, buckets, registers });

  return {
    registry,
    /** Tells where the gauges' figures come from. */
    watch: (from: GaugeSources) => Object.assign(sources, from),
    agentsConnected: gauge('agentsConnected', 'agents_connected', 'Agents connected to this gateway'),
    watchersConnected: gauge('watchersConnected', 'watchers_connected', 'Watch sockets connected to this gateway'),
    rpcs: tallied('rpcs_total', "Agents' calls by method and outcome (ok, error, cancelled)", 'method', 'outcome'),
    valuesReceived: tallied('values_received_total', 'Values in reports, before anything is refused or coalesced'),
    valuesWritten: counter('values_written_total', 'Values that committed flushes have written'),
    valuesRefused: labelled('values_refused_total', 'Values refused, put right or beaten, by reason', 'reason'),
    valuesPending: gauge('valuesPending', 'values_pending', 'Values that wait for a flush or are in one'),
    flushes: labelled('flushes_total', 'Committed flushes by reason (interval, idle, size, shutdown)', 'reason'),
    flushFailures: counter('flush_failures_total', 'Attempts to flush that failed and are tried again'),
    flushDuration: seconds('flush_duration', 'Duration of committed flushes'),
    notifications: counter('notifications_total', 'Notifications sent by committed flushes'),
    busWakeups: labelled('bus_wakeups_total', 'Wake-ups from the bus by source (notify, poll, reconnect)', 'source'),
    busLag: seconds('bus_lag', 'From the commit of an own flush to its own notification heard back'),
    cursorAge: gauge(
      'cursorAgeSeconds',
      'cursor_age_seconds',
      "Age of the newest cursor given to this gateway's watchers",
    ),
    acks: tallied('acks_total', 'Answers to reports by kind (committed, accepted)', 'kind'),
    watchMessages: tallied('watch_messages_total', 'Messages sent to watchers'),
    watchBytes: tallied('watch_bytes_total', 'Bytes of messages sent to watchers'),
    eventLoopStall: seconds(
      'event_loop_stall',
      'How late the event loop came round to a timer, looked at every 100 ms; pauses for gathering left out',
    ),
    gatherPause: counter(
      'gather_pause_seconds_total',
      'Time for which the event loop slept while calls of agents gathered',
    ),
    upgradesRefused: labelled(
      'upgrades_refused_total',
      'Upgrades, and streams of events beyond the limit, refused by reason',
      'reason',
    ),
    connectionsEnded: labelled('connections_ended_total', "Agents' connections that ended, by reason", 'reason'),
    logLines: counter('agent_log_lines_total', "Lines of agents' logs, before any is dropped"),
    logLinesDropped: counter(
      'agent_log_lines_dropped_total',
      'Log lines dropped unwritten, since newer ones took their place',
    ),
    lifecycleChanges: labelled('lifecycle_changes_total', "Changes of agents' lifecycle, by the state told", 'state'),
    appHealthUpdates: labelled('app_health_updates_total', "Healths of agents' apps told, by health", 'health'),
    scriptsCompleted: labelled(
      'scripts_completed_total',
      'Scripts that agents have run to their end, by status',
      'status',
    ),
    agentSessions: labelled('agent_sessions_total', 'Sessions of people on agents that began, by type', 'type'),
    signInsFailed: counter('sign_ins_failed_total', 'Tokens and codes shown by anybody that were not good'),
    connectionsReplaced: counter('connections_replaced_total', 'Connections closed by a newer one of the same agent'),
    residentMemory: memory('process_resident_memory_bytes', 'Resident memory of the process', 'rss'),
    heapUsed: memory('nodejs_heap_size_used_bytes', 'Used heap of the process', 'heapUsed'),
  };
}
