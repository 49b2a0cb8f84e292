import { addStalls, type FigureTable } from '../figures.ts';
import type { StormFigures } from '../load/fleet.ts';
import type { Bench, Scenario } from '../scenario.ts';
import type { PlanStep } from '../servers/floor.ts';
import { FLOOR, startFloor } from '../stage/alternatives.ts';
import { planOf } from '../stage/floor-plan.ts';
import { gatewaySubject } from '../stage/gateway-subject.ts';
import { connect, type Loads, type Subject, startLoads } from '../stage/subject.ts';
import { watchersOfAll } from '../workload.ts';

const WATCHERS = 10;
const DEFAULT_SETTINGS = { what: 'default settings', flags: [] };
const NO_LIMIT = { what: 'no limit on upgrades', flags: ['--upgrades-per-second', '100000'] };

export const storm: Scenario = {
  name: 'storm',
  title: 'Storm',
  method:
    'All agents drop their connections at once, dial again at once and report as soon as they are in, from one address; whoever is ' +
    'refused comes back within 0.5 to 1.5 s. Default settings, and without the limit of 500 upgrades a second. Beside it the ' +
    'floor, a bare `ws` server that has no limit and answers with the same messages.',

  async run(bench) {
    const { stage, quick } = bench;
    for (const agents of bench.fleets([quick ? 2_000 : 10_000])) {
      let plan: PlanStep[] = [];
      let tokens: string[] = [];
      for (const { what, flags } of quick ? [DEFAULT_SETTINGS] : [DEFAULT_SETTINGS, NO_LIMIT]) {
        const gateway = await gatewaySubject(stage, await stage.database(), { agents, flags });
        plan = await planOf(stage, gateway);
        tokens = gateway.tokens;
        await measureStorms(bench, gateway, { what: `${agents} agents, ${what}`, watchers: WATCHERS });
      }
      if (quick) continue;
      const floor = await startFloor(stage, FLOOR, { plan, tokens });
      await measureStorms(bench, floor, { what: `${agents} agents, floor`, watchers: 0 });
    }
  },
};

async function measureStorms(
  { stage, table, quick, rounds, say }: Bench,
  subject: Subject,
  { what, watchers }: { what: string; watchers: number },
): Promise<void> {
  say(`${what}: connecting`);
  const loads = startLoads(stage);
  await connect(subject, loads, { watched: watchersOfAll(watchers) });
  for (let round = 1; round <= rounds(quick ? 1 : 2); round += 1) {
    say(`${what}: storm ${round}`);
    await measureStorm(table, loads, { subject, what });
  }
  await stage.clear();
}

async function measureStorm(
  table: FigureTable,
  { fleet }: Loads,
  { subject: { name, dialect, program, tokens }, what }: { subject: Subject; what: string },
): Promise<void> {
  await program.probe('watchStalls');
  const before = await program.cpuSeconds();
  const { acceptedSeconds, answeredSeconds, attempts } = await fleet.ask<StormFigures>('storm', { name });
  const cpu = (await program.cpuSeconds()) - before;
  const stallsMs = await program.probe<number[]>('stalls');
  table.add(`${what}: until all are connected`, 's', acceptedSeconds);
  if (dialect === 'gateway') table.add(`${what}: until all reports are committed`, 's', answeredSeconds);
  table.add(`${what}: connections accepted`, '1/s', tokens.length / acceptedSeconds);
  table.add(`${what}: attempts for an agent`, 'count', attempts / tokens.length);
  table.add(`${what}: ${name} CPU, a connection`, 'µs', (cpu / tokens.length) * 1e6);
  addStalls(table, what, { stallsMs });
}
