import { withMarksNamed } from '../model/direction.ts';
import { refine, view } from '../state/view.ts';
import { useApp } from './context.ts';

/** What colours the tiles: the state, or a key whose values are numbers. */
export function TileKey() {
  const { fleet } = useApp();
  const numeric = fleet.columnKeys.value.filter((key) => fleet.columns.get(key).numeric);
  if (view.value.layout !== 'tiles') return null;
  return (
    <label class="soft">
      <span class="only-wide">Colour by </span>
      <select
        aria-label="Colour by"
        value={view.value.tileKey}
        onChange={({ currentTarget }) => refine({ tileKey: currentTarget.value })}
      >
        <option value="">state</option>
        {numeric.map((key) => (
          <option key={key} value={key}>
            {withMarksNamed(fleet.columns.get(key).title)}
          </option>
        ))}
      </select>
    </label>
  );
}
