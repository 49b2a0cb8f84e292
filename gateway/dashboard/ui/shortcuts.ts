import type { Layout } from '../model/view.ts';
import { go, view } from '../state/view.ts';
import { focusWhenDrawn, VIEW_FOCUS } from './focus.ts';

interface ShortcutOptions {
  onKeys(): void;
  /** There is nothing but the first minutes to see. */
  isEmpty(): boolean;
}

/** The keys that work wherever the focus is, save in a field. */
export function listenForShortcuts(options: ShortcutOptions): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const inField = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === 'Escape') return leave(event);
    if (inField || document.querySelector('dialog[open]') !== null) return;
    if (event.key === '?') options.onKeys();
    else if (options.isEmpty() || !act(event)) return;
    event.preventDefault();
  };
  addEventListener('keydown', onKeyDown);
  return () => removeEventListener('keydown', onKeyDown);
}

/** @returns false where the key means nothing here and is the browser's */
function act({ key, target }: KeyboardEvent): boolean {
  const { layout } = view.value;
  switch (key) {
    case '/':
      search(layout);
      return true;
    case 't':
      show(layout === 'table' ? 'tiles' : 'table');
      return true;
    case 'f':
      show(layout === 'flow' ? 'table' : 'flow');
      return true;
    case 'j':
    case 'k':
      return intoFleet(key);
    case 'ArrowDown':
    case 'ArrowUp':
      // What scrolls by itself does so.
      return target instanceof Element && target.closest('.drawer, .flow, .panel') ? false : intoFleet(key);
    default:
      return false;
  }
}

/** The flow has nothing to search: the fleet comes in its place. */
function search(layout: Layout): void {
  if (layout === 'flow') {
    go({ layout: 'table' });
    focusWhenDrawn('#search');
  } else {
    document.querySelector<HTMLInputElement>('#search')?.focus();
  }
}

/** Whoever was in the view before is in the next one. */
function show(layout: Layout): void {
  if (document.activeElement?.closest(VIEW_FOCUS)) focusWhenDrawn(VIEW_FOCUS);
  go({ layout });
}

/** The first press takes the focus along, so that the next ones are the view's own. */
function intoFleet(key: string): boolean {
  const fleet = document.querySelector<HTMLElement>('.grid, .tiles canvas');
  if (fleet === null) return false;
  fleet.focus();
  fleet.dispatchEvent(new KeyboardEvent('keydown', { key }));
  return true;
}

function leave(event: KeyboardEvent): void {
  if (document.querySelector('dialog[open]') !== null) return;
  if (event.target instanceof HTMLInputElement && event.target.id === 'search') {
    // A browser would empty the field without telling anyone, while what it says still filters the fleet.
    event.preventDefault();
    document.querySelector<HTMLElement>('.grid, .tiles canvas')?.focus();
  } else if (view.value.agent !== '') go({ agent: '' });
}
