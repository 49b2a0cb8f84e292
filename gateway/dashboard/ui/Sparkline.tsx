import type { History } from '../model/history.ts';
import { sparkPath } from '../model/spark.ts';
import { memo } from './memo.ts';

interface SparklineProps {
  history: History;
  series: number;
  /** The series' own count of points: a drawing is as old as this number. */
  version: number;
  /** In px; 44 beside a number of the table. */
  widthPx?: number;
}

const HEIGHT_PX = 16;

/** The last points of a series as a line over its area. */
export const Sparkline = memo(function Sparkline({ history, series, widthPx = 44 }: SparklineProps) {
  const path = sparkPath(history.points(series), { widthPx, heightPx: HEIGHT_PX });
  return path === null ? null : (
    <svg class="spark" width={widthPx} height={HEIGHT_PX} viewBox={`0 0 ${widthPx} ${HEIGHT_PX}`} aria-hidden="true">
      <path class="area" d={`${path}V${HEIGHT_PX}H1Z`} />
      <path d={path} />
    </svg>
  );
});
