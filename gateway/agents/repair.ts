import { Buffer, isUtf8 } from 'node:buffer';
import type { TextPlaces } from '../../protocol/messages/report.ts';
import { rememberedKey, rememberKey } from './key-names.ts';

/** Both in bytes of UTF-8. */
export interface ValueLimits {
  keyBytes: number;
  /** Longest value, and longest error with the notes behind it. */
  valueBytes: number;
}

/** What was put right in a value or in its error, by the names that the metric `values_refused` gives it. */
export type RepairReason = 'not_text' | 'too_long';

/** Why a key is refused: it would be another key if it were put right. */
export type KeyRefusal = 'key_not_text' | 'key_too_long';

export type RepairedValue =
  | {
      refused: null;
      key: string;
      value: string;
      /** The agent's own error, then notes on what was put right in the value, joined by `; `. */
      error: string;
      /** Each at most once; empty for a value that came as it should. Shared: not to be changed. */
      reasons: readonly RepairReason[];
    }
  | { refused: KeyRefusal };

const SEPARATOR = '; ';
const NOT_TEXT_NOTE = 'value held bytes that are not text';

const NOTHING: readonly RepairReason[] = [];
const NOT_TEXT: readonly RepairReason[] = ['not_text'];
const TOO_LONG: readonly RepairReason[] = ['too_long'];
const BOTH: readonly RepairReason[] = ['not_text', 'too_long'];

/**
 * Turns one reported value, whose bytes stand in `request` and claim to be UTF-8, into text that PostgreSQL stores and a
 * browser shows. Never throws: a fault of one value is that value's alone. The error is what the agent itself says went
 * wrong; empty when nothing did.
 *
 * NUL and each ill-formed UTF-8 sequence (a maximal subpart, as the WHATWG decoder cuts them) become U+FFFD; then the
 * value is cut to the limit at a character border, and the error says both. A key is taken as it is or refused: an
 * empty one counts as not being text.
 */
export function repairValue(request: Buffer, places: TextPlaces, limits: ValueLimits): RepairedValue {
  const { keyStart, keyEnd, valueStart, valueEnd, errorStart, errorEnd } = places;
  if (keyEnd - keyStart > limits.keyBytes) return { refused: 'key_too_long' };
  const key = keyAt(request, keyStart, keyEnd);
  if (key === null || key === '') return { refused: 'key_not_text' };

  const value = textAt(request, valueStart, valueEnd);
  const error = textAt(request, errorStart, errorEnd);
  const fits = valueEnd - valueStart <= limits.valueBytes && errorEnd - errorStart <= limits.valueBytes;
  if (value !== null && error !== null && fits) return { refused: null, key, value, error, reasons: NOTHING };
  return repair(
    key,
    { text: value ?? replacedAt(request, valueStart, valueEnd), wasText: value !== null },
    { text: error ?? replacedAt(request, errorStart, errorEnd), wasText: error !== null },
    limits.valueBytes,
  );
}

interface Decoded {
  text: string;
  /** False when something had to be replaced. */
  wasText: boolean;
}

function repair(key: string, value: Decoded, error: Decoded, maxBytes: number): RepairedValue {
  const valueBytes = Buffer.byteLength(value.text);
  const notes: string[] = [];
  if (!value.wasText) notes.push(NOT_TEXT_NOTE);
  if (valueBytes > maxBytes) notes.push(`value of ${valueBytes} bytes exceeded ${maxBytes} bytes`);
  const joined = joinError(error.text, cut(notes.join(SEPARATOR), maxBytes), maxBytes);
  return {
    refused: null,
    key,
    value: cut(value.text, maxBytes),
    error: joined.text,
    reasons: reasonsFor(value.wasText && error.wasText, valueBytes <= maxBytes && !joined.wasCut),
  };
}

/** The agent's own words give way: a note that was cut would say nothing. */
function joinError(own: string, notes: string, maxBytes: number): { text: string; wasCut: boolean } {
  if (notes === '') {
    const text = cut(own, maxBytes);
    return { text, wasCut: text.length < own.length };
  }
  const kept = cut(own, Math.max(0, maxBytes - Buffer.byteLength(notes) - SEPARATOR.length));
  return { text: kept === '' ? notes : kept + SEPARATOR + notes, wasCut: kept.length < own.length };
}

function reasonsFor(wasText: boolean, fitted: boolean): readonly RepairReason[] {
  if (wasText) return fitted ? NOTHING : TOO_LONG;
  return fitted ? NOT_TEXT : BOTH;
}

function keyAt(bytes: Buffer, start: number, end: number): string | null {
  const remembered = rememberedKey(bytes, start, end);
  if (remembered !== null) return remembered;
  const key = textAt(bytes, start, end);
  if (key !== null) rememberKey(key, bytes, start, end);
  return key;
}

/**
 * Null where something has to be replaced. Decodes first and judges the text: for a short clean value that is one native
 * call and two searches.
 */
function textAt(bytes: Buffer, start: number, end: number): string | null {
  if (start === end) return '';
  const text = bytes.toString('utf8', start, end);
  // A U+FFFD may also have been sent as such, which is text.
  const isText = !text.includes('\0') && (!text.includes('\ufffd') || isUtf8(bytes.subarray(start, end)));
  return isText ? text : null;
}

function replacedAt(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('utf8', start, end).replaceAll('\0', '\ufffd');
}

/** Text that came decoded as PostgreSQL stores it: without NUL, and cut to `maxBytes` at a character border. */
export function storableText(text: string, maxBytes: number): string {
  return cut(text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text, maxBytes);
}

/** The longest beginning of `text` that takes at most `maxBytes` as UTF-8 and ends between two characters. */
function cut(text: string, maxBytes: number): string {
  // A UTF-16 unit takes at most three bytes.
  if (text.length * 3 <= maxBytes) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  while (end > 0 && isContinuation(bytes[end])) end -= 1;
  return bytes.toString('utf8', 0, end);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
