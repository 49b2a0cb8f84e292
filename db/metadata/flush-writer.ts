import { randomUUID } from 'node:crypto';
import { flushPayload } from '../bus/channels.ts';
import { DatabaseError } from '../errors.ts';
import { assertGatewayId } from '../gateways.ts';
import { keptDefaults } from '../kept.ts';
import { type Row, type Rows, Session } from '../session.ts';
import type { FlushBatch, FlushResult, KeptLimits } from '../types.ts';
import { MAX_VALUES_PER_STATEMENT } from './chunks.ts';
import { PhaseClock } from './flush-phases.ts';
import { IDENTIFY_TRANSACTION, PREPARE_TRANSACTION, SIGN_AND_NOTIFY } from './flush-statements.ts';
import { landBatch, type Outcome } from './land-batch.ts';
import { type FlushIdentity, settleFlush, terminateFlush } from './settle.ts';

export interface FlushWriterOptions {
  url: string;
  /** 1 to 64 letters, digits, ".", "_" or "-". */
  gatewayId: string;
  /** Default {@link MAX_VALUES_PER_STATEMENT}. */
  maxValuesPerStatement?: number;
  /**
   * A statement without an answer for so long means that the connection is dead, though nothing says so; default 35 s,
   * above the server's own statement_timeout of 30 s.
   */
  silenceTimeoutMs?: number;
  connectTimeoutMs?: number;
  /** How much is kept of an agent beside its values; default {@link keptDefaults}. */
  limits?: KeptLimits;
}

/**
 * Lands batches: one transaction each, with one notification, on a connection of its own. One write at a time.
 */
export class FlushWriter {
  readonly #options: FlushWriterOptions;
  #session: Session | null = null;
  /** A transaction whose connection broke before COMMIT was sent: it cannot commit, but may still hold its locks. */
  #orphan: FlushIdentity | null = null;
  #busy = false;
  #closed = false;

  constructor(options: FlushWriterOptions) {
    assertGatewayId(options.gatewayId);
    this.#options = options;
  }

