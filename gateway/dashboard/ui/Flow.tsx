import { formatRate } from '../model/flow.ts';
import { useApp } from './context.ts';
import { FlowPlot } from './FlowPlot.tsx';
import { FLOW_STAGES } from './stages.ts';

const MINUTE_MS = 60_000;

/** The product's claim, live: many reports in, few writes, and every page still current. */
export function Flow() {
  const { flow } = useApp();
  flow.samples.value;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="flow" tabIndex={0} aria-label="Flow">
      <ol class="stages" aria-label="The way of the values through this gateway">
        {FLOW_STAGES.map(({ total, title, unit }) => {
          const rate = flow.history.rate(total);
          return (
            <li key={total}>
              <h2 class="soft">{title}</h2>
              <p class="figure">
                {rate === null ? '–' : formatRate(rate)} <small>{unit}</small>
              </p>
              <FlowPlot total={total} label={`${title}, last 15 minutes`} />
            </li>
          );
        })}
      </ol>
      <Claim />
      <Facts />
    </section>
  );
}

function Claim() {
  const { flow } = useApp();
  const reports = flow.history.countIn('reports', MINUTE_MS);
  const flushes = flow.history.countIn('flushes', MINUTE_MS);
  if (reports === null || flushes === null) {
    return <p class="claim soft">Counting: the first figures come within a few seconds.</p>;
  }
  const seconds = Math.round(reports.overMs / 1_000);
  const span = seconds >= 55 ? 'this minute' : `these ${seconds} seconds`;
  return (
    <p class="claim">
      A write per report would have made <b>{reports.count.toLocaleString()}</b> in {span}; it took{' '}
      <b>{flushes.count.toLocaleString()}</b>.
    </p>
  );
}

function Facts() {
  const { fleet, flow } = useApp();
  const stats = flow.history.latest;
  const p50 = fleet.latencies.percentile(0.5);
  const p99 = fleet.latencies.percentile(0.99);
  if (stats === undefined) return null;
  const received = flow.history.countIn('values_received', MINUTE_MS);
  const written = flow.history.countIn('values_written', MINUTE_MS);
  return (
    <dl class="facts">
      <dt>Agent to this page</dt>
      <dd>{p50 === null || p99 === null ? 'no report yet' : `p50 ${Math.round(p50)} ms, p99 ${Math.round(p99)} ms`}</dd>
      <dt>Values in the last minute</dt>
      <dd>
        {received === null || written === null
          ? '–'
          : `${received.count.toLocaleString()} received, ${written.count.toLocaleString()} written`}
      </dd>
      <dt>Held until the next flush</dt>
      <dd>{stats.pending_values.toLocaleString()} values</dd>
      <dt>Flush at most every</dt>
      <dd>{stats.flush_interval_ms / 1_000} s</dd>
      <dt>Connected here</dt>
      <dd>
        {stats.agents.connected.toLocaleString()} agents, {stats.watchers.connected.toLocaleString()} watchers
      </dd>
      <dt>Notifications</dt>
      <dd>{stats.bus}</dd>
      <dt>Database</dt>
      <dd>{stats.database}</dd>
    </dl>
  );
}
