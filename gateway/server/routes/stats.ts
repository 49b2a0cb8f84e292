import type { Counter, Metric } from 'prom-client';
import { labelLimits } from '../../auth/identity.ts';
import type { Metrics } from '../../metrics.ts';
import type { Route } from '../access.ts';
import type { Readiness } from './health.ts';

export interface StatsOptions {
  gatewayId: string;
  version: string;
  flushIntervalMs: number;
  liveIntervalMs: number;
  metrics: Metrics;
  readiness(): Readiness;
  /** Milliseconds since 1970 on the collection clock. */
  nowMs(): number;
  uptimeMs(): number;
}

/**
 * What this gateway has done since it started, for the page's flow panel and for scripts. A viewer limited to labels is
 * told how the gateway does, and nothing that counts agents or values that are not its business.
 */
export function statsRoutes(options: StatsOptions): Route[] {
  return [
    {
      method: 'GET',
      url: '/api/v2/stats',
      roles: ['admin', 'viewer'],
      handle: async (_request, _reply, identity) => ({
        ...gatewayStats(options),
        ...(labelLimits(identity) === null && (await fleetStats(options))),
      }),
    },
  ];
}

function gatewayStats(options: StatsOptions) {
  const checks = options.readiness();
  return {
    gateway: options.gatewayId,
    version: options.version,
    now: options.nowMs(),
    uptime_ms: Math.round(options.uptimeMs()),
    flush_interval_ms: options.flushIntervalMs,
    live_interval_ms: options.liveIntervalMs,
    database: checks.database,
    bus: checks.bus,
    draining: checks.draining,
  };
}

async function fleetStats({ metrics }: StatsOptions) {
  const rpcs = await metrics.rpcs.get();
  const reports = rpcs.values.filter(({ labels }) => labels.method === 'BatchUpdateMetadata');
  return {
    agents: { connected: await total(metrics.agentsConnected) },
    watchers: { connected: await total(metrics.watchersConnected) },
    pending_values: await total(metrics.valuesPending),
    totals: {
      reports: reports.reduce((sum, { value }) => sum + value, 0),
      values_received: await total(metrics.valuesReceived),
      values_written: await total(metrics.valuesWritten),
      values_refused: await byLabel(metrics.valuesRefused, 'reason'),
      flushes: await total(metrics.flushes),
      flush_failures: await total(metrics.flushFailures),
      notifications: await total(metrics.notifications),
      acks: await byLabel(metrics.acks, 'kind'),
      watch_messages: await total(metrics.watchMessages),
      watch_bytes: await total(metrics.watchBytes),
    },
  };
}

/** The sum over all labels. */
async function total(metric: Pick<Metric, 'get'>): Promise<number> {
  return (await metric.get()).values.reduce((sum, { value }) => sum + value, 0);
}

async function byLabel<L extends string>(metric: Counter<L>, label: L): Promise<Record<string, number>> {
  const { values } = await metric.get();
  return Object.fromEntries(values.map((entry) => [String(entry.labels[label]), entry.value]));
}
