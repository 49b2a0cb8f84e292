/** Control characters would move the cursor or worse, and marks of direction would swap what stands beside them. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}]/gu;

/** Marks of direction that turn nothing round, as `toLocaleString` puts them before a minus. */
const HINTS = '\u061c\u200e\u200f';

const graphemes = new Intl.Segmenter();

/** Text from outside as a terminal may show it: on one line, and never a command to the terminal. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (found) => (HINTS.includes(found) ? '' : '\ufffd'));
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** The text in exactly `width` places: filled with spaces, or cut with `…`. A character counts as one place. */
export function fitInto(text: string, width: number): string {
  // ASCII, which nearly everything is, needs no segmenter.
  const parts = /^[\x20-\x7e]*$/.test(text) ? text : [...graphemes.segment(text)].map(({ segment }) => segment);
  if (parts.length <= width) return text + ' '.repeat(width - parts.length);
  const kept = typeof parts === 'string' ? parts.slice(0, width - 1) : parts.slice(0, width - 1).join('');
  return `${kept}…`;
}
