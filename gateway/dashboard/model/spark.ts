import type { Points } from './history.ts';

/** A line through the points in an area of this size, as the data of an SVG path; null below two points. */
export function sparkPath(
  { times, values }: Points,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
): string | null {
  const first = times[0];
  const last = times.at(-1);
  if (first === undefined || last === undefined || times.length < 2) return null;
  const least = Math.min(...values);
  const most = Math.max(...values);
  const spanSeconds = last - first || 1;
  const range = most - least;
  let path = '';
  for (const [index, time] of times.entries()) {
    const x = ((time - first) / spanSeconds) * (widthPx - 2) + 1;
    // What never changes is a line in the middle.
    const share = range === 0 ? 0.5 : ((values[index] ?? 0) - least) / range;
    const y = heightPx - 1.5 - share * (heightPx - 3);
    path += `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  return path;
}