  /**
   * Writes the batch. Throws DatabaseError:
   * `not_committed` – nothing of it is in the database, write it again (a conflict, a time limit, a lost connection;
   * `sqlState` and `cause` say what);
   * `aborted` – likewise, because `signal` aborted before COMMIT;
   * `outcome_unknown` – `signal` aborted while the outcome of a broken COMMIT was being found out; values
   * and states may be written again, log lines might then stand twice.
   */
  async write(batch: FlushBatch, signal: AbortSignal): Promise<FlushResult> {
    if (this.#closed) throw new DatabaseError('closed', 'the flush writer has been closed');
    if (this.#busy) throw new Error('one flush at a time: the last one has not ended');
    this.#busy = true;
    const onAbort = () => this.#session?.destroy(new DatabaseError('aborted', 'the flush was aborted'));
    signal.addEventListener('abort', onAbort);
    try {
      return await this.#write(batch, signal);
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#busy = false;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#session?.close();
  }

  async #write(batch: FlushBatch, signal: AbortSignal): Promise<FlushResult> {
    const flush: FlushIdentity = { xid: '', pid: 0, backendStartUs: '', nonce: randomUUID() };
    const phases = new PhaseClock();
    const prepared = this.#prepare(batch, { flush, phases, signal });
    const outcome = await prepared.catch((error) => this.#giveUp(error, flush, signal));
    const { agents: _, ...result } = outcome;
    const done: FlushResult = { revision: BigInt(flush.xid), ...result, phasesMs: phases.ms };
    try {
      const { command } = await this.#query('COMMIT').finally(() => phases.ended('commit'));
      if (command === 'COMMIT') return done;
      throw new DatabaseError('not_committed', `the server answered COMMIT with ${command}`);
    } catch (error) {
      if (!isLostConnection(error)) throw notCommitted(error);
      if (await this.#settle(flush, signal).finally(() => phases.ended('settle'))) return done;
      throw notCommitted(error);
    }
  }

  /** Everything up to COMMIT: while this fails, nothing can have been committed. */
  async #prepare(
    batch: FlushBatch,
    { flush, phases, signal }: { flush: FlushIdentity; phases: PhaseClock; signal: AbortSignal },
  ): Promise<Outcome> {
    signal.throwIfAborted();
    const session = await this.#connected(signal);
    phases.ended('connect');
    signal.throwIfAborted();
    if (this.#orphan !== null) await terminateFlush(session, this.#orphan);
    this.#orphan = null;
    const { gatewayId } = this.#options;
    await identify(session, flush);
    phases.ended('begin');
    const outcome = await landBatch(session, batch, {
      gatewayId,
      maxValuesPerStatement: this.#options.maxValuesPerStatement ?? MAX_VALUES_PER_STATEMENT,
      limits: this.#options.limits ?? keptDefaults,
    });
    phases.ended('write');
    const payload = flushPayload({
      v: 1,
      gateway: gatewayId,
      revision: flush.xid,
      values: outcome.written,
      agents: outcome.agents,
    });
    await session.query(SIGN_AND_NOTIFY, [gatewayId, flush.nonce, payload]);
    phases.ended('notify');
    signal.throwIfAborted();
    return outcome;
  }

  async #giveUp(error: unknown, flush: FlushIdentity, signal: AbortSignal): Promise<never> {
    const session = this.#session;
    if (session !== null && !session.closed) await session.query('ROLLBACK').catch(() => session.destroy());
    else if (flush.xid !== '') this.#orphan = flush;
    if (signal.aborted) throw new DatabaseError('aborted', 'the flush was aborted', { cause: error });
    throw notCommitted(error);
  }

  async #settle(flush: FlushIdentity, signal: AbortSignal): Promise<boolean> {
    const { gatewayId } = this.#options;
    const outcome = await settleFlush(flush, gatewayId, () => this.#connected(signal), signal);
    return outcome === 'committed';
  }

  #query(text: string): Promise<Rows<Row>> {
    const session = this.#session;
    if (session === null) throw new DatabaseError('connection_lost', 'there is no connection');
    return session.query(text);
  }

  async #connected(signal: AbortSignal): Promise<Session> {
    if (this.#session !== null && !this.#session.closed) return this.#session;
    const { url, gatewayId, silenceTimeoutMs, connectTimeoutMs } = this.#options;
    this.#session = await Session.open({
      url,
      signal,
      applicationName: `tidegate flush ${gatewayId}`.slice(0, 63),
      ...(silenceTimeoutMs !== undefined && { queryTimeoutMs: silenceTimeoutMs }),
      ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
    });
    return this.#session;
  }
}

/** Opens the transaction in one round trip, with its limits and the savepoint `batch`, and learns who it is. */
async function identify(session: Session, flush: FlushIdentity): Promise<void> {
  type Identity = { xid: string; pid: number; backend_start_us: string };
  const results = await session.query(`BEGIN; ${PREPARE_TRANSACTION}; ${IDENTIFY_TRANSACTION}; SAVEPOINT batch`);
  const [identity] = (results as unknown as Identity[][])[2] ?? [];
  if (identity === undefined) throw new DatabaseError('query_failed', 'the server does not say which transaction runs');
  flush.xid = identity.xid;
  flush.pid = identity.pid;
  flush.backendStartUs = identity.backend_start_us;
}

function isLostConnection(error: unknown): boolean {
  return error instanceof DatabaseError && ['connection_lost', 'timeout', 'aborted'].includes(error.code);
}

function notCommitted(error: unknown): DatabaseError {
  if (error instanceof DatabaseError && error.code === 'not_committed') return error;
  const message = error instanceof Error ? error.message : String(error);
  const sqlState = error instanceof DatabaseError ? (error.sqlState ?? '') : '';
  return new DatabaseError('not_committed', `the flush did not land: ${message}`, {
    cause: error,
    ...(sqlState !== '' && { sqlState }),
  });
}
