import { useState } from 'preact/hooks';
import { ApiFailure, request } from '../state/api.ts';
import { session } from '../state/session.ts';
import { refine } from '../state/view.ts';
import { useApp } from './context.ts';
import { Dialog } from './Dialog.tsx';
import { type NewAgent, newAgent } from './NewAgentCommand.tsx';

interface Created {
  agents: NewAgent[];
}

/** A key that works wherever Node runs, so that the first agent has something to show at once. */
const FIRST_KEYS = [
  {
    key: 'load',
    display_name: 'Load',
    script: "cut -d' ' -f1 /proc/loadavg 2>/dev/null || sysctl -n vm.loadavg | cut -d' ' -f2",
    interval: 5,
    timeout: 2,
  },
  {
    key: 'uptime',
    display_name: 'Uptime',
    // A machine without /proc has the program; a container with it often has not.
    script: 'awk \'{ printf "%.1f h", $1 / 3600 }\' /proc/uptime 2>/dev/null || uptime',
    interval: 10,
    timeout: 2,
  },
];

/** The first minutes: how to connect an agent, with its token made in place. Its row takes over by itself. */
export function EmptyFleet() {
  const { flow } = useApp();
  const who = session.value;
  if (flow.withheld.value) return <NoneToSee />;
  return (
    <main class="card wide">
      <h1>No agents yet</h1>
      {who.state === 'in' && who.role === 'admin' ? (
        // Its row is what comes next, whatever this browser looked at last.
        <CreateAgent onCreated={() => refine({ layout: 'table' })} />
      ) : (
        <p class="soft">An admin can create the first one. It will appear here by itself when it exists.</p>
      )}
    </main>
  );
}

/** The fleet may have agents: this sign-in is not told. */
function NoneToSee() {
  return (
    <main class="card wide">
      <h1>No agents to see</h1>
      <p class="soft">
        This sign-in may see only agents with certain labels, and none has them. One that gets them appears here by
        itself.
      </p>
    </main>
  );
}

/** A name, and an agent with a token comes of it. */
export function CreateAgent({ onCreated }: { onCreated: () => void }) {
  const { fleet } = useApp();
  const [name, setName] = useState(() => freeName([...fleet.rows.values()].map(({ agent }) => agent.name)));
  const [failure, setFailure] = useState('');
  const create = async (event: Event) => {
    event.preventDefault();
    try {
      const { agents } = await request<Created>('POST', 'agents', { agents: [{ name, metadata: FIRST_KEYS }] });
      newAgent.value = agents[0] ?? null;
      onCreated();
    } catch (error) {
      setFailure(error instanceof ApiFailure ? error.message : String(error));
    }
  };
  return (
    <>
      <p class="soft">Its token is made here and shown once, in the command that connects it.</p>
      <form onSubmit={(event) => void create(event)}>
        <label for="agent-name">Name</label>
        <input
          id="agent-name"
          type="text"
          autofocus
          required
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        {failure !== '' && (
          <p class="grave-text" role="alert">
            {failure}
          </p>
        )}
        <div>
          <button type="submit" class="main">
            Create the agent
          </button>
        </div>
      </form>
    </>
  );
}

/** The same for an admin whose fleet has agents. */
export function AddAgent() {
  const [open, setOpen] = useState(false);
  const who = session.value;
  if (who.state !== 'in' || who.role !== 'admin') return null;
  return (
    <>
      <button type="button" class="plain" aria-label="Add agent…" onClick={() => setOpen(true)}>
        + <span class="only-wide">Add agent…</span>
      </button>
      {open && (
        <Dialog title="Add an agent" onClose={() => setOpen(false)}>
          <CreateAgent onCreated={() => setOpen(false)} />
        </Dialog>
      )}
    </>
  );
}

function freeName(taken: readonly string[]): string {
  let name = 'my-agent';
  for (let number = 2; taken.includes(name); number += 1) name = `my-agent-${number}`;
  return name;
}
