/** Digits, capitals and small letters as they come in branches, paths and states. */
const SAMPLE = 'feature/RUNNING tests-0123456789';

/** Mean width of a character in the page's font, measured once: system fonts differ by a fifth. */
export function characterPx(): number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return 7.5;
  const { fontSize, fontFamily } = getComputedStyle(document.body);
  context.font = `${fontSize} ${fontFamily}`;
  return context.measureText(SAMPLE).width / SAMPLE.length;
}
