import type { AgentChange, ConnectionState } from '../../db/types.ts';

/**
 * Joins two changes of one agent field by field. A connection's state is judged by its number, then by its time; what is
 * kept beside the agent's state is put behind the earlier; of the rest what came later wins, since the clocks that agents
 * stamp it with decide nothing.
 */
export function mergeChange(earlier: AgentChange | null, later: AgentChange | null): AgentChange | null {
  if (earlier === null || later === null) return later ?? earlier;
  const merged: AgentChange = { ...earlier, ...later };
  if (earlier.connection !== undefined && later.connection !== undefined) {
    merged.connection = newerConnection(earlier.connection, later.connection);
  }
  if (earlier.connections && later.connections) merged.connections = [...earlier.connections, ...later.connections];
  if (earlier.records && later.records) merged.records = [...earlier.records, ...later.records];
  if (earlier.logs && later.logs) merged.logs = [...earlier.logs, ...later.logs];
  return merged;
}

function newerConnection(earlier: ConnectionState, later: ConnectionState): ConnectionState {
  if (earlier.number !== later.number) return earlier.number > later.number ? earlier : later;
  return earlier.atUs > later.atUs ? earlier : later;
}
