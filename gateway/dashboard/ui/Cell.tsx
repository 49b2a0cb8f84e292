// biome-ignore-all lint/a11y/useSemanticElements: only rows in sight exist, which a table element cannot express
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Freshness } from '../../../protocol/watch/freshness.ts';
import { formatAge } from '../model/ages.ts';
import type { Column } from '../model/columns.ts';
import { cutMiddle } from '../model/cut.ts';
import { withMarksNamed } from '../model/direction.ts';
import type { History } from '../model/history.ts';
import { quantityOf } from '../model/quantity.ts';
import { Mark } from './Mark.tsx';
import { memo } from './memo.ts';
import { Sparkline } from './Sparkline.tsx';

const TINT_MS = 150;

interface CellProps {
  /** Whose value it is: another agent's value in the same element is no change. */
  agentId: string;
  column: Column;
  /** Undefined where the agent has no such key. */
  text: string | undefined;
  failing: boolean;
  freshness: Freshness;
  /** Said where the value is old; constant text while it is fresh, so that a fresh cell is not drawn each second. */
  age: string;
  history: History;
  series: number | null;
  seriesVersion: number;
}

/** One value of the table. A changed text shows by a short tint. */
export const Cell = memo(function Cell(props: CellProps) {
  const { agentId, column, text, failing, freshness, age } = props;
  const element = useRef<HTMLDivElement>(null);
  const before = useRef({ agentId, text });
  useLayoutEffect(() => {
    const { current: last } = before;
    if (last.agentId === agentId && last.text !== undefined && last.text !== text) tint(element.current);
    before.current = { agentId, text };
  }, [agentId, text]);
  const classes = `cell${column.numeric ? ' number' : ''}${failing ? ' bad' : ''} ${freshness}`;
  return (
    <div ref={element} class={classes} role="gridcell" data-key={column.key} style={{ width: `${column.widthPx}px` }}>
      {text !== undefined && <Content {...props} text={text} />}
      {age !== '' && <span class="aged">{age}</span>}
    </div>
  );
});

function Content({ column, text, failing, freshness, history, series, seriesVersion }: CellProps & { text: string }) {
  const quantity = column.numeric && freshness !== 'stale' ? quantityOf(text) : null;
  return (
    <>
      {freshness === 'fresh' && series !== null && !failing && (
        <Sparkline history={history} series={series} version={seriesVersion} />
      )}
      {failing && <Mark state="failing" />}
      {failing && text === '' && <span class="failed">failed</span>}
      <span class="text">
        {quantity === null ? cutMiddle(withMarksNamed(text), column.characters) : quantity.digits}
        {quantity !== null && <span class="unit">{withMarksNamed(quantity.rest)}</span>}
      </span>
    </>
  );
}

export function oldAge(freshness: Freshness, ageMs: number): string {
  return freshness === 'stale' || freshness === 'late' ? formatAge(ageMs) : '';
}

function tint(element: HTMLElement | null): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  element?.animate([{ backgroundColor: 'var(--tint)' }, {}], { duration: TINT_MS });
}
