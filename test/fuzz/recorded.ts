import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { AgentVector } from '../interop/record/agents.ts';
import { lineOf, parseLine, type YamuxVector } from '../support/yamux-vectors.ts';
import { concat, DATA, decodeNaively, encodeNaively, hex } from '../support/yamux-wire.ts';

/** What live peers have said, as material to be cut up and changed. */
const read = (file: string) => JSON.parse(readFileSync(new URL(`../vectors/${file}`, import.meta.url), 'utf8'));

const yamux: YamuxVector[] = [...read('yamux.json'), ...read('yamux-odd.json')];
const agents: AgentVector[] = read('agents.json');
const calls: { steps: { from: 'client' | 'server'; bytes: string }[] }[] = read('calls.json');

/** The frames that one side said, as lines of `yamux-vectors.ts`. */
export function yamuxSides(side: 'client' | 'server'): string[][] {
  const said = yamux.map(({ lines }) =>
    lines.filter((line) => parseLine(line).from === side && !line.includes('closed')),
  );
  return said.filter((lines) => lines.length > 0);
}

/** The frames that agents said. */
export function agentSides(): string[][] {
  return agents.map(({ steps }) => {
    const bytes = concat(steps.filter(({ from }) => from === 'agent').map((step) => hex(step.bytes)));
    return decodeNaively(bytes).map((frame) => lineOf('client', frame));
  });
}

/** The DRPC bytes that one side of a call said. */
export function callSides(side: 'client' | 'server'): string[] {
  return calls.map(({ steps }) => {
    const bytes = concat(steps.filter(({ from }) => from === side).map((step) => hex(step.bytes)));
    const payload = decodeNaively(bytes)
      .filter(({ type }) => type === DATA)
      .map((frame) => frame.payload);
    return Buffer.from(concat(payload)).toString('hex');
  });
}

/**
 * A piece of what a peer says: a line of a frame as it was recorded or with a field changed, or `x` and bytes in
 * hexadecimal.
 */
export function pieceBytes(piece: string): Uint8Array {
  if (piece.startsWith('x ')) return hex(piece.slice(2));
  const line = parseLine(piece);
  return 'closed' in line ? new Uint8Array(0) : encodeNaively(line.frame);
}

type Edit = { at: number } & (
  | { what: 'drop' | 'twice' | 'swap' }
  | { what: 'type' | 'flags' | 'id' | 'length'; value: number }
  | { what: 'byte'; value: number; offset: number }
  | { what: 'cut'; offset: number }
  | { what: 'insert'; bytes: Uint8Array }
);

const at = fc.nat(200);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ at, what: fc.constantFrom('drop' as const, 'twice' as const, 'swap' as const) }),
  fc.record({
    at,
    what: fc.constantFrom('type' as const, 'flags' as const, 'id' as const, 'length' as const),
    value: fc.oneof(fc.nat(15), fc.constantFrom(0, 1, 3, 5, 131_072, 262_144, 262_145, 0xffff_ffff)),
  }),
  fc.record({ at, what: fc.constant('byte' as const), value: fc.nat(255), offset: fc.nat(400) }),
  fc.record({ at, what: fc.constant('cut' as const), offset: fc.nat(100) }),
  fc.record({ at, what: fc.constant('insert' as const), bytes: fc.uint8Array({ minLength: 1, maxLength: 30 }) }),
);

/** A stretch of one recorded side with a few changes, as pieces. */
export function changedFrames(sides: string[][], longest: number): fc.Arbitrary<string[]> {
  return fc
    .record({
      side: fc.constantFrom(...sides),
      start: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(60) }),
      count: fc.integer({ min: 1, max: longest }),
      edits: fc.array(edit, { maxLength: 6 }),
    })
    .map(({ side, start, count, edits }) => {
      const pieces = side.slice(start % side.length, (start % side.length) + count);
      for (const change of edits) apply(pieces, change);
      return pieces;
    });
}

function apply(pieces: string[], change: Edit): void {
  if (pieces.length === 0) return;
  const index = change.at % pieces.length;
  const piece = pieces[index] as string;
  if (change.what === 'drop') pieces.splice(index, 1);
  else if (change.what === 'twice') pieces.splice(index, 0, piece);
  else if (change.what === 'swap') pieces.push(...pieces.splice(index, 1));
  else if (change.what === 'insert') pieces.splice(index, 0, `x ${Buffer.from(change.bytes).toString('hex')}`);
  else pieces[index] = `x ${Buffer.from(changedBytes(pieceBytes(piece), change)).toString('hex')}`;
}

/** Where the fields of a header stand, and how wide they are. */
const FIELDS = { type: [1, 1], flags: [2, 2], id: [4, 4], length: [8, 4] } as const;
/** Longer pieces are cut before they are changed, so that rows stay short. */
const MAX_CHANGED_BYTES = 400;

function changedBytes(whole: Uint8Array, change: Edit): Uint8Array {
  const bytes = Buffer.from(whole.subarray(0, MAX_CHANGED_BYTES));
  if (change.what === 'cut') return bytes.subarray(0, change.offset);
  if (change.what === 'byte' && bytes.length > 0) bytes[change.offset % bytes.length] = change.value;
  if (!('value' in change) || change.what === 'byte' || bytes.length < 12) return bytes;
  const [offset, width] = FIELDS[change.what];
  bytes.writeUIntBE(change.value % 2 ** (8 * width), offset, width);
  return bytes;
}

/** Bytes of one recorded side with a few changes, as hexadecimal. */
export function changedBytesOf(sides: string[]): fc.Arbitrary<string> {
  const change = fc.record({
    at,
    what: fc.constantFrom('set' as const, 'drop' as const, 'insert' as const, 'twice' as const, 'cut' as const),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
  });
  return fc
    .record({ side: fc.constantFrom(...sides), changes: fc.array(change, { maxLength: 5 }) })
    .map(({ side, changes }) => {
      let bytes = Buffer.from(side, 'hex');
      for (const { at: place, what, bytes: more } of changes) {
        const from = place % (bytes.length + 1);
        const to = what === 'insert' ? from : Math.min(bytes.length, from + more.length);
        const between =
          what === 'drop' ? Buffer.alloc(0) : what === 'twice' ? bytes.subarray(from, to) : Buffer.from(more);
        const tail = what === 'cut' ? Buffer.alloc(0) : bytes.subarray(what === 'twice' ? from : to);
        bytes = Buffer.concat([bytes.subarray(0, from), what === 'cut' ? Buffer.alloc(0) : between, tail]);
      }
      return bytes.toString('hex');
    });
}
