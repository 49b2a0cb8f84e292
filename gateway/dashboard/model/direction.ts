/** Unicode's marks of direction: invisible, and able to show what follows them mirrored. */
const MARKS = /\p{Bidi_Control}/gu;

/** Those that turn nothing round, as `toLocaleString` puts them before a minus. */
const HINTS = '\u061c\u200e\u200f';

/**
 * Text from outside as the page may show it: each mark of direction that turns text round becomes its name, `[U+202E]`,
 * so that it can be seen and does nothing; those that only hint are left out. For attributes, and for elements that are
 * boxes of their own; where text shares its line with something else, `Told` keeps its letters apart as well.
 */
export function withMarksNamed(text: string): string {
  return text.replace(MARKS, (mark) => (HINTS.includes(mark) ? '' : nameOf(mark)));
}

function nameOf(mark: string): string {
  return `[U+${mark.charCodeAt(0).toString(16).toUpperCase()}]`;
}
