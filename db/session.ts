import type { Socket } from 'node:net';
import postgres from 'postgres';
import { DatabaseError } from './errors.ts';
import { CONNECT_TIMEOUT_MS, SocketSource } from './session-socket.ts';

/** A statement that has no answer by then is given up and its connection dropped; longer than the server's own limits. */
export const QUERY_TIMEOUT_MS = 35_000;

export interface SessionOptions {
  /** `postgres://…`, with the client library's options in its query (`sslmode`, `prepare=false`, …). */
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** Default {@link CONNECT_TIMEOUT_MS}; for each host of the URL. */
  connectTimeoutMs?: number;
  /** Default {@link QUERY_TIMEOUT_MS}. */
  queryTimeoutMs?: number;
  /** Gives up connecting when it aborts; without effect once connected. */
  signal?: AbortSignal;
  onNotification?(channel: string, payload: string): void;
  /** Called once, when the connection has ended for whatever reason. */
  onClosed?(reason: DatabaseError): void;
}

/** A parameter: text (also for arrays, numbers beyond 2^53 and JSON, cast in the statement), number, boolean, bytes. */
export type SqlParameter = string | number | boolean | Uint8Array | null;

export type Row = Record<string, unknown>;
export interface Rows<R> extends Array<R> {
  /** Rows returned, or changed by a statement that returns none. */
  count: number;
  /** The server's command tag, say `COMMIT`. */
  command: string;
}

/** What runs statements: a pool, or one session in the middle of a transaction. */
export interface Queryable {
  query<R = Row>(text: string, parameters?: readonly SqlParameter[]): Promise<Rows<R>>;
}

/**
 * One connection, used for one life: it never reconnects, and is thrown away when it ends.
 *
 * The client library's own reconnecting is not used for a reason: a statement handed to it after its socket has closed
 * (a `rollback` in `sql.begin` does that) raises from a timer and ends the process, and bytes left over from the old
 * socket keep the connection from ever starting again. Here no statement reaches the library once its socket is gone.
 */
export class Session implements Queryable {
  readonly #sql: postgres.Sql;
  readonly #sockets: SocketSource;
  readonly #options: SessionOptions;
  #closed = false;
  #reason: DatabaseError | null = null;

  /** Connects. Throws `connection_lost` (with the SQLSTATE where the server refused) or `timeout`. */
  static async open(options: SessionOptions): Promise<Session> {
    const session = new Session(options);
    const onAbort = () => session.destroy(new DatabaseError('aborted', 'connecting was aborted'));
    if (options.signal?.aborted) onAbort();
    options.signal?.addEventListener('abort', onAbort);
    try {
      await session.#run(session.#sql.unsafe('SELECT 1'), options.queryTimeoutMs ?? QUERY_TIMEOUT_MS);
    } catch (error) {
      session.destroy();
      const cause = error as DatabaseError;
      if (cause.code !== 'query_failed') throw cause;
      throw new DatabaseError('connection_lost', `the database refused the connection: ${cause.message}`, {
        cause,
        sqlState: cause.sqlState ?? '',
      });
    } finally {
      options.signal?.removeEventListener('abort', onAbort);
    }
    session.#sockets.established = true;
    return session;
  }

