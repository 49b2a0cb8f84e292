import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { squareOf, type TileLayout, tileAt } from '../model/tiles.ts';
import type { Row } from '../state/row.ts';
import { go, refine, view } from '../state/view.ts';
import { useApp } from './context.ts';

/** What a tip belongs to, in pixels of the window: it stands beside it and covers none of it. */
export interface TipPlace {
  x: number;
  top: number;
  bottom: number;
}

export interface TileCursor {
  /** The agent under the keyboard's cursor, or empty. */
  id: Signal<string>;
  /** The square that the tip tells of. */
  tip: Signal<(TipPlace & { index: number }) | null>;
  onKeyDown(event: KeyboardEvent): void;
  onPointerMove(event: MouseEvent): void;
  onPointerLeave(): void;
  onScroll(): void;
  onClick(event: MouseEvent): void;
}

interface TileCursorOptions {
  /** What scrolls, with the canvas in it. */
  box: RefObject<HTMLElement | null>;
  layout: TileLayout;
}

/** The keyboard's and the pointer's place among the tiles: arrows, j and k, Home, End, Enter. */
export function useTileCursor({ box, layout }: TileCursorOptions): TileCursor {
  const { arrangement } = useApp();
  const id = useSignal('');
  const tip = useSignal<(TipPlace & { index: number }) | null>(null);
  const ownScrollTop = useRef(0);

  const moveTo = (index: number) => {
    const rows = arrangement.rows.value;
    const bounded = Math.max(0, Math.min(rows.length - 1, index));
    id.value = rows[bounded]?.id ?? '';
    if (box.current !== null) {
      tip.value = { index: bounded, ...bringIntoSight(box.current, layout, bounded) };
      ownScrollTop.current = box.current.scrollTop;
    }
    if (view.value.agent !== '' && id.value !== '') refine({ agent: id.value });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = nextTile(event.key, placeOf(arrangement.rows.value, id.value), layout, arrangement.rows.value.length);
    if (next !== undefined) moveTo(next);
    else if (event.key === 'Enter' && id.value !== '') go({ agent: id.value });
    else return;
    event.preventDefault();
  };

  const onPointerMove = ({ offsetX, offsetY, clientX, clientY }: MouseEvent) => {
    const index = tileAt(layout, offsetX, offsetY);
    const onTile = index !== null && index < arrangement.rows.value.length;
    tip.value = onTile ? { index, x: clientX + 12, top: clientY - 4, bottom: clientY + 8 } : null;
  };

  const onPointerLeave = () => {
    tip.value = null;
  };

  // Tiles that the reader scrolls pass the tip by; those that the cursor scrolled stand where it was reckoned.
  const onScroll = () => {
    if (box.current?.scrollTop !== ownScrollTop.current) tip.value = null;
  };

  // A finger points at nothing before it taps.
  const onClick = (event: MouseEvent) => {
    onPointerMove(event);
    const row = tip.value === null ? undefined : arrangement.rows.value[tip.value.index];
    if (row === undefined) return;
    id.value = row.id;
    go({ agent: row.id });
  };

  return { id, tip, onKeyDown, onPointerMove, onPointerLeave, onScroll, onClick };
}

function placeOf(rows: readonly Row[], id: string): number {
  return rows.findIndex((row) => row.id === id);
}

/** Where a key leads from a square; the first press of any leads to the first of all. */
function nextTile(key: string, from: number, { columns }: TileLayout, count: number): number | undefined {
  const ways: Record<string, number> = {
    ArrowRight: from + 1,
    j: from + 1,
    ArrowLeft: from - 1,
    k: from - 1,
    ArrowDown: from + columns,
    ArrowUp: from - columns,
    Home: 0,
    End: count - 1,
  };
  const next = ways[key];
  return next !== undefined && from < 0 && key !== 'End' ? 0 : next;
}

/** Scrolls the square into sight; returns where it then stands in the window. */
function bringIntoSight(box: HTMLElement, layout: TileLayout, index: number): TipPlace {
  const { x, y } = squareOf(layout, index);
  const bottom = y + layout.tilePx;
  if (y < box.scrollTop) box.scrollTop = y;
  else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
  const { left, top } = box.getBoundingClientRect();
  const topPx = top + y - box.scrollTop;
  return { x: left + x, top: topPx, bottom: topPx + layout.tilePx };
}
