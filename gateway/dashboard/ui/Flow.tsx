import { formatSpan } from '../model/ages.ts';
import { counted } from '../model/counted.ts';
import { type FlowHistory, formatRate, type GatewayStats } from '../model/flow.ts';
import { useApp } from './context.ts';
import { FlowPlot, type Plotted } from './FlowPlot.tsx';
import { FLOW_STAGES, type FlowStage } from './stages.ts';

const MINUTE_MS = 60_000;

/** The product's claim, live: many reports in, few writes, and every page still current. */
export function Flow() {
  const { flow } = useApp();
  flow.samples.value;
  if (flow.withheld.value) return <Withheld />;
  const stats = flow.history.latest;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="flow" tabIndex={0} aria-label="Flow">
      <ol class="stages" aria-label="The way of the values through this gateway">
        {FLOW_STAGES.map((stage) => (
          <Stage key={stage.total} stage={stage} note={stats && NOTES[stage.total]?.(stats, flow.history)} />
        ))}
      </ol>
      <div class="under">
        <Claim history={flow.history} />
        <Latency />
        {stats && <Facts stats={stats} history={flow.history} />}
      </div>
    </section>
  );
}

function Withheld() {
  return (
    <div class="blank" role="status">
      <h1>The flow is not shown to this sign-in</h1>
      <p>
        It counts the whole fleet, and this sign-in may see only agents with certain labels: ask an admin for a token
        without that limit.
      </p>
    </div>
  );
}

const NOTES: Partial<Record<FlowStage['total'], (stats: GatewayStats, history: FlowHistory) => string>> = {
  reports: ({ agents }) => `of ${counted(agents.connected, 'agent')} connected here`,
  values_coalesced: (_, history) => {
    const [received, coalesced] = [history.rate('values_received'), history.rate('values_coalesced')];
    return received === null || coalesced === null
      ? 'a newer one came before the write'
      : `of ${formatRate(received)} in; ${formatRate(received - coalesced)} go on to a write`;
  },
  flushes: ({ flush_interval_ms: intervalMs }) => `at most one in ${intervalMs / 1_000} s`,
  notifications: () => 'one with each write',
  watch_messages: ({ watchers }) => `to ${counted(watchers.connected, 'watcher')}`,
};

const STAGE_PLOTS = new Map<FlowStage['total'], Plotted>(
  FLOW_STAGES.map(({ total }) => [
    total,
    {
      data: (history) => {
        const { times, rates } = history.series(total);
        return [times, rates];
      },
      lines: [{ colour: 'accent' }],
    },
  ]),
);

interface StageProps {
  stage: FlowStage;
  note: string | undefined;
}

function Stage({ stage: { total, title, unit }, note }: StageProps) {
  const rate = useApp().flow.rate(total);
  const plotted = STAGE_PLOTS.get(total);
  return (
    <li>
      <h2 class="soft">{title}</h2>
      <p class="figure">
        {rate === null ? '–' : formatRate(rate)} <small>{unit}</small>
      </p>
      <p class="note faint">{note ?? '\u00a0'}</p>
      {plotted && <FlowPlot plotted={plotted} label={`${title}, last 15 minutes`} />}
    </li>
  );
}

function Claim({ history }: { history: FlowHistory }) {
  const reports = history.countIn('reports', MINUTE_MS);
  const flushes = history.countIn('flushes', MINUTE_MS);
  if (reports === null || flushes === null) {
    return <p class="claim soft">Counting: the first figures come within a few seconds.</p>;
  }
  const most = Math.max(reports.count, flushes.count, 1);
  return (
    <section class="claim">
      <p>
        A write per report would have made <b>{reports.count.toLocaleString()}</b> in {spanText(reports.overMs)}; it
        took <b>{flushes.count.toLocaleString()}</b>.
      </p>
      <Bar share={reports.count / most} words="a write per report" />
      <Bar share={flushes.count / most} words="writes made" own />
    </section>
  );
}

function spanText(overMs: number): string {
  const seconds = Math.round(overMs / 1_000);
  if (seconds >= 55 && seconds <= 75) return 'this minute';
  return seconds < 55 ? `these ${seconds} seconds` : `the last ${formatSpan(overMs)}`;
}

/** A length to scale; what is shorter than a pixel is still one. */
function Bar({ share, words, own = false }: { share: number; words: string; own?: boolean }) {
  return (
    <div class={own ? 'bar own' : 'bar'} aria-hidden="true">
      <span class="length" style={{ width: `max(2px, ${(share * 100).toFixed(3)}%)` }} />
      <span class="faint">{words}</span>
    </div>
  );
}

const LATENCY_PLOT: Plotted = {
  data: (history) => {
    const { times, p50Ms, p99Ms } = history.latencies();
    return [times, p50Ms, p99Ms];
  },
  lines: [{ colour: 'accent' }, { colour: 'ink-faint', dashed: true }],
};

function Latency() {
  const { fleet } = useApp();
  const p50 = fleet.latencies.percentile(0.5);
  const p99 = fleet.latencies.percentile(0.99);
  return (
    <section>
      <h2 class="soft">Agent to this page</h2>
      <p class="figure">
        {p50 === null ? '–' : Math.round(p50)} <small class="apart">ms p50</small>
        {p99 === null ? '–' : Math.round(p99)} <small>ms p99</small>
      </p>
      <FlowPlot plotted={LATENCY_PLOT} label="Milliseconds from agent to this page, p50 and p99, last 15 minutes" />
    </section>
  );
}

function Facts({ stats, history }: { stats: GatewayStats; history: FlowHistory }) {
  const received = history.countIn('values_received', MINUTE_MS);
  const coalesced = history.countIn('values_coalesced', MINUTE_MS);
  return (
    <section>
      <h2 class="soft">This gateway</h2>
      <dl class="facts">
        <dt>Values</dt>
        <dd>
          {received === null || coalesced === null
            ? '–'
            : `${received.count.toLocaleString()} came in ${spanText(received.overMs)}: ${coalesced.count.toLocaleString()} ` +
              `were coalesced, ${(received.count - coalesced.count).toLocaleString()} go on to a write`}
        </dd>
        <dt>Waiting</dt>
        <dd>{counted(stats.pending_values, 'value')} for the next write</dd>
        <dt>Database</dt>
        <dd>{stats.database}</dd>
        <dt>Notifications</dt>
        <dd>{stats.bus}</dd>
        <dt>Running</dt>
        <dd>for {formatSpan(stats.uptime_ms)}</dd>
        <dt>Version</dt>
        <dd>{stats.version}</dd>
      </dl>
    </section>
  );
}
