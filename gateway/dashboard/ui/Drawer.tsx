import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { withMarksNamed } from '../model/direction.ts';
import { AgentDetails } from '../state/agent-details.ts';
import { session } from '../state/session.ts';
import { go, view } from '../state/view.ts';
import { AdminSection } from './AdminSection.tsx';
import { AgentSections } from './AgentSections.tsx';
import { Copy } from './Copy.tsx';
import { useApp } from './context.ts';
import { Section } from './Facts.tsx';
import { focusWhenDrawn, giveFocus, VIEW_FOCUS } from './focus.ts';
import { Mark } from './Mark.tsx';
import { Told } from './Told.tsx';
import { ValueList } from './ValueList.tsx';

/** One agent, beside the fleet; a page of its own on a phone. */
export function Drawer() {
  const id = view.value.agent;
  useLayoutEffect(giveFocus, [id]);
  return id === '' ? null : <OneAgent key={id} id={id} />;
}

function OneAgent({ id }: { id: string }) {
  const { fleet } = useApp();
  fleet.membership.value;
  const row = fleet.rows.get(id);
  row?.version.value;
  const details = useDetails(id, row?.agent.status);
  const close = () => go({ agent: '' });
  const who = session.value;
  const content = useRef<HTMLElement>(null);
  useLayoutEffect(() => keepFocus(content.current), []);
  return (
    <aside class="drawer" aria-label={withMarksNamed(row?.agent.name ?? 'Agent')}>
      <header>
        {row && <Mark state={row.state} />}
        <h2>{row ? <Told text={row.agent.name} /> : 'No such agent'}</h2>
        <span class="soft">{row?.state}</span>
        <button type="button" class="plain" aria-label="Close" onClick={close}>
          ×
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section ref={content} class="content" tabIndex={0} aria-label="Everything known of this agent">
        {row === undefined ? (
          <p class="soft blank">
            {fleet.loaded.value
              ? 'It was deleted, the link is of another fleet, or this sign-in may not see it.'
              : 'Loading the fleet…'}
          </p>
        ) : (
          <>
            <ValueList row={row} details={details} />
            <Labels labels={row.agent.labels} />
            <AgentSections details={details} />
            <Section title="Identity">
              <p class="copied">
                <code>{id}</code> <Copy text={id} what="the id" />
              </p>
            </Section>
            {who.state === 'in' && who.role === 'admin' && <AdminSection row={row} />}
          </>
        )}
      </section>
    </aside>
  );
}

/** A drawer that covers the page takes the focus along; any gives it back to the view when it closes. */
function keepFocus(content: HTMLElement | null): () => void {
  const top = document.querySelector('.top');
  if (top !== null && getComputedStyle(top).visibility === 'hidden') content?.focus();
  return () => {
    if (content?.parentElement?.contains(document.activeElement)) focusWhenDrawn(VIEW_FOCUS);
  };
}

/** Asked anew when the agent comes or goes: its connections are what one then wants to see. */
function useDetails(id: string, status: string | undefined): AgentDetails {
  const ref = useRef<AgentDetails | null>(null);
  ref.current ??= new AgentDetails(id);
  const details = ref.current;
  const known = status !== undefined;
  useEffect(() => {
    if (known) details.start();
    return () => details.stop();
  }, [details, known]);
  useEffect(() => {
    if (status !== undefined) void details.ask();
  }, [details, status]);
  return details;
}

function Labels({ labels }: { labels: Record<string, string> }) {
  const entries = Object.entries(labels);
  if (entries.length === 0) return null;
  return (
    <Section title="Labels">
      <ul class="chips">
        {entries.map(([name, value]) => (
          <li key={name}>
            <button
              type="button"
              class="chip"
              title="Show only agents with this label"
              onClick={() => addLabel(`${name}=${value}`)}
            >
              <span class="faint">
                <Told text={name} />
              </span>{' '}
              <Told text={value} />
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function addLabel(label: string): void {
  const { labels } = view.value;
  if (!labels.includes(label)) go({ labels: [...labels, label] });
}
