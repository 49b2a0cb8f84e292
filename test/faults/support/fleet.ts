import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { ApiClient } from '../../../gateway/cli/api-client.ts';
import { createFleet, type FleetAgent } from '../../../gateway/cli/simulate/fleet.ts';
import { Ledger } from '../../../gateway/cli/simulate/ledger.ts';
import { Schedule } from '../../../gateway/cli/simulate/schedule.ts';
import { type FleetKey, roundOf } from '../../../gateway/cli/simulate/values.ts';
import type { StoredState } from '../../../gateway/cli/simulate/watchers.ts';
import { Agent, type AgentOptions } from '../../../protocol/agent/agent.ts';
import type { AgentEvents, AgentState } from '../../../protocol/agent/state.ts';
import { eventually } from '../../support/gateway.ts';

/** What every gateway of a fault test keeps as its default. */
export const ACK_TIMEOUT_MS = 10_000;
/** Time for the last answers: a report in flight may run into the agent's own limit and be sent again. */
const SETTLE_MS = 60_000;
/** Before the fault nothing is promised: a slow machine may take its time. */
export const START_TIMEOUT_MS = 90_000;
/** Below the gateway's 500 upgrades a second and address. */
const CONNECTS_PER_SECOND = 400;
const TICK_MS = 10;

export interface FaultFleetOptions {
  client: ApiClient;
  /** Where the agents dial; default the gateway itself. */
  url?: string;
  name: string;
  /** How many are created, or those that there are already. */
  agents: number | FleetAgent[];
  /** How many keys each reports, or which. */
  keys: number | string[];
  /** Keys of which an account is kept; default all. Others also report the rest. */
  accountFor?: string[];
  intervalMs: number;
  /** Stands in front of every value. */
  padding?: string;
  /** How an agent differs from the usual. */
  agentOptions?(index: number): Partial<AgentOptions>;
}

/** Agents of our SDK that report all the time, and an account of what each was told. */
export class FaultFleet {
  readonly agents: FleetAgent[];
  readonly ledger: Ledger;
  readonly #keys: string[];
  readonly #intervalMs: number;
  readonly #padding: string;
  readonly #clients: Agent[];
  /** By agent: when the newest report was sent that has been answered as committed, and as anything. */
  readonly #committedSentMs: number[];
  readonly #answeredSentMs: number[];
  readonly #wasConnected: boolean[];
  #timer: NodeJS.Timeout | null = null;
  #cutOff = 0;
  #ending = false;

  static async create(options: FaultFleetOptions): Promise<FaultFleet> {
    const names =
      typeof options.keys === 'number'
        ? Array.from({ length: options.keys }, (_, index) => `key${index + 1}`)
        : options.keys;
    const keys = names.map((name): FleetKey => ({ name, displayName: name, intervalMs: options.intervalMs }));
    const agents =
      typeof options.agents === 'number'
        ? await createFleet(options.client, {
            names: Array.from({ length: options.agents }, (_, index) => `${options.name}-${index + 1}`),
            labels: () => ({ fleet: options.name }),
            keys,
          })
        : options.agents;
    return new FaultFleet(agents, keys, options);
  }

