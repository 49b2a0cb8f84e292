import { labelCounts, splitLabel } from '../model/arrange.ts';
import { counted } from '../model/counted.ts';
import { withMarksNamed } from '../model/direction.ts';
import { go, refine, view } from '../state/view.ts';
import { ColumnChooser } from './ColumnChooser.tsx';
import { useApp } from './context.ts';
import { Menu } from './Menu.tsx';
import { AddAgent } from './NewAgent.tsx';
import { TileKey } from './TileKey.tsx';
import { Told } from './Told.tsx';

/** Labels offered for filtering; a search finds the rest. */
const LABELS_OFFERED = 200;

export function Tools() {
  const { arrangement, fleet } = useApp();
  const { search, layout, labels } = view.value;
  const waiting = arrangement.waiting.value;
  return (
    <search class="tools">
      <input
        id="search"
        type="search"
        placeholder="Search names, labels, values"
        aria-label="Search agents"
        value={search}
        onInput={(event) => refine({ search: event.currentTarget.value })}
      />
      <LabelMenu />
      {labels.map((label) => (
        <button
          key={label}
          type="button"
          class="chip"
          aria-label={`Remove the filter ${withMarksNamed(label)}`}
          onClick={() => go({ labels: labels.filter((other) => other !== label) })}
        >
          <Label label={label} /> <span aria-hidden="true">×</span>
        </button>
      ))}
      {layout === 'table' ? <ColumnChooser /> : <TileKey />}
      <span role="status" class="soft">
        {waiting > 0 && `${counted(waiting, 'row')} would move`}
      </span>
      <span class="push" />
      <AddAgent />
      <output class="faint">
        {fleet.loaded.value && <Shown shown={arrangement.rows.value.length} known={fleet.rows.size} />}
      </output>
    </search>
  );
}

function Shown({ shown, known }: { shown: number; known: number }) {
  const { fleet } = useApp();
  fleet.membership.value;
  return <>{shown === known ? counted(known, 'agent') : `${shown.toLocaleString()} of ${counted(known, 'agent')}`}</>;
}

function LabelMenu() {
  return (
    <Menu label="Labels">
      <LabelList />
    </Menu>
  );
}

function LabelList() {
  const { fleet } = useApp();
  fleet.membership.value;
  const { labels } = view.value;
  const known = labelCounts(fleet.rows.values()).slice(0, LABELS_OFFERED);
  if (known.length === 0) return <p class="soft">No agent has a label.</p>;
  return (
    <ul>
      {known.map(([label, agents]) => (
        <li key={label}>
          <label>
            <input
              type="checkbox"
              checked={labels.includes(label)}
              onChange={({ currentTarget }) =>
                go({ labels: currentTarget.checked ? [...labels, label] : labels.filter((other) => other !== label) })
              }
            />
            <span class="word" title={withMarksNamed(label)}>
              <Label label={label} />
            </span>
            <span class="count">{agents.toLocaleString()}</span>
          </label>
        </li>
      ))}
    </ul>
  );
}

/** `name=value`, each a text by itself. */
function Label({ label }: { label: string }) {
  const [name, value] = splitLabel(label);
  return (
    <span>
      <Told text={name} />=<Told text={value} />
    </span>
  );
}
