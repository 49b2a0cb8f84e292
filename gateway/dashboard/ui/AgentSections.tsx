import { formatInstant, formatSpan } from '../model/ages.ts';
import { withMarksNamed } from '../model/direction.ts';
import { formatBytes } from '../model/sizes.ts';
import type {
  AgentConnection,
  AgentDetail,
  AgentDetails,
  AgentResources,
  AgentSession,
  AgentStats,
  ScriptTiming,
} from '../state/agent-details.ts';
import { Copy } from './Copy.tsx';
import { useApp } from './context.ts';
import { Ago, Fact, Instant, Section } from './Facts.tsx';
import { Told } from './Told.tsx';

/** What the gateway knows of an agent beyond its values; what it never reported takes no room. */
export function AgentSections({ details }: { details: AgentDetails }) {
  const known = details.known.value;
  if (known === null) return <p class="soft blank">{details.failure.value ?? 'Loading what else is known…'}</p>;
  const { app_healths: apps, script_timings: scripts, resources, connections, sessions, logs } = known;
  return (
    <>
      <Life known={known} />
      {resources !== null && <Resources resources={resources} />}
      {apps.length > 0 && <Apps apps={apps} />}
      {scripts.length > 0 && <Scripts scripts={scripts} />}
      {connections.length > 0 && <Connections connections={connections} />}
      {sessions.length > 0 && <Sessions sessions={sessions} />}
      {logs.length > 0 && <Logs logs={logs} />}
    </>
  );
}

function Life({ known }: { known: AgentDetail }) {
  const { status, last_connected_at: connectedAt, created_at: createdAt, lifecycle, startup, stats } = known;
  return (
    <Section title="Lifecycle">
      <dl class="facts">
        <Fact name="Connection">
          {status === 'never' ? 'has never connected' : status}{' '}
          {connectedAt && (
            <span class="soft">
              since <Instant at={connectedAt} />
            </span>
          )}
        </Fact>
        <Fact name="State">
          {lifecycle && (
            <>
              {words(lifecycle.state)} {lifecycle.changed_at && <Ago at={lifecycle.changed_at} />}
            </>
          )}
        </Fact>
        <Fact name="Version">{startup?.version && <Told text={startup.version} />}</Fact>
        <Fact name="Directory">
          {startup?.expanded_directory && <code>{withMarksNamed(startup.expanded_directory)}</code>}
        </Fact>
        <Fact name="Subsystems">{startup?.subsystems.map(words).join(', ')}</Fact>
        <Fact name="Traffic">{stats && <Traffic stats={stats} />}</Fact>
        <Fact name="In use by">{stats && programs(stats)}</Fact>
        <Fact name="Created">{<Instant at={createdAt} />}</Fact>
      </dl>
    </Section>
  );
}

function Traffic({ stats }: { stats: AgentStats }) {
  const { connection_count: count, connection_median_latency_ms: latencyMs } = stats;
  return (
    <span title={`Reported ${formatInstant(Date.parse(stats.reported_at))}`}>
      {formatBytes(stats.rx_bytes)} in, {formatBytes(stats.tx_bytes)} out, {count}{' '}
      {count === 1 ? 'connection' : 'connections'}
      {latencyMs > 0 && `, ${Math.round(latencyMs)}\u00a0ms`}
    </span>
  );
}

/** `2 ssh, 1 vscode`; nothing where nobody uses it. */
function programs({ session_counts: counts }: AgentStats): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([program, count]) => `${count} ${words(program)}`)
    .join(', ');
}

/** `START_TIMEOUT` as people write it. */
function words(name: string): string {
  return name.toLowerCase().replaceAll('_', ' ');
}

function Resources({ resources: { memory, volumes, collected_at: collectedAt } }: { resources: AgentResources }) {
  return (
    <Section title="Resources">
      <ul class="lines">
        {memory && <Usage name="Memory" used={memory.used} total={memory.total} />}
        {volumes.map(({ volume, used, total }) => (
          <Usage key={volume} name={volume} used={used} total={total} />
        ))}
      </ul>
      <p>
        <Ago at={collectedAt} />
      </p>
    </Section>
  );
}

function Usage({ name, used, total }: { name: string; used: number; total: number }) {
  return (
    <li>
      <span class="grow">{withMarksNamed(name)}</span>
      <span class="usage" aria-hidden="true">
        <span style={{ width: `${total > 0 ? Math.min(100, (used / total) * 100) : 0}%` }} />
      </span>
      <span class="amount">
        {formatBytes(used)}
        <span class="faint"> of {formatBytes(total)}</span>
      </span>
    </li>
  );
}

