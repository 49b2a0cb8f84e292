import { effect, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { layTiles, squareOf, type TileLayout } from '../model/tiles.ts';
import type { Row } from '../state/row.ts';
import { view } from '../state/view.ts';
import { useApp } from './context.ts';
import { tilePalette } from './draw-tiles.ts';
import { onSchemeChange } from './scheme.ts';
import { Told } from './Told.tsx';
import { type DrawnTile, drawChanged } from './tile-picture.ts';
import { type TipPlace, useTileCursor } from './use-tile-cursor.ts';

/** One square for each agent; the whole fleet at a glance. */
export function Tiles() {
  const { arrangement, fleet } = useApp();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal({ widthPx: 0, heightPx: 0 });
  const area = size.value;
  const layout = layTiles(arrangement.rows.value.length, area);
  const { tileKey, agent: openId } = view.value;
  const cursor = useTileCursor({ box, layout });

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
    // In no width all would stand in one column, which may be higher than a canvas can be: one that once was stays empty.
    if (area.widthPx === 0) return;
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
  }, [arrangement.rows.value, area, tileKey]);

  const rows = arrangement.rows.value;
  const tip = cursor.tip.value;
  const told = tip === null ? undefined : rows[tip.index];
  const at = rows.findIndex((row) => row.id === cursor.id.value);
  return (
    <div class="tiles" ref={box} onScroll={cursor.onScroll}>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: arrows move over the squares, Enter opens one */}
      <canvas
        ref={canvas}
        role="application"
        tabIndex={0}
        aria-label="Tiles: one square for each agent. Arrows move, Enter opens."
        onPointerMove={cursor.onPointerMove}
        onPointerLeave={cursor.onPointerLeave}
        onBlur={cursor.onPointerLeave}
        onClick={cursor.onClick}
        onKeyDown={cursor.onKeyDown}
      />
      <Frame kind="open" layout={layout} index={rows.findIndex((row) => row.id === openId)} />
      <Frame kind="at" layout={layout} index={at} />
      <div role="status" class="unseen">
        {rows[at] && <AboutTile row={rows[at]} tileKey={tileKey} />}
      </div>
      {told && tip && (
        <div class="tip" style={tipStyle(tip)}>
          <AboutTile row={told} tileKey={tileKey} />
        </div>
      )}
    </div>
  );
}

/** Round one square: that under the keyboard's cursor, or that of the open drawer. */
function Frame({ kind, layout, index }: { kind: 'at' | 'open'; layout: TileLayout; index: number }) {
  if (index < 0) return null;
  const { x, y } = squareOf(layout, index);
  const style = { left: `${x}px`, top: `${y}px`, width: `${layout.tilePx}px`, height: `${layout.tilePx}px` };
  return <div class={`frame ${kind}`} style={style} />;
}

function AboutTile({ row, tileKey }: { row: Row; tileKey: string }) {
  const { fleet } = useApp();
  return (
    <>
      <Told text={row.agent.name} />: {row.state}
      {tileKey !== '' && (
        <>
          , <Told text={fleet.columns.get(tileKey).title} /> <Told text={row.textOf(tileKey) ?? 'not reported'} />
        </>
      )}
    </>
  );
}

/** Room for a tip of two lines. */
const TIP_PX = 56;

/** Below what it tells of, or above it at the lower edge; it grows away from the nearer side of the window. */
function tipStyle({ x, top, bottom }: TipPlace) {
  return {
    ...(x < innerWidth / 2 ? { left: `${x}px` } : { right: `${Math.max(8, innerWidth - x - 24)}px` }),
    ...(bottom + TIP_PX < innerHeight ? { top: `${bottom + 8}px` } : { bottom: `${innerHeight - top + 8}px` }),
  };
}
