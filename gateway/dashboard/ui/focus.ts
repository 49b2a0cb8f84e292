/** Where the focus goes with the next drawing: a view that a key opens does not exist yet. */
let wanted = '';

/** The parts of the page that have the focus for the whole of a view. */
export const VIEW_FOCUS = '.grid, .tiles canvas, .flow';

export function focusWhenDrawn(selector: string): void {
  wanted = selector;
}

/** To be called when the page has been drawn. */
export function giveFocus(): void {
  if (wanted !== '') document.querySelector<HTMLElement>(wanted)?.focus();
  wanted = '';
}
