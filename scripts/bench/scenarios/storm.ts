import { FigureTable, largest, percentile } from '../figures.ts';
import type { Bench, Scenario } from '../scenario.ts';
import type { PlanStep } from '../servers/floor.ts';
import { planOf } from '../stage/floor-plan.ts';
import { gatewaySubject } from '../stage/gateway-subject.ts';
import { connect, type Loads, type Subject } from '../stage/subject.ts';

const KEYS = 15;
const WATCHERS = 10;
const SETTINGS = [
  { what: 'default settings', flags: [] },
  { what: 'no limit on upgrades', flags: ['--upgrades-per-second', '100000'] },
];

export const storm: Scenario = {
  name: 'storm',
  title: 'Storm',
  method:
    'All agents drop their connections at once, dial again at once and report as soon as they are in, from one address; whoever is ' +
    'refused comes back within 0.5 to 1.5 s. Default settings, and without the limit of 500 upgrades a second. Beside it the ' +
    'floor, a bare `ws` server that has no limit and answers with the same messages.',

  async run(bench) {
    const { stage } = bench;
    const table = new FigureTable();
    const [agents = 0] = bench.fleets([bench.quick ? 500 : 10_000]);
    let plan: PlanStep[] = [];
    for (const { what, flags } of SETTINGS) {
      const gateway = await gatewaySubject(stage, await stage.database(), { agents, keys: KEYS, flags });
      plan = await planOf(stage, gateway, KEYS);
      await measureStorms(bench, table, { subject: gateway, what: `${agents} agents, ${what}`, watchers: WATCHERS });
      await stage.clear();
    }
    const subject = await floorSubject(bench, plan, agents);
    await measureStorms(bench, table, { subject, what: `${agents} agents, floor`, watchers: 0 });
    return { figures: table.figures };
  },
};

async function floorSubject({ stage }: Bench, plan: PlanStep[], agents: number): Promise<Subject> {
  const program = stage.script('floor', 'servers/floor.ts');
  const url = await program.ask<string>('listen', { plan });
  return { name: 'floor', dialect: 'floor', url, program, tokens: Array(agents).fill(''), token: '' };
}

async function measureStorms(
  { stage, say, quick }: Bench,
  table: FigureTable,
  { subject, what, watchers }: { subject: Subject; what: string; watchers: number },
): Promise<void> {
  say(`${what}: connecting`);
  const loads = {
    fleet: stage.script('fleet', 'load/fleet.ts'),
    watchers: stage.script('watchers', 'load/watchers.ts'),
  };
  await connect(subject, loads, { keys: KEYS, watched: Array(watchers).fill(null) });
  for (let round = 1; round <= (quick ? 1 : 2); round += 1) {
    say(`${what}: storm ${round}`);
    await measureStorm(table, loads, { subject, what });
  }
}

async function measureStorm(
  table: FigureTable,
  { fleet }: Loads,
  { subject: { name, dialect, program, tokens }, what }: { subject: Subject; what: string },
): Promise<void> {
  await program.probe('watchStalls');
  const before = await program.cpuSeconds();
  const { acceptedSeconds, answeredSeconds, attempts } = await fleet.ask<Storm>('storm', { name });
  const cpu = (await program.cpuSeconds()) - before;
  const stalls = await program.probe<number[]>('stalls');
  table.add(`${what}: until all are connected`, 's', acceptedSeconds);
  if (dialect === 'gateway') table.add(`${what}: until all reports are committed`, 's', answeredSeconds);
  table.add(`${what}: connections accepted`, '1/s', tokens.length / acceptedSeconds);
  table.add(`${what}: attempts for an agent`, 'count', attempts / tokens.length);
  table.add(`${what}: ${name} CPU, a connection`, 'µs', (cpu / tokens.length) * 1e6);
  table.add(`${what}: event-loop stall p99`, 'ms', percentile(stalls, 0.99));
  table.add(`${what}: event-loop stall max`, 'ms', largest(stalls));
}

interface Storm {
  acceptedSeconds: number;
  answeredSeconds: number;
  attempts: number;
}
