import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { plainArray } from '../../../db/array-literal.ts';
import { FLUSH_CHANNEL, parseFlush } from '../../../db/bus/channels.ts';
import { DatabaseError } from '../../../db/errors.ts';
import { Session } from '../../../db/session.ts';
import { microseconds } from '../../../db/sql-time.ts';
import { CliError } from '../output.ts';
import { type Evidence, emptyState, type FlushFigures, NOT_COUNTED, RETURN_TIMEOUT_MS } from './evidence.ts';
import type { FleetAgent } from './fleet.ts';
import type { StoredState } from './watchers.ts';

/** How often the gateways' rows are looked at. Flushes that follow each other faster than this would count as one. */
const NONCE_POLL_MS = 100;
/** Pause before a database that is away is tried again. */
const RETRY_MS = 500;

export interface DatabaseEvidenceOptions {
  /** Where the database is now: an embedded one comes back on another port. */
  url(): string;
  /** How long a database that went down with its gateway may take to come back. Default 30 s. */
  returnTimeoutMs?: number;
}

/**
 * Where the database of `--database-url` is. A URL that was read from a gateway's `database-url` file is read there
 * again whenever it is needed.
 */
export function followingUrl(given: string, file: string): () => string {
  const read = () => {
    try {
      return readFileSync(file, 'utf8').trim();
    } catch {
      return undefined;
    }
  };
  if (read() !== given) return () => given;
  return () => read() ?? given;
}

/**
 * Counts and reads on connections of its own; nothing depends on what a gateway says. Notifications are counted by a
 * LISTEN. Flush transactions are counted apart from it, by the nonce that each of them writes into its gateway's row,
 * so that a flush without a notification, or one with two, shows.
 */
export class DatabaseEvidence implements Evidence {
  readonly #options: DatabaseEvidenceOptions;
  readonly #heard: { values: number; bytes: number }[] = [];
  /** Nonces that were there before the count began. */
  readonly #oldNonces = new Set<string>();
  readonly #nonces = new Set<string>();
  #session: Session | null = null;
  /** The connection broke: what was flushed and notified then is not known. */
  #interrupted = false;
  #closed = false;
  #polling: Promise<void> = Promise.resolve();

  constructor(options: DatabaseEvidenceOptions) {
    this.#options = options;
  }

  async begin(): Promise<void> {
    const session = await Session.open({
      url: this.#options.url(),
      applicationName: 'tidegate simulate',
      onClosed: () => {
        this.#interrupted = true;
      },
      onNotification: (_channel, payload) => {
        this.#heard.push({ values: parseFlush(payload)?.values ?? 0, bytes: Buffer.byteLength(payload) });
      },
    });
    this.#session = session;
    await session.query(`LISTEN ${FLUSH_CHANNEL}`);
    await this.#catchUp(session, this.#oldNonces);
    this.#heard.length = 0;
    this.#polling = this.#poll(session);
  }

  async figures(): Promise<FlushFigures> {
    if (this.#session !== null) await this.#catchUp(this.#session, this.#nonces).catch(() => {});
    if (this.#interrupted) return { source: 'database', ...NOT_COUNTED };
    const values = this.#heard.reduce((sum, notification) => sum + notification.values, 0);
    const notifications = this.#heard.length;
    return {
      source: 'database',
      flushes: this.#nonces.size,
      notifications,
      valuesPerNotification: notifications === 0 ? null : Math.round(values / notifications),
      maxNotificationBytes: notifications === 0 ? null : Math.max(...this.#heard.map(({ bytes }) => bytes)),
    };
  }

  /** @throws {CliError} when the database stays away */
  async stored(agents: FleetAgent[]): Promise<StoredState> {
    const end = performance.now() + (this.#options.returnTimeoutMs ?? RETURN_TIMEOUT_MS);
    for (;;) {
      try {
        return await this.#read(agents);
      } catch (error) {
        if (!(error instanceof DatabaseError) || error.code === 'query_failed') throw error;
        if (performance.now() > end) {
          throw new CliError(`Nothing can be said of what is stored, since the database is away: ${error.message}.`);
        }
        await pause(RETRY_MS);
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#polling;
    await this.#session?.close();
  }

  async #poll(session: Session): Promise<void> {
    while (!this.#closed && !this.#interrupted) {
      await this.#look(session, this.#nonces).catch(() => {
        this.#interrupted = true;
      });
      await pause(NONCE_POLL_MS);
    }
  }

  /**
   * Looks until neither a nonce nor a notification is new. A flush is seen a moment before it is heard, and heard only with
   * the next answer: whatever ends the looks between the two would count it as one without the other.
   */
  async #catchUp(session: Session, nonces: Set<string>): Promise<void> {
    const seen = () => nonces.size + this.#heard.length;
    for (let known = -1; known < seen(); ) {
      known = seen();
      await this.#look(session, nonces);
    }
  }

  async #look(session: Session, into: Set<string>): Promise<void> {
    const rows = await session.query<{ nonce: string | null }>('SELECT nonce FROM tidegate.gateways');
    for (const { nonce } of rows) if (nonce !== null && !this.#oldNonces.has(nonce)) into.add(nonce);
  }

  async #read(agents: FleetAgent[]): Promise<StoredState> {
    const session = await Session.open({ url: this.#options.url(), applicationName: 'tidegate simulate' });
    try {
      const rows = await session.query<{ agent_id: string; key: string; value: string; error: string; at_us: string }>(
        `SELECT agent_id, key, value, error, ${microseconds('collected_at')} AS at_us
         FROM tidegate.agent_metadata WHERE agent_id = ANY($1::uuid[])`,
        [plainArray(agents.map(({ id }) => id))],
      );
      const state = emptyState(agents);
      for (const { agent_id, key, value, error, at_us } of rows) {
        state.get(agent_id)?.set(key, { value, error, atUs: Number(at_us) });
      }
      return state;
    } finally {
      await session.close();
    }
  }
}
