import type { AgentState } from '../../../protocol/watch/agent-state.ts';
import { MARK_SHAPES, MARK_STROKE } from './mark-shapes.ts';

/** The shape of a state. */
export function Mark({ state }: { state: AgentState }) {
  const { fill, stroke } = MARK_SHAPES[state];
  return (
    <svg class={`mark ${state}`} viewBox="0 0 10 10" aria-hidden="true">
      {stroke && <path d={stroke} fill="none" stroke-width={MARK_STROKE} />}
      {fill && <path d={fill} stroke="none" />}
    </svg>
  );
}
