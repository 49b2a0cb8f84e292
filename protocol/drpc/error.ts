/** The one error class of the RPC layer, and the only place where foreign errors are turned into it. */

/**
 * - `protocol`: the peer broke the wire format; its transport is closed.
 * - `too_large`: a packet would pass the size limit; its transport is closed.
 * - `unknown_rpc`: no service has such a method. - `unimplemented`: it has, but nothing serves it here.
 * - `malformed_message`: bytes that do not decode as the method's message.
 * - `remote`: the peer answered with an error; `wireCode` and the message are its own.
 * - `cancelled`: the call was given up, by its caller or by the peer.
 * - `closed`: the stream ended before the call did.
 * - `refused`: what a handler throws to tell its caller something; code and text reach the peer.
 * - `internal`: anything else; the peer learns only that.
 */
export type DrpcErrorCode =
  | 'protocol'
  | 'too_large'
  | 'unknown_rpc'
  | 'unimplemented'
  | 'malformed_message'
  | 'remote'
  | 'cancelled'
  | 'closed'
  | 'refused'
  | 'internal';

/** The numeric code of "Unimplemented" in generated Go stubs. */
export const unimplementedWireCode = 12;

export class DrpcError extends Error {
  override readonly name = 'DrpcError';
  readonly code: DrpcErrorCode;
  /** The number that travels in an Error packet, 0 to 2^53 - 1; 0 means none in particular. */
  readonly wireCode: number;

  constructor(code: DrpcErrorCode, message: string, options: { wireCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.wireCode = options.wireCode ?? 0;
  }

  /** Wraps anything that is not a DrpcError; its text stays in `cause`, for logs, and does not reach a peer. */
  static from(cause: unknown): DrpcError {
    return cause instanceof DrpcError ? cause : new DrpcError('internal', 'internal error', { cause });
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const codeBytes = 8;

/** The body of an Error packet: the code as big-endian u64, then the text as UTF-8. */
export function encodeErrorBody(error: DrpcError): Uint8Array {
  const text = encoder.encode(error.message);
  const body = new Uint8Array(codeBytes + text.length);
  const wireCode = Number.isSafeInteger(error.wireCode) ? Math.max(0, error.wireCode) : 0;
  new DataView(body.buffer).setBigUint64(0, BigInt(wireCode));
  body.set(text, codeBytes);
  return body;
}

/** Codes above 2^53 lose precision. A body too short for a code is taken as text alone, as the Go reader does. */
export function decodeErrorBody(body: Uint8Array): DrpcError {
  if (body.length < codeBytes) return new DrpcError('remote', `${decoder.decode(body)} (error without a code)`);
  const wireCode = Number(new DataView(body.buffer, body.byteOffset, codeBytes).getBigUint64(0));
  return new DrpcError('remote', decoder.decode(body.subarray(codeBytes)), { wireCode });
}
