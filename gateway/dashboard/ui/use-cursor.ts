import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { go, refine, view } from '../state/view.ts';
import { useApp } from './context.ts';
import { ROW_PX } from './TableRow.tsx';

export interface Cursor {
  /** The agent under the cursor, or empty. */
  id: Signal<string>;
  onKeyDown(event: KeyboardEvent): void;
  /** Opens the agent of a clicked row. */
  open(target: EventTarget | null): void;
}

/** The keyboard's place in the table: arrows or j and k, Home, End, pages, Enter. */
export function useCursor(grid: RefObject<HTMLDivElement | null>): Cursor {
  const { arrangement } = useApp();
  const id = useSignal('');

  const moveTo = (index: number) => {
    const rows = arrangement.rows.value;
    const bounded = Math.max(0, Math.min(rows.length - 1, index));
    id.value = rows[bounded]?.id ?? '';
    bringIntoSight(grid.current, bounded);
    if (view.value.agent !== '' && id.value !== '') refine({ agent: id.value });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLButtonElement) return;
    const index = arrangement.rows.value.findIndex((row) => row.id === id.value);
    const page = Math.floor((grid.current?.clientHeight ?? 0) / ROW_PX) - 2;
    const moves: Record<string, number> = {
      ArrowDown: index + 1,
      j: index + 1,
      ArrowUp: index - 1,
      k: index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: arrangement.rows.value.length - 1,
    };
    const next = moves[event.key];
    if (next !== undefined) moveTo(next);
    else if (event.key === 'Enter' && id.value !== '') go({ agent: id.value });
    else return;
    event.preventDefault();
  };

  const open = (target: EventTarget | null) => {
    const clicked = target instanceof Element ? target.closest<HTMLElement>('.row')?.dataset.id : undefined;
    if (clicked === undefined || !getSelection()?.isCollapsed) return;
    id.value = clicked;
    go({ agent: clicked });
  };

  return { id, onKeyDown, open };
}

function bringIntoSight(grid: HTMLElement | null, index: number): void {
  if (grid === null) return;
  const top = index * ROW_PX;
  const sightPx = grid.clientHeight - 2 * ROW_PX;
  if (top < grid.scrollTop) grid.scrollTop = top;
  else if (top > grid.scrollTop + sightPx) grid.scrollTop = top - sightPx;
}
