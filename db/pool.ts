import { DatabaseError } from './errors.ts';
import { type Queryable, type Row, type Rows, Session, type SessionOptions, type SqlParameter } from './session.ts';

/** Connections for everything but LISTEN and flushes: token checks, HTTP requests, reads of the fleet. */
export const POOL_MAX_SESSIONS = 4;

export interface PoolOptions
  extends Pick<SessionOptions, 'url' | 'applicationName' | 'connectTimeoutMs' | 'queryTimeoutMs'> {
  /** Default {@link POOL_MAX_SESSIONS}. Who comes when all are taken waits in line. */
  maxSessions?: number;
  /** Longest wait in line; then `timeout`. Default: as long as it takes. */
  waitTimeoutMs?: number;
  /** Counts as under way whoever needs a session, until it is given back. */
  underWay?: { during<T>(work: () => Promise<T>): Promise<T> };
}

export interface Database extends Queryable {
  /** Runs `body` in one transaction on a connection of its own; `begin` defaults to `BEGIN`. */
  transaction<T>(body: (session: Session) => Promise<T>, begin?: string): Promise<T>;
  /** Runs one statement that reads, in a transaction of its own that `begin` begins, for about one round trip. */
  queryWithin<R = Row>(begin: string, text: string, parameters?: readonly SqlParameter[]): Promise<Rows<R>>;
}

interface Waiting {
  resolve(session: Session): void;
  reject(error: unknown): void;
  /** Ends the wait; null where it has no limit. */
  timer: NodeJS.Timeout | null;
}

/** A few sessions shared by many callers. A lost one is replaced when next needed; nothing is retried behind a caller's back. */
export class Pool implements Database {
  readonly #options: PoolOptions;
  readonly #maxSessions: number;
  readonly #idle: Session[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #all = new Set<Session>();
  #opening = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#maxSessions = options.maxSessions ?? POOL_MAX_SESSIONS;
  }

  async query<R = Row>(text: string, parameters: readonly SqlParameter[] = []): Promise<Rows<R>> {
    return this.withSession((session) => session.query<R>(text, parameters));
  }

  async transaction<T>(body: (session: Session) => Promise<T>, begin = 'BEGIN'): Promise<T> {
    return this.withSession((session) => session.transaction(begin, body));
  }

  async queryWithin<R = Row>(begin: string, text: string, parameters: readonly SqlParameter[] = []): Promise<Rows<R>> {
    return this.withSession((session) => session.queryWithin<R>(begin, text, parameters));
  }

  /** Lends one session to `body` alone. */
  withSession<T>(body: (session: Session) => Promise<T>): Promise<T> {
    const { underWay } = this.#options;
    return underWay === undefined ? this.#lend(body) : underWay.during(() => this.#lend(body));
  }

  /** Fails who waits, ends the idle sessions, and each busy one when it is given back. */
  async close(): Promise<void> {
    this.#closed = true;
    for (let next = this.#nextWaiting(); next !== undefined; next = this.#nextWaiting()) next.reject(closed());
    await Promise.all(this.#idle.splice(0).map((session) => session.close()));
  }

  async #lend<T>(body: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.#acquire();
    try {
      return await body(session);
    } finally {
      this.#release(session);
    }
  }

  async #acquire(): Promise<Session> {
    if (this.#closed) throw closed();
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.size + this.#opening < this.#maxSessions) return this.#open();
    return new Promise((resolve, reject) => this.#wait({ resolve, reject, timer: null }));
  }

  /** Whoever gives up leaves the line, so that nothing is asked later for somebody who no longer wants to know. */
  #wait(waiting: Waiting): void {
    this.#waiting.push(waiting);
    const { waitTimeoutMs } = this.#options;
    if (waitTimeoutMs === undefined) return;
    waiting.timer = setTimeout(() => {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.reject(new DatabaseError('timeout', `no connection to the database was free for ${waitTimeoutMs} ms`));
    }, waitTimeoutMs);
  }

  #nextWaiting(): Waiting | undefined {
    const next = this.#waiting.shift();
    if (next?.timer) clearTimeout(next.timer);
    return next;
  }

  async #open(): Promise<Session> {
    this.#opening += 1;
    try {
      let session: Session | undefined;
      session = await Session.open({ ...this.#options, onClosed: () => this.#forget(session) });
      if (session.closed) throw new DatabaseError('connection_lost', 'the connection ended as soon as it was open');
      this.#all.add(session);
      return session;
    } catch (error) {
      // Whoever waits for a slot would wait for ever if nobody held one: let the next try for itself.
      queueMicrotask(() => this.#serveByOpening());
      throw error;
    } finally {
      this.#opening -= 1;
    }
  }

  #forget(session: Session | undefined): void {
    if (session === undefined || !this.#all.delete(session)) return;
    const at = this.#idle.indexOf(session);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#serveByOpening();
  }

  #serveByOpening(): void {
    if (this.#closed || this.#all.size + this.#opening >= this.#maxSessions) return;
    const next = this.#nextWaiting();
    if (next !== undefined) this.#open().then(next.resolve, next.reject);
  }

  #release(session: Session): void {
    if (session.closed) return;
    if (this.#closed) {
      void session.close();
      return;
    }
    const next = this.#nextWaiting();
    if (next !== undefined) next.resolve(session);
    else this.#idle.push(session);
  }
}

function closed(): DatabaseError {
  return new DatabaseError('closed', 'the database connections have been closed');
}
