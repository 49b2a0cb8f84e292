/**
 * Why a connection could not be had or was lost, or a call failed.
 *
 * No further attempt helps: `unauthorized` (401, close 4401), `forbidden` (403, close 4403), `unsupported_version`
 * (400: the gateway does not speak our version of the API).
 *
 * Connecting: `unavailable` (503 or 429; `retryAfterMs` says what the gateway asked for) · `refused` (any other HTTP
 * status) · `unreachable` (nobody answers) · `connect_timeout`.
 *
 * Connected: `replaced` (close 4409: a newer connection of the same agent) · `draining` (close 1001) · `disconnected`
 * (any other end) · `call_timeout` · `call_failed` (see `cause`).
 *
 * This side: `closed`.
 */
export type AgentErrorCode =
  | 'unauthorized'
  | 'forbidden'
  | 'unsupported_version'
  | 'unavailable'
  | 'refused'
  | 'unreachable'
  | 'connect_timeout'
  | 'replaced'
  | 'draining'
  | 'disconnected'
  | 'call_timeout'
  | 'call_failed'
  | 'closed';

export interface AgentErrorDetails {
  /** HTTP status of a refused upgrade. */
  status?: number;
  /** Close code of a lost socket. */
  closeCode?: number;
  /** How long the gateway asks to be left alone, in milliseconds. */
  retryAfterMs?: number;
  cause?: unknown;
}

const FINAL: ReadonlySet<AgentErrorCode> = new Set(['unauthorized', 'forbidden', 'unsupported_version']);

/** The one error class of the agent SDK. Decide by `code`, never by the text. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  readonly code: AgentErrorCode;
  readonly status: number | undefined;
  readonly closeCode: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: AgentErrorCode, message: string, details: AgentErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.closeCode = details.closeCode;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** No further attempt with this token can succeed. */
  get isFinal(): boolean {
    return FINAL.has(this.code);
  }

  /** What an upgrade's HTTP answer means. `text` is its body: Coder's `{message, detail}`, or anything. */
  static fromResponse(status: number, text: string, retryAfter: string | undefined): AgentError {
    const retryAfterMs = parseRetryAfter(retryAfter);
    const details = { status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    return new AgentError(codeOfStatus(status), `the gateway answered ${status}: ${messageOf(text)}`, details);
  }

  /** What the end of a socket means. */
  static fromClose(closeCode: number, reason: string): AgentError {
    const because = reason === '' ? '' : `: ${reason}`;
    return new AgentError(codeOfClose(closeCode), `the connection was closed with ${closeCode}${because}`, {
      closeCode,
    });
  }
}

function codeOfStatus(status: number): AgentErrorCode {
  switch (status) {
    case 400:
      return 'unsupported_version';
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 429:
    case 503:
      return 'unavailable';
    default:
      return 'refused';
  }
}

function codeOfClose(closeCode: number): AgentErrorCode {
  switch (closeCode) {
    case 1001:
      return 'draining';
    case 4401:
      return 'unauthorized';
    case 4403:
      return 'forbidden';
    case 4409:
      return 'replaced';
    default:
      return 'disconnected';
  }
}

/** Retry-After as seconds; the date form, which no gateway of ours sends, counts as absent. */
function parseRetryAfter(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text.trim()) ? Number(text) * 1_000 : undefined;
}

const MAX_MESSAGE_CHARACTERS = 300;

function messageOf(text: string): string {
  try {
    const { message, detail } = JSON.parse(text) as { message?: unknown; detail?: unknown };
    const parts = [message, detail].filter((part) => typeof part === 'string' && part !== '');
    if (parts.length > 0) return parts.join(' ').slice(0, MAX_MESSAGE_CHARACTERS);
  } catch {
    // Not from a gateway of ours: a proxy's page.
  }
  return text.trim() === '' ? 'no explanation' : text.trim().slice(0, MAX_MESSAGE_CHARACTERS);
}
