import { signal } from '@preact/signals';
import { FlowHistory, type FlowTotal, type GatewayStats } from '../model/flow.ts';
import type { Latencies } from '../model/latency.ts';
import { ApiFailure, request } from './api.ts';

const POLL_MS = 2_000;

/** The gateway's counters, asked for while the page is in sight. */
export class FlowPoll {
  readonly history = new FlowHistory();
  /** Grows with each sample. */
  readonly samples = signal(0);
  /** The last question got no answer: what the history holds is not of now. */
  readonly unanswered = signal(false);
  /** The gateway does not tell this sign-in what counts the whole fleet. */
  readonly withheld = signal(false);
  readonly #latencies: Latencies;
  #timer = 0;

  constructor(latencies: Latencies) {
    this.#latencies = latencies;
  }

  start(): void {
    if (this.#timer !== 0) return;
    this.#timer = window.setInterval(() => void this.#ask(), POLL_MS);
    void this.#ask();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  async #ask(): Promise<void> {
    try {
      const stats = await request<GatewayStats | { totals?: undefined }>('GET', 'stats');
      if (stats.totals === undefined) return this.#withhold();
      this.withheld.value = false;
      this.history.add(stats, { p50Ms: this.#latencies.percentile(0.5), p99Ms: this.#latencies.percentile(0.99) });
      this.unanswered.value = false;
      this.samples.value += 1;
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 403) this.#withhold();
      // A gateway that is away is told by the banner; the plots show the gap, and no figure stands for now.
      this.unanswered.value = true;
    }
  }

  /** Counts per second now; null before the second answer, and where the last one did not come. */
  rate(total: FlowTotal): number | null {
    return this.unanswered.value ? null : this.history.rate(total);
  }

  /** A sign-in stays what it is: asking again would change nothing. */
  #withhold(): void {
    this.withheld.value = true;
    this.stop();
  }
}
