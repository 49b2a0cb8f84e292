import type { KeptLimits } from './types.ts';

/** What is kept of an agent where nobody says otherwise. */
export const keptDefaults: KeptLimits = {
  agentConnections: 50,
  agentRecords: 50,
  agentLogLines: 1_000,
  agentLogBytes: 256 * 1024,
};
