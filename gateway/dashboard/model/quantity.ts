/** A value that begins with a number, taken apart for alignment, sorting and plots. */
export interface Quantity {
  /** The number as it was written, with its sign. */
  digits: string;
  /** What follows it, with its space: ` %`, `/8 GiB`, `ms`. */
  rest: string;
  /** The number in the unit's base (bytes, seconds), so that `900 MiB` stands below `3.1 GiB`. */
  magnitude: number;
}

const QUANTITY = /^\s*([+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)(.*)$/s;

/** A unit, alone or behind a total (`/8 GiB`), at the start of what follows the number. */
const UNIT = /^\s*(?:\/\s*[\d.]+\s*)?([A-Za-zµμ]+)(?:\/s|ps)?\s*$/;

/** Only after a space or nothing may a word follow: `12ms` and `3 jobs` are quantities, `3f9a2c` and `2025-11-02` are not. */
const REST = /^(?:\s*%|\s*(?:\/\s*[\d.]+\s*)?[A-Za-zµμ°]*(?:\/[A-Za-z]+)?|\s+\S.{0,15})\s*$/s;

const FACTORS = new Map<string, number>([
  ...scale(['', 'k', 'M', 'G', 'T', 'P'], 1_000, ['B', 'Hz', 'W', 'bit', 'b']),
  ...scale(['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'], 1_024, ['B', '']),
  ['KB', 1_000],
  ['k', 1_000],
  ['ns', 1e-9],
  ['us', 1e-6],
  ['µs', 1e-6],
  ['μs', 1e-6],
  ['ms', 1e-3],
  ['s', 1],
  ['m', 60],
  ['min', 60],
  ['h', 3_600],
  ['d', 86_400],
]);

/** The number that a value begins with, or null where it is text. */
export function quantityOf(text: string): Quantity | null {
  const match = QUANTITY.exec(text);
  if (match === null) return null;
  const [, digits = '', rest = ''] = match;
  if (!REST.test(rest) || looksLikeAnIdentifier(digits, rest)) return null;
  const unit = UNIT.exec(rest)?.[1];
  const magnitude = Number(digits) * ((unit !== undefined && FACTORS.get(unit)) || 1);
  return Number.isFinite(magnitude) ? { digits, rest, magnitude } : null;
}

/** `7d3fa0` and `12e4c` are hashes: letters that touch the digits must be a unit. */
function looksLikeAnIdentifier(digits: string, rest: string): boolean {
  const touching = /^[A-Za-zµμ]+/.exec(rest)?.[0];
  if (touching === undefined) return false;
  return !FACTORS.has(touching) && (touching.length > 4 || /[eE]/.test(digits) || touching.length === 1);
}

function* scale(prefixes: string[], base: number, units: string[]): Generator<[string, number]> {
  for (const unit of units) {
    for (const [power, prefix] of prefixes.entries()) {
      if (prefix + unit !== '') yield [prefix + unit, base ** power];
    }
  }
}