  private constructor(options: SessionOptions) {
    this.#options = options;
    this.#sockets = new SocketSource(options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS);
    const settings = {
      max: 1,
      fetch_types: false,
      idle_timeout: 0,
      max_lifetime: null,
      connection: { application_name: options.applicationName ?? 'tidegate' },
      onnotice: () => {},
      onnotify: options.onNotification?.bind(options),
      onclose: () => this.#ended(),
      socket: (target: postgres.ParsedOptions): Promise<Socket> => this.#sockets.next(target),
    };
    this.#sql = postgres(options.url, settings as unknown as postgres.Options<Record<string, never>>);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Runs one statement (several without parameters). Throws `query_failed` when the server refuses it,
   * `connection_lost` or `timeout` when the connection ended instead.
   */
  query<R = Row>(text: string, parameters: readonly SqlParameter[] = [], timeoutMs?: number): Promise<Rows<R>> {
    const pending = () => this.#sql.unsafe(text, [...parameters] as never[], { prepare: parameters.length > 0 });
    return this.#guarded(pending, timeoutMs) as unknown as Promise<Rows<R>>;
  }

  /** As {@link query}, with each row an array of its columns: cheaper for many rows. */
  queryArrays<R extends unknown[]>(text: string, parameters: readonly SqlParameter[] = []): Promise<Rows<R>> {
    const pending = () =>
      this.#sql.unsafe(text, [...parameters] as never[], { prepare: parameters.length > 0 }).values();
    return this.#guarded(pending) as unknown as Promise<Rows<R>>;
  }

  /** Runs `body` between `begin` (say `BEGIN`) and COMMIT; rolls back and rethrows when it throws. */
  async transaction<T>(begin: string, body: (session: Session) => Promise<T>): Promise<T> {
    try {
      await this.query(begin);
      const result = await body(this);
      await this.query('COMMIT');
      return result;
    } catch (error) {
      if (!this.#closed) await this.query('ROLLBACK').catch(() => this.destroy());
      throw error;
    }
  }

  /**
   * Runs one statement that reads, in a transaction of its own that `begin` begins, for about one round trip: it is sent
   * without an answer to `begin`, and its rows are handed over without one to COMMIT. Throws what went wrong first; COMMIT
   * then rolls back.
   */
  async queryWithin<R = Row>(begin: string, text: string, parameters: readonly SqlParameter[] = []): Promise<Rows<R>> {
    const [begun, read] = await Promise.allSettled([this.query(begin), this.query<R>(text, parameters)]);
    // Whoever uses the session next comes behind it.
    this.query('COMMIT').catch(() => this.destroy());
    if (begun.status === 'rejected') throw begun.reason;
    if (read.status === 'rejected') throw read.reason;
    return read.value;
  }

  /** Drops the socket at once; a statement under way fails with `reason`. Harmless on an ended session. */
  destroy(reason = new DatabaseError('closed', 'the connection was closed by its owner')): void {
    if (this.#closed) return;
    this.#reason = reason;
    this.#closed = true;
    this.#sockets.destroy();
    this.#options.onClosed?.(reason);
  }

  /** Ends an idle session politely. */
  async close(): Promise<void> {
    if (this.#closed) return;
    const farewell = this.#sql.end({ timeout: 1 });
    await farewell.catch(() => {});
    this.destroy();
  }

  async #guarded<T>(start: () => Promise<T>, timeoutMs?: number): Promise<T> {
    if (this.#closed) throw this.#reason ?? lost(undefined);
    return this.#run(start(), timeoutMs ?? this.#options.queryTimeoutMs ?? QUERY_TIMEOUT_MS);
  }

  async #run<T>(pending: Promise<T>, timeoutMs: number): Promise<T> {
    const timer = setTimeout(() => {
      this.destroy(new DatabaseError('timeout', `the database has not answered for ${timeoutMs} ms`));
    }, timeoutMs);
    try {
      return await pending;
    } catch (error) {
      throw this.#translate(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #translate(error: unknown): DatabaseError {
    if (this.#reason !== null) return this.#reason;
    if (error instanceof postgres.PostgresError) {
      return new DatabaseError('query_failed', error.message, { cause: error, sqlState: error.code });
    }
    // Anything else means that the socket is of no use, though its close may not have been announced yet.
    const reason = lost(error);
    this.destroy(reason);
    return reason;
  }

  #ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reason = lost(undefined);
    this.#options.onClosed?.(this.#reason);
  }
}

function lost(cause: unknown): DatabaseError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new DatabaseError('connection_lost', `the connection to the database was lost${why}`, { cause });
}
