/**
 * A text of at most `length` characters: the middle gives way, since branches and paths differ at their ends. Never
 * cuts a character of two code units in half.
 */
export function cutMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const characters = Array.from(text);
  if (characters.length <= length) return text;
  const kept = Math.max(2, length - 1);
  const tail = Math.floor(kept / 2);
  return `${characters.slice(0, kept - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
}
