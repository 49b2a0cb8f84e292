import fc from 'fast-check';
import { Kind } from '../../../protocol/drpc/frame.ts';
import { type Packet, PacketReader } from '../../../protocol/drpc/reader.ts';

export const hex = (bytes: string) => Uint8Array.from(Buffer.from(bytes.replaceAll(/\s/g, ''), 'hex'));
export const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
export const utf8 = (text: string) => new TextEncoder().encode(text);

export function packet(kind: number, messageId: number, data: Uint8Array | string = '', streamId = 1): Packet {
  const bytes = typeof data === 'string' ? utf8(data) : data;
  return { kind, control: kind === Kind.cancel, streamId, messageId, data: bytes };
}

/** Cuts bytes at the given places, taken modulo their length. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const borders = [...new Set(places.map((place) => place % (bytes.length + 1))), bytes.length].sort((a, b) => a - b);
  let from = 0;
  return borders.map((border) => {
    const piece = bytes.subarray(from, border);
    from = border;
    return piece;
  });
}

export const eachByte = (bytes: Uint8Array) => Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));

/** Everything a reader gives for some chunks; ends with the code of the error, if there is one. */
export function readAll(chunks: readonly Uint8Array[], maxPacketBytes?: number): (Packet | string)[] {
  const reader = new PacketReader(maxPacketBytes);
  const source = { read: () => queue.shift() ?? null };
  const queue = [...chunks];
  const out: (Packet | string)[] = [];
  try {
    for (let next = reader.next(source); next !== null; next = reader.next(source)) {
      // A packet's data may be a view on a chunk; copied, as a user that keeps it would.
      out.push({ ...next, data: new Uint8Array(next.data) });
    }
  } catch (error) {
    out.push(error instanceof Error && 'code' in error ? String(error.code) : String(error));
  }
  return out;
}

export const anyKind = fc.constantFrom(...Object.values(Kind));
