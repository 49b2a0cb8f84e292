/**
 * Why a call into the database folder failed:
 *
 * - `connection_lost`: the database could not be reached, or the connection ended before the answer came. Whether the
 *   statement took effect is unknown.
 * - `timeout`: no answer within the client-side deadline; the connection was dropped. Otherwise as above.
 * - `query_failed`: the server refused the statement; `sqlState` says why, and nothing of it remains.
 * - `name_taken`: an agent of that name exists; `detail` is the name.
 * - `not_found`: no such row.
 * - `not_committed`: a flush failed and certainly nothing of it is in the database; it may be written again.
 * - `outcome_unknown`: a flush was given up before its outcome could be known; writing it again is safe.
 * - `aborted`: given up at the caller's request before anything could commit.
 * - `closed`: the object was closed by its owner.
 *
 * At start, each with a message that is one sentence for whoever started the program:
 *
 * - `bad_url`: the database URL cannot be read.
 * - `unreachable`: no connection to the database at the start, or it refused us; `sqlState` where the server said so.
 * - `server_too_old`: the server is older than what is supported.
 * - `migration_failed`: a migration was refused by the server, and nothing of it remains; `detail` is its file.
 * - `schema_newer`: the schema was made by a newer release.
 * - `data_dir_in_use`: another gateway owns the data directory.
 * - `data_dir_unusable`: the data directory cannot be entered, written, or holds what is not ours.
 * - `embedded_unavailable`: no embedded PostgreSQL for this platform, or it cannot run here.
 * - `embedded_failed`: the embedded PostgreSQL did not start or did not answer.
 */
export type DatabaseErrorCode =
  | 'connection_lost'
  | 'timeout'
  | 'query_failed'
  | 'name_taken'
  | 'not_found'
  | 'not_committed'
  | 'outcome_unknown'
  | 'aborted'
  | 'closed'
  | 'bad_url'
  | 'unreachable'
  | 'server_too_old'
  | 'migration_failed'
  | 'schema_newer'
  | 'data_dir_in_use'
  | 'data_dir_unusable'
  | 'embedded_unavailable'
  | 'embedded_failed';

export interface DatabaseErrorOptions {
  cause?: unknown;
  sqlState?: string;
  detail?: string;
}

/** The one error class of the database folder. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code: DatabaseErrorCode;
  /** The server's five-character SQLSTATE, where a server error stands behind this one. */
  readonly sqlState: string | null;
  readonly detail: string | null;

  constructor(code: DatabaseErrorCode, message: string, options: DatabaseErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.sqlState = options.sqlState ?? null;
    this.detail = options.detail ?? null;
  }
}

/** SQLSTATE classes 22 and 23: the data itself is refused, whatever the moment. */
export function isDataError(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && /^2[23]/.test(error.sqlState ?? '');
}

/** Deadlock and serialization failure: the same transaction may well succeed when run again. */
export function isConflict(error: unknown): boolean {
  return error instanceof DatabaseError && (error.sqlState === '40P01' || error.sqlState === '40001');
}
