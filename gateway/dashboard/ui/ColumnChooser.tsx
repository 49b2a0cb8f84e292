import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Column, shownColumns } from '../model/columns.ts';
import { withMarksNamed } from '../model/direction.ts';
import { wordFilter } from '../model/words.ts';
import { go, view } from '../state/view.ts';
import { useApp } from './context.ts';
import { FilterField } from './FilterField.tsx';
import { Menu } from './Menu.tsx';
import { Told } from './Told.tsx';

/** More columns than the list shows at once are found by a field of their own. */
const FILTERED_FROM = 16;

/** Which keys are columns, and in which order. */
export function ColumnChooser() {
  return (
    <Menu label="Columns">
      <ColumnList />
    </Menu>
  );
}

function ColumnList() {
  const { fleet } = useApp();
  const known = fleet.columnKeys.value;
  const shown = shownColumns(view.value.columns, known);
  const order = useOrder(shown, known);
  const list = useRef<HTMLUListElement>(null);
  // A list that is open stays as it is: a field that came with a new key would take the focus.
  const [long] = useState(() => known.length >= FILTERED_FROM);
  const filter = useSignal('');
  const filtered = filter.value.trim() !== '';
  const matches = wordFilter(filter.value);
  const listed = order.value.filter((key) => matches(`${fleet.columns.get(key).title} ${key}`));
  const show = (keys: readonly string[]) => go({ columns: order.value.filter((key) => keys.includes(key)) });
  const move = (key: string, by: -1 | 1) => {
    const other = shown[shown.indexOf(key) + by];
    if (other === undefined) return;
    order.value = order.value.map((each) => (each === key ? other : each === other ? key : each));
    show(shown);
  };
  useKeptFocus(list);
  return (
    <>
      {long && (
        <FilterField
          name="Find a column"
          text={filter.value}
          found={listed.length}
          of={known.length}
          onText={(text) => {
            filter.value = text;
          }}
        />
      )}
      <ul ref={list}>
        {listed.map((key) => (
          <ColumnLine
            key={key}
            column={fleet.columns.get(key)}
            place={shown.indexOf(key)}
            shown={shown.length}
            movable={!filtered}
            onTick={(ticked) => show(ticked ? [...shown, key] : shown.filter((each) => each !== key))}
            onMove={(by) => move(key, by)}
          />
        ))}
      </ul>
      {known.length > 0 && listed.length === 0 && <p class="soft">No column is called that.</p>}
      <button
        type="button"
        class="plain"
        disabled={view.value.columns.length === 0}
        onClick={() => {
          go({ columns: [] });
          order.value = known;
        }}
      >
        Back to the default
      </button>
    </>
  );
}

interface ColumnLineProps {
  column: Column;
  /** Among the columns shown, of which there are `shown`; -1 where it is none of them. */
  place: number;
  shown: number;
  /** All columns are listed: one that changed places with a neighbour out of sight would seem to stay. */
  movable: boolean;
  onTick: (ticked: boolean) => void;
  onMove: (by: -1 | 1) => void;
}

function ColumnLine({ column: { key, title }, place, shown, movable, onTick, onMove }: ColumnLineProps) {
  const ticked = place >= 0;
  return (
    <li>
      <label>
        <input type="checkbox" checked={ticked} disabled={ticked && shown === 1} onChange={() => onTick(!ticked)} />
        <span class="word" title={withMarksNamed(key)}>
          <Told text={title} />
        </span>
      </label>
      {ticked && movable && (
        <>
          <MoveButton name={title} word="left" disabled={place === 0} onMove={() => onMove(-1)} />
          <MoveButton name={title} word="right" disabled={place === shown - 1} onMove={() => onMove(1)} />
        </>
      )}
    </li>
  );
}

interface MoveButtonProps {
  name: string;
  word: 'left' | 'right';
  disabled: boolean;
  onMove: () => void;
}

/** At the end of the way it stays in reach of the focus, and does nothing. */
function MoveButton({ name, word, disabled, onMove }: MoveButtonProps) {
  return (
    <button
      type="button"
      class="plain"
      aria-disabled={disabled}
      aria-label={`Move ${withMarksNamed(name)} to the ${word}`}
      onClick={disabled ? undefined : onMove}
    >
      {word === 'left' ? '←' : '→'}
    </button>
  );
}

/** The keys as they are listed: those shown first when the list opens; from then on a tick moves nothing. */
function useOrder(shown: readonly string[], known: readonly string[]) {
  const order = useSignal<readonly string[]>([...shown, ...known.filter((key) => !shown.includes(key))]);
  const missing = known.filter((key) => !order.value.includes(key));
  if (missing.length > 0) order.value = [...order.value, ...missing];
  return order;
}

/** A browser takes the focus from an element that moves within the document: it is given back. */
function useKeptFocus(list: { current: HTMLElement | null }): void {
  const focused = list.current?.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
  useLayoutEffect(() => {
    if (focused !== null && document.activeElement !== focused) focused.focus();
  });
}
