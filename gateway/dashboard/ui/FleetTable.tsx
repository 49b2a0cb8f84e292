// biome-ignore-all lint/a11y/useSemanticElements: only rows in sight exist, which a table element cannot express
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
import { type Signal, useComputed, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { columnsInSight, shownColumns } from '../model/columns.ts';
import { withMarksNamed } from '../model/direction.ts';
import { nextSort, type Sort } from '../model/view.ts';
import { go, view } from '../state/view.ts';
import { describeCell } from './cell-title.ts';
import { useApp } from './context.ts';
import { NAME_BESIDE_PX, ROW_PX } from './TableRow.tsx';
import { RushedNames, TableRows } from './TableRows.tsx';
import { useCursor } from './use-cursor.ts';

/** Rows drawn beyond those in sight, so that a turn of the wheel finds them there. */
const OVERSCAN = 6;

/** Rows passed between two frames from which on nobody reads values: they wait until the scrolling is over. */
const FAST_ROWS = 3;
const RUSH_FRAMES = 8;

/** Names of a fleet differ at their ends, often by little: the narrow column holds 16 characters. */
const NAME_PX = { wide: 208, narrow: 176 };
/** `59 min` and `never` must fit: half an age is a wrong one. */
const AGE_PX = 72;
const NARROW_PX = 640;

/** What a width of the table means for its first columns. */
function measures(widthPx: number): { narrow: boolean; namePx: number } {
  const size = widthPx < NARROW_PX ? 'narrow' : 'wide';
  return { narrow: size === 'narrow', namePx: NAME_PX[size] };
}

/** The fleet as a table: only the rows and columns in sight exist. */
export function FleetTable() {
  const { fleet, arrangement } = useApp();
  const grid = useRef<HTMLDivElement>(null);
  const size = useSignal({ width: 1_200, height: 800 });
  const firstRow = useSignal(0);
  const leftPx = useSignal(0);
  const cursor = useCursor(grid);
  const rushed = useRush();

  useLayoutEffect(() => {
    const element = grid.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      size.value = { width: element.clientWidth, height: element.clientHeight };
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => () => arrangement.hold(false), []);

  const onScroll = ({ currentTarget }: { currentTarget: HTMLElement }) => {
    const first = Math.floor(currentTarget.scrollTop / ROW_PX);
    if (Math.abs(first - firstRow.value) > FAST_ROWS) rushed.start();
    firstRow.value = first;
    leftPx.value = Math.floor(currentTarget.scrollLeft / 40) * 40;
  };

  const rows = arrangement.rows.value;
  const { namePx } = measures(size.value.width);
  const fixedPx = namePx + AGE_PX;
  const all = useComputed(() => {
    const chosen = shownColumns(view.value.columns, fleet.columnKeys.value).map((key) => fleet.columns.get(key));
    const { narrow, namePx } = measures(size.value.width);
    return fleet.columns.fit(chosen, size.value.width - namePx - AGE_PX, narrow);
  }).value;
  const sight = columnsInSight(all, leftPx.value - AGE_PX, size.value.width - namePx);
  // The same array and object as long as they say the same: rows are drawn again only for what is new to them.
  const columns = useMemo(() => all.slice(sight.from, sight.to), [all, sight.from, sight.to]);
  const lead = useMemo(() => ({ columns: sight.from, px: sight.leadPx }), [sight.from, sight.leadPx]);
  const widthPx = Math.max(
    size.value.width,
    all.reduce((sum, column) => sum + column.widthPx, fixedPx),
  );
  const from = Math.max(0, Math.min(firstRow.value, rows.length - 1) - OVERSCAN);
  const to = Math.min(rows.length, firstRow.value + Math.ceil(size.value.height / ROW_PX) + OVERSCAN);
  const slots = Math.ceil(size.value.height / ROW_PX) + 2 * OVERSCAN + 1;
  const at = cursor.id.value;
  const nameCharacters = fleet.columns.charactersIn(namePx - NAME_BESIDE_PX);

  return (
    <div
      ref={grid}
      class="grid"
      role="grid"
      aria-label="Fleet"
      aria-rowcount={rows.length + 1}
      aria-colcount={all.length + 2}
      aria-activedescendant={at === '' ? undefined : `agent-${at}`}
      tabIndex={0}
      onScroll={onScroll}
      onKeyDown={cursor.onKeyDown}
      onClick={(event) => cursor.open(event.target)}
      onPointerEnter={() => arrangement.hold(true)}
      onPointerLeave={() => arrangement.hold(grid.current?.contains(document.activeElement) ?? false)}
      onFocusIn={() => arrangement.hold(true)}
      onFocusOut={() => arrangement.hold(grid.current?.matches(':hover') ?? false)}
      onPointerOver={(event) => describeCell(fleet, event.target)}
    >
      <div class="head" role="row" aria-rowindex={1} style={{ width: `${widthPx}px` }}>
        <Head title="Agent" by="name" index={1} widthPx={namePx} fixed />
        <Head title="Age" by="age" index={2} widthPx={AGE_PX} numeric />
        {sight.leadPx > 0 && <div class="space" role="presentation" style={{ width: `${sight.leadPx}px` }} />}
        {columns.map(({ key, title, widthPx, numeric }, index) => (
          <Head
            key={key}
            title={title}
            by="key"
            sortKey={key}
            index={sight.from + index + 3}
            widthPx={widthPx}
            numeric={numeric}
          />
        ))}
      </div>
      <div
        class={rushed.on.value ? 'body rushed' : 'body'}
        role="rowgroup"
        style={{ height: `${rows.length * ROW_PX}px` }}
      >
        <TableRows
          fleet={fleet}
          rows={rows}
          from={from}
          to={to}
          slots={slots}
          columns={columns}
          lead={lead}
          namePx={namePx}
          agePx={AGE_PX}
          nameCharacters={nameCharacters}
          widthPx={widthPx}
          atId={at}
          openId={view.value.agent}
          rushed={rushed.on.value}
        />
        {rushed.on.value && <RushedNames rows={rows} from={from} to={to} characters={nameCharacters} />}
      </div>
    </div>
  );
}

/** On from `start()` until some frames have passed without another call: frames, since slow ones are no rest. */
function useRush(): { on: Signal<boolean>; start(): void } {
  const on = useSignal(false);
  const left = useRef(0);
  const count = () => {
    left.current -= 1;
    if (left.current > 0) requestAnimationFrame(count);
    else on.value = false;
  };
  const start = () => {
    left.current = RUSH_FRAMES;
    if (on.value) return;
    on.value = true;
    requestAnimationFrame(count);
  };
  return { on, start };
}

interface HeadProps {
  title: string;
  by: Sort['by'];
  sortKey?: string;
  index: number;
  widthPx: number;
  numeric?: boolean;
  fixed?: boolean;
}

function Head({ title, by, sortKey = '', index, widthPx, numeric = false, fixed = false }: HeadProps) {
  const { sort } = view.value;
  const sorted = sort.by === by && sort.key === sortKey;
  return (
    <div
      class={`cell${numeric ? ' number' : ''}${fixed ? ' name' : ''}`}
      role="columnheader"
      aria-colindex={index}
      aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
      style={{ width: `${widthPx}px` }}
    >
      <button
        type="button"
        title={withMarksNamed(sortKey || title)}
        onClick={() => go({ sort: nextSort(sort, by, sortKey) })}
      >
        <span>{withMarksNamed(title)}</span>
        {sorted && <span aria-hidden="true">{sort.descending ? '↓' : '↑'}</span>}
      </button>
    </div>
  );
}
