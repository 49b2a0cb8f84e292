import { setTimeout as pause } from 'node:timers/promises';
import type { FigureTable } from '../figures.ts';
import type { Bench, Scenario } from '../scenario.ts';
import type { PlanStep } from '../servers/floor.ts';
import { alternatives, FLOOR, OTHER_FLOORS, startFloor } from '../stage/alternatives.ts';
import { assertDurable } from '../stage/durable.ts';
import { planOf } from '../stage/floor-plan.ts';
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
  PLAIN_JSON_KIB,
  watchersOfAll,
} from '../workload.ts';

const WATCHERS = 50;
const MANY_WATCHERS = 500;
const CONNECTS_PER_SECOND = 300;
/**
 * What is no part of a budget has rounds of its own and is connected only then: the gateway would rest for minutes while others had
 * their turn, which a steady load never lets it, and the pings to their connections would wake the processors meanwhile.
 */
const FEWER_ROUNDS = 3;
const LATENCY_BUDGET = { must: LIVE_INTERVAL_MS + 50, aim: LIVE_INTERVAL_MS + 20 };
const FLOOR_BUDGET = { must: 1.75, aim: 1.3 };

/** Every server takes 600 reports a second for so long: frames and flushes want to be compiled too, and come as often at any rate. */
const WARM_UP = { ms: 40_000, intervalMs: 1_000 };
const QUICK_WARM_UP = { ms: 3_000, intervalMs: 200 };
/** Whoever has its turn reports more often; a fleet that rests would be pinged, beside whatever is measured. */
const SILENT_AT_REST = ['--keep-alive-interval', '10m'];
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
    'fleet and the same watchers, the floor: a bare `ws` server that answers the same messages with the same and sends what came in, as it ' +
    'came, once in 5 s. Blocks of the two alternate; the first twelve and a half seconds of each do not count, nor does a round ahead of ' +
    `the five. Then, in ${FEWER_ROUNDS} rounds, the gateway beside two other floors: one that sends as often as the gateway, once in 200 ms, and one to which ` +
    'a report is one message. Then other watchers of the gateway. Last, with the gateway stopped, what one would use instead, one after ' +
    `the other, each alone, on a database of its own where it has one, and for ${FEWER_ROUNDS} blocks: they are of the same run, but beside nothing. Each server warms up first, for ` +
    '40 s at 600 reports a second. Agents send no keep-alives here, which real ones do, and get none. ' +
    `Plain JSON is ${PLAIN_JSON_KIB} KiB, as it was ` +
    'measured elsewhere with the time of each value; the servers below send none. Watchers of 10,000 agents are part of `promise`.',

  async run(bench) {
    const { stage, table, quick, rounds, say } = bench;
    const others = quick ? [] : alternatives({ say, note: (text) => table.note(text) });
    const flags = ['--ack', 'accepted', ...SILENT_AT_REST];
    const gateway = await gatewaySubject(stage, await stage.database(), { agents: COMPARED_AGENTS, flags });
    table.note(await assertDurable(gateway.database.session));
    const loads = startLoads(stage);
    // Before its fleet is there: an agent that makes the call that is recorded loses the connection that it has.
    const plan = await planOf(stage, gateway);
    const floor = await startFloor(stage, FLOOR, { plan, tokens: gateway.tokens });
    const judged = [gateway, floor];
    await prepare(bench, judged, loads);
    if (!quick) await measureRound(bench, 'a round that does not count', { alternating: judged, loads });
    for (let round = 1; round <= rounds(quick ? 1 : 5); round += 1) {
      const blocks = await measureRound(bench, `round ${round}`, { alternating: inTurn(judged, round), loads });
      for (const [name, block] of blocks) addBlock(table, name, block);
      addRatios(table, blocks);
      const overJson = overPlainJson(kibToOne(blockOf(blocks, gateway.name)));
      table.add('bytes over plain JSON, every value new', '×', overJson, { must: 1.1, aim: 1 });
    }
    if (quick) return;
    await leave([floor], loads);
    await measureOtherFloors(bench, { gateway, plan }, loads);
    await measureGroups(bench, gateway, loads);
    await loads.fleet.ask('leave', { name: gateway.name });
    await gateway.program.stop();
    for (const other of others) await measureAlone(bench, await other(stage, gateway.tokens), loads);
  },
};

/** Those that alternate come in the opposite order every other time, so that it is not always the same one's turn first. */
const inTurn = (subjects: Subject[], round: number) => (round % 2 === 0 ? subjects.toReversed() : subjects);

/** Connects fleets and watchers and warms the servers up. */
async function prepare({ quick, say }: Bench, subjects: Subject[], loads: Loads): Promise<void> {
  for (const subject of subjects) {
    say(`connecting to ${subject.name}`);
    await connect(subject, loads, { watched: watchersOfAll(WATCHERS), connectsPerSecond: CONNECTS_PER_SECOND });
  }
  for (const subject of subjects) {
    say(`warming up: ${subject.name}`);
    await warmUp(subject, loads, quick ? QUICK_WARM_UP : WARM_UP);
  }
  // Floors send by then what they have gathered while warming up.
  await pause(FLUSH_INTERVAL_MS);
}

