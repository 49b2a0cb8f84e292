import { go, view } from '../state/view.ts';

/** The keys that work wherever the focus is, save in a field. */
export function listenForShortcuts(onKeys: () => void): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const inField = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === 'Escape') return leave(event.target);
    if (inField || document.querySelector('dialog[open]') !== null) return;
    const action = actions(onKeys)[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };
  addEventListener('keydown', onKeyDown);
  return () => removeEventListener('keydown', onKeyDown);
}

function actions(onKeys: () => void): Record<string, () => void> {
  return {
    '/': () => document.querySelector<HTMLInputElement>('#search')?.focus(),
    '?': onKeys,
    t: () => go({ layout: view.value.layout === 'table' ? 'tiles' : 'table' }),
    f: () => go({ layout: view.value.layout === 'flow' ? 'table' : 'flow' }),
    j: () => intoTable('j'),
    k: () => intoTable('k'),
    ArrowDown: () => intoTable('ArrowDown'),
    ArrowUp: () => intoTable('ArrowUp'),
  };
}

/** The first press takes the focus along, so that the next ones are the table's own. */
function intoTable(key: string): void {
  const grid = document.querySelector<HTMLElement>('.grid');
  grid?.focus();
  grid?.dispatchEvent(new KeyboardEvent('keydown', { key }));
}

function leave(target: EventTarget | null): void {
  if (document.querySelector('dialog[open]') !== null) return;
  if (target instanceof HTMLInputElement && target.id === 'search')
    document.querySelector<HTMLElement>('.grid')?.focus();
  else if (view.value.agent !== '') go({ agent: '' });
}
