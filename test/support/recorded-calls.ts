/** What the recordings of calls have in common: how their bytes may come, and what is compared of an answer. */
import { readAll, toHex } from '../protocol/drpc/wire.ts';
import { cutAtRandom, type DecodedFrame, FIN, RST, seededRandom } from './yamux-wire.ts';

export type Cut = (bytes: Uint8Array) => Uint8Array[];

/** `cut` begins anew with each call, so that every recording is cut at places of its own which come again. */
export const waysToArrive: { how: string; cut: () => Cut }[] = [
  { how: 'as they came', cut: () => (bytes) => [bytes] },
  { how: 'one by one', cut: () => (bytes) => cutAtRandom(bytes, () => 0) },
  {
    how: 'cut anywhere',
    cut: () => {
      const random = seededRandom(20_261_124);
      return (bytes) => cutAtRandom(bytes, random);
    },
  },
];

/** The DRPC packets in what one stream has carried, whatever frames they came in. */
export function packetsOf(body: Uint8Array): string[] {
  return readAll([body]).map((packet) =>
    typeof packet === 'string' ? packet : `${packet.streamId}.${packet.messageId} ${packet.kind} ${toHex(packet.data)}`,
  );
}

/** How a frame ends its side of the stream, if it does. */
export function endOf({ flags }: DecodedFrame): string[] {
  const end = flags & (FIN | RST);
  return end === 0 ? [] : [`end ${end}`];
}

/** Lets the event loop turn until something holds, at most so often. */
export async function turnUntil(holds: () => boolean, mostTurns: number): Promise<void> {
  for (let turn = 0; turn < mostTurns && !holds(); turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
