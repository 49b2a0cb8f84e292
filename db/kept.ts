import type { AgentChange, KeptLimits } from './types.ts';

/** What is kept of an agent where nobody says otherwise. */
export const keptDefaults: KeptLimits = {
  agentConnections: 50,
  agentRecords: 50,
  agentLogLines: 1_000,
  agentLogBytes: 256 * 1024,
};

/** Whether a change holds something for the tables beside `agents`. */
export function holdsKept({ connections, records, logs }: AgentChange): boolean {
  return connections !== undefined || records !== undefined || logs !== undefined;
}