  private constructor(agents: FleetAgent[], keys: FleetKey[], options: FaultFleetOptions) {
    this.agents = agents;
    this.#keys = keys.map(({ name }) => name);
    this.#intervalMs = options.intervalMs;
    this.#padding = options.padding ?? '';
    const own = keys.filter(({ name }) => options.accountFor?.includes(name) ?? true);
    this.ledger = new Ledger({ agents: agents.length, keys: own, ackMode: 'committed', ackTimeoutMs: ACK_TIMEOUT_MS });
    this.#wasConnected = agents.map(() => false);
    this.#committedSentMs = agents.map(() => Number.NEGATIVE_INFINITY);
    this.#answeredSentMs = agents.map(() => Number.NEGATIVE_INFINITY);
    const url = options.url ?? options.client.url;
    this.#clients = agents.map(
      ({ token }, index) =>
        new Agent({
          url,
          token,
          WebSocket,
          tailnet: true,
          events: this.#events(index),
          ...options.agentOptions?.(index),
        }),
    );
  }

  get connected(): number {
    return this.#clients.filter(({ state }) => state.state === 'connected').length;
  }

  /** Connections that agents have lost so far. */
  get cutOff(): number {
    return this.#cutOff;
  }

  states(): AgentState[] {
    return this.#clients.map(({ state }) => state);
  }

  /** Connects all of them and lets them report. Resolves once each has been told that a report is stored. */
  async start(): Promise<void> {
    await this.connect();
    await this.allConnected(START_TIMEOUT_MS);
    this.report();
    await this.allCommittedSince(performance.now(), START_TIMEOUT_MS);
  }

  /** Lets them dial, at a rate below the gateway's limit. */
  async connect(): Promise<void> {
    const begun = performance.now();
    for (const [index, agent] of this.#clients.entries()) {
      const aheadMs = (index / CONNECTS_PER_SECOND) * 1_000 - (performance.now() - begun);
      if (aheadMs > TICK_MS) await pause(aheadMs);
      agent.start();
    }
  }

  /** Resolves once each agent has a connection. */
  async allConnected(timeoutMs: number): Promise<void> {
    const all = this.agents.length;
    await eventually(`all ${all} agents are connected`, () => this.connected === all, timeoutMs);
  }

  /** Resolves once each agent has had an answer, committed or accepted, to a report that it sent after `sinceMs`. */
  async allAnsweredSince(sinceMs: number, timeoutMs: number): Promise<void> {
    await eventually('every agent is answered', () => this.#answeredSentMs.every((ms) => ms >= sinceMs), timeoutMs);
  }

  /** The same, for answers that say that the report is in the database. */
  async allCommittedSince(sinceMs: number, timeoutMs: number): Promise<void> {
    const all = () => this.#committedSentMs.every((ms) => ms >= sinceMs);
    await eventually('every agent is told that its report is stored', all, timeoutMs);
  }

  /** No further reports; resolves once every report has been answered. */
  async finish(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    const isSettled = () => this.#clients.every(({ isIdle, state }) => isIdle || state.state === 'refused');
    await eventually('every report is answered', isSettled, SETTLE_MS);
  }

  /** What was acknowledged and is not stored, neither as it was nor newer. */
  missing(stored: StoredState): { lost: number; missingAccepted: number } {
    return this.ledger.missing((agent, key) => {
      const value = stored.get(this.agents[agent]?.id ?? '')?.get(key);
      return value === undefined ? -1 : roundOf(value.value);
    });
  }

  async close(): Promise<void> {
    this.#ending = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await Promise.all(this.#clients.map((agent) => agent.close()));
  }

  /** Each reports once an interval from now on, connected or not. */
  report(): void {
    const schedule = new Schedule({ count: this.agents.length, intervalMs: this.#intervalMs, burst: false });
    const begun = performance.now();
    this.#timer = setInterval(() => {
      schedule.run(performance.now() - begun, (index, round) => {
        // Never the same twice, and each names its round, as the ledger wants it.
        const values = this.#keys.map((key) => [key, `${this.#padding}${index} ${key} #${round}`]);
        this.#clients[index]?.report(Object.fromEntries(values));
      });
    }, TICK_MS);
  }

  #events(index: number): AgentEvents {
    const events = this.ledger.events(index);
    return {
      ...events,
      onStateChange: (state) => {
        const connected = state.state === 'connected';
        if (this.#wasConnected[index] && !connected && !this.#ending) this.#cutOff += 1;
        this.#wasConnected[index] = connected;
        events.onStateChange?.(state);
      },
      onAcknowledged: (report) => {
        this.#answeredSentMs[index] = report.sentAtMs;
        if (report.tookMs < ACK_TIMEOUT_MS) this.#committedSentMs[index] = report.sentAtMs;
        events.onAcknowledged?.(report);
      },
    };
  }
}