/** A block of each subject, by its name. */
async function measureRound(
  { quick, say }: Bench,
  round: string,
  { alternating, loads }: { alternating: Subject[]; loads: Loads },
): Promise<Map<string, Block>> {
  const blocks = new Map<string, Block>();
  for (const subject of alternating) {
    say(`${round}: ${subject.name}`);
    const block = await measureBlock(subject, loads, { ms: INTERVAL_MS, leadMs: quick ? 0 : LEAD_MS });
    blocks.set(subject.name, block);
  }
  return blocks;
}

function blockOf(blocks: Map<string, Block>, name: string): Block {
  const block = blocks.get(name);
  if (block === undefined) throw new Error(`${name} was not measured`);
  return block;
}

async function measureOtherFloors(
  bench: Bench,
  { gateway, plan }: { gateway: GatewaySubject; plan: PlanStep[] },
  loads: Loads,
): Promise<void> {
  const { stage, table } = bench;
  const floors: Subject[] = [];
  for (const floor of OTHER_FLOORS) floors.push(await startFloor(stage, floor, { plan, tokens: gateway.tokens }));
  await prepare(bench, floors, loads);
  const alternating = [gateway, ...floors];
  for (let round = 1; round <= bench.rounds(FEWER_ROUNDS); round += 1) {
    const blocks = await measureRound(bench, `round ${round}`, { alternating: inTurn(alternating, round), loads });
    table.add('gateway beside other floors: server CPU, a report', 'µs', blockOf(blocks, gateway.name).cpuUs);
    for (const { name } of floors) addBlock(table, name, blockOf(blocks, name));
    addRatios(table, blocks);
  }
  await leave(floors, loads);
}

/** Measures a server beside nothing else. */
async function measureAlone(bench: Bench, subject: Subject, loads: Loads): Promise<void> {
  await prepare(bench, [subject], loads);
  // Else what making its rows leaves to autovacuum would be paid while it is measured.
  await subject.database?.session.query('VACUUM ANALYZE');
  for (let round = 1; round <= bench.rounds(FEWER_ROUNDS); round += 1) {
    const blocks = await measureRound(bench, `round ${round}`, { alternating: [subject], loads });
    addBlock(bench.table, subject.name, blockOf(blocks, subject.name));
  }
  await leave([subject], loads);
}

/** Ends these servers, and what is connected to them. */
async function leave(subjects: Subject[], { fleet, watchers }: Loads): Promise<void> {
  for (const { name, program } of subjects) {
    await fleet.ask('leave', { name });
    await watchers.ask('leave', { name });
    await program.stop();
  }
}

const isFloor = (name: string) => [FLOOR, ...OTHER_FLOORS].some((floor) => floor.name === name);

function addBlock(table: FigureTable, name: string, block: Block): void {
  table.add(`${name}: server CPU, a report`, 'µs', block.cpuUs);
  if (block.databaseCpuUs > 0) table.add(`${name}: PostgreSQL CPU, a report`, 'µs', block.databaseCpuUs);
  table.add(`${name}: bytes to a watcher in 10 s`, 'KiB', kibToOne(block));
  if (isFloor(name)) return;
  const budget = name === 'gateway' ? LATENCY_BUDGET : undefined;
  table.add(`${name}: to a watcher p50`, 'ms', block.watchers.latency.p50);
  table.add(`${name}: to a watcher p99`, 'ms', block.watchers.latency.p99, budget);
  table.add(`${name}: to a watcher max`, 'ms', block.watchers.latency.max);
}

function addRatios(table: FigureTable, blocks: Map<string, Block>): void {
  const gateway = blockOf(blocks, 'gateway');
  for (const [name, { cpuUs }] of blocks) {
    if (!isFloor(name)) continue;
    table.add(`gateway CPU over ${name}`, '×', gateway.cpuUs / cpuUs, name === 'floor' ? FLOOR_BUDGET : undefined);
  }
}

function kibToOne({ watchers, fleet }: Block): number {
  return kibPerWatcher(watchers.bytes, { watchers: WATCHERS, reports: fleet.reports });
}

/**
 * The same fleet with other watchers: one, 500 of everything, 500 of 20 agents each, and 50 of whom one is slow. None is left at the
 * end.
 */
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
    { what: `${MANY_WATCHERS} watchers`, watched: watchersOfAll(MANY_WATCHERS) },
    {
      what: `${MANY_WATCHERS} watchers of 20 agents each`,
      watched: Array.from({ length: MANY_WATCHERS }, (_, i) => twenty(i)),
    },
    { what: '50 watchers, one of them slow', watched: watchersOfAll(50), slow: true },
  ];
  await watchers.ask('leave', { name: gateway.name });
  const cpuUs: number[] = [];
  for (const { what, watched, slow = false } of groups) {
    say(what);
    await connectWatchers(gateway, { fleet, watchers }, watched);
    await watchers.ask('hold', { name: gateway.name, held: slow });
    const block = await measureBlock(gateway, { fleet, watchers }, { ms: INTERVAL_MS, leadMs: LEAD_MS });
    const { latency, bytes } = block.watchers;
    await watchers.ask('leave', { name: gateway.name });
    cpuUs.push(block.cpuUs);
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
  const [ofOne, ofMany] = cpuUs as [number, number];
  table.add('each watcher beyond the first: gateway CPU, a report', 'µs', (ofMany - ofOne) / (MANY_WATCHERS - 1));
}
