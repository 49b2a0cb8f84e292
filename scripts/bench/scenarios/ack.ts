import type { Bench, Scenario } from '../scenario.ts';
import { gatewaySubject } from '../stage/gateway-subject.ts';
import { type Block, connect, measureBlock, startLoads } from '../stage/subject.ts';
import { KEYS, watchersOfAll } from '../workload.ts';

const MODES = ['committed', 'watched', 'accepted'];
const AGENTS = 100;
const INTERVAL_MS = 1_000;
const WATCHERS = 10;

export const ack: Scenario = {
  name: 'ack',
  title: 'Keys of one second, by mode of acknowledgement',
  method:
    `${AGENTS} agents collect ${KEYS} keys every second and report one call at a time, as Coder’s agent does: what is collected while an ` +
    'answer is awaited waits with it, the newest only. From collection to a watcher on the same gateway, with each `--ack`, side by side.',

  async run(bench) {
    bench.say('all modes side by side');
    const measured = await Promise.all(MODES.map((mode) => measureMode(bench, mode)));
    for (const [index, { fleet, watchers }] of measured.entries()) {
      const mode = MODES[index];
      bench.table.add(`${mode}: reports an agent and second`, '1/s', fleet.reports / AGENTS / fleet.seconds);
      bench.table.add(`${mode}: collection to a watcher p50`, 'ms', watchers.latency.p50);
      bench.table.add(`${mode}: collection to a watcher p99`, 'ms', watchers.latency.p99);
    }
  },
};

async function measureMode({ stage, quick }: Bench, mode: string): Promise<Block> {
  const flags = ['--ack', mode];
  const subject = await gatewaySubject(stage, await stage.database(), { agents: AGENTS, flags });
  const loads = startLoads(stage);
  await connect(subject, loads, { watched: watchersOfAll(WATCHERS) });
  return measureBlock(subject, loads, { ms: quick ? 5_000 : 20_000, intervalMs: INTERVAL_MS });
}
