/** Unicode's marks of direction: invisible, and able to show what follows them mirrored. */
const MARKS = /\p{Bidi_Control}/gu;

/**
 * Text from outside as the page may show it: each mark of direction becomes its name, `[U+202E]`, so that it turns
 * nothing round and can be seen. For attributes, and for elements that are boxes of their own; where text shares its line
 * with something else, `Told` keeps its letters apart as well.
 */
export function withMarksNamed(text: string): string {
  return text.replace(MARKS, (mark) => `[U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);
}
