import { pattern } from '../interop/support/pattern.ts';
import { ACK, type DecodedFrame, FIN, hex, RST, SYN } from './yamux-wire.ts';

/**
 * One recorded conversation. A line is one frame, or an end of the connection, as it passed the recorder:
 *
 *     > window syn 1 0                  client to server: type, flags, stream, length
 *     < data ack 1 5 6563686f0a         server to client, with its payload
 *     > data - 1 65521 pattern@5        payload that is the interop pattern from byte 5 on
 *     < closed                          the server closed the connection
 */
export interface YamuxVector {
  name: string;
  lines: string[];
}

export type VectorLine =
  | { from: 'client' | 'server'; frame: DecodedFrame }
  | { from: 'client' | 'server'; closed: true };

const TYPES = ['data', 'window', 'ping', 'go-away'];
const FLAGS = [
  ['syn', SYN],
  ['ack', ACK],
  ['fin', FIN],
  ['rst', RST],
] as const;
/** Longer payloads have to be of the pattern, so that files of vectors stay small. */
const MAX_HEX_BYTES = 128;
const PERIOD = 65_521;
const cycles = Buffer.from(pattern(6 * PERIOD));

export function lineOf(from: 'client' | 'server', frame: DecodedFrame): string {
  const flags = FLAGS.filter(([, bit]) => (frame.flags & bit) !== 0).map(([name]) => name);
  const unknown = frame.flags & ~0xf ? [`0x${(frame.flags & ~0xf).toString(16)}`] : [];
  const type = frame.version === 0 ? (TYPES[frame.type] ?? `type${frame.type}`) : `v${frame.version}type${frame.type}`;
  const fields = [type, [...flags, ...unknown].join('|') || '-', frame.id, frame.length];
  const payload = frame.payload.length === 0 ? '' : ` ${payloadText(frame.payload)}`;
  return `${from === 'client' ? '>' : '<'} ${fields.join(' ')}${payload}`;
}

export function parseLine(line: string): VectorLine {
  const [direction, type = '', flags = '', id, length, payload] = line.split(' ');
  const from = direction === '>' ? 'client' : 'server';
  if (type === 'closed') return { from, closed: true };
  const odd = /^(?:v(\d+))?type(\d+)$/.exec(type);
  const bits = flags.split('|').map((name) => FLAGS.find(([known]) => known === name)?.[1] ?? (Number(name) || 0));
  return {
    from,
    frame: {
      version: Number(odd?.[1] ?? 0),
      type: odd === null ? TYPES.indexOf(type) : Number(odd[2]),
      flags: bits.reduce((sum, bit) => sum | bit, 0),
      id: Number(id),
      length: Number(length),
      payload: payloadOf(payload, Number(length)),
    },
  };
}

function payloadText(payload: Uint8Array): string {
  if (payload.length <= MAX_HEX_BYTES) return Buffer.from(payload).toString('hex');
  const offset = cycles.indexOf(payload);
  if (offset === -1) throw new Error(`${payload.length} bytes that are not of the pattern`);
  return `pattern@${offset}`;
}

function payloadOf(text: string | undefined, length: number): Uint8Array {
  if (text === undefined) return new Uint8Array(0);
  if (!text.startsWith('pattern@')) return hex(text);
  const offset = Number(text.slice('pattern@'.length));
  return cycles.subarray(offset, offset + length);
}
