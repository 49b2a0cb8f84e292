import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Scenario } from '../scenario.ts';
import { assertDurable } from '../stage/durable.ts';
import { gatewaySubject } from '../stage/gateway-subject.ts';
import { connect, connectWatchers, measureBlock, startLoads, warmUp } from '../stage/subject.ts';
import {
  COMPARED_AGENTS,
  FLUSH_INTERVAL_MS,
  INTERVAL_MS,
  KEYS,
  kibPerWatcher,
  LIVE_INTERVAL_MS,
  overPlainJson,
  PLAIN_JSON_KIB,
  watchersOfAll,
} from '../workload.ts';

const WATCHERS = 50;
const FRESH_KEYS = 3;
const BUS_BUDGET = { must: FLUSH_INTERVAL_MS + 250, aim: FLUSH_INTERVAL_MS + 100 };
const COMING_BACK_BUDGET = { must: 1_000, aim: 1_000 };
/** Longer than a snapshot is shared with those who come at the same time. */
const APART_MS = 3_000;
/** Of a large fleet's first reports, so that making its rows takes nobody's time. */
const FIRST_REPORTS_PER_SECOND = 1_000;

export const elsewhere: Scenario = {
  name: 'elsewhere',
  title: 'Other gateways, coming back, and values that repeat',
  method:
    `${COMPARED_AGENTS} agents on one gateway, watchers on another, which learns of values by the bus. How long a watcher that comes back waits ` +
    `until it has been shown everything. Bytes to a watcher where ${KEYS - FRESH_KEYS} of ${KEYS} values repeat, ` +
    `over the ${PLAIN_JSON_KIB} KiB that plain JSON was measured to be elsewhere.`,

  async run(bench) {
    await measureBus(bench);
    for (const agents of bench.quick ? [COMPARED_AGENTS] : [COMPARED_AGENTS, 10_000]) {
      await measureComingBack(bench, agents);
    }
    await measureRepeats(bench);
  },
};

async function measureBus({ stage, table, quick, rounds, say }: Bench): Promise<void> {
  say('watchers on another gateway');
  const database = await stage.database();
  const subject = await gatewaySubject(stage, database, { agents: COMPARED_AGENTS });
  table.note(await assertDurable(database.session));
  const other = await stage.gateway(database);
  const loads = startLoads(stage);
  await connect(subject, loads, { watched: [] });
  await connectWatchers({ ...subject, url: other.url }, loads, watchersOfAll(WATCHERS));
  for (let round = 1; round <= rounds(quick ? 1 : 5); round += 1) {
    const { watchers } = await measureBlock(subject, loads, { ms: quick ? 5_000 : 2 * INTERVAL_MS });
    table.add('to a watcher on another gateway p50', 'ms', watchers.latency.p50);
    table.add('to a watcher on another gateway p99', 'ms', watchers.latency.p99, BUS_BUDGET);
  }
  await stage.clear();
}

async function measureComingBack({ stage, table, quick, rounds, say }: Bench, agents: number): Promise<void> {
  say(`coming back to ${agents} agents`);
  const subject = await gatewaySubject(stage, await stage.database(), { agents });
  const loads = startLoads(stage);
  await connect(subject, loads, { watched: watchersOfAll(1) });
  const firstMs = (agents / FIRST_REPORTS_PER_SECOND) * 1_000;
  await warmUp(subject, loads, { ms: firstMs, intervalMs: firstMs });
  for (let round = 1; round <= rounds(quick ? 1 : 5); round += 1) {
    await pause(APART_MS);
    const { url, token } = subject;
    const tookMs = await loads.watchers.ask<number>('comeBack', { url, token });
    table.add(`whole state of ${agents} agents at a watcher that comes back`, 'ms', tookMs, COMING_BACK_BUDGET);
  }
  await stage.clear();
}

async function measureRepeats({ stage, table, quick, rounds, say }: Bench): Promise<void> {
  say('values that repeat');
  const flags = ['--ack', 'accepted'];
  const subject = await gatewaySubject(stage, await stage.database(), { agents: COMPARED_AGENTS, flags });
  const loads = startLoads(stage);
  await connect(subject, loads, { watched: watchersOfAll(WATCHERS), freshKeys: FRESH_KEYS });
  await warmUp(subject, loads, { ms: 1_000, intervalMs: 1_000 });
  // The last of the first reports, in which every value is new, have been shown by then.
  await pause(5 * LIVE_INTERVAL_MS);
  for (let round = 1; round <= rounds(quick ? 1 : 5); round += 1) {
    const { watchers, fleet } = await measureBlock(subject, loads, { ms: quick ? 5_000 : INTERVAL_MS });
    const kib = kibPerWatcher(watchers.bytes, { watchers: WATCHERS, reports: fleet.reports });
    table.add('bytes to a watcher in 10 s, 80 % of the values repeat', 'KiB', kib);
    table.add('bytes over plain JSON, 80 % of the values repeat', '×', overPlainJson(kib), { must: 1.1, aim: 0.3 });
  }
  await stage.clear();
}
