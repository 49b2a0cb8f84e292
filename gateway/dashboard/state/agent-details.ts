import { signal } from '@preact/signals';
import { ApiFailure, request } from './api.ts';

/** What `GET /api/v2/agents/{id}` says beyond the watch socket. Parts that a gateway does not keep are absent. */
export interface AgentDetail {
  id: string;
  name: string;
  status: 'connected' | 'disconnected' | 'never';
  last_connected_at?: string | null;
  metadata?: { key: string; display_name: string; script: string; interval: number; timeout: number }[];
  lifecycle?: { state: string; changed_at?: string } | null;
  startup?: { version?: string; expanded_directory?: string; subsystems?: string[] } | null;
  connections?: { started_at: string; ended_at?: string | null; reason?: string }[];
  logs?: { at: string; level: string; output: string }[];
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
      if (!document.hidden) void this.#ask();
    }, REFRESH_MS);
    void this.#ask();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #ask(): Promise<void> {
    try {
      this.known.value = await request<AgentDetail>('GET', `agents/${encodeURIComponent(this.#id)}`);
      this.failure.value = null;
    } catch (error) {
      this.failure.value = error instanceof ApiFailure ? error.message : String(error);
    }
  }
}
