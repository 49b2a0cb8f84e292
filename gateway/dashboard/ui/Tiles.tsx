import { effect, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { quantityOf } from '../model/quantity.ts';
import { layTiles, type TileLayout, tileAt } from '../model/tiles.ts';
import type { Row } from '../state/row.ts';
import { go, view } from '../state/view.ts';
import { useApp } from './context.ts';
import { drawTile, tilePalette } from './draw-tiles.ts';
import { onSchemeChange } from './scheme.ts';

/** One square for each agent; the whole fleet at a glance. */
export function Tiles() {
  const { arrangement, fleet } = useApp();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal({ widthPx: 0, heightPx: 0 });
  const at = useSignal<{ index: number; x: number; y: number } | null>(null);
  const layout = layTiles(arrangement.rows.value.length, size.value);
  const { tileKey } = view.value;

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      size.value = { widthPx: element.clientWidth, heightPx: element.clientHeight };
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    let palette = tilePalette();
    let drawn: DrawnTile[] = [];
    const draw = () => {
      drawn = drawChanged(canvas.current, { rows: arrangement.rows.peek(), layout, palette, key: tileKey, drawn });
    };
    const endChanges = effect(() => {
      fleet.changes.value;
      draw();
    });
    const endScheme = onSchemeChange(() => {
      palette = tilePalette();
      drawn = [];
      draw();
    });
    return () => {
      endChanges();
      endScheme();
    };
  }, [arrangement.rows.value, size.value, tileKey]);

  const point = (event: MouseEvent) => {
    const index = tileAt(layout, event.offsetX, event.offsetY);
    at.value =
      index === null || index >= arrangement.rows.value.length ? null : { index, x: event.clientX, y: event.clientY };
  };
  const open = (index: number | undefined) => {
    const row = index === undefined ? undefined : arrangement.rows.value[index];
    if (row !== undefined) go({ agent: row.id });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const index = at.value?.index ?? -1;
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: layout.columns,
      ArrowUp: -layout.columns,
    };
    const step = steps[event.key];
    if (event.key === 'Enter') open(at.value?.index);
    else if (step !== undefined)
      at.value = placeOf(canvas.current, layout, index + step, arrangement.rows.value.length);
    else return;
    event.preventDefault();
  };

  const row = at.value === null ? undefined : arrangement.rows.value[at.value.index];
  return (
    <div class="tiles" ref={box}>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: arrows move over the squares, Enter opens one */}
      <canvas
        ref={canvas}
        role="application"
        tabIndex={0}
        aria-label="Tiles: one square for each agent. Arrows move, Enter opens."
        onPointerMove={point}
        onPointerLeave={() => {
          at.value = null;
        }}
        // A finger points at nothing before it taps.
        onClick={(event) => {
          point(event);
          open(at.value?.index);
        }}
        onKeyDown={onKeyDown}
      />
      <div role="status" class="unseen">
        {row && describe(row, tileKey)}
      </div>
      {row && at.value && (
        <div class="tip" style={tipPlace(at.value)}>
          {describe(row, tileKey)}
        </div>
      )}
    </div>
  );
}

function describe(row: Row, key: string): string {
  return `${row.agent.name}: ${row.state}${key === '' ? '' : `, ${row.textOf(key) ?? 'no value'}`}`;
}

function tipPlace({ x, y }: { x: number; y: number }) {
  const left = Math.min(x + 12, innerWidth - 220);
  return { left: `${left}px`, top: `${y + 16}px` };
}

function placeOf(canvas: HTMLCanvasElement | null, layout: TileLayout, index: number, count: number) {
  const bounded = Math.max(0, Math.min(count - 1, index));
  const box = canvas?.getBoundingClientRect();
  const step = layout.tilePx + layout.gapPx;
  const x = (box?.left ?? 0) + (bounded % layout.columns) * step;
  const y = (box?.top ?? 0) + Math.floor(bounded / layout.columns) * step;
  return { index: bounded, x, y };
}

/** What a square was drawn for. */
interface DrawnTile {
  state: Row['state'];
  share: number | null;
}

interface Picture {
  rows: readonly Row[];
  layout: TileLayout;
  palette: ReturnType<typeof tilePalette>;
  key: string;
  drawn: readonly DrawnTile[];
}

/** Draws the squares that differ from those drawn before, and says what stands there now. */
function drawChanged(canvas: HTMLCanvasElement | null, picture: Picture): DrawnTile[] {
  const { rows, layout, palette, key } = picture;
  const context = canvas?.getContext('2d');
  if (!canvas || !context) return [];
  const drawn = fitCanvas(canvas, layout) ? [] : picture.drawn;
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  if (drawn.length === 0) context.clearRect(0, 0, canvas.width, canvas.height);
  const shares = key === '' ? null : sharesOf(rows, key);
  return rows.map((row, index) => {
    const before = drawn[index];
    const share = shares?.[index] ?? null;
    if (before?.state === row.state && before.share === share) return before;
    drawTile({ context, layout, palette }, index, row, share);
    return { state: row.state, share };
  });
}

/** Gives the canvas its size; true when that emptied it. */
function fitCanvas(canvas: HTMLCanvasElement, { columns, tilePx, gapPx, heightPx }: TileLayout): boolean {
  const width = Math.round(columns * (tilePx + gapPx) * devicePixelRatio);
  const height = Math.max(1, Math.round(heightPx * devicePixelRatio));
  if (canvas.width === width && canvas.height === height) return false;
  canvas.width = width;
  canvas.height = height;
  canvas.style.width = `${width / devicePixelRatio}px`;
  canvas.style.height = `${height / devicePixelRatio}px`;
  return true;
}

/** Each agent's value as a share of the largest; percentages of a hundred. */
function sharesOf(rows: readonly Row[], key: string): number[] {
  const quantities = rows.map((row) => quantityOf(row.textOf(key) ?? ''));
  const percent = quantities.some((quantity) => quantity?.rest.trim() === '%');
  const most = percent ? 100 : Math.max(0, ...quantities.map((quantity) => quantity?.magnitude ?? 0));
  return quantities.map((quantity) => Math.max(0, Math.min(1, (quantity?.magnitude ?? 0) / (most || 1))));
}
