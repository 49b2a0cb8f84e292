import type { TileLayout } from '../model/tiles.ts';
import type { Row } from '../state/row.ts';
import { paletteColour } from './scheme.ts';

export interface TilePalette {
  tile: string;
  line: string;
  faint: string;
  failing: string;
  accent: string;
  paper: string;
}

export function tilePalette(): TilePalette {
  return {
    tile: paletteColour('tile'),
    line: paletteColour('line-strong'),
    faint: paletteColour('ink-faint'),
    failing: paletteColour('failing'),
    accent: paletteColour('accent'),
    paper: paletteColour('paper'),
  };
}

interface TileDrawing {
  context: CanvasRenderingContext2D;
  layout: TileLayout;
  palette: TilePalette;
}

/** Draws one agent's square: by its state, or filled from the bottom by its share of a key's range. */
export function drawTile(
  { context, layout, palette }: TileDrawing,
  index: number,
  row: Row,
  share: number | null,
): void {
  const { tilePx: edge, gapPx, columns } = layout;
  const x = (index % columns) * (edge + gapPx);
  const y = Math.floor(index / columns) * (edge + gapPx);
  context.clearRect(x, y, edge, edge);
  if (row.state === 'offline') {
    context.strokeStyle = palette.line;
    context.strokeRect(x + 0.5, y + 0.5, edge - 1, edge - 1);
    return;
  }
  context.fillStyle = row.state === 'failing' ? palette.failing : row.state === 'stale' ? palette.faint : palette.tile;
  if (share !== null && row.state !== 'failing') drawShare(context, palette, { x, y, edge }, share);
  else context.fillRect(x, y, edge, edge);
  drawMark(context, palette, row, { x, y, edge });
}

interface Square {
  x: number;
  y: number;
  edge: number;
}

function drawShare(
  context: CanvasRenderingContext2D,
  palette: TilePalette,
  { x, y, edge }: Square,
  share: number,
): void {
  context.fillStyle = palette.tile;
  context.fillRect(x, y, edge, edge);
  context.fillStyle = palette.accent;
  const height = Math.round(share * edge);
  context.fillRect(x, y + edge - height, edge, height);
}

/** Shapes beside the colours: a cross where it fails, a bar where it is stale, a corner where it is late. */
function drawMark(context: CanvasRenderingContext2D, palette: TilePalette, row: Row, { x, y, edge }: Square): void {
  const inset = edge * 0.28;
  context.strokeStyle = palette.paper;
  context.lineWidth = Math.max(1.5, edge / 12);
  context.beginPath();
  if (row.state === 'failing') {
    context.moveTo(x + inset, y + inset);
    context.lineTo(x + edge - inset, y + edge - inset);
    context.moveTo(x + edge - inset, y + inset);
    context.lineTo(x + inset, y + edge - inset);
  } else if (row.state === 'stale') {
    context.moveTo(x + inset, y + edge / 2);
    context.lineTo(x + edge - inset, y + edge / 2);
  }
  context.stroke();
  if (row.state === 'late') {
    context.fillStyle = palette.faint;
    context.beginPath();
    context.moveTo(x + edge, y);
    context.lineTo(x + edge, y + edge / 2);
    context.lineTo(x + edge / 2, y);
    context.fill();
  }
  context.lineWidth = 1;
}
