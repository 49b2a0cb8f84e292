import { addStalls, type FigureTable } from '../figures.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { canConnect } from '../stage/agents.ts';
import { gatewaySubject } from '../stage/gateway-subject.ts';
import { type Block, connect, measureBlock, startLoads, warmUp } from '../stage/subject.ts';
import { INTERVAL_MS, LIVE_INTERVAL_MS, watchersOfAll } from '../workload.ts';

const WATCHERS = 10;
const ROUNDS = 5;
/** What must not grow with the fleet. Latency may by what its own budget allows above the live interval. */
const CURVES = [
  { what: 'CPU a report', measured: 'gateway CPU, a report', must: 1 },
  { what: 'memory an agent', measured: 'resident memory, an agent', must: 1 },
  { what: 'time to a watcher p99', measured: 'to a watcher p99', must: (LIVE_INTERVAL_MS + 50) / LIVE_INTERVAL_MS },
];

export const growth: Scenario = {
  name: 'growth',
  title: 'Growth',
  method:
    'The same load an agent (15 keys every 10 s, spread evenly, 10 watchers of everything, two streams held) at growing fleets: ' +
    `cost an agent must not grow with the number of agents. ${ROUNDS} blocks of 10 s each; memory is read behind them, as in \`idle\`.`,

  async run(bench) {
    const { table } = bench;
    const wanted = bench.fleets(bench.quick ? [500, 2_000] : [1_000, 2_500, 5_000, 10_000, 20_000]);
    const fleets = wanted.filter((agents) => canConnect(agents, table));
    for (const agents of fleets) await measureFleet(bench, agents);
    if (fleets.length > 1) addCurve(table, fleets);
  },
};

async function measureFleet({ stage, table, quick, rounds, say }: Bench, agents: number): Promise<void> {
  say(`${agents} agents: connecting`);
  const flags = [
    ...['--max-connections', String(agents + 1_000), '--upgrades-per-second', '5000'],
    ...['--batch-max-values', '400000'],
  ];
  const gateway = await gatewaySubject(stage, await stage.database(), { agents, flags });
  const { keptBytes: emptyBytes } = await gateway.program.memory();
  const loads = startLoads(stage);
  await connect(gateway, loads, { watched: watchersOfAll(WATCHERS), connectsPerSecond: 1_000 });
  // The first round makes rows and compiles code.
  say(`${agents} agents: warming up`);
  const warmUpMs = quick ? 2_000 : INTERVAL_MS;
  await warmUp(gateway, loads, { ms: warmUpMs, intervalMs: warmUpMs });
  const measured = rounds(quick ? 1 : ROUNDS);
  for (let round = 1; round <= measured; round += 1) {
    say(`${agents} agents: round ${round} of ${measured}`);
    const block = await measureBlock(gateway, loads, { ms: quick ? 5_000 : INTERVAL_MS, stalls: true });
    addBlock(table, agents, block);
  }
  const grown = (await gateway.program.memory()).keptBytes - emptyBytes;
  table.add(`${agents} agents: resident memory, an agent`, 'KiB', grown / agents / 1_024);
  await stage.clear();
}

function addBlock(table: FigureTable, agents: number, { cpuUs, databaseCpuUs, stallsMs, ...block }: Block): void {
  table.add(`${agents} agents: gateway CPU, a report`, 'µs', cpuUs);
  table.add(`${agents} agents: PostgreSQL CPU, a report`, 'µs', databaseCpuUs);
  addStalls(table, `${agents} agents`, { stallsMs });
  table.add(`${agents} agents: to a watcher p50`, 'ms', block.watchers.latency.p50);
  table.add(`${agents} agents: to a watcher p99`, 'ms', block.watchers.latency.p99);
  table.add(`${agents} agents: to acknowledgement p99`, 'ms', block.fleet.acknowledgement.p99);
}

/** What the largest fleet takes over what the smallest takes, round by round. */
function addCurve(table: FigureTable, fleets: number[]): void {
  for (const { what, measured, must } of CURVES) {
    const samplesOf = table.figures.filter((figure) => figure.what.endsWith(measured)).map(({ samples }) => samples);
    const [first, last] = [samplesOf[0] ?? [], samplesOf.at(-1) ?? []];
    for (const [round, sample] of last.entries()) {
      const over = sample / (first[round] ?? Number.NaN);
      table.add(`${what} at ${fleets.at(-1)} agents over that at ${fleets[0]}`, '×', over, { must });
    }
  }
}