function Apps({ apps }: { apps: AgentDetail['app_healths'] }) {
  return (
    <Section title="Apps">
      <ul class="lines">
        {apps.map(({ id, health, updated_at: updatedAt }) => (
          <li key={id}>
            <code class="grow">{id}</code>
            <span class={health.toLowerCase() === 'unhealthy' ? 'grave-text' : ''}>{words(health)}</span>
            <Ago at={updatedAt} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Scripts({ scripts }: { scripts: ScriptTiming[] }) {
  return (
    <Section title="Scripts">
      <ul class="lines">
        {scripts.map(({ script_id: id, stage, status, exit_code: code, started_at: startedAt, ended_at: endedAt }) => (
          <li key={`${id} ${stage} ${startedAt}`}>
            <span class="grow">
              {words(stage)} <code class="faint">{id}</code>
            </span>
            <span class={code === 0 ? '' : 'grave-text'}>{code === 0 ? words(status) : `exit ${code}`}</span>
            <span class="faint">{startedAt && span(startedAt, endedAt)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Connections({ connections }: { connections: AgentConnection[] }) {
  return (
    <Section title="Connections">
      <ol class="timeline">
        {connections.map((connection) => (
          <Connection key={connection.started_at} connection={connection} />
        ))}
      </ol>
    </Section>
  );
}

function Connection({ connection }: { connection: AgentConnection }) {
  const { fleet } = useApp();
  const { started_at: startedAt, ended_at: endedAt, gateway, reason } = connection;
  const lasted = (endedAt ? Date.parse(endedAt) : fleet.nowMs.value) - Date.parse(startedAt);
  return (
    <li class={endedAt ? '' : 'now'}>
      <Instant at={startedAt} />
      <span class="soft">
        {endedAt ? ` for ${formatSpan(lasted)}` : `, connected for ${formatSpan(lasted)}`}
        {endedAt && reason && (
          <>
            , then: <Told text={reason} />
          </>
        )}
      </span>
      {gateway && (
        <span class="faint" title={gateway}>
          {' '}
          on gateway {gateway.slice(0, 8)}
        </span>
      )}
    </li>
  );
}

function Sessions({ sessions }: { sessions: AgentSession[] }) {
  return (
    <Section title="Sessions">
      <ol class="timeline">
        {sessions.map((session) => (
          <Session key={session.id} session={session} />
        ))}
      </ol>
    </Section>
  );
}

function Session({ session }: { session: AgentSession }) {
  const { type, ip, app_name: app, connected_at: beganAt, disconnected_at: endedAt, status_code: code } = session;
  const at = beganAt ?? endedAt;
  return (
    <li class={endedAt ? '' : 'now'}>
      <Told text={app || words(type)} />{' '}
      {ip && (
        <span class="faint">
          from <Told text={ip} />{' '}
        </span>
      )}
      {at && <Instant at={at} />}
      {endedAt && (
        <span class="soft">
          {beganAt ? ` for ${span(beganAt, endedAt)}` : ' it ended'}
          {session.reason ? (
            <>
              , <Told text={session.reason} />
            </>
          ) : (
            code !== null && code !== 0 && `, status ${code}`
          )}
        </span>
      )}
    </li>
  );
}

function span(from: string, to: string): string {
  return formatSpan(Date.parse(to) - Date.parse(from));
}

function Logs({ logs }: { logs: AgentDetail['logs'] }) {
  const text = logs.map(({ at, level, output }) => `${at} ${level} ${output}`).join('\n');
  return (
    <section>
      <h3>
        Recent logs <Copy text={text} what="the logs" />
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ol class="logs" tabIndex={0} aria-label="Recent logs" ref={toTheEnd}>
        {logs.map(({ at, level, output }, index) => (
          <li key={`${at} ${index}`} class={level.toLowerCase()}>
            <time class="faint" dateTime={at} title={at}>
              {new Date(at).toLocaleTimeString(undefined, { timeStyle: 'medium' })}
            </time>
            <span class="level">{level.toLowerCase()}</span>
            <span class="output">{withMarksNamed(output)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The newest lines are the ones to read first. */
function toTheEnd(element: HTMLElement | null): void {
  if (element !== null) element.scrollTop = element.scrollHeight;
}
