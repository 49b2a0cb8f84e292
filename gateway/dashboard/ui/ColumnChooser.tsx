import { shownColumns } from '../model/columns.ts';
import { go, view } from '../state/view.ts';
import { useApp } from './context.ts';
import { Menu } from './Menu.tsx';

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
  const hidden = known.filter((key) => !shown.includes(key));
  const move = (index: number, by: -1 | 1) => {
    const columns = [...shown];
    const [key] = columns.splice(index, 1);
    if (key !== undefined) columns.splice(index + by, 0, key);
    go({ columns });
  };
  return (
    <>
      <ul>
        {shown.map((key, index) => (
          <li key={key}>
            <label>
              <input
                type="checkbox"
                checked
                disabled={shown.length === 1}
                onChange={() => go({ columns: shown.filter((other) => other !== key) })}
              />
              {fleet.columns.get(key).title}
            </label>
            <button
              type="button"
              class="plain"
              disabled={index === 0}
              aria-label={`Move ${key} to the left`}
              onClick={() => move(index, -1)}
            >
              ←
            </button>
            <button
              type="button"
              class="plain"
              disabled={index === shown.length - 1}
              aria-label={`Move ${key} to the right`}
              onClick={() => move(index, 1)}
            >
              →
            </button>
          </li>
        ))}
        {hidden.map((key) => (
          <li key={key}>
            <label>
              <input type="checkbox" checked={false} onChange={() => go({ columns: [...shown, key] })} />
              {fleet.columns.get(key).title}
            </label>
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="plain"
        disabled={view.value.columns.length === 0}
        onClick={() => go({ columns: [] })}
      >
        Back to the default
      </button>
    </>
  );
}
