import { quantityOf } from '../model/quantity.ts';
import type { TileLayout } from '../model/tiles.ts';
import type { Row } from '../state/row.ts';
import { drawTile, type TilePalette } from './draw-tiles.ts';

/** What a square was drawn for. */
export interface DrawnTile {
  state: Row['state'];
  share: number | null;
}

export interface Picture {
  rows: readonly Row[];
  layout: TileLayout;
  palette: TilePalette;
  key: string;
  drawn: readonly DrawnTile[];
}

/** Draws the squares that differ from those drawn before, and says what stands there now. */
export function drawChanged(canvas: HTMLCanvasElement | null, picture: Picture): DrawnTile[] {
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
