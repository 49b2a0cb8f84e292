import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { counted } from '../model/counted.ts';
import { defaultView } from '../model/view.ts';
import { App } from '../state/app.ts';
import { session } from '../state/session.ts';
import { refine, view } from '../state/view.ts';
import { Banner } from './Banner.tsx';
import { AppContext, useApp } from './context.ts';
import { Drawer } from './Drawer.tsx';
import { FleetTable } from './FleetTable.tsx';
import { Flow } from './Flow.tsx';
import { giveFocus } from './focus.ts';
import { Keys } from './Keys.tsx';
import { EmptyFleet } from './NewAgent.tsx';
import { NewAgentCommand, newAgent } from './NewAgentCommand.tsx';
import { SignIn } from './SignIn.tsx';
import { Strip } from './Strip.tsx';
import { Summary } from './Summary.tsx';
import { listenForShortcuts } from './shortcuts.ts';
import { Tiles } from './Tiles.tsx';
import { Tools } from './Tools.tsx';
import { Brand, Top } from './Top.tsx';
import { showInTab } from './tab.ts';

export function Page() {
  const who = session.value;
  if (who.state === 'in') return <SignedIn />;
  if (who.state === 'out') return <SignIn why={who.why} />;
  return (
    <div class="page" aria-busy="true">
      <header class="top">
        <Brand />
      </header>
      {who.state === 'unreachable' && <Unreachable status={who.status} />}
    </div>
  );
}

function Unreachable({ status }: { status: number }) {
  const [what, todo] =
    status === 503
      ? ['The gateway cannot reach its database', 'see that PostgreSQL runs.']
      : status === 0
        ? ['The gateway does not answer', 'see whether it runs and can be reached from here.']
        : [`The gateway answers with an error, ${status}`, 'its log says more.'];
  return (
    <div class="blank" role="status">
      <h1>{what}</h1>
      <p>This page asks again every two seconds and goes on by itself; if it does not, {todo}</p>
    </div>
  );
}

function SignedIn() {
  const app = useMemo(() => new App(), []);
  const [keysShown, showKeys] = useState(false);
  useEffect(() => {
    const ends = [
      showInTab(app.fleet),
      listenForShortcuts({ onKeys: () => showKeys(true), isEmpty: () => app.fleet.empty }),
      () => app.end(),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [app]);
  return (
    <AppContext.Provider value={app}>
      <div class="page">
        <Top onKeys={() => showKeys(true)} />
        <Banner />
        <NewAgentCommand />
        <Body />
        {keysShown && <Keys onClose={() => showKeys(false)} />}
      </div>
    </AppContext.Provider>
  );
}

const HEADINGS = { table: 'Fleet', tiles: 'Fleet as tiles', flow: 'Flow' };

function Body() {
  const { fleet } = useApp();
  const { layout } = view.value;
  useLayoutEffect(giveFocus);
  if (fleet.empty && newAgent.value === null) return <EmptyFleet />;
  return (
    <>
      {layout !== 'flow' && <Summary />}
      {layout !== 'flow' && <Tools />}
      <div class="stage">
        <main>
          <h1 class="unseen">{HEADINGS[layout]}</h1>
          {layout === 'flow' ? <Flow /> : <FleetBody />}
          {layout !== 'flow' && <Strip />}
        </main>
        <Drawer />
      </div>
    </>
  );
}

function FleetBody() {
  const { fleet, arrangement } = useApp();
  const nothing = fleet.loaded.value && arrangement.rows.value.length === 0 && fleet.rows.size > 0;
  if (nothing) {
    return (
      <div class="blank" role="status">
        <h1>No agent matches</h1>
        <p>Nothing fits the search and the filters together.</p>
        <button
          type="button"
          onClick={() => refine({ search: '', states: defaultView.states, labels: defaultView.labels })}
        >
          Show all {counted(fleet.rows.size, 'agent')}
        </button>
      </div>
    );
  }
  return (
    <>
      {view.value.layout === 'tiles' ? <Tiles /> : <FleetTable />}
      {!fleet.loaded.value && (
        <p class="loading soft" role="status">
          Loading the fleet…
        </p>
      )}
    </>
  );
}
