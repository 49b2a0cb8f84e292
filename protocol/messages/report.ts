/**
 * The hot path's own reading of a BatchUpdateMetadataRequest: text fields stay bytes where they are, so that a value which
 * is not UTF-8 can be put right instead of failing the agent's whole report, and costs no view of its own. Source:
 * `agent.proto` beside this file; protobuf's encoding rules (last field wins, embedded messages merge, unknown fields are
 * skipped, groups too).
 */

/** Where the text fields of one value stand: offsets into the request, the end exclusive; 0 to 0 where a field is absent. */
export interface TextPlaces {
  keyStart: number;
  keyEnd: number;
  valueStart: number;
  valueEnd: number;
  errorStart: number;
  errorEnd: number;
}

/** One value of a report. */
export interface ReportItem extends TextPlaces {
  /**
   * When the agent says it collected the value, in whole microseconds since 1970; null when it does not say, or names a
   * time that no safe integer holds (before 1684 or after 2255).
   */
  collectedAtUs: number | null;
}

/** The request is no message of its type; `code` is always `malformed_report`. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
  readonly code = 'malformed_report';
}

/** How deep fields may be nested in fields nobody knows; protobuf's own default. */
const maxDepth = 100;

const Wire = { varint: 0, fixed64: 1, bytes: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

/** Tags (field number << 3 | wire type) of the fields that are read. */
const Tag = {
  requestMetadata: (2 << 3) | Wire.bytes,
  metadataKey: (1 << 3) | Wire.bytes,
  metadataResult: (2 << 3) | Wire.bytes,
  resultCollectedAt: (1 << 3) | Wire.bytes,
  resultAge: (2 << 3) | Wire.varint,
  resultValue: (3 << 3) | Wire.bytes,
  resultError: (4 << 3) | Wire.bytes,
  timestampSeconds: (1 << 3) | Wire.varint,
  timestampNanos: (2 << 3) | Wire.varint,
} as const;

/** Throws {@link ReportError} on bytes that are no BatchUpdateMetadataRequest. Ill-formed UTF-8 is no error here. */
export function decodeReport(request: Uint8Array): ReportItem[] {
  return decodeReportUpTo(request, Number.POSITIVE_INFINITY).items;
}

/**
 * The same for the first `maxItems` values; those behind are counted and not looked into, since 4 MiB can hold two million.
 */
export function decodeReportUpTo(request: Uint8Array, maxItems: number): { items: ReportItem[]; passedOver: number } {
  return new ReportReader(request).request(maxItems);
}

function emptyItem(): ReportItem {
  return { keyStart: 0, keyEnd: 0, valueStart: 0, valueEnd: 0, errorStart: 0, errorEnd: 0, collectedAtUs: null };
}

class ReportReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  /** Where the message that is being read ends. */
  #end: number;
  /** The timestamp being merged, in the two parts that it has on the wire. */
  #hasTime = false;
  #seconds = 0;
  #nanos = 0;
  #textStart = 0;
  /** The halves of the last varint of 64 bits. */
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#end = bytes.length;
  }

  request(maxItems: number): { items: ReportItem[]; passedOver: number } {
    const items: ReportItem[] = [];
    let passedOver = 0;
    while (this.#at < this.#end) {
      const tag = this.#tag();
      if (tag === Tag.requestMetadata && items.length < maxItems) items.push(this.#item());
      else {
        if (tag === Tag.requestMetadata) passedOver += 1;
        this.#skip(tag, 0);
      }
    }
    return { items, passedOver };
  }

  #item(): ReportItem {
    const outerEnd = this.#enter();
    const item = emptyItem();
    this.#hasTime = false;
    this.#seconds = 0;
    this.#nanos = 0;
    while (this.#at < this.#end) {
      const tag = this.#tag();
      if (tag === Tag.metadataKey) {
        item.keyEnd = this.#textEnd();
        item.keyStart = this.#textStart;
      } else if (tag === Tag.metadataResult) this.#result(item);
      else this.#skip(tag, 1);
    }
    this.#leave(outerEnd);
    if (this.#hasTime) item.collectedAtUs = this.#timeUs();
    return item;
  }

  #result(item: ReportItem): void {
    const outerEnd = this.#enter();
    while (this.#at < this.#end) {
      const tag = this.#tag();
      if (tag === Tag.resultValue) {
        item.valueEnd = this.#textEnd();
        item.valueStart = this.#textStart;
      } else if (tag === Tag.resultError) {
        item.errorEnd = this.#textEnd();
        item.errorStart = this.#textStart;
      } else if (tag === Tag.resultCollectedAt) this.#timestamp();
      else if (tag === Tag.resultAge) this.#varint64();
      else this.#skip(tag, 2);
    }
    this.#leave(outerEnd);
  }

  #timestamp(): void {
    const outerEnd = this.#enter();
    this.#hasTime = true;
    while (this.#at < this.#end) {
      const tag = this.#tag();
      if (tag === Tag.timestampSeconds) {
        this.#varint64();
        this.#seconds = (this.#high | 0) * 2 ** 32 + this.#low;
      } else if (tag === Tag.timestampNanos) {
        this.#varint64();
        this.#nanos = this.#low | 0;
      } else this.#skip(tag, 3);
    }
    this.#leave(outerEnd);
  }

  #timeUs(): number | null {
    const us = this.#seconds * 1e6 + Math.floor(this.#nanos / 1e3);
    return Number.isSafeInteger(us) ? us : null;
  }

  /** Goes into an embedded message; returns where the outer one ends. */
  #enter(): number {
    const outerEnd = this.#end;
    const end = this.#length() + this.#at;
    if (end > outerEnd) throw this.#cut();
    this.#end = end;
    return outerEnd;
  }

  #leave(outerEnd: number): void {
    this.#end = outerEnd;
  }

  /** Passes over a text field and returns where it ends; where it begins is in `#textStart`. */
  #textEnd(): number {
    const end = this.#length() + this.#at;
    if (end > this.#end) throw this.#cut();
    this.#textStart = this.#at;
    this.#at = end;
    return end;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined || this.#at >= this.#end) throw this.#cut();
    this.#at++;
    return byte;
  }

  /** A varint of at most 32 bits, the fifth byte at most `maxLastByte`. */
  #varint32(maxLastByte: number, what: string): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    const last = this.#byte();
    if (last > maxLastByte) throw new ReportError(`malformed report: ${what} too large before byte ${this.#at}`);
    return (value | (last << 28)) >>> 0;
  }

  #tag(): number {
    return this.#varint32(0x0f, 'tag');
  }

  #length(): number {
    return this.#varint32(0x07, 'length');
  }

  /** Reads a varint of up to 64 bits into `#low` and `#high`, as unsigned and signed halves. */
  #varint64(): void {
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte();
      const bits = byte & 0x7f;
      if (i < 4) low |= bits << (7 * i);
      else if (i === 4) {
        low |= bits << 28;
        high = bits >> 4;
      } else high |= bits << (7 * i - 32);
      if (byte < 0x80) {
        this.#low = low >>> 0;
        this.#high = high;
        return;
      }
    }
    throw new ReportError(`malformed report: varint of more than 10 bytes before byte ${this.#at}`);
  }

  /** Passes over a field that is not read, or whose wire type is not its own. */
  #skip(tag: number, depth: number): void {
    if (depth > maxDepth) throw new ReportError(`malformed report: groups nested more than ${maxDepth} deep`);
    const field = tag >>> 3;
    if (field === 0) throw new ReportError(`malformed report: field number 0 before byte ${this.#at}`);
    switch (tag & 7) {
      case Wire.varint:
        while (this.#byte() >= 0x80);
        return;
      case Wire.fixed64:
        this.#pass(8);
        return;
      case Wire.bytes:
        this.#pass(this.#length());
        return;
      case Wire.groupStart:
        this.#skipGroup(field, depth);
        return;
      case Wire.fixed32:
        this.#pass(4);
        return;
      default:
        throw new ReportError(`malformed report: wire type ${tag & 7} before byte ${this.#at}`);
    }
  }

  #skipGroup(field: number, depth: number): void {
    for (;;) {
      const tag = this.#tag();
      if ((tag & 7) !== Wire.groupEnd) {
        this.#skip(tag, depth + 1);
        continue;
      }
      if (tag >>> 3 !== field) throw new ReportError(`malformed report: end of another group before byte ${this.#at}`);
      return;
    }
  }

  #pass(bytes: number): void {
    if (this.#at + bytes > this.#end) throw this.#cut();
    this.#at += bytes;
  }

  #cut(): ReportError {
    return new ReportError(`malformed report: a field reaches behind byte ${this.#end}, the end of what holds it`);
  }
}
