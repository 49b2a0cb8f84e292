import { cutMiddle } from '../model/cut.ts';
import { withMarksNamed } from '../model/direction.ts';
import type { Row } from '../state/row.ts';
import { memo } from './memo.ts';
import { ROW_PX, TableRow, type TableRowProps } from './TableRow.tsx';

interface TableRowsProps extends Omit<TableRowProps, 'row' | 'index' | 'at' | 'open'> {
  rows: readonly Row[];
  /** The rows in sight. */
  from: number;
  to: number;
  /** Rows that fit, with what is drawn beyond the edges. */
  slots: number;
  /** The agent under the keyboard's cursor, and the one whose drawer is open; empty without. */
  atId: string;
  openId: string;
  /** The table is scrolling faster than anyone reads: the rows stay as they were, out of sight. */
  rushed: boolean;
}

/** The rows in sight. */
export const TableRows = memo(
  function TableRows({ rows, from, to, slots, atId, openId, rushed: _, ...shared }: TableRowsProps) {
    return (
      <div class="rows" role="presentation">
        {rows.slice(from, to).map((row, offset) => (
          // A row that leaves the sight lends its elements to the one that comes.
          <TableRow
            key={(from + offset) % slots}
            {...shared}
            row={row}
            index={from + offset}
            at={row.id === atId}
            open={row.id === openId}
          />
        ))}
      </div>
    );
  },
  ({ rushed }) => rushed,
);

interface RushedNamesProps {
  rows: readonly Row[];
  from: number;
  to: number;
  characters: number;
}

/** What there is to see while the table rushes by: names as one text, which costs a frame next to nothing. */
export function RushedNames({ rows, from, to, characters }: RushedNamesProps) {
  const names = rows.slice(from, to).map(({ agent }) => cutMiddle(withMarksNamed(agent.name), characters));
  return (
    <div class="names" aria-hidden="true" style={{ transform: `translateY(${from * ROW_PX}px)` }}>
      {names.join('\n')}
    </div>
  );
}
