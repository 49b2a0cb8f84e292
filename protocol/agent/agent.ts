import { type BackoffSettings, DEFAULT_BACKOFF, reconnectDelayMs } from './backoff.ts';
import { AgentClient, type AgentClientOptions } from './client.ts';
import { AgentError } from './error.ts';
import { PendingValues, type ValueBatch } from './pending-values.ts';
import { reportRequest } from './report.ts';
import { type AgentStartup, holdTailnetStreams, introduce, type LifecycleState, sendLifecycle } from './setup.ts';
import type { AgentEvents, AgentState } from './state.ts';
import { type SharedTimers, sharedTimers } from './timers.ts';

export interface AgentOptions extends AgentClientOptions {
  events?: AgentEvents;
  /** What `UpdateStartup` says. Default: version `tidegate`, directory `/`. */
  startup?: AgentStartup;
  /** States reported in this order after the first connect. Default `READY`. */
  lifecycle?: readonly LifecycleState[];
  /** Also hold the two streams that Coder's agents hold for their network. Default false. */
  tailnet?: boolean;
  /** Longest wait for an answer, in milliseconds; then the connection counts as broken. Default 30 s, as Coder's. */
  callTimeoutMs?: number;
  /** A connection that has lasted this long makes the next pause a short one again. Default 10 s. */
  healthyAfterMs?: number;
  backoff?: BackoffSettings;
  /** Uniform in [0, 1); replaced in tests. */
  random?: () => number;
  /** This machine's clock in milliseconds since 1970; replaced in tests. */
  wallNow?: () => number;
}

/** What `report` takes for a key: a value, or a value and what went wrong in collecting it. */
export type ReportedValue = string | { value?: string; error: string };

const DEFAULTS = {
  startup: { version: 'tidegate', expandedDirectory: '/' },
  lifecycle: ['READY'] as readonly LifecycleState[],
  callTimeoutMs: 30_000,
  healthyAfterMs: 10_000,
};
/** Pauses after being replaced are drawn from the longest range: two agents with one token would else take turns fast. */
const REPLACED_ATTEMPT = 10;

interface InFlight {
  values: ValueBatch;
  sentAtMs: number;
}

/**
 * An agent that stays: it connects, introduces itself, reports what it is given and reconnects with full-jitter backoff
 * for as long as the gateway will have it.
 *
 * Of each key the newest value is sent, in one report at a time; what was not acknowledged goes with the next
 * connection's first report. It has no timers of its own.
 */
