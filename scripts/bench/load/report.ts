import { Kind } from '../../../protocol/drpc/frame.ts';
import { coder } from '../../../protocol/messages/generated/messages.js';
import { nowUs } from './clock.ts';

/** Of the 16 bytes of a value these are its time of sending; which key it is of follows. */
const TIME_DIGITS = 13;

export const keyNames = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `key${String(i).padStart(2, '0')}`);

/** The value of a key as it is reported at a time. */
export function valueText(atUs: number, key: number): string {
  return `${String(atUs).padStart(TIME_DIGITS, '0')}#${String(key).padStart(2, '0')}`;
}

/** When a value made by {@link valueText} was sent. */
export function sentAtUs(value: string): number {
  return Number(value.slice(0, TIME_DIGITS));
}

/**
 * A BatchUpdateMetadata call as storj/drpc puts it on a stream (invoke, message, close-send in one write), with values that
 * are written over in place: making a report costs the load generator next to nothing.
 */
export class ReportTemplate {
  readonly #call: Buffer;
  /** Where each value stands in it. */
  readonly #places: number[] = [];

  constructor(keys: number) {
    const metadata = keyNames(keys).map((key, index) => ({
      key,
      result: { collectedAt: { seconds: 1_767_607_200, nanos: 123_456_789 }, value: valueText(0, index) },
    }));
    const request = Buffer.from(coder.agent.v2.BatchUpdateMetadataRequest.encode({ metadata } as never).finish());
    const rpc = Buffer.from('/coder.agent.v2.Agent/BatchUpdateMetadata');
    const packets = [packet(Kind.invoke, 1, rpc), packet(Kind.message, 2, request), packet(Kind.closeSend, 3)];
    this.#call = Buffer.concat(packets);
    for (let index = 0; index < keys; index += 1) {
      this.#places.push(this.#call.indexOf(valueText(0, index), 0, 'latin1'));
    }
  }

  /** The call with values that say when they were sent: now. The buffer is written over by the next one. */
  next(): Buffer {
    return this.at(nowUs());
  }

  /** The same for values of that time. Of them only the first `fresh` are new; the others stay the same for ever. */
  at(atUs: number, fresh = Number.POSITIVE_INFINITY): Buffer {
    for (const [key, place] of this.#places.entries()) {
      this.#call.write(valueText(key < fresh ? atUs : 0, key), place, 'latin1');
    }
    return this.#call;
  }
}

/** One packet in one frame of stream 1 of a call. */
export function packet(kind: number, messageId: number, data: Uint8Array = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from([(kind << 1) | 1, 1, messageId, ...varint(data.length)]), data]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
