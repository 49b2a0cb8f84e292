/**
 * Why a session or a stream ended, or a call could not be served.
 *
 * Sessions: `BAD_VERSION`, `BAD_TYPE`, `BAD_STREAM_ID`, `DUPLICATE_STREAM`, `WINDOW_EXCEEDED` (the peer broke the
 * protocol and was told so by go-away 1) · `REMOTE_ERROR` (the peer sent a go-away other than 0) ·
 * `KEEP_ALIVE_TIMEOUT` · `CONTROL_OVERFLOW` (the peer makes us answer and does not read) · `TRANSPORT_CLOSED` ·
 * `SESSION_CLOSED` (this side's `close`) · `INTERNAL_ERROR` (a callback or the transport threw; see `cause`).
 *
 * Streams: `STREAM_RESET` (by the peer) · `OPEN_TIMEOUT` · `WRITE_STALLED` · `CLOSE_TIMEOUT`, or the reason of their
 * session (`WAIT_TIMEOUT` and `WAIT_OVERFLOW` end streams that no user has seen yet).
 *
 * Calls: `REMOTE_GO_AWAY` (no new streams), `IDS_EXHAUSTED`, `PING_TIMEOUT`, `BAD_LIMIT`, or the session's reason.
 */
export type YamuxErrorCode =
  | 'BAD_VERSION'
  | 'BAD_TYPE'
  | 'BAD_STREAM_ID'
  | 'DUPLICATE_STREAM'
  | 'WINDOW_EXCEEDED'
  | 'REMOTE_ERROR'
  | 'REMOTE_GO_AWAY'
  | 'KEEP_ALIVE_TIMEOUT'
  | 'CONTROL_OVERFLOW'
  | 'TRANSPORT_CLOSED'
  | 'SESSION_CLOSED'
  | 'INTERNAL_ERROR'
  | 'STREAM_RESET'
  | 'OPEN_TIMEOUT'
  | 'WRITE_STALLED'
  | 'CLOSE_TIMEOUT'
  | 'WAIT_TIMEOUT'
  | 'WAIT_OVERFLOW'
  | 'IDS_EXHAUSTED'
  | 'PING_TIMEOUT'
  | 'BAD_LIMIT';

export interface YamuxErrorDetails {
  /** The go-away code that was sent or received with this end. */
  readonly goAwayCode?: number;
  readonly cause?: unknown;
}

/** The one error class of this layer. Decide by `code`, never by the text. */
export class YamuxError extends Error {
  override readonly name = 'YamuxError';
  readonly code: YamuxErrorCode;
  /** The go-away code that was sent (protocol errors: 1, our own faults: 2) or received; null where none was. */
  readonly goAwayCode: number | null;

  constructor(code: YamuxErrorCode, message: string, details: YamuxErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.goAwayCode = details.goAwayCode ?? null;
  }
}
