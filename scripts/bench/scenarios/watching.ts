import { setTimeout as pause } from 'node:timers/promises';
import type { FigureTable } from '../figures.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { FLOOR, FLOORS, startAlternatives, startFloors, startWritePerReport } from '../stage/alternatives.ts';
import { assertDurable } from '../stage/durable.ts';
import { type GatewaySubject, gatewaySubject } from '../stage/gateway-subject.ts';
import {
  type Block,
  connect,
  connectWatchers,
  type Loads,
  measureBlock,
  type Subject,
  startLoads,
  warmUp,
} from '../stage/subject.ts';
import {
  COMPARED_AGENTS,
  FLUSH_INTERVAL_MS,
  INTERVAL_MS,
  KEYS,
  kibPerWatcher,
  LIVE_INTERVAL_MS,
  overPlainJson,
  watchersOfAll,
} from '../workload.ts';

const WATCHERS = 50;
const CONNECTS_PER_SECOND = 300;
/**
 * What is no part of any budget has rounds of its own and connects when all else has been measured: the gateway would rest
 * for minutes while others had their turn, which a steady load never lets it, and the pings of their thousands of
 * connections would wake the processors at which it sleeps.
 */
const OTHERS_ROUNDS = 3;
const LATENCY_BUDGET = { must: LIVE_INTERVAL_MS + 50, aim: LIVE_INTERVAL_MS + 20 };
const FLOOR_BUDGET = { must: 1.75, aim: 1.3 };

/** Every server takes 600 reports a second for so long. */
const WARM_UP = { ms: 12_000, intervalMs: 1_000 };
/** 3,000 reports a second: the gateway and the floors take them. */
const FAST_WARM_UP = { ms: 12_000, intervalMs: 200 };
const QUICK_WARM_UP = { ms: 3_000, intervalMs: 200 };
/**
 * While others had their turn, the engine has given memory back; after one interval it has what a steady load needs. Flushes
 * begin with the load, so half of one's interval keeps them clear of the ends of what is measured.
 */
const LEAD_MS = INTERVAL_MS + FLUSH_INTERVAL_MS / 2;

export const watching: Scenario = {
  name: 'watching',
  title: 'Watching',
  method:
    `${COMPARED_AGENTS} agents with ${KEYS} keys report every 10 s, each value new, ${WATCHERS} watchers of everything, \`--ack accepted\`. Beside it, with the same ` +
    'fleet and the same watchers: the floor, a bare `ws` server that answers the same messages with the same and sends what came in ' +
    `once in 5 s. Blocks of each alternate; the first twelve seconds of each do not count. In ${OTHERS_ROUNDS} rounds of their own after these, gateway, ` +
    'the same floor sending as often as the gateway does, once in 200 ms, and the first floor with one message a report; then ' +
    'other watchers of the gateway; and when gateway and floors are gone, ' +
    `${OTHERS_ROUNDS} rounds of what one would use instead. At 60 reports a second it would take a quarter of an hour until what runs ` +
    'all the time is compiled, so each server warms up first: for 12 s at 600 reports a second, and the gateway and the floors for ' +
    'another 12 s at 3,000. The others do not take that many: notifications of Socket.IO’s adapter and messages of Centrifugo ' +
    'pile up, and whoever is measured next would be measured with them. Watchers of 10,000 agents are part of `promise`.',

  async run(bench) {
    const { stage, table, quick, rounds } = bench;
    const flags = ['--ack', 'accepted'];
    const gateway = await gatewaySubject(stage, await stage.database(), { agents: COMPARED_AGENTS, flags });
    table.note(await assertDurable(gateway.database.session));
    const loads = startLoads(stage);
    const [floor, ...otherFloors] = await startFloors(stage, gateway, quick ? [FLOOR] : FLOORS);
    const judged = [gateway, floor as Subject];
    await connectAll(bench, judged, loads);
    await warmUpAll(bench, judged, loads);
    for (let round = 1; round <= rounds(quick ? 1 : 5); round += 1) {
      const blocks = await measureRound(bench, round, { alternating: judged, loads });
      for (const [name, block] of blocks) addBlock(table, name, block);
      addRatios(table, blocks);
      const overJson = overPlainJson(kibToOne(blocks.get(gateway.name) as Block));
      table.add('bytes over plain JSON, every value new', '×', overJson, { must: 1.1, aim: 1 });
    }
    await disconnect(floor as Subject, loads);
    if (quick) return;
    await measureOtherFloors(bench, { gateway, floors: otherFloors }, loads);
    await measureGroups(bench, gateway, loads);
    await loads.fleet.ask('leave', { name: gateway.name });
    await measureOthers(bench, gateway, loads);
  },
};

async function connectAll({ say }: Bench, subjects: Subject[], loads: Loads): Promise<void> {
  for (const subject of subjects) {
    say(`connecting to ${subject.name}`);
    await connect(subject, loads, { watched: watchersOfAll(WATCHERS), connectsPerSecond: CONNECTS_PER_SECOND });
  }
}

/** For those that take 3,000 reports a second. */
async function warmUpAll({ quick, say }: Bench, subjects: Subject[], loads: Loads): Promise<void> {
  for (const subject of subjects) {
    say(`warming up: ${subject.name}`);
    if (!quick) await warmUp(subject, loads, WARM_UP);
    await warmUp(subject, loads, quick ? QUICK_WARM_UP : FAST_WARM_UP);
  }
  // Floors send by then what they have gathered while warming up.
  await pause(FLUSH_INTERVAL_MS);
}

