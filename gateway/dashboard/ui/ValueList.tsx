import { useState } from 'preact/hooks';
import type { WatchedValue } from '../../../protocol/watch/state.ts';
import { exactInstant, formatAge, formatInstant } from '../model/ages.ts';
import { withMarksNamed } from '../model/direction.ts';
import { quantityOf } from '../model/quantity.ts';
import type { AgentDetails } from '../state/agent-details.ts';
import type { Row } from '../state/row.ts';
import { Copy } from './Copy.tsx';
import { reasonOf } from './cell-title.ts';
import { useApp } from './context.ts';
import { Mark } from './Mark.tsx';
import { Sparkline } from './Sparkline.tsx';
import { Told } from './Told.tsx';

/** All values of one agent. */
export function ValueList({ row, details }: { row: Row; details: AgentDetails }) {
  const keys = new Set([...row.agent.keys.keys(), ...row.agent.values.keys()]);
  return (
    <section>
      <h3>Values</h3>
      {keys.size === 0 && <p class="soft">This agent has no keys yet.</p>}
      <ul>
        {[...keys].map((key) => (
          <Value key={key} row={row} name={key} details={details} />
        ))}
      </ul>
    </section>
  );
}

function Value({ row, name, details }: { row: Row; name: string; details: AgentDetails }) {
  const { fleet } = useApp();
  const [more, setMore] = useState(false);
  const nowMs = fleet.nowMs.value;
  const known = row.agent.values.get(name);
  const text = row.textOf(name) ?? '';
  const why = reasonOf(fleet, row, name);
  const series = row.seriesOf(name);
  const description = row.agent.keys.get(name);
  return (
    <li class="value">
      <div class="line">
        <button
          type="button"
          class="plain key"
          aria-expanded={more}
          title={withMarksNamed(name)}
          onClick={() => setMore(!more)}
        >
          <Told text={description?.display_name || name} />
        </button>
        <span class={`text${why === null ? '' : ' old'}`}>
          <Text text={text} known={known} />
        </span>
        <span class="trend">
          {series !== null && (
            <Sparkline history={fleet.history} series={series} version={fleet.history.version(series)} widthPx={72} />
          )}
        </span>
        {known === undefined ? (
          <span class="age">none</span>
        ) : (
          <time class="age" dateTime={exactInstant(known.at)} title={exactInstant(known.at)}>
            {formatAge(nowMs - known.at)}
          </time>
        )}
      </div>
      {why !== null && <p class="more">Old: {why}.</p>}
      {known !== undefined && known.error !== '' && (
        <div class="error">
          <Mark state="failing" />
          <pre>{withMarksNamed(known.error)}</pre>
          <Copy text={known.error} what={withMarksNamed(`the error of ${name}`)} />
        </div>
      )}
      {more && (
        <div class="more">
          <dl class="facts">
            <dt>Key</dt>
            <dd>
              <code>{withMarksNamed(name)}</code>
            </dd>
            {known && (
              <>
                <dt>Value</dt>
                <dd>
                  <Copy text={text} what={withMarksNamed(`the value of ${name}`)} />
                </dd>
                <dt>Collected</dt>
                <dd title={exactInstant(known.at)}>{formatInstant(known.at)}</dd>
              </>
            )}
            <dt>Interval</dt>
            <dd>{interval(description)}</dd>
            <Script name={name} details={details} />
          </dl>
        </div>
      )}
    </li>
  );
}

function Text({ text, known }: { text: string; known: WatchedValue | undefined }) {
  if (known === undefined) return <span class="faint">not reported yet</span>;
  if (text === '' && known.error !== '') return <span class="grave-text">failed</span>;
  const quantity = quantityOf(text);
  if (quantity === null) return <>{withMarksNamed(text)}</>;
  return (
    <>
      {quantity.digits}
      <span class="unit">{withMarksNamed(quantity.rest)}</span>
    </>
  );
}

function Script({ name, details }: { name: string; details: AgentDetails }) {
  const script = details.known.value?.metadata.find(({ key }) => key === name)?.script;
  if (!script) return null;
  return (
    <>
      <dt>Script</dt>
      <dd>
        <code>{withMarksNamed(script)}</code>
      </dd>
    </>
  );
}

function interval(description: { interval: number; timeout: number } | undefined): string {
  if (description === undefined) return 'not declared';
  if (description.interval === 0) return 'once a connection';
  return `every ${description.interval} s, at most ${description.timeout} s each`;
}
