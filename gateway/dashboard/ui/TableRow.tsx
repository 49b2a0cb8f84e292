// biome-ignore-all lint/a11y/useSemanticElements: only rows in sight exist, which a table element cannot express
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
import { formatAge } from '../model/ages.ts';
import type { Column } from '../model/columns.ts';
import { cutMiddle } from '../model/cut.ts';
import { withMarksNamed } from '../model/direction.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Row } from '../state/row.ts';
import { Cell, oldAge } from './Cell.tsx';
import { Mark } from './Mark.tsx';
import { memo } from './memo.ts';

export const ROW_PX = 28;
/** Of the name's cell: padding, mark, the space between, and what a wide name has beyond its mean. */
export const NAME_BESIDE_PX = 54;

export interface TableRowProps {
  fleet: Fleet;
  row: Row;
  index: number;
  columns: readonly Column[];
  /** Columns left out at the left of those in sight. */
  lead: { columns: number; px: number };
  namePx: number;
  agePx: number;
  nameCharacters: number;
  widthPx: number;
  at: boolean;
  open: boolean;
}

/** One agent: drawn again when it changed, and once a second for its ages. */
export const TableRow = memo(function TableRow(props: TableRowProps) {
  const { fleet, row, index, columns, lead, namePx, agePx, nameCharacters, widthPx, at, open } = props;
  row.version.value;
  const nowMs = fleet.nowMs.value;
  const style = { transform: `translateY(${index * ROW_PX}px)`, width: `${widthPx}px` };
  return (
    <div
      class={`row${at ? ' at' : ''}${open ? ' open' : ''}`}
      role="row"
      id={`agent-${row.id}`}
      data-id={row.id}
      aria-rowindex={index + 2}
      aria-selected={open}
      style={style}
    >
      <div class="cell name" role="rowheader" aria-colindex={1} style={{ width: `${namePx}px` }}>
        <Mark state={row.state} />
        <span>{cutMiddle(withMarksNamed(row.agent.name), nameCharacters)}</span>
        <span class="unseen">{row.state}</span>
      </div>
      <div class="cell number faint" role="gridcell" aria-colindex={2} style={{ width: `${agePx}px` }}>
        {row.newestAt === 0 ? 'never' : formatAge(nowMs - row.newestAt)}
      </div>
      {lead.px > 0 && <div class="space" role="presentation" style={{ width: `${lead.px}px` }} />}
      {columns.map((column) => (
        <ValueCell key={column.key} fleet={fleet} row={row} column={column} nowMs={nowMs} />
      ))}
    </div>
  );
});

/** A value as old as the agent's newest is told by the age of the row. */
const SAME_TIME_MS = 1_000;

interface ValueCellProps {
  fleet: Fleet;
  row: Row;
  column: Column;
  nowMs: number;
}

function ValueCell({ fleet, row, column, nowMs }: ValueCellProps) {
  const known = row.agent.values.get(column.key);
  const fresh = row.freshnessOf(column.key, nowMs, fleet.flushIntervalMs);
  const series = row.seriesOf(column.key);
  return (
    <Cell
      agentId={row.id}
      column={column}
      text={row.textOf(column.key)}
      failing={known !== undefined && known.error !== ''}
      freshness={fresh}
      age={known === undefined || row.newestAt - known.at < SAME_TIME_MS ? '' : oldAge(fresh, nowMs - known.at)}
      history={fleet.history}
      series={series}
      seriesVersion={series === null ? 0 : fleet.history.version(series)}
    />
  );
}
