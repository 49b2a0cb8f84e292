import type { History } from '../model/history.ts';
import { sparkPath } from '../model/spark.ts';
import { memo } from './memo.ts';

interface SparklineProps {
  history: History;
  series: number;
  /** The series' own count of points: a drawing is as old as this number. */
  version: number;
  /** Behind a number an area stands back; a line would strike it through. */
  filled?: boolean;
}

/** The last points of a series, in 60 × 17 px. */
export const Sparkline = memo(function Sparkline({ history, series, filled = false }: SparklineProps) {
  const path = sparkPath(history.points(series), { widthPx: 60, heightPx: 17 });
  return path === null ? null : (
    <svg class={filled ? 'spark filled' : 'spark'} viewBox="0 0 60 17" aria-hidden="true">
      <path d={filled ? `${path}V17H1Z` : path} />
    </svg>
  );
});
