import { FigureTable, largest, percentile } from '../figures.ts';
import { mostConnections } from '../machine.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { gatewaySubject } from '../stage/gateway-subject.ts';
import { connect, measureBlock } from '../stage/subject.ts';

const KEYS = 15;
const INTERVAL_MS = 10_000;
const WATCHERS = 10;

export const growth: Scenario = {
  name: 'growth',
  title: 'Growth',
  method:
    'The same load an agent (15 keys every 10 s, spread evenly, 10 watchers of everything, two streams held) at growing fleets: ' +
    'cost an agent must not grow with the number of agents.',

  async run(bench) {
    const table = new FigureTable();
    const notes: string[] = [];
    const wanted = bench.fleets(bench.quick ? [500] : [1_000, 2_500, 5_000, 10_000, 20_000]);
    for (const agents of wanted) {
      if (agents <= mostConnections()) await measureFleet(bench, table, agents);
      else
        notes.push(
          `${agents} agents take more open files than a process may have here: ${mostConnections()} connections.`,
        );
    }
    if (wanted.length > 1) addCurve(table, wanted);
    return { figures: table.figures, notes };
  },
};

async function measureFleet({ stage, quick, say }: Bench, table: FigureTable, agents: number): Promise<void> {
  say(`${agents} agents: connecting`);
  const flags = [
    '--max-connections',
    String(agents + 1_000),
    '--upgrades-per-second',
    '5000',
    '--batch-max-values',
    '400000',
  ];
  const gateway = await gatewaySubject(stage, await stage.database(), { agents, keys: KEYS, flags });
  const emptyBytes = await gateway.program.residentBytes();
  const loads = {
    fleet: stage.script('fleet', 'load/fleet.ts'),
    watchers: stage.script('watchers', 'load/watchers.ts'),
  };
  const watched = Array(WATCHERS).fill(null);
  await connect(gateway, loads, { keys: KEYS, watched, connectsPerSecond: 1_000 });
  // The first round makes rows and compiles code.
  say(`${agents} agents: warming up`);
  await measureBlock(gateway, loads, { ms: INTERVAL_MS, intervalMs: INTERVAL_MS });
  say(`${agents} agents: measuring`);
  const ms = quick ? INTERVAL_MS : 2 * INTERVAL_MS;
  const block = await measureBlock(gateway, loads, { ms, intervalMs: INTERVAL_MS, stalls: true });
  const grown = (await gateway.program.residentBytes()) - emptyBytes;
  table.add(`${agents} agents: gateway CPU, a report`, 'µs', block.cpuUs);
  table.add(`${agents} agents: PostgreSQL CPU, a report`, 'µs', block.databaseCpuUs);
  table.add(`${agents} agents: resident memory, an agent`, 'KiB', grown / agents / 1024);
  table.add(`${agents} agents: event-loop stall p99`, 'ms', percentile(block.stallsMs, 0.99));
  table.add(`${agents} agents: event-loop stall max`, 'ms', largest(block.stallsMs));
  table.add(`${agents} agents: to a watcher p50`, 'ms', block.watchers.latency.p50);
  table.add(`${agents} agents: to a watcher p99`, 'ms', block.watchers.latency.p99);
  table.add(`${agents} agents: to acknowledgement p99`, 'ms', block.fleet.acknowledgement.p99);
  await stage.clear();
}

/** What a report costs at the largest fleet over what it costs at the smallest. */
function addCurve(table: FigureTable, wanted: number[]): void {
  const costs = table.figures.filter(({ what }) => what.endsWith('gateway CPU, a report'));
  const first = costs[0]?.samples[0] ?? Number.NaN;
  const last = costs.at(-1)?.samples[0] ?? Number.NaN;
  const largestFleet = wanted[costs.length - 1];
  table.add(`CPU a report at ${largestFleet} agents over that at ${wanted[0]}`, '×', last / first, { must: 1 });
}
