import { freemem, loadavg, totalmem, uptime } from 'node:os';
import { WebSocket } from 'ws';
import { Agent, type AgentOptions } from '../../../protocol/agent/agent.ts';
import type { ManifestKey } from '../../../protocol/agent/manifest.ts';
import type { AgentState } from '../../../protocol/agent/state.ts';
import { version } from '../../version.ts';
import { collect } from './collect.ts';

/** How often due keys are looked for, and how often an agent without any key says how its host is. */
const TICK_MS = 1_000;
const HOST_INTERVAL_MS = 5_000;
/** For a key that names no timeout. */
const DEFAULT_TIMEOUT_MS = 5_000;

export interface HostAgentOptions {
  url: string;
  token: string;
  onState(state: AgentState): void;
}

/** An agent on this host: it runs the scripts that its manifest names, and without any tells the host's own figures. */
export class HostAgent {
  readonly #agent: Agent;
  #keys: ManifestKey[] = [];
  /** Key → when it was last collected; forgotten with each connection, as Coder's agents do. */
  #collectedAtMs = new Map<string, number>();
  readonly #running = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: HostAgentOptions) {
    const { url, token, onState } = options;
    this.#agent = new Agent({
      url,
      token,
      WebSocket: WebSocket as unknown as AgentOptions['WebSocket'],
      startup: { version: `tidegate ${version}`, expandedDirectory: process.cwd() },
      events: {
        onStateChange: onState,
        onManifest: ({ keys }) => {
          this.#keys = keys.filter(({ script }) => script !== '');
          this.#collectedAtMs = new Map();
        },
      },
    });
  }

  start(): void {
    this.#agent.start();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#agent.close();
  }

  #tick(): void {
    if (this.#agent.state.state !== 'connected') return;
    if (this.#keys.length === 0) this.#reportHost();
    for (const key of this.#keys) if (this.#isDue(key)) void this.#collect(key);
  }

  #isDue({ key, intervalSeconds }: ManifestKey): boolean {
    const last = this.#collectedAtMs.get(key);
    if (this.#running.has(key)) return false;
    return last === undefined || (intervalSeconds > 0 && performance.now() - last >= intervalSeconds * 1_000);
  }

  async #collect({ key, script, intervalSeconds, timeoutSeconds }: ManifestKey): Promise<void> {
    this.#running.add(key);
    this.#collectedAtMs.set(key, performance.now());
    const startedAtMs = Date.now();
    const timeoutMs = (timeoutSeconds || intervalSeconds) * 1_000 || DEFAULT_TIMEOUT_MS;
    const { value, error } = await collect(script, timeoutMs);
    this.#running.delete(key);
    this.#agent.report({ [key]: { value, error } }, startedAtMs);
  }

  #reportHost(): void {
    const last = this.#collectedAtMs.get('load');
    if (last !== undefined && performance.now() - last < HOST_INTERVAL_MS) return;
    this.#collectedAtMs.set('load', performance.now());
    const gib = (bytes: number) => (bytes / 1024 ** 3).toFixed(1);
    this.#agent.report({
      load: (loadavg()[0] ?? 0).toFixed(2),
      memory: `${gib(totalmem() - freemem())}/${gib(totalmem())} GiB`,
      uptime: `${(uptime() / 3_600).toFixed(1)} h`,
    });
  }
}
