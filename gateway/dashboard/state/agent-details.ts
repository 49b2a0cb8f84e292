import { signal } from '@preact/signals';
import { ApiFailure, request } from './api.ts';

/** What `GET /api/v2/agents/{id}` says beyond the watch socket; times are RFC 3339. What was never reported is null or empty. */
export interface AgentDetail {
  id: string;
  name: string;
  status: 'connected' | 'disconnected' | 'never';
  last_connected_at: string | null;
  created_at: string;
  metadata: { key: string; display_name: string; script: string; interval: number; timeout: number }[];
  lifecycle: { state: string; changed_at: string | null } | null;
  startup: { version: string; expanded_directory: string; subsystems: string[] } | null;
  app_healths: { id: string; health: string; updated_at: string }[];
  script_timings: ScriptTiming[];
  stats: AgentStats | null;
  resources: AgentResources | null;
  /** Newest first; the present one has no end. */
  connections: AgentConnection[];
  /** People's sessions on the agent, newest first. */
  sessions: AgentSession[];
  /** Oldest first. */
  logs: { at: string; source_id: string; level: string; output: string }[];
}

export interface ScriptTiming {
  script_id: string;
  stage: string;
  status: string;
  exit_code: number;
  started_at: string | null;
  ended_at: string;
}

export interface AgentStats {
  reported_at: string;
  connection_count: number;
  connection_median_latency_ms: number;
  rx_bytes: number;
  tx_bytes: number;
  /** By program. */
  session_counts: Record<string, number>;
}

export interface AgentResources {
  collected_at: string;
  /** Bytes. */
  memory: { used: number; total: number } | null;
  volumes: { volume: string; used: number; total: number }[];
}

export interface AgentConnection {
  started_at: string;
  ended_at: string | null;
  gateway: string | null;
  reason?: string;
}

export interface AgentSession {
  id: string;
  type: string;
  ip: string;
  app_name: string;
  /** One of the two may never have been told. */
  connected_at: string | null;
  disconnected_at: string | null;
  status_code: number | null;
  reason?: string;
}

const REFRESH_MS = 10_000;

/** One agent's details, asked for while someone reads them. */
export class AgentDetails {
  readonly known = signal<AgentDetail | null>(null);
  readonly failure = signal<string | null>(null);
  readonly #id: string;
  #timer = 0;

  constructor(id: string) {
    this.#id = id;
  }

  start(): void {
    this.#timer = window.setInterval(() => {
      if (!document.hidden) void this.ask();
    }, REFRESH_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A failure leaves what is known where it is. */
  async ask(): Promise<void> {
    try {
      this.known.value = await request<AgentDetail>('GET', `agents/${encodeURIComponent(this.#id)}`);
      this.failure.value = null;
    } catch (error) {
      this.failure.value = error instanceof ApiFailure ? error.message : String(error);
    }
  }
}
