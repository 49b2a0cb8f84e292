import type { AgentState } from '../../../protocol/watch/agent-state.ts';
import { squareOf, type TileLayout } from '../model/tiles.ts';
import type { Row } from '../state/row.ts';
import { MARK_SHAPES, MARK_STROKE } from './mark-shapes.ts';
import { paletteColour } from './scheme.ts';

export interface TilePalette {
  tile: string;
  bar: string;
  line: string;
  soft: string;
  faint: string;
  failing: string;
  paper: string;
}

export function tilePalette(): TilePalette {
  return {
    tile: paletteColour('tile'),
    bar: paletteColour('tile-bar'),
    line: paletteColour('line-strong'),
    soft: paletteColour('ink-soft'),
    faint: paletteColour('ink-faint'),
    failing: paletteColour('failing'),
    paper: paletteColour('paper'),
  };
}

interface TileDrawing {
  context: CanvasRenderingContext2D;
  layout: TileLayout;
  palette: TilePalette;
}

interface Square {
  x: number;
  y: number;
  edge: number;
}

/** Draws one agent's square: by its state, or filled from the bottom by its share of a key's range. */
export function drawTile(
  { context, layout, palette }: TileDrawing,
  index: number,
  row: Row,
  share: number | null,
): void {
  const edge = layout.tilePx;
  const square = { ...squareOf(layout, index), edge };
  context.clearRect(square.x, square.y, edge, edge);
  drawGround(context, palette, square, row.state);
  if (share !== null && row.state !== 'failing' && row.state !== 'offline') {
    context.fillStyle = row.state === 'stale' ? palette.line : palette.bar;
    const height = Math.round(share * edge);
    context.fillRect(square.x, square.y + edge - height, edge, height);
  }
  if (row.state !== 'fine') drawMark(context, square, row.state, markColour(palette, row.state, share));
}

function drawGround(
  context: CanvasRenderingContext2D,
  palette: TilePalette,
  { x, y, edge }: Square,
  state: AgentState,
): void {
  if (state === 'offline') {
    context.strokeStyle = palette.line;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, edge - 1, edge - 1);
    return;
  }
  context.fillStyle = state === 'failing' ? palette.failing : palette.tile;
  context.fillRect(x, y, edge, edge);
}

function markColour(palette: TilePalette, state: AgentState, share: number | null): string {
  if (state === 'failing') return palette.paper;
  return state === 'offline' || share === null ? palette.faint : palette.soft;
}

/** The shape of the state, as in the summary above the tiles. */
function drawMark(context: CanvasRenderingContext2D, { x, y, edge }: Square, state: AgentState, colour: string): void {
  const { fill, stroke } = MARK_SHAPES[state];
  const sizePx = Math.min(20, Math.max(6, edge * 0.5));
  context.save();
  context.translate(x + (edge - sizePx) / 2, y + (edge - sizePx) / 2);
  context.scale(sizePx / 10, sizePx / 10);
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.lineWidth = MARK_STROKE;
  if (stroke) context.stroke(new Path2D(stroke));
  if (fill) context.fill(new Path2D(fill));
  context.restore();
}
