import { createFleet, type FleetAgent } from '../../../gateway/cli/simulate/fleet.ts';
import { keyNames } from '../load/report.ts';
import type { ServedGateway } from './stage.ts';

let made = 0;

/** Creates agents with that many keys. */
export async function createAgents(
  { client }: ServedGateway,
  { count, keys, intervalMs = 10_000 }: { count: number; keys: number; intervalMs?: number },
): Promise<FleetAgent[]> {
  made += 1;
  const names = Array.from({ length: count }, (_, i) => `bench-${made}-${i}`);
  return createFleet(client, {
    names,
    labels: () => ({}),
    keys: keyNames(keys).map((name) => ({ name, displayName: name, intervalMs })),
  });
}
