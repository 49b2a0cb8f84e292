/** How a number of squares fills an area. */
export interface TileLayout {
  /** Edge of a square, without its gap. */
  tilePx: number;
  gapPx: number;
  columns: number;
  heightPx: number;
}

const LARGEST_PX = 56;
/** Smaller ones could neither be told apart nor hit: from there on the tiles scroll. */
const SMALLEST_PX = 10;

/** The largest squares with which all of `count` fit the area, or the smallest allowed. */
export function layTiles(count: number, area: { widthPx: number; heightPx: number }): TileLayout {
  for (let tilePx = LARGEST_PX; tilePx >= SMALLEST_PX; tilePx -= 1) {
    const layout = layOut(count, area.widthPx, tilePx);
    if (layout.heightPx <= area.heightPx || tilePx === SMALLEST_PX) return layout;
  }
  return layOut(count, area.widthPx, SMALLEST_PX);
}

function layOut(count: number, widthPx: number, tilePx: number): TileLayout {
  const gapPx = tilePx > 20 ? 3 : 2;
  const columns = Math.max(1, Math.floor((widthPx + gapPx) / (tilePx + gapPx)));
  return { tilePx, gapPx, columns, heightPx: Math.ceil(count / columns) * (tilePx + gapPx) };
}

/** Where a square's upper left corner is. */
export function squareOf({ tilePx, gapPx, columns }: TileLayout, index: number): { x: number; y: number } {
  const step = tilePx + gapPx;
  return { x: (index % columns) * step, y: Math.floor(index / columns) * step };
}

/** Which square lies under a point, or null between them. */
export function tileAt(layout: TileLayout, xPx: number, yPx: number): number | null {
  const step = layout.tilePx + layout.gapPx;
  const column = Math.floor(xPx / step);
  if (column < 0 || column >= layout.columns || yPx < 0) return null;
  if (xPx - column * step > layout.tilePx || yPx % step > layout.tilePx) return null;
  return Math.floor(yPx / step) * layout.columns + column;
}
