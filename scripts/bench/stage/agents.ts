import { createFleet, type FleetAgent } from '../../../gateway/cli/simulate/fleet.ts';
import { keyNames } from '../load/report.ts';
import { INTERVAL_MS, KEYS } from '../workload.ts';
import type { ServedGateway } from './stage.ts';

let fleets = 0;

/** Creates so many agents. */
export async function createAgents({ client }: ServedGateway, count: number): Promise<FleetAgent[]> {
  fleets += 1;
  return createFleet(client, {
    names: Array.from({ length: count }, (_, i) => `bench-${fleets}-${i}`),
    labels: () => ({}),
    keys: keyNames(KEYS).map((name) => ({ name, displayName: name, intervalMs: INTERVAL_MS })),
  });
}
