import { useEffect, useRef } from 'preact/hooks';
import { exactInstant, formatAge, formatInstant } from '../model/ages.ts';
import { AgentDetails } from '../state/agent-details.ts';
import { session } from '../state/session.ts';
import { go, view } from '../state/view.ts';
import { AdminSection } from './AdminSection.tsx';
import { Copy } from './Copy.tsx';
import { useApp } from './context.ts';
import { Mark } from './Mark.tsx';
import { ValueList } from './ValueList.tsx';

/** One agent, beside the fleet; a page of its own on a phone. */
export function Drawer() {
  const id = view.value.agent;
  return id === '' ? null : <OneAgent key={id} id={id} />;
}

function OneAgent({ id }: { id: string }) {
  const { fleet } = useApp();
  const details = useDetails(id);
  fleet.membership.value;
  const row = fleet.rows.get(id);
  row?.version.value;
  const close = () => go({ agent: '' });
  const who = session.value;
  return (
    <aside class="drawer" aria-label={row?.agent.name ?? 'Agent'}>
      <header>
        {row && <Mark state={row.state} />}
        <h2>{row?.agent.name ?? 'No such agent'}</h2>
        <span class="soft">{row?.state}</span>
        <button type="button" class="plain" aria-label="Close" onClick={close}>
          ×
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="content" tabIndex={0} aria-label="Everything known of this agent">
        {row === undefined ? (
          <p class="soft blank">
            {fleet.loaded.value ? 'It was deleted, or the link is of another fleet.' : 'Loading the fleet…'}
          </p>
        ) : (
          <>
            <ValueList row={row} details={details} />
            <Labels labels={row.agent.labels} />
            <Life details={details} />
            <Connections details={details} />
            <Logs details={details} />
            <section>
              <h3>Identity</h3>
              <dl class="facts">
                <dt>Id</dt>
                <dd>
                  <code>{id}</code> <Copy text={id} what="the id" />
                </dd>
              </dl>
            </section>
            {who.state === 'in' && who.role === 'admin' && <AdminSection row={row} />}
          </>
        )}
      </section>
    </aside>
  );
}

function useDetails(id: string): AgentDetails {
  const ref = useRef<AgentDetails | null>(null);
  ref.current ??= new AgentDetails(id);
  const details = ref.current;
  useEffect(() => {
    details.start();
    return () => details.stop();
  }, [details]);
  return details;
}

function Labels({ labels }: { labels: Record<string, string> }) {
  const entries = Object.entries(labels);
  if (entries.length === 0) return null;
  return (
    <section>
      <h3>Labels</h3>
      <dl class="facts">
        {entries.map(([name, value]) => (
          <>
            <dt key={name}>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function Instant({ at }: { at: number | string }) {
  const atMs = new Date(at).getTime();
  return (
    <time dateTime={exactInstant(atMs)} title={exactInstant(atMs)}>
      {formatInstant(atMs)}
    </time>
  );
}

function Life({ details }: { details: AgentDetails }) {
  const { fleet } = useApp();
  const known = details.known.value;
  if (known === null) return <Missing details={details} />;
  const { last_connected_at: connectedAt, lifecycle, startup } = known;
  return (
    <section>
      <h3>Lifecycle</h3>
      <dl class="facts">
        <dt>Connection</dt>
        <dd>{known.status === 'never' ? 'has never connected' : known.status}</dd>
        {connectedAt && (
          <>
            <dt>Since</dt>
            <dd>
              <Instant at={connectedAt} />{' '}
              <span class="faint">({formatAge(fleet.nowMs.value - Date.parse(connectedAt))} ago)</span>
            </dd>
          </>
        )}
        {lifecycle && (
          <>
            <dt>State</dt>
            <dd>
              {lifecycle.state} {lifecycle.changed_at && <Instant at={lifecycle.changed_at} />}
            </dd>
          </>
        )}
        {startup?.version && (
          <>
            <dt>Version</dt>
            <dd>{startup.version}</dd>
          </>
        )}
        {startup?.expanded_directory && (
          <>
            <dt>Directory</dt>
            <dd>{startup.expanded_directory}</dd>
          </>
        )}
        {startup?.subsystems && startup.subsystems.length > 0 && (
          <>
            <dt>Subsystems</dt>
            <dd>{startup.subsystems.join(', ')}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

function Missing({ details }: { details: AgentDetails }) {
  return <p class="soft">{details.failure.value ?? ''}</p>;
}

function Connections({ details }: { details: AgentDetails }) {
  const connections = details.known.value?.connections ?? [];
  if (connections.length === 0) return null;
  return (
    <section>
      <h3>Connections</h3>
      <ol>
        {connections.map(({ started_at: startedAt, ended_at: endedAt, reason }) => (
          <li key={startedAt}>
            <Instant at={startedAt} />
            {endedAt ? <span class="soft"> to {formatInstant(Date.parse(endedAt))}</span> : ' until now'}
            {reason && <span class="soft">, {reason}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Logs({ details }: { details: AgentDetails }) {
  const logs = details.known.value?.logs ?? [];
  if (logs.length === 0) return null;
  return (
    <section>
      <h3>Recent logs</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre class="logs" tabIndex={0}>
        {logs.map(({ at, level, output }) => `${formatInstant(Date.parse(at))}  ${level}  ${output}\n`)}
      </pre>
    </section>
  );
}
