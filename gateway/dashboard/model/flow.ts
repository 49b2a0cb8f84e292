/** The gateway's counters as `GET /api/v2/stats` gives them; totals count from its start. */
export interface GatewayStats {
  now: number;
  uptime_ms: number;
  flush_interval_ms: number;
  live_interval_ms: number;
  agents: { connected: number };
  watchers: { connected: number };
  totals: Record<FlowTotal, number> & { acks: Partial<Record<'committed' | 'accepted', number>> };
  pending_values: number;
  bus: string;
  database: string;
}

export type FlowTotal =
  | 'reports'
  | 'values_received'
  | 'values_written'
  | 'flushes'
  | 'notifications'
  | 'watch_messages'
  | 'watch_bytes';

/** What is plotted. */
export const FLOW_WINDOW_MS = 15 * 60_000;

/** Writes come once in a flush interval: a shorter window would show rates of 0 and 1 in turn. */
const SMOOTHING_MS = 15_000;

/** The gateway's counters over the last 15 minutes. */
export class FlowHistory {
  readonly #samples: GatewayStats[] = [];

  get latest(): GatewayStats | undefined {
    return this.#samples.at(-1);
  }

  get samples(): readonly GatewayStats[] {
    return this.#samples;
  }

  /** A gateway that restarted counts from zero: what was before says nothing about it. */
  add(stats: GatewayStats): void {
    const last = this.latest;
    if (last !== undefined && stats.uptime_ms < last.uptime_ms) this.#samples.length = 0;
    this.#samples.push(stats);
    while ((this.#samples[0]?.now ?? 0) < stats.now - FLOW_WINDOW_MS) this.#samples.shift();
  }

  /** How many were counted in the last `spanMs`, and over which time in fact; null before two samples. */
  countIn(total: FlowTotal, spanMs: number): { count: number; overMs: number } | null {
    const last = this.latest;
    if (last === undefined) return null;
    const first = this.#samples.find((sample) => sample.now >= last.now - spanMs);
    if (first === undefined || first === last) return null;
    return { count: last.totals[total] - first.totals[total], overMs: last.now - first.now };
  }

  /** Counts per second, now. */
  rate(total: FlowTotal): number | null {
    const counted = this.countIn(total, SMOOTHING_MS);
    return counted === null ? null : (counted.count * 1_000) / counted.overMs;
  }

  /** Counts per second at each sample, over the seconds before it. Times are seconds since 1970. */
  series(total: FlowTotal): { times: number[]; rates: (number | null)[] } {
    const times: number[] = [];
    const rates: (number | null)[] = [];
    let from = 0;
    for (const sample of this.#samples) {
      while ((this.#samples[from]?.now ?? sample.now) < sample.now - SMOOTHING_MS) from += 1;
      const first = this.#samples[from] ?? sample;
      times.push(sample.now / 1_000);
      const overMs = sample.now - first.now;
      rates.push(overMs < SMOOTHING_MS / 2 ? null : ((sample.totals[total] - first.totals[total]) * 1_000) / overMs);
    }
    return { times, rates };
  }
}

/** A rate as people read it: three significant digits, none behind the point from 100 on. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 10_000) return `${(perSecond / 1_000).toFixed(perSecond >= 100_000 ? 0 : 1)}k`;
  if (perSecond >= 100) return perSecond.toFixed(0);
  if (perSecond >= 10) return perSecond.toFixed(1);
  return perSecond.toFixed(2);
}