/** A block of each subject, by its name. */
async function measureRound(
  { quick, say }: Bench,
  round: number,
  { alternating, loads }: { alternating: Subject[]; loads: Loads },
): Promise<Map<string, Block>> {
  const blocks = new Map<string, Block>();
  for (const subject of alternating) {
    say(`round ${round}: ${subject.name}`);
    const block = await measureBlock(subject, loads, { ms: INTERVAL_MS, leadMs: quick ? 0 : LEAD_MS });
    blocks.set(subject.name, block);
  }
  return blocks;
}

async function measureOtherFloors(
  bench: Bench,
  { gateway, floors }: { gateway: Subject; floors: Subject[] },
  loads: Loads,
): Promise<void> {
  await connectAll(bench, floors, loads);
  await warmUpAll(bench, floors, loads);
  for (let round = 1; round <= bench.rounds(OTHERS_ROUNDS); round += 1) {
    const blocks = await measureRound(bench, round, { alternating: [gateway, ...floors], loads });
    for (const { name } of floors) addBlock(bench.table, name, blocks.get(name) as Block);
    addRatios(bench.table, blocks);
  }
  for (const floor of floors) await disconnect(floor, loads);
}

async function measureOthers(bench: Bench, gateway: GatewaySubject, loads: Loads): Promise<void> {
  const others = await startOthers(bench, gateway);
  await connectAll(bench, others, loads);
  for (const subject of others) {
    bench.say(`warming up: ${subject.name}`);
    await warmUp(subject, loads, WARM_UP);
  }
  for (let round = 1; round <= bench.rounds(OTHERS_ROUNDS); round += 1) {
    const blocks = await measureRound(bench, round, { alternating: others, loads });
    for (const [name, block] of blocks) addBlock(bench.table, name, block);
  }
}

async function startOthers({ stage, table, say }: Bench, gateway: GatewaySubject): Promise<Subject[]> {
  const note = (text: string) => table.note(text);
  note('write per report is a bare `ws` server with one UPDATE and NOTIFY for each report.');
  return [await startWritePerReport(stage, gateway), ...(await startAlternatives(stage, gateway, { say, note }))];
}

const isFloor = (name: string) => FLOORS.some((floor) => floor.name === name);

function addBlock(table: FigureTable, name: string, block: Block): void {
  table.add(`${name}: server CPU, a report`, 'µs', block.cpuUs);
  if (block.databaseCpuUs > 0) table.add(`${name}: PostgreSQL CPU, a report`, 'µs', block.databaseCpuUs);
  table.add(`${name}: bytes to a watcher in 10 s`, 'KiB', kibToOne(block));
  if (isFloor(name)) return;
  const budget = name === 'gateway' ? LATENCY_BUDGET : undefined;
  table.add(`${name}: to a watcher p50`, 'ms', block.watchers.latency.p50);
  table.add(`${name}: to a watcher p99`, 'ms', block.watchers.latency.p99, budget);
}

function addRatios(table: FigureTable, blocks: Map<string, Block>): void {
  const gateway = blocks.get('gateway') as Block;
  for (const [name, { cpuUs }] of blocks) {
    if (!isFloor(name)) continue;
    table.add(`gateway CPU over ${name}`, '×', gateway.cpuUs / cpuUs, name === 'floor' ? FLOOR_BUDGET : undefined);
  }
}

function kibToOne({ watchers, fleet }: Block): number {
  return kibPerWatcher(watchers.bytes, { watchers: WATCHERS, reports: fleet.reports });
}

async function disconnect({ name }: Subject, { fleet, watchers }: Loads): Promise<void> {
  await fleet.ask('leave', { name });
  await watchers.ask('leave', { name });
}

/** The same fleet with other watchers: one, 500 of everything, 500 of 20 agents each, and 50 of whom one is slow. */
async function measureGroups(
  { table, say }: Bench,
  gateway: GatewaySubject,
  { fleet, watchers }: Loads,
): Promise<void> {
  const { agentIds } = gateway;
  const twenty = (i: number) =>
    Array.from({ length: 20 }, (_, n) => agentIds[(i * 20 + n) % agentIds.length] as string);
  const groups: { what: string; watched: (string[] | null)[]; slow?: boolean }[] = [
    { what: '1 watcher', watched: watchersOfAll(1) },
    { what: '500 watchers', watched: watchersOfAll(500) },
    { what: '500 watchers of 20 agents each', watched: Array.from({ length: 500 }, (_, i) => twenty(i)) },
    { what: '50 watchers, one of them slow', watched: watchersOfAll(50), slow: true },
  ];
  await watchers.ask('leave', { name: gateway.name });
  for (const { what, watched, slow = false } of groups) {
    say(what);
    await connectWatchers(gateway, { fleet, watchers }, watched);
    await watchers.ask('hold', { name: gateway.name, held: slow });
    const block = await measureBlock(gateway, { fleet, watchers }, { ms: INTERVAL_MS, leadMs: LEAD_MS });
    const { latency, bytes } = block.watchers;
    await watchers.ask('leave', { name: gateway.name });
    table.add(`${what}: gateway CPU, a report`, 'µs', block.cpuUs);
    table.add(`${what}: gateway CPU, a report and watcher`, 'µs', block.cpuUs / watched.length);
    table.add(`${what}: to a watcher p50`, 'ms', latency.p50);
    table.add(`${what}: to a watcher p99`, 'ms', latency.p99);
    table.add(`${what}: to a watcher max`, 'ms', latency.max);
    // Who is slow takes nothing meanwhile.
    const taking = { watchers: slow ? watched.length - 1 : watched.length, reports: block.fleet.reports };
    table.add(`${what}: bytes to a watcher in 10 s`, 'KiB', kibPerWatcher(bytes, taking));
    await pause(1_000);
  }
}
