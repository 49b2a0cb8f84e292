import type { ApiClient } from '../api-client.ts';
import { type FleetAgent, inParallel } from './fleet.ts';
import type { StoredState } from './watchers.ts';

/** What was flushed and notified in the time that was looked at. */
export interface FlushFigures {
  /** `database`: counted on a connection of our own; `gateway`: as the gateway itself says. */
  source: 'database' | 'gateway';
  /**
   * Flush transactions, counted otherwise than by what they notify. This and the figures below are null where they
   * could not be counted throughout: the gateway or the database was restarted meanwhile.
   */
  flushes: number | null;
  notifications: number | null;
  valuesPerNotification: number | null;
  maxNotificationBytes: number | null;
}

/** The figures of a count that was interrupted. */
export const NOT_COUNTED = {
  flushes: null,
  notifications: null,
  valuesPerNotification: null,
  maxNotificationBytes: null,
};

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
    await inParallel(agents, async ({ id }) => {
      const { metadata } = await this.#client.request<{ metadata: ListedValue[] }>(
        'GET',
        `/api/v2/workspaceagents/${id}/metadata`,
      );
      for (const { description, result } of metadata) {
        if (result.collected_at.startsWith(NEVER)) continue;
        const { value, error } = result;
        state.get(id)?.set(description.key, { value, error, atUs: microsecondsOf(result.collected_at) });
      }
    });
    return state;
  }

  async close(): Promise<void> {}

  #stats(): Promise<Stats> {
    return this.#client.request<Stats>('GET', '/api/v2/stats');
  }
}

/** How Coder's API says that a key was never collected. */
const NEVER = '0001-';

interface ListedValue {
  description: { key: string };
  result: { collected_at: string; value: string; error: string };
}

/** RFC 3339 in UTC with up to nine fractional digits, as microseconds since 1970. */
export function microsecondsOf(time: string): number {
  const [whole = '', fraction = ''] = time.replace('Z', '').split('.');
  return Date.parse(`${whole}Z`) * 1_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

/** Room for what is stored of these agents: an agent of which nothing is stored is in it too. */
export function emptyState(agents: FleetAgent[]): StoredState {
  return new Map(agents.map(({ id }) => [id, new Map()]));
}
