import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { WatchClient } from '../../../protocol/watch/client.ts';
import type { ServerMessage } from '../../../protocol/watch/messages.ts';
import type { ApiClient } from '../api-client.ts';
import type { FleetAgent } from './fleet.ts';
import type { Ledger } from './ledger.ts';
import { Samples } from './samples.ts';

/** What the database holds: agent id → key → value, with its time in microseconds since 1970. */
export type StoredState = Map<string, Map<string, { value: string; error: string; atUs: number }>>;

/** Watchers of the whole simulated fleet, each with a socket and a state of its own. */
export class Watchers {
  /** From an agent's sending of a value to its arrival at a watcher. */
  readonly latency = new Samples();
  messages = 0;
  readonly #clients: WatchClient[];
  readonly #ledger: Ledger;
  readonly #agentIndex: Map<string, number>;

  constructor(options: {
    count: number;
    client: ApiClient;
    labels: Record<string, string>;
    agents: FleetAgent[];
    ledger: Ledger;
  }) {
    const { count, client, labels, agents, ledger } = options;
    this.#ledger = ledger;
    this.#agentIndex = new Map(agents.map(({ id }, index) => [id, index]));
    const url = client.socketUrl('/api/v2/watch');
    const headers = { authorization: `Bearer ${client.token}` };
    this.#clients = Array.from(
      { length: count },
      () =>
        new WatchClient({
          connect: () => new WebSocket(url, { headers, perMessageDeflate: false }) as never,
          subscription: { agents: 'all', labels },
          onMessage: (message) => this.#arrived(message),
        }),
    );
  }

  get count(): number {
    return this.#clients.length;
  }

  /** Resolves once every watcher has its snapshot, or `stop` says that nobody waits any more. */
  async connect(stop: AbortSignal): Promise<void> {
    for (const client of this.#clients) client.start();
    while (!stop.aborted && !this.#clients.every(({ connection }) => connection.state === 'live')) await pause(10);
  }

  /** How many watchers show exactly this state: agents, values, errors and times. */
  exact(stored: StoredState): number {
    return this.#clients.filter((client) => shows(client.agents, stored)).length;
  }

  close(): void {
    for (const client of this.#clients) client.stop();
  }

  #arrived(message: ServerMessage): void {
    this.messages += 1;
    if (message.type !== 'update') return;
    for (const { id, reports = [] } of message.agents) {
      const agent = this.#agentIndex.get(id);
      if (agent === undefined) continue;
      for (const { values = {} } of reports) {
        // The values of a report were sent together: one of them stands for all.
        for (const key in values) {
          const age = this.#ledger.ageOf(agent, key, values[key] ?? '');
          if (age !== null) this.latency.add(age);
          break;
        }
      }
    }
  }
}

/** True when a watcher's state and what is stored are the same, nothing more and nothing less. */
export function shows(agents: WatchClient['agents'], stored: StoredState): boolean {
  if (agents.size !== stored.size) return false;
  for (const [id, keys] of stored) {
    const agent = agents.get(id);
    if (agent === undefined || agent.values.size !== keys.size) return false;
    for (const [key, { value, error, atUs }] of keys) {
      const shown = agent.values.get(key);
      if (shown?.value !== value || shown.error !== error || Math.round(shown.at * 1_000) !== atUs) return false;
    }
  }
  return true;
}
