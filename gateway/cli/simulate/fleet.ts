import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { Agent, type ReportedValue } from '../../../protocol/agent/agent.ts';
import type { AgentEvents } from '../../../protocol/agent/state.ts';
import type { ApiClient } from '../api-client.ts';
import { CliError } from '../output.ts';
import { Schedule } from './schedule.ts';
import type { FleetKey, ValueSource } from './values.ts';

export interface FleetAgent {
  id: string;
  name: string;
  token: string;
}

/** Most agents of one request. */
const CREATE_CHUNK = 1_000;
/** Below the gateway's default of 500 upgrades a second and address, so that none waits. */
const CONNECTS_PER_SECOND = 400;
const TICK_MS = 10;

/** Creates agents over HTTP. */
export async function createFleet(
  client: ApiClient,
  options: { names: string[]; labels(index: number): Record<string, string>; keys: FleetKey[] },
): Promise<FleetAgent[]> {
  const metadata = options.keys.map(({ name, displayName, intervalMs }) => ({
    key: name,
    display_name: displayName,
    interval: Math.max(1, Math.round(intervalMs / 1_000)),
    timeout: 1,
  }));
  const created: FleetAgent[] = [];
  for (let at = 0; at < options.names.length; at += CREATE_CHUNK) {
    const agents = options.names
      .slice(at, at + CREATE_CHUNK)
      .map((name, index) => ({ name, labels: options.labels(at + index), metadata }));
    const answer = await client.request<{ agents: FleetAgent[] }>('POST', '/api/v2/agents', { agents });
    created.push(...answer.agents);
  }
  return created;
}

export interface FleetOptions {
  url: string;
  agents: FleetAgent[];
  keys: FleetKey[];
  values: ValueSource;
  /** All agents report in the same instant. */
  burst?: boolean;
  events?(index: number): AgentEvents;
}

/** Agents that connect as real ones do and report on schedule; one timer drives them all. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #agents: Agent[];
  #timer: NodeJS.Timeout | null = null;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#agents = options.agents.map(
      ({ token }, index) =>
        new Agent({
          url: options.url,
          token,
          WebSocket,
          tailnet: true,
          startup: { version: 'simulated', expandedDirectory: '/home/agent' },
          ...(options.events && { events: options.events(index) }),
        }),
    );
  }

  get connected(): number {
    return this.#agents.reduce((sum, agent) => sum + (agent.state.state === 'connected' ? 1 : 0), 0);
  }

  /**
   * Starts them at a bounded rate. Resolves once all are connected, or `stop` says that nobody waits any more.
   * @throws {CliError} when the gateway will not have one of them
   */
  async connect(stop: AbortSignal): Promise<void> {
    const begun = performance.now();
    for (const [index, agent] of this.#agents.entries()) {
      const aheadMs = (index / CONNECTS_PER_SECOND) * 1_000 - (performance.now() - begun);
      if (aheadMs > TICK_MS) await pause(aheadMs);
      if (stop.aborted) return;
      agent.start();
    }
    while (this.connected < this.#agents.length && !stop.aborted) {
      this.#refuseToWait();
      await pause(TICK_MS);
    }
  }

  #refuseToWait(): void {
    for (const [index, { state }] of this.#agents.entries()) {
      if (state.state !== 'refused') continue;
      throw new CliError(`Agent ${this.#options.agents[index]?.name} cannot connect: ${state.error.message}.`);
    }
  }

  /** Begins to report. */
  start(): void {
    const { agents, keys, values, burst = false } = this.#options;
    const intervals = new Set(keys.map((key) => key.intervalMs));
    const groups = [...intervals].map((intervalMs) => ({
      group: keys.filter((key) => key.intervalMs === intervalMs),
      schedule: new Schedule({ count: agents.length, intervalMs, burst }),
    }));
    const begun = performance.now();
    this.#timer = setInterval(() => {
      const elapsedMs = performance.now() - begun;
      for (const { group, schedule } of groups) {
        schedule.run(elapsedMs, (index, round) => {
          const report: Record<string, ReportedValue> = {};
          for (const key of group) {
            const value = values.value(index, key, round);
            if (value !== null) report[key.name] = value;
          }
          this.#agents[index]?.report(report);
        });
      }
    }, TICK_MS);
  }

  /** One agent of the fleet, by its place in it. */
  agent(index: number): Agent | undefined {
    return this.#agents[index];
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Resolves once every report has been answered, or after `timeoutMs`. */
  async settle(timeoutMs: number): Promise<void> {
    const end = performance.now() + timeoutMs;
    while (performance.now() < end && !this.#agents.every((agent) => agent.isIdle)) await pause(TICK_MS);
  }

  async close(): Promise<void> {
    this.stop();
    await Promise.all(this.#agents.map((agent) => agent.close()));
  }
}

/** Requests to the gateway's API at the same time, where there are many to make. */
const PARALLEL_REQUESTS = 8;

/** Does `task` for every item, a few at a time. */
export async function inParallel<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await task(item);
  };
  await Promise.all(Array.from({ length: PARALLEL_REQUESTS }, worker));
}
