import { signal } from '@preact/signals';
import { type AgentState, judgeAgent } from '../../../protocol/watch/agent-state.ts';
import { type Freshness, freshness } from '../../../protocol/watch/freshness.ts';
import type { WatchedAgent } from '../../../protocol/watch/state.ts';
import type { Arrangeable } from '../model/arrange.ts';
import type { History } from '../model/history.ts';
import { quantityOf } from '../model/quantity.ts';

/** By the one rule a key that an agent does not declare is never due. The page calls its value old after this time. */
const UNDECLARED_GRACE_MS = 60_000;

/** One agent as the page shows it. Its signal says that something of it changed; whoever draws it reads that. */
export class Row implements Arrangeable {
  readonly id: string;
  readonly version = signal(0);
  agent: WatchedAgent;
  state: AgentState = 'fine';
  newestAt = 0;
  #dueAtMs = 0;
  /** The last value of a key before it failed: an error blanks nothing. */
  readonly #lastGood = new Map<string, string>();
  readonly #series = new Map<string, { series: number | null; at: number }>();

  constructor(agent: WatchedAgent) {
    this.id = agent.id;
    this.agent = agent;
  }

  /** The text to show for a key: its value, or the last one known where it fails without one. */
  textOf(key: string): string | undefined {
    const known = this.agent.values.get(key);
    if (known === undefined) return undefined;
    return known.value === '' && known.error !== '' ? (this.#lastGood.get(key) ?? '') : known.value;
  }

  /** The agent says what it collects, and this key is not among it. */
  isUndeclared(key: string): boolean {
    return this.agent.keys.size > 0 && !this.agent.keys.has(key);
  }

  /** How a key's value is shown; `fresh` where there is none. */
  freshnessOf(key: string, nowMs: number, flushIntervalMs: number): Freshness {
    const { agent } = this;
    const at = agent.values.get(key)?.at;
    if (at === undefined) return 'fresh';
    const judged = freshness({ at, nowMs, status: agent.status, key: agent.keys.get(key), flushIntervalMs });
    return judged === 'fresh' && this.isUndeclared(key) && nowMs - at > UNDECLARED_GRACE_MS ? 'stale' : judged;
  }

  seriesOf(key: string): number | null {
    return this.#series.get(key)?.series ?? null;
  }

  /** Takes what is new in the agent: the last good values, the newest time and, where given, points of its history. */
  take(history: History | null): void {
    let newestAt = 0;
    for (const [key, { value, error, at }] of this.agent.values) {
      if (at > newestAt) newestAt = at;
      if (error === '' && this.#lastGood.size > 0) this.#lastGood.delete(key);
      if (history !== null) this.#record(history, key, value, at);
    }
    this.newestAt = newestAt;
  }

  /** Keeps the present values, before a message that may replace them by errors. */
  keepGood(key: string, value: string): void {
    this.#lastGood.set(key, value);
  }

  #record(history: History, key: string, value: string, at: number): void {
    const known = this.#series.get(key);
    if (known?.at === at || value === '') return;
    const magnitude = quantityOf(value)?.magnitude;
    if (magnitude === undefined) return;
    const series = known === undefined ? history.open() : known.series;
    this.#series.set(key, { series, at });
    if (series !== null) history.add(series, at, magnitude);
  }

  /** Judges again where that can change something; true when the state did. */
  judge(nowMs: number, flushIntervalMs: number, changed: boolean): boolean {
    if (!changed && nowMs < this.#dueAtMs) return false;
    const { state, dueAtMs } = judgeAgent(this.agent, nowMs, flushIntervalMs);
    const differs = state !== this.state;
    this.state = state;
    this.#dueAtMs = dueAtMs;
    return differs;
  }

  /** Gives its part of the history back. */
  release(history: History): void {
    for (const { series } of this.#series.values()) if (series !== null) history.close(series);
    this.#series.clear();
  }
}
