import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../../gateway/cli/api-client.ts';
import { Peer, type PeerEvent } from '../../test/interop/support/peer.ts';
import { DRPC_VERSIONS } from '../../test/interop/support/versions.ts';
import { KEYS } from './course.ts';

/** What one agent counts of itself; see go/agents.go. */
export interface AgentResult {
  connects: number;
  reports: number;
  acknowledged: number;
  failedReports: number;
  values: number;
  /** By key: the number in its newest acknowledged value. */
  newest: Record<string, number>;
}

export interface SoakAgent {
  id: string;
  result: AgentResult;
}

/** Something that happened to an agent. */
export interface AgentEvent {
  kind: string;
  agent: string;
  atMs: number;
  error: string;
}

interface Part {
  peer: Peer;
  ids: string[];
}

/** What a part says of itself, now or at its end. */
interface PartResults {
  agents: AgentResult[];
  answerMs: Record<string, number>;
}

const POLL_MS = 100;

/** A fleet of agents in Go: one process for each version of storj.io/drpc, which share the agents evenly. */
export class GoFleet {
  readonly #parts: Part[];
  #asked = 0;

  static async create(options: { client: ApiClient; count: number; directory: string }): Promise<GoFleet> {
    const { client, count, directory } = options;
    const metadata = Object.entries(KEYS).map(([key, interval]) => ({ key, display_name: key, interval, timeout: 1 }));
    const parts: Part[] = [];
    for (const [part, { name }] of DRPC_VERSIONS.entries()) {
      const share = Math.floor((count + part) / DRPC_VERSIONS.length);
      if (share === 0) continue;
      const wanted = Array.from({ length: share }, (_, i) => ({
        name: `${name}-${i + 1}`,
        labels: { soak: name },
        metadata,
      }));
      const { agents } = await client.request<{ agents: { id: string; token: string }[] }>('POST', '/api/v2/agents', {
        agents: wanted,
      });
      const tokens = join(directory, `tokens-${name}`);
      writeFileSync(tokens, agents.map(({ token }) => token).join('\n'), { mode: 0o600 });
      const peer = new Peer(name, 'agents', { url: client.url, tokens, extras: true });
      parts.push({ peer, ids: agents.map(({ id }) => id) });
    }
    return new GoFleet(parts);
  }

  private constructor(parts: Part[]) {
    this.#parts = parts;
  }

  get ids(): string[] {
    return this.#parts.flatMap(({ ids }) => ids);
  }

  /** What has happened so far, in the order of each process. */
  get events(): AgentEvent[] {
    return this.#parts.flatMap(({ peer, ids }) =>
      peer.events
        .filter(({ agent }) => agent !== undefined)
        .map(({ event, agent, atMs, error }: PeerEvent) => ({
          kind: event,
          agent: ids[agent] ?? '',
          atMs,
          error: error ?? '',
        })),
    );
  }

  count(kind: string): number {
    return this.#parts.reduce((sum, { peer }) => sum + peer.events.filter(({ event }) => event === kind).length, 0);
  }

  /** Resolves once agents have connected so many times together. */
  async connected(times: number, timeoutMs: number): Promise<void> {
    const end = performance.now() + timeoutMs;
    while (this.count('connected') < times) {
      if (performance.now() > end) throw new Error(`agents connected ${this.count('connected')} times, not ${times}`);
      await delay(POLL_MS);
    }
  }

  /** What the agents have counted so far. */
  async results(): Promise<SoakAgent[]> {
    this.#asked += 1;
    const question = `results-${this.#asked}`;
    for (const { peer } of this.#parts) peer.write(question);
    const answers = await Promise.all(this.#parts.map(({ peer }) => peer.event(question)));
    return this.#named(answers.map(({ results }) => results as PartResults));
  }

  /** Has every agent say goodbye. */
  async stop(): Promise<{ agents: SoakAgent[]; answerMs: Record<string, Record<string, number>> }> {
    const results: PartResults[] = await Promise.all(this.#parts.map(({ peer }) => peer.stop()));
    const answerMs = Object.fromEntries(results.map((part, i) => [DRPC_VERSIONS[i]?.name ?? '', part.answerMs]));
    return { agents: this.#named(results), answerMs };
  }

  kill(): void {
    for (const { peer } of this.#parts) peer.kill();
  }

  #named(results: PartResults[]): SoakAgent[] {
    return results.flatMap(({ agents }, part) =>
      agents.map((result, i) => ({ id: this.#parts[part]?.ids[i] ?? '', result })),
    );
  }
}
