import { signal } from '@preact/signals';
import { defaultView, queryOfView, type View, viewFromQuery } from '../model/view.ts';

/** What this browser looked at last; an address that says something itself goes first. */
const MEMORY = 'tidegate.view';

export const view = signal<View>(defaultView);

export function openView(): void {
  view.value = location.search === '' ? remembered() : viewFromQuery(location.search);
  history.replaceState(null, '', location.pathname + queryOfView(view.value) + location.hash);
  addEventListener('popstate', () => {
    view.value = viewFromQuery(location.search);
  });
}

/** Changes a part of the view, as a step that the browser's Back undoes. */
export function go(change: Partial<View>): void {
  become(change, 'pushState');
}

/** The same without a step of its own, for what changes with each key stroke. */
export function refine(change: Partial<View>): void {
  become(change, 'replaceState');
}

function become(change: Partial<View>, step: 'pushState' | 'replaceState'): void {
  view.value = { ...view.value, ...change };
  history[step](null, '', location.pathname + queryOfView(view.value));
  if (HABITS.some((part) => part in change)) remember(change);
}

/** Columns, order and layout are a habit, once the reader has chosen one; a search or an open drawer are not. */
const HABITS = ['layout', 'sort', 'columns', 'tileKey'] as const;

/** What is chosen replaces its own habit alone: the rest of the view may be a link's. */
function remember(change: Partial<View>): void {
  const { layout, sort, columns, tileKey } = { ...remembered(), ...change };
  try {
    localStorage.setItem(MEMORY, queryOfView({ ...defaultView, layout, sort, columns, tileKey }));
  } catch {
    // A browser without storage forgets; nothing else changes.
  }
}

function remembered(): View {
  try {
    return viewFromQuery(localStorage.getItem(MEMORY) ?? '');
  } catch {
    return defaultView;
  }
}
