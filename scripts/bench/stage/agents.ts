import { createFleet, type FleetAgent } from '../../../gateway/cli/simulate/fleet.ts';
import type { FigureTable } from '../figures.ts';
import { keyNames } from '../load/report.ts';
import { mostConnections } from '../machine.ts';
import { INTERVAL_MS, KEYS } from '../workload.ts';
import type { ServedGateway } from './stage.ts';

let fleets = 0;

/** Whether a process can hold so many connections here; where not, the table says so. */
export function canConnect(agents: number, table: FigureTable): boolean {
  const most = mostConnections();
  if (agents > most)
    table.note(`${agents} agents take more open files than a process may have here: ${most} connections.`);
  return agents <= most;
}

/** Creates so many agents. */
export async function createAgents({ client }: ServedGateway, count: number): Promise<FleetAgent[]> {
  fleets += 1;
  return createFleet(client, {
    names: Array.from({ length: count }, (_, i) => `bench-${fleets}-${i}`),
    labels: () => ({}),
    keys: keyNames(KEYS).map((name) => ({ name, displayName: name, intervalMs: INTERVAL_MS })),
  });
}
