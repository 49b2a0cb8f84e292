import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { withMarksNamed } from '../model/direction.ts';
import { Copy } from './Copy.tsx';
import { useApp } from './context.ts';
import { Told } from './Told.tsx';

export interface NewAgent {
  id: string;
  name: string;
  token: string;
}

/** The agent made last on this page: its token is known here and nowhere else. */
export const newAgent = signal<NewAgent | null>(null);

/** The command that connects the agent just made; it stays until the reader puts it away or is signed out. */
export function NewAgentCommand() {
  const { fleet } = useApp();
  const made = newAgent.value;
  // Whoever signs in next on this page is somebody else.
  useEffect(() => putAway, []);
  if (made === null) return null;
  fleet.membership.value;
  const row = fleet.rows.get(made.id);
  row?.version.value;
  const connected = row?.agent.status === 'connected';
  const name = <Told text={made.name} />;
  const command = `npx tidegate agent --url ${location.origin} --token ${made.token}`;
  return (
    <section class="banner" aria-label={`Connect ${withMarksNamed(made.name)}`}>
      <div class="fill">
        <p role="status">{connected ? <>{name} is connected.</> : <>Run this where {name} shall report from:</>}</p>
        {!connected && (
          <div class="command">
            <pre>{command}</pre>
            <Copy text={command} what="the command" />
          </div>
        )}
      </div>
      <button type="button" onClick={putAway}>
        {connected ? 'Good' : 'Put away'}
      </button>
    </section>
  );
}

function putAway(): void {
  newAgent.value = null;
}
