import { createHash } from 'node:crypto';
import { DatabaseError } from '../errors.ts';
import type { Session } from '../session.ts';

/** Characters of the mark: enough that two histories of one fleet never share one. */
const MARK_CHARACTERS = 10;

/**
 * Which server this is, and which of its timelines: a promotion of a replica begins a new one. Asked outside of any
 * transaction, since some who speak PostgreSQL's protocol do not tell; for them it is empty.
 */
export async function serverHistory(session: Session): Promise<string> {
  try {
    const [row] = await session.query<{ history: string }>(
      `SELECT system_identifier || '.' || left(pg_walfile_name(pg_current_wal_lsn()), 8) AS history
       FROM pg_control_system()`,
    );
    return row?.history ?? '';
  } catch (error) {
    if (error instanceof DatabaseError && error.code === 'query_failed') return '';
    throw error;
  }
}

/** SQL for which database of the server this is, and which making of our tables: a logical restore makes them anew. */
export const TABLES_HISTORY = `(SELECT oid FROM pg_database WHERE datname = current_database())::text || '.' ||
  'tidegate.horizon'::regclass::oid::text`;

/** A short mark of the history that a read's revisions belong to. Revisions and cursors of two histories say nothing about each other. */
export function historyMark(server: string, tables: string): string {
  return createHash('sha256').update(`${server}/${tables}`).digest('hex').slice(0, MARK_CHARACTERS);
}
