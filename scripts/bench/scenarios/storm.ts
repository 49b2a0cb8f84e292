import { FigureTable, largest, percentile } from '../figures.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { gatewaySubject } from '../stage/gateway-subject.ts';
import { connect } from '../stage/subject.ts';

const KEYS = 15;
const WATCHERS = 10;

export const storm: Scenario = {
  name: 'storm',
  title: 'Storm',
  method:
    'All agents drop their connections at once, dial again at once and report as soon as they are in, from one address; whoever is ' +
    'refused comes back within 0.5 to 1.5 s. Default settings, and without the limit of 500 upgrades a second.',

  async run(bench) {
    const table = new FigureTable();
    const [agents = 0] = bench.fleets([bench.quick ? 500 : 10_000]);
    await measureStorm(bench, table, agents, { what: `${agents} agents, default settings`, flags: [] });
    const unlimited = ['--upgrades-per-second', '100000'];
    await measureStorm(bench, table, agents, { what: `${agents} agents, no limit on upgrades`, flags: unlimited });
    return { figures: table.figures };
  },
};

async function measureStorm(
  { stage, say, quick }: Bench,
  table: FigureTable,
  agents: number,
  { what, flags }: { what: string; flags: string[] },
): Promise<void> {
  say(`${what}: connecting`);
  const gateway = await gatewaySubject(stage, await stage.database(), { agents, keys: KEYS, flags });
  const { program, name } = gateway;
  const loads = {
    fleet: stage.script('fleet', 'load/fleet.ts'),
    watchers: stage.script('watchers', 'load/watchers.ts'),
  };
  await connect(gateway, loads, { keys: KEYS, watched: Array(WATCHERS).fill(null) });
  for (let round = 1; round <= (quick ? 1 : 2); round += 1) {
    say(`${what}: storm ${round}`);
    await program.probe('watchStalls');
    const before = await program.cpuSeconds();
    const { acceptedSeconds, answeredSeconds, attempts } = await loads.fleet.ask<Storm>('storm', { name });
    const cpu = (await program.cpuSeconds()) - before;
    const stalls = await program.probe<number[]>('stalls');
    table.add(`${what}: until all are connected`, 's', acceptedSeconds);
    table.add(`${what}: until all reports are committed`, 's', answeredSeconds);
    table.add(`${what}: connections accepted`, '1/s', agents / acceptedSeconds);
    table.add(`${what}: attempts for an agent`, 'count', attempts / agents);
    table.add(`${what}: gateway CPU, a connection`, 'µs', (cpu / agents) * 1e6);
    table.add(`${what}: event-loop stall p99`, 'ms', percentile(stalls, 0.99));
    table.add(`${what}: event-loop stall max`, 'ms', largest(stalls));
  }
  await stage.clear();
}

interface Storm {
  acceptedSeconds: number;
  answeredSeconds: number;
  attempts: number;
}
