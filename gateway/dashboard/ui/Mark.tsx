import type { AgentState } from '../../../protocol/watch/agent-state.ts';

/** A shape for each state, so that no state is told by colour alone. */
const SHAPES: Record<AgentState, preact.JSX.Element> = {
  fine: <circle cx="5" cy="5" r="2" stroke="none" />,
  failing: <path d="M5 .8 9.6 9.2H.4Z" stroke="none" />,
  late: (
    <>
      <circle cx="5" cy="5" r="3.6" fill="none" stroke-width="1.2" />
      <path d="M5 1.4a3.6 3.6 0 0 1 0 7.2Z" stroke="none" />
    </>
  ),
  stale: <rect x="1.2" y="1.2" width="7.6" height="7.6" rx="1" stroke="none" />,
  offline: <circle cx="5" cy="5" r="3.6" fill="none" stroke-width="1.2" />,
};

export function Mark({ state }: { state: AgentState }) {
  return (
    <svg class={`mark ${state}`} viewBox="0 0 10 10" aria-hidden="true">
      {SHAPES[state]}
    </svg>
  );
}
