/** The same bytes as in go/pattern.go: any of them that is lost, doubled or out of place is seen. */
const PERIOD = 65_521;

const block = makeBlock();

function makeBlock(): Uint8Array {
  const bytes = new Uint8Array(PERIOD);
  let state = 1;
  for (let i = 0; i < PERIOD; i += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** The pieces of n bytes of the pattern, fresh arrays for whoever takes them over. */
export function* patternPieces(bytes: number): Generator<Uint8Array> {
  for (let offset = 0; offset < bytes; ) {
    const start = offset % PERIOD;
    const piece = block.slice(start, Math.min(PERIOD, start + bytes - offset));
    offset += piece.length;
    yield piece;
  }
}

export function pattern(bytes: number): Uint8Array {
  return Buffer.concat([...patternPieces(bytes)]);
}

/** Takes the pattern from its beginning. */
export class PatternCheck {
  count = 0;

  /** @throws for a byte that is not the pattern's */
  take(piece: Uint8Array): void {
    for (let taken = 0; taken < piece.length; ) {
      const start = this.count % PERIOD;
      const length = Math.min(piece.length - taken, PERIOD - start);
      const expected = block.subarray(start, start + length);
      if (Buffer.compare(piece.subarray(taken, taken + length), expected) !== 0) {
        throw new Error(`a byte behind ${this.count} is not what was sent`);
      }
      taken += length;
      this.count += length;
    }
  }
}
