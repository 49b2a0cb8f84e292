import { parseFlush } from '../../../db/bus/channels.ts';
import { Session } from '../../../db/session.ts';
import type { ApiClient } from '../api-client.ts';
import { type FleetAgent, pause } from './fleet.ts';
import type { StoredState } from './watchers.ts';

/** What was flushed and notified in the time that was looked at. */
export interface FlushFigures {
  /** `database`: counted on a connection of our own; `gateway`: as the gateway itself says. */
  source: 'database' | 'gateway';
  /** Null where they could not be counted throughout: the gateway or the database was restarted meanwhile. */
  flushes: number | null;
  notifications: number | null;
  valuesPerNotification: number | null;
  maxNotificationBytes: number | null;
}

const NOT_COUNTED = { flushes: null, notifications: null, valuesPerNotification: null, maxNotificationBytes: null };

/** How long what was stopped in mid-run may take to come back. */
export const RETURN_TIMEOUT_MS = 30_000;

/** Where the truth about a run is taken from. */
export interface Evidence {
  /** Begins to count. */
  begin(): Promise<void>;
  /** Ends counting; what comes after is not in the figures. */
  figures(): Promise<FlushFigures>;
  /** What is stored of these agents. */
  stored(agents: FleetAgent[]): Promise<StoredState>;
  close(): Promise<void>;
}

/** Counts on a LISTEN of its own and reads with SELECT: nothing depends on what a gateway says. */
export class DatabaseEvidence implements Evidence {
  readonly #url: string;
  readonly #heard: { revision: string; values: number; bytes: number }[] = [];
  #listener: Session | null = null;
  /** The LISTEN connection broke: what was notified then is not known. */
  #interrupted = false;

  constructor(url: string) {
    this.#url = url;
  }

  async begin(): Promise<void> {
    this.#listener = await Session.open({
      url: this.#url,
      applicationName: 'tidegate simulate',
      onClosed: () => {
        this.#interrupted = true;
      },
      onNotification: (_channel, payload) => {
        const flush = parseFlush(payload);
        const bytes = Buffer.byteLength(payload);
        this.#heard.push({
          revision: flush?.revision ?? `unreadable ${this.#heard.length}`,
          values: flush?.values ?? 0,
          bytes,
        });
      },
    });
    await this.#listener.query('LISTEN tidegate');
    this.#heard.length = 0;
  }

  async figures(): Promise<FlushFigures> {
    if (this.#interrupted) return { source: 'database', ...NOT_COUNTED };
    const heard = [...this.#heard];
    const values = heard.reduce((sum, notification) => sum + notification.values, 0);
    return {
      source: 'database',
      flushes: new Set(heard.map(({ revision }) => revision)).size,
      notifications: heard.length,
      valuesPerNotification: heard.length === 0 ? null : Math.round(values / heard.length),
      maxNotificationBytes: heard.length === 0 ? null : Math.max(...heard.map(({ bytes }) => bytes)),
    };
  }

  async stored(agents: FleetAgent[]): Promise<StoredState> {
    const session = await this.#openPatiently();
    try {
      const rows = await session.query<{ agent_id: string; key: string; value: string; error: string }>(
        `SELECT agent_id, key, value, error FROM tidegate.agent_metadata WHERE agent_id = ANY($1::uuid[])`,
        [`{${agents.map(({ id }) => id).join(',')}}`],
      );
      const state = emptyState(agents);
      for (const { agent_id, key, value, error } of rows) state.get(agent_id)?.set(key, { value, error });
      return state;
    } finally {
      await session.close();
    }
  }

  async close(): Promise<void> {
    await this.#listener?.close();
  }

  /** A database that was restarted in mid-run may still be on its way back. */
  async #openPatiently(): Promise<Session> {
    const end = performance.now() + RETURN_TIMEOUT_MS;
    for (;;) {
      try {
        return await Session.open({ url: this.#url, applicationName: 'tidegate simulate' });
      } catch (error) {
        if (performance.now() > end) throw error;
        await pause(500);
      }
    }
  }
}

interface Stats {
  gateway: string;
  totals: { flushes: number; notifications: number; values_written: number };
}

/** Takes the gateway's word for it. */
export class GatewayEvidence implements Evidence {
  readonly #client: ApiClient;
  #before: Stats | null = null;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  async begin(): Promise<void> {
    this.#before = await this.#stats();
  }

  async figures(): Promise<FlushFigures> {
    const after = await this.#stats().catch(() => null);
    const before = this.#before;
    const known = before !== null && after !== null && before.gateway === after.gateway;
    const grown = (figure: keyof Stats['totals']) => (known ? after.totals[figure] - before.totals[figure] : null);
    const notifications = grown('notifications');
    const written = grown('values_written');
    return {
      source: 'gateway',
      flushes: grown('flushes'),
      notifications,
      valuesPerNotification: notifications && written !== null ? Math.round(written / notifications) : null,
      maxNotificationBytes: null,
    };
  }

  async stored(agents: FleetAgent[]): Promise<StoredState> {
    const state = emptyState(agents);
    for (const { id } of agents) {
      const { metadata } = await this.#client.request<{
        metadata: { description: { key: string }; result: { collected_at: string; value: string; error: string } }[];
      }>('GET', `/api/v2/workspaceagents/${id}/metadata`);
      for (const { description, result } of metadata) {
        if (result.collected_at.startsWith('0001-')) continue;
        state.get(id)?.set(description.key, { value: result.value, error: result.error });
      }
    }
    return state;
  }

  async close(): Promise<void> {}

  #stats(): Promise<Stats> {
    return this.#client.request<Stats>('GET', '/api/v2/stats');
  }
}

function emptyState(agents: FleetAgent[]): StoredState {
  return new Map(agents.map(({ id }) => [id, new Map()]));
}
