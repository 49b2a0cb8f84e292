import { type AgentState, agentStates } from '../../../protocol/watch/agent-state.ts';
import { go, view } from '../state/view.ts';
import { useApp } from './context.ts';
import { Mark } from './Mark.tsx';

const MEANINGS: Record<AgentState, string> = {
  fine: 'Every value is fresh and without an error',
  failing: 'At least one key reports an error',
  late: 'A value should have been here by now',
  stale: 'At least two more collections should have been here',
  offline: 'Not connected',
};

/** The answer first: each agent once, by its worst state; each number a filter. */
export function Summary() {
  const { fleet } = useApp();
  const counts = fleet.counts.value;
  const chosen = view.value.states;
  const toggle = (state: AgentState) => {
    go({ states: chosen.includes(state) ? chosen.filter((other) => other !== state) : [...chosen, state] });
  };
  return (
    <section class="summary" aria-label="Agents by state">
      {agentStates.map((state, index) => (
        <>
          {index > 0 && <span class="between">·</span>}
          <button
            key={state}
            type="button"
            class={`plain ${state} ${counts[state] > 0 ? 'some' : ''}`}
            aria-pressed={chosen.includes(state)}
            title={MEANINGS[state]}
            onClick={() => toggle(state)}
          >
            <Mark state={state} />
            <span>
              <b>{fleet.loaded.value ? counts[state].toLocaleString() : '–'}</b> {state}
            </span>
          </button>
        </>
      ))}
    </section>
  );
}
