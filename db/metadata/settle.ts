import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from '../errors.ts';
import type { Session } from '../session.ts';
import { microseconds } from '../sql-time.ts';

/** Pauses while a backend that is being ended still runs, or the database cannot be reached: doubling up to the last. */
const FIRST_PAUSE_MS = 25;
const LAST_PAUSE_MS = 2_000;

/** A flush transaction as the server knows it. */
export interface FlushIdentity {
  /** xid8 as text: the revision of its rows. */
  xid: string;
  pid: number;
  /** With the pid: this backend and no later one. */
  backendStartUs: string;
  /** What it writes into its gateway's row. */
  nonce: string;
}

/** SELECTs one row when the backend of the flush still runs that very transaction, and tells it to end. */
const TERMINATE = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE pid = $1::integer AND ${microseconds('backend_start')} = $2::bigint AND backend_xid = ($3::text::xid8)::xid`;

/** Ends the backend of a flush if it still runs it. True when it was there. */
export async function terminateFlush(session: Session, flush: FlushIdentity): Promise<boolean> {
  const rows = await session.query(TERMINATE, [flush.pid, flush.backendStartUs, flush.xid]);
  return rows.length > 0;
}

/**
 * Finds out whether a flush whose connection was lost around COMMIT has committed. While it is in progress its backend
 * is told to end; then the nonce in the gateway's row decides. The transaction's status alone never counts as
 * committed: after a crash restart the server gives the same xid to another transaction.
 *
 * Goes on until the answer is known; throws `outcome_unknown` once `signal` aborts.
 */
export async function settleFlush(
  flush: FlushIdentity,
  gatewayId: string,
  connect: () => Promise<Session>,
  signal: AbortSignal,
): Promise<'committed' | 'not_committed'> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LAST_PAUSE_MS)) {
    try {
      signal.throwIfAborted();
      const session = await connect();
      if (!(await stillRunning(session, flush))) return await readOutcome(session, flush, gatewayId);
      await pause(pauseMs, signal);
    } catch (error) {
      if (signal.aborted) {
        throw new DatabaseError('outcome_unknown', 'given up before the flush could be settled', { cause: error });
      }
      if (!(error instanceof DatabaseError)) throw error;
      // Full jitter: gateways that lost the same server do not come back in step.
      await pause(Math.random() * pauseMs, signal).catch(() => {});
    }
  }
}

async function stillRunning(session: Session, flush: FlushIdentity): Promise<boolean> {
  const [row] = await session
    .query<{ status: string | null }>('SELECT pg_xact_status($1::text::xid8) AS status', [flush.xid])
    // 22023: an xid from the future, after a restart that lost it.
    .catch((error: DatabaseError) => {
      if (error.sqlState !== '22023') throw error;
      return [{ status: null }];
    });
  if (row?.status !== 'in progress') return false;
  // In progress without that backend: the xid belongs to someone else by now, and ours is over.
  return terminateFlush(session, flush);
}

async function readOutcome(
  session: Session,
  flush: FlushIdentity,
  gatewayId: string,
): Promise<'committed' | 'not_committed'> {
  const [row] = await session.query<{ nonce: string | null }>('SELECT nonce FROM tidegate.gateways WHERE id = $1', [
    gatewayId,
  ]);
  return row?.nonce === flush.nonce ? 'committed' : 'not_committed';
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal });
