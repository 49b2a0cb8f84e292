import { setTimeout as pause } from 'node:timers/promises';
import { FigureTable } from '../figures.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { gatewaySubject } from '../stage/gateway-subject.ts';
import type { Stage } from '../stage/stage.ts';
import { connect, type Loads, measureBlock } from '../stage/subject.ts';

const AGENTS = 600;
const KEYS = 15;
const INTERVAL_MS = 10_000;
const WATCHERS = 50;
const FLUSH_INTERVAL_MS = 5_000;
const PLAIN_JSON_KIB = 447;
const COMING_BACK = { must: 1_000, aim: 1_000 };

export const elsewhere: Scenario = {
  name: 'elsewhere',
  title: 'Other gateways, coming back, and values that repeat',
  method:
    '600 agents on one gateway, watchers on another, which learns of values by the bus. How long a watcher that comes back waits ' +
    'until it has been shown everything. Bytes to a watcher where 12 of 15 values repeat.',

  async run(bench) {
    const table = new FigureTable();
    await measureBus(bench, table);
    for (const agents of bench.quick ? [AGENTS] : [AGENTS, 10_000]) await measureComingBack(bench, table, agents);
    await measureRepeats(bench, table);
    return { figures: table.figures };
  },
};

const loadsOf = (stage: Stage): Loads => ({
  fleet: stage.script('fleet', 'load/fleet.ts'),
  watchers: stage.script('watchers', 'load/watchers.ts'),
});

async function measureBus({ stage, quick, say }: Bench, table: FigureTable): Promise<void> {
  say('watchers on another gateway');
  const database = await stage.database();
  const subject = await gatewaySubject(stage, database, { agents: AGENTS, keys: KEYS });
  const other = await stage.gateway(database);
  const loads = loadsOf(stage);
  await connect(subject, loads, { keys: KEYS, watched: [] });
  const { token, name } = subject;
  await loads.watchers.ask('leave', { name });
  await loads.watchers.ask('open', {
    name,
    dialect: 'gateway',
    url: other.url,
    token,
    watched: Array(WATCHERS).fill(null),
  });
  const ms = (quick ? 1 : 2) * INTERVAL_MS;
  const { watchers } = await measureBlock(subject, loads, { ms, intervalMs: INTERVAL_MS });
  const budget = { must: FLUSH_INTERVAL_MS + 250, aim: FLUSH_INTERVAL_MS + 100 };
  table.add('to a watcher on another gateway p50', 'ms', watchers.latency.p50);
  table.add('to a watcher on another gateway p99', 'ms', watchers.latency.p99, budget);
  await stage.clear();
}

async function measureComingBack({ stage, rounds, say }: Bench, table: FigureTable, agents: number): Promise<void> {
  say(`coming back to ${agents} agents`);
  const subject = await gatewaySubject(stage, await stage.database(), { agents, keys: KEYS });
  const loads = loadsOf(stage);
  await connect(subject, loads, { keys: KEYS, watched: [null] });
  await measureBlock(subject, loads, { ms: INTERVAL_MS, intervalMs: INTERVAL_MS });
  for (let round = 1; round <= rounds; round += 1) {
    // Longer than a snapshot is shared with those who come at the same time.
    await pause(3_000);
    const ms = await loads.watchers.ask<number>('comeBack', subject);
    table.add(`whole state of ${agents} agents at a watcher that comes back`, 'ms', ms, COMING_BACK);
  }
  await stage.clear();
}

async function measureRepeats({ stage, say }: Bench, table: FigureTable): Promise<void> {
  say('values that repeat');
  const subject = await gatewaySubject(stage, await stage.database(), {
    agents: AGENTS,
    keys: KEYS,
    flags: ['--ack', 'accepted'],
  });
  const loads = loadsOf(stage);
  await connect(subject, loads, { keys: KEYS, watched: Array(WATCHERS).fill(null), freshKeys: 3 });
  await measureBlock(subject, loads, { ms: INTERVAL_MS, intervalMs: INTERVAL_MS });
  const { watchers, fleet } = await measureBlock(subject, loads, { ms: INTERVAL_MS, intervalMs: INTERVAL_MS });
  const kib = watchers.bytes / WATCHERS / 1024 / (fleet.reports / AGENTS);
  table.add('bytes to a watcher in 10 s, 80 % of the values repeat', 'KiB', kib);
  table.add('bytes over plain JSON, 80 % of the values repeat', '×', kib / PLAIN_JSON_KIB, { must: 1.1, aim: 0.3 });
  await stage.clear();
}