export class Agent {
  readonly #options: AgentOptions;
  readonly #timers: SharedTimers;
  readonly #pending = new PendingValues();
  #lifecycle: { state: LifecycleState; changedAtMs: number }[];
  #state: AgentState = { state: 'stopped' };
  #client: AgentClient | null = null;
  #connectedAtMs = 0;
  #attempt = 0;
  #cancelRetry: (() => void) | null = null;
  #inFlight: InFlight | null = null;
  #sendScheduled = false;
  #lifecycleRuns = false;
  #idleWaiters: (() => void)[] | null = null;
  #closeWaiters: (() => void)[] | null = null;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#timers = options.timers ?? sharedTimers;
    const changedAtMs = this.#wallNow();
    this.#lifecycle = (options.lifecycle ?? DEFAULTS.lifecycle).map((state) => ({ state, changedAtMs }));
  }

  get state(): AgentState {
    return this.#state;
  }

  /** The present connection, for calls that this class does not make; null while there is none. */
  get client(): AgentClient | null {
    return this.#state.state === 'connected' ? this.#client : null;
  }

  /** Nothing waits to be reported or acknowledged. */
  get isIdle(): boolean {
    return this.#pending.isEmpty && this.#inFlight === null;
  }

  /** Connects, now and whenever the connection is lost. Also the way back from `refused`. */
  start(): void {
    const { state } = this.#state;
    if ((state === 'stopped' || state === 'refused') && this.#client === null) this.#connect();
  }

  /**
   * Reports values; those of the same turn of the event loop leave together. While a report is under way or there is no
   * connection they wait, the newest of each key.
   */
  report(values: Record<string, ReportedValue>, collectedAtMs = this.#wallNow()): void {
    for (const [key, reported] of Object.entries(values)) {
      const { value = '', error } = typeof reported === 'string' ? { value: reported, error: '' } : reported;
      this.#pending.set(key, { value, error, collectedAtMs });
    }
    this.#scheduleSend();
  }

  /** Reports a state of the agent's lifecycle; states go out in order, also across connections. */
  reportLifecycle(state: LifecycleState): void {
    this.#lifecycle.push({ state, changedAtMs: this.#wallNow() });
    if (this.#state.state === 'connected' && this.#client !== null) void this.#sendLifecycles(this.#client);
  }

  /** Resolves once nothing waits to be reported or acknowledged, or the agent has stopped. */
  idle(): Promise<void> {
    if (this.isIdle || this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idleWaiters ??= [];
      this.#idleWaiters.push(resolve);
    });
  }

  /**
   * Stops for good and resolves once the socket is gone. What waits is waited for up to `drainMs` (default: not at all)
   * and dropped then.
   */
  async close({ drainMs = 0 }: { drainMs?: number } = {}): Promise<void> {
    if (drainMs > 0 && !this.isIdle) await this.#drained(drainMs);
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    const client = this.#client;
    if (client === null) {
      if (this.#state.state !== 'stopped') this.#become({ state: 'stopped' });
      return;
    }
    await new Promise<void>((resolve) => {
      this.#closeWaiters ??= [];
      this.#closeWaiters.push(resolve);
      client.close();
    });
  }

  get #isOver(): boolean {
    return this.#state.state === 'stopped' || this.#state.state === 'refused';
  }

  #wallNow(): number {
    return (this.#options.wallNow ?? wallNow)();
  }

  // ---- connection ----

  #connect(): void {
    this.#cancelRetry = null;
    this.#client = new AgentClient(this.#options, {
      onOpen: (client) => this.#opened(client),
      onClose: (error) => this.#lost(error),
    });
    this.#become({ state: 'connecting' });
  }

  #opened(client: AgentClient): void {
    this.#connectedAtMs = this.#timers.now();
    this.#become({ state: 'connected' });
    this.#scheduleSend();
    void this.#introduce(client);
    void this.#sendLifecycles(client);
    if (this.#options.tailnet) void this.#holdTailnet(client);
  }

  #lost(error: AgentError): void {
    this.#client = null;
    this.#takeBack(error);
    if (this.#state.state === 'connected') this.#rememberHealth();
    if (error.code === 'closed') {
      this.#become({ state: 'stopped' });
      for (const resolve of this.#closeWaiters?.splice(0) ?? []) resolve();
    } else if (error.isFinal) this.#become({ state: 'refused', error });
    else this.#retry(error);
  }

  #rememberHealth(): void {
    const lastedMs = this.#timers.now() - this.#connectedAtMs;
    if (lastedMs >= (this.#options.healthyAfterMs ?? DEFAULTS.healthyAfterMs)) this.#attempt = 0;
  }

  #retry(error: AgentError): void {
    if (error.code === 'replaced') this.#attempt = Math.max(this.#attempt, REPLACED_ATTEMPT);
    const retryInMs = reconnectDelayMs({
      attempt: this.#attempt++,
      settings: this.#options.backoff ?? DEFAULT_BACKOFF,
      random: this.#options.random ?? Math.random,
      retryAfterMs: error.retryAfterMs,
    });
    this.#cancelRetry = this.#timers.after(retryInMs, () => this.#connect());
    this.#become({ state: 'waiting', error, retryInMs });
  }

  #become(state: AgentState): void {
    this.#state = state;
    if (this.#isOver) this.#tellIdle();
    this.#options.events?.onStateChange?.(state);
  }

  // ---- calls ----

  async #introduce(client: AgentClient): Promise<void> {
    const startup = this.#options.startup ?? DEFAULTS.startup;
    const manifest = await this.#call(client, () => introduce(client, startup));
    if (manifest !== null) this.#options.events?.onManifest?.(manifest);
  }

  async #sendLifecycles(client: AgentClient): Promise<void> {
    if (this.#lifecycleRuns) return;
    this.#lifecycleRuns = true;
    for (let next = this.#lifecycle[0]; next !== undefined; next = this.#lifecycle[0]) {
      const change = next;
      const sent = await this.#call(client, async () => {
        await sendLifecycle(client, change);
        return true;
      });
      if (sent === null) break;
      this.#lifecycle.shift();
    }
    this.#lifecycleRuns = false;
  }

  /** Ends with the connection, or ends it. */
  async #holdTailnet(client: AgentClient): Promise<void> {
    try {
      await holdTailnetStreams(client);
      client.close(new AgentError('call_failed', 'the gateway ended a stream that agents hold open'));
    } catch (cause) {
      client.close(callFailed(cause));
    }
  }

  /** Makes a call whose failure ends the connection, as it does for Coder's agents; null then. */
  async #call<T>(client: AgentClient, call: () => Promise<T>): Promise<T | null> {
    const cancelDeadline = this.#timers.after(this.#options.callTimeoutMs ?? DEFAULTS.callTimeoutMs, () =>
      client.close(new AgentError('call_timeout', 'the gateway did not answer a call in time')),
    );
    try {
      return await call();
    } catch (cause) {
      client.close(callFailed(cause));
      return null;
    } finally {
      cancelDeadline();
    }
  }

  // ---- reports ----

  /** At the end of the turn, so that all values of one turn make one report. */
  #scheduleSend(): void {
    if (this.#sendScheduled || this.#state.state !== 'connected' || this.#inFlight !== null) return;
    this.#sendScheduled = true;
    queueMicrotask(() => {
      this.#sendScheduled = false;
      if (this.#state.state !== 'connected' || this.#client === null) return;
      if (this.#inFlight === null && !this.#pending.isEmpty) void this.#sendReport(this.#client);
    });
  }

  async #sendReport(client: AgentClient): Promise<void> {
    const report: InFlight = { values: this.#pending.take(), sentAtMs: this.#timers.now() };
    this.#inFlight = report;
    this.#options.events?.onSent?.(report);
    const answer = await this.#call(client, () => client.agent.BatchUpdateMetadata(reportRequest(report.values)));
    // A lost connection has taken the report back already.
    if (answer === null || this.#inFlight !== report) return;
    this.#inFlight = null;
    const tookMs = this.#timers.now() - report.sentAtMs;
    this.#options.events?.onAcknowledged?.({ ...report, tookMs });
    if (this.isIdle) this.#tellIdle();
    this.#scheduleSend();
  }

  #takeBack(error: AgentError): void {
    const report = this.#inFlight;
    if (report === null) return;
    this.#inFlight = null;
    this.#options.events?.onUnacknowledged?.(report, error);
    this.#pending.restore(report.values);
  }

  #drained(drainMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#timers.after(drainMs, resolve);
      void this.idle().then(() => {
        cancel();
        resolve();
      });
    });
  }

  #tellIdle(): void {
    const waiters = this.#idleWaiters;
    this.#idleWaiters = null;
    for (const resolve of waiters ?? []) resolve();
  }
}

/** The machine's clock, finer than `Date.now()`. */
function wallNow(): number {
  return performance.timeOrigin + performance.now();
}

function callFailed(cause: unknown): AgentError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new AgentError('call_failed', `a call failed: ${text}`, { cause });
}
