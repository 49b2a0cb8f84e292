/** The gateway's counters as `GET /api/v2/stats` gives them; totals count from its start. */
export interface GatewayStats {
  version: string;
  now: number;
  uptime_ms: number;
  flush_interval_ms: number;
  live_interval_ms: number;
  agents: { connected: number };
  watchers: { connected: number };
  totals: Record<Exclude<FlowTotal, 'values_coalesced'>, number> & {
    acks: Partial<Record<'committed' | 'accepted', number>>;
    /** By reason. */
    values_refused: Record<string, number>;
  };
  pending_values: number;
  bus: string;
  database: string;
}

export type FlowTotal =
  | 'reports'
  | 'values_received'
  /** Derived: values that a newer one of the same key replaced before a write took them. */
  | 'values_coalesced'
  | 'values_written'
  | 'flushes'
  | 'notifications'
  | 'watch_messages'
  | 'watch_bytes';

/** What is plotted. */
export const FLOW_WINDOW_MS = 15 * 60_000;

/**
 * Rates are those of the last seconds; what comes once in a flush interval needs more of them to hold still, and values
 * that shall add up with what such a write took are counted over the same time.
 */
const SMOOTHING_MS = 15_000;
const FLUSH_SMOOTHING_MS = 60_000;

function smoothingMs(total: FlowTotal): number {
  return ['reports', 'watch_messages', 'watch_bytes'].includes(total) ? SMOOTHING_MS : FLUSH_SMOOTHING_MS;
}

/** Refusals that only put a value right: it is written all the same. */
const REPAIRS = ['not_text', 'too_long'];

/** What came and was neither written nor refused, and does not wait for the next write. */
function coalesced({ totals, pending_values: pending }: GatewayStats): number {
  const refused = Object.entries(totals.values_refused)
    .filter(([reason]) => !REPAIRS.includes(reason))
    .reduce((sum, [, count]) => sum + count, 0);
  return totals.values_received - totals.values_written - pending - refused;
}

/** How long values took from their gateway to this page, at one sample. */
export interface FlowLatency {
  p50Ms: number | null;
  p99Ms: number | null;
}

interface FlowSample {
  stats: GatewayStats;
  coalesced: number;
  latency: FlowLatency;
}

/** The gateway's counters over the last 15 minutes. */
export class FlowHistory {
  readonly #samples: FlowSample[] = [];

  get latest(): GatewayStats | undefined {
    return this.#samples.at(-1)?.stats;
  }

  get size(): number {
    return this.#samples.length;
  }

  /** A gateway that restarted counts from zero: what was before says nothing about it. */
  add(stats: GatewayStats, latency: FlowLatency): void {
    const last = this.latest;
    if (last !== undefined && stats.uptime_ms < last.uptime_ms) this.#samples.length = 0;
    this.#samples.push({ stats, coalesced: coalesced(stats), latency });
    while (this.#nowOf(0) < stats.now - FLOW_WINDOW_MS) this.#samples.shift();
  }

  /** How many were counted in the last `spanMs`, and over which time in fact; null before two samples. */
  countIn(total: FlowTotal, spanMs: number): { count: number; overMs: number } | null {
    let first = this.#samples.length - 1;
    while (first > 0 && this.#nowOf(first) > this.#nowOf(this.#samples.length - 1) - spanMs) first -= 1;
    return this.#counted(total, first, this.#samples.length - 1);
  }

  /** Counts per second, now. */
  rate(total: FlowTotal): number | null {
    return perSecond(this.countIn(total, smoothingMs(total)));
  }

  /** Counts per second at each sample, over the seconds before it. Times are seconds since 1970. */
  series(total: FlowTotal): { times: number[]; rates: (number | null)[] } {
    const spanMs = smoothingMs(total);
    let from = 0;
    const rates = this.#samples.map((_, index) => {
      while (from + 1 < index && this.#nowOf(from + 1) <= this.#nowOf(index) - spanMs) from += 1;
      // The first seconds of all would show whatever happened to fall into them.
      return this.#nowOf(index) - this.#nowOf(0) < SMOOTHING_MS / 2
        ? null
        : perSecond(this.#counted(total, from, index));
    });
    return { times: this.#times(), rates };
  }

  latencies(): { times: number[]; p50Ms: (number | null)[]; p99Ms: (number | null)[] } {
    return {
      times: this.#times(),
      p50Ms: this.#samples.map(({ latency }) => latency.p50Ms),
      p99Ms: this.#samples.map(({ latency }) => latency.p99Ms),
    };
  }

  #times(): number[] {
    return this.#samples.map(({ stats }) => stats.now / 1_000);
  }

  #nowOf(index: number): number {
    return this.#samples[index]?.stats.now ?? Number.POSITIVE_INFINITY;
  }

  #counted(total: FlowTotal, first: number, last: number): { count: number; overMs: number } | null {
    const [from, to] = [this.#samples[first], this.#samples[last]];
    if (from === undefined || to === undefined || from === to) return null;
    return { count: Math.max(0, totalOf(to, total) - totalOf(from, total)), overMs: to.stats.now - from.stats.now };
  }
}

function totalOf({ stats, coalesced }: FlowSample, total: FlowTotal): number {
  return total === 'values_coalesced' ? coalesced : stats.totals[total];
}

function perSecond(counted: { count: number; overMs: number } | null): number | null {
  return counted === null || counted.overMs <= 0 ? null : (counted.count * 1_000) / counted.overMs;
}

/** A rate as people read it: three significant digits, none behind the point from 100 on. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 10_000) return `${(perSecond / 1_000).toFixed(perSecond >= 100_000 ? 0 : 1)}k`;
  if (perSecond >= 100) return perSecond.toFixed(0);
  if (perSecond >= 10) return perSecond.toFixed(1);
  return perSecond.toFixed(2);
}
