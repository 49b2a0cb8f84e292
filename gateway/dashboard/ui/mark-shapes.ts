import type { AgentState } from '../../../protocol/watch/agent-state.ts';

interface MarkShape {
  /** Path data in a square of 10 × 10. */
  fill?: string;
  stroke?: string;
}

const RING = 'M1.4 5a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0-7.2 0Z';

/** A shape for each state, the same in the table, the summary and the tiles: no state is told by colour alone. */
export const MARK_SHAPES: Record<AgentState, MarkShape> = {
  fine: { fill: 'M3 5a2 2 0 1 0 4 0a2 2 0 1 0-4 0Z' },
  failing: { fill: 'M5 .8 9.6 9.2H.4Z' },
  late: { fill: 'M5 1.4a3.6 3.6 0 0 1 0 7.2Z', stroke: RING },
  stale: { fill: 'M2.2 1.2h5.6a1 1 0 0 1 1 1v5.6a1 1 0 0 1-1 1H2.2a1 1 0 0 1-1-1V2.2a1 1 0 0 1 1-1Z' },
  offline: { stroke: RING },
};

export const MARK_STROKE = 1.2;
