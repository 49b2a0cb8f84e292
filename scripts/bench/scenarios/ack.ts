import { FigureTable } from '../figures.ts';
import type { Scenario } from '../scenario.ts';
import { gatewaySubject } from '../stage/gateway-subject.ts';
import { connect, measureBlock } from '../stage/subject.ts';

const AGENTS = 100;
const KEYS = 15;
const INTERVAL_MS = 1_000;
const WATCHERS = 10;

export const ack: Scenario = {
  name: 'ack',
  title: 'Keys of one second, by mode of acknowledgement',
  method:
    '100 agents collect 15 keys every second and report one call at a time, as Coder’s agent does: what is collected while an ' +
    'answer is awaited waits with it, the newest only. From collection to a watcher on the same gateway, with each `--ack`.',

  async run({ stage, quick, say }) {
    const table = new FigureTable();
    for (const mode of ['committed', 'watched', 'accepted']) {
      say(mode);
      const subject = await gatewaySubject(stage, await stage.database(), {
        ...{ agents: AGENTS, keys: KEYS, flags: ['--ack', mode] },
      });
      const loads = {
        fleet: stage.script('fleet', 'load/fleet.ts'),
        watchers: stage.script('watchers', 'load/watchers.ts'),
      };
      await connect(subject, loads, { keys: KEYS, watched: Array(WATCHERS).fill(null) });
      const { fleet, watchers } = await measureBlock(subject, loads, {
        ms: quick ? 6_000 : 20_000,
        intervalMs: INTERVAL_MS,
      });
      table.add(`${mode}: reports an agent and second`, '1/s', fleet.reports / AGENTS / fleet.seconds);
      table.add(`${mode}: collection to a watcher p50`, 'ms', watchers.latency.p50);
      table.add(`${mode}: collection to a watcher p99`, 'ms', watchers.latency.p99);
      await stage.clear();
    }
    return { figures: table.figures };
  },
};
