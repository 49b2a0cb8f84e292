import { setTimeout as pause } from 'node:timers/promises';
import { FigureTable } from '../figures.ts';
import type { Dialect } from '../load/peers.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { assertDurable } from '../stage/durable.ts';
import { planOf } from '../stage/floor-plan.ts';
import { gatewaySubject } from '../stage/gateway-subject.ts';
import {
  goProgram,
  npmReferences,
  type Reference,
  startCentrifugo,
  startNats,
  startSocketIo,
} from '../stage/references.ts';
import type { Database } from '../stage/stage.ts';
import { type Block, connect, type Loads, measureBlock, type Subject, warmUp } from '../stage/subject.ts';

const KEYS = 15;
const INTERVAL_MS = 10_000;
const AGENTS = 600;
const WATCHERS = 50;
const WARM_UP_MS = 12_000;
/** For the gateway and the floors, 3,000 reports a second; the others do not take that, and their notifications pile up. */
const FAST_INTERVAL_MS = 200;
const LIVE_INTERVAL_MS = 200;
/** 600 reports of 15 values as plain JSON, one message each. */
const PLAIN_JSON_KIB = 447;
const LATENCY_BUDGET = { must: LIVE_INTERVAL_MS + 50, aim: LIVE_INTERVAL_MS + 20 };

export const watching: Scenario = {
  name: 'watching',
  title: 'Watching',
  method:
    '600 agents with 15 keys report every 10 s, each value new, 50 watchers of everything, `--ack accepted`. Beside it, with the same ' +
    'fleet and the same watchers: the floor, a bare `ws` server that answers the same messages with the same and sends what came in ' +
    'once in 5 s; the same floor sending as often as the gateway does, once in 200 ms; the first floor with one message a report; and ' +
    'what one would use instead. Blocks of each alternate.',

  async run(bench) {
    const { stage, quick, rounds, say } = bench;
    const database = await stage.database();
    const gateway = await gatewaySubject(stage, database, { agents: AGENTS, keys: KEYS, flags: ['--ack', 'accepted'] });
    const durable = await assertDurable(database.session);
    const loads = {
      fleet: stage.script('fleet', 'load/fleet.ts'),
      watchers: stage.script('watchers', 'load/watchers.ts'),
    };
    const { references, notes } = await startReferences(bench, database, gateway);
    const subjects = [gateway, ...(await floors(bench, gateway)), ...references];
    for (const subject of subjects) {
      say(`connecting to ${subject.name}`);
      await connect(subject, loads, { keys: KEYS, watched: Array(WATCHERS).fill(null), connectsPerSecond: 300 });
    }
    const table = new FigureTable();
    for (const subject of subjects) {
      say(`warming up: ${subject.name}`);
      const ms = quick ? 5_000 : WARM_UP_MS;
      await warmUp(subject, loads, { ms });
      if (subject === gateway || subject.name.includes('floor')) {
        await warmUp(subject, loads, { ms, intervalMs: FAST_INTERVAL_MS });
      }
    }
    for (let round = 1; round <= (quick ? 1 : rounds); round += 1) {
      const blocks = new Map<string, Block>();
      for (const subject of subjects) {
        say(`round ${round}: ${subject.name}`);
        blocks.set(subject.name, await measureBlock(subject, loads, { ms: INTERVAL_MS, intervalMs: INTERVAL_MS }));
      }
      addRound(table, blocks);
    }
    for (const subject of subjects.slice(1)) await disconnect(subject, loads);
    if (!quick) await measureOthers(bench, table, gateway, loads);
    return { figures: table.figures, notes: [durable, ...notes] };
  },
};

async function floors({ stage }: Bench, gateway: Subject): Promise<Subject[]> {
  const plan = await planOf(stage, gateway, KEYS);
  const floor = async (name: string, dialect: Dialect, steps: typeof plan, everyMs?: number): Promise<Subject> => {
    const program = stage.script(name, 'servers/floor.ts');
    const url = await program.ask<string>('listen', { plan: steps, everyMs });
    return { name, dialect, url, program, tokens: gateway.tokens, token: '' };
  };
  const oneMessage = [{ after: 1, messages: [Buffer.from('{"ok":true}').toString('hex')] }];
  return [
    await floor('floor', 'floor', plan),
    await floor('floor each 200 ms', 'floor', plan, LIVE_INTERVAL_MS),
    await floor('one-message floor', 'one-message floor', oneMessage),
  ];
}

async function startReferences(
  { stage, quick, say }: Bench,
  database: Database,
  { tokens }: Subject,
): Promise<{ references: Subject[]; notes: string[] }> {
  const references: Subject[] = [];
  const notes: string[] = [];
  const add = (name: string, dialect: Dialect, reference: Reference, stored?: Database) => {
    references.push({ name, dialect, ...reference, tokens, token: '', ...(stored && { database: stored }) });
    notes.push(`${name} is ${reference.settings}.`);
  };
  if (quick) return { references, notes };
  const perReport = stage.script('write per report', 'servers/write-per-report.ts');
  const url = await perReport.ask<string>('listen', { databaseUrl: database.url });
  const settings = 'a bare `ws` server with one UPDATE and NOTIFY for each report';
  add('write per report', 'json', { program: perReport, url, settings }, database);
  if (npmReferences(say)) add('Socket.IO', 'socket.io', await startSocketIo(stage, database.url), database);
  else notes.push('Socket.IO could not be installed from npm.');
  const centrifugo = goProgram('centrifugo', say);
  if (centrifugo !== null) add('Centrifugo', 'centrifugo', await startCentrifugo(stage, centrifugo));
  else notes.push('Centrifugo could not be built: no Go, or no Go module proxy.');
  const nats = goProgram('nats-server', say);
  if (nats !== null) add('NATS', 'nats', await startNats(stage, nats));
  else notes.push('NATS could not be built: no Go, or no Go module proxy.');
  return { references, notes };
}

function addRound(table: FigureTable, blocks: Map<string, Block>): void {
  for (const [name, block] of blocks) {
    table.add(`${name}: server CPU, a report`, 'µs', block.cpuUs);
    if (block.databaseCpuUs > 0) table.add(`${name}: PostgreSQL CPU, a report`, 'µs', block.databaseCpuUs);
    table.add(`${name}: bytes to a watcher in 10 s`, 'KiB', kibToOne(block, WATCHERS));
    if (name.includes('floor')) continue;
    const isOurs = name === 'gateway';
    table.add(`${name}: to a watcher p50`, 'ms', block.watchers.latency.p50);
    table.add(`${name}: to a watcher p99`, 'ms', block.watchers.latency.p99, isOurs ? LATENCY_BUDGET : undefined);
  }
  const cpu = (name: string) => blocks.get(name)?.cpuUs ?? Number.NaN;
  const bytes = kibToOne(blocks.get('gateway') as Block, WATCHERS);
  table.add('gateway CPU over floor', '×', cpu('gateway') / cpu('floor'), { must: 1.75, aim: 1.3 });
  table.add('gateway CPU over floor each 200 ms', '×', cpu('gateway') / cpu('floor each 200 ms'));
  table.add('gateway CPU over one-message floor', '×', cpu('gateway') / cpu('one-message floor'));
  table.add('bytes over plain JSON, every value new', '×', bytes / PLAIN_JSON_KIB, { must: 1.1, aim: 1 });
}

/** What one watcher gets in the time of one report of everybody. */
function kibToOne({ watchers, fleet }: Block, count: number): number {
  return watchers.bytes / count / 1024 / (fleet.reports / AGENTS);
}

async function disconnect({ name }: Subject, { fleet, watchers }: Loads): Promise<void> {
  await fleet.ask('leave', { name });
  await watchers.ask('leave', { name });
}

/** The same fleet with other watchers: one, 500 of everything, 500 of 20 agents each, and 50 of whom one is slow. */
async function measureOthers(
  { say }: Bench,
  table: FigureTable,
  gateway: Subject & { agentIds: string[] },
  loads: Loads,
): Promise<void> {
  await loads.watchers.ask('leave', { name: 'gateway' });
  const { agentIds } = gateway;
  const twenty = (i: number) =>
    Array.from({ length: 20 }, (_, n) => agentIds[(i * 20 + n) % agentIds.length] as string);
  const groups: { what: string; watched: (string[] | null)[]; slow?: boolean }[] = [
    { what: '1 watcher', watched: [null] },
    { what: '500 watchers', watched: Array(500).fill(null) },
    { what: '500 watchers of 20 agents each', watched: Array.from({ length: 500 }, (_, i) => twenty(i)) },
    { what: '50 watchers, one of them slow', watched: Array(50).fill(null), slow: true },
  ];
  for (const { what, watched, slow = false } of groups) {
    say(what);
    await loads.watchers.ask('open', {
      name: 'gateway',
      dialect: 'gateway',
      url: gateway.url,
      token: gateway.token,
      watched,
    });
    await loads.watchers.ask('hold', { name: 'gateway', held: slow });
    const block = await measureBlock(gateway, loads, { ms: 2 * INTERVAL_MS, intervalMs: INTERVAL_MS });
    await loads.watchers.ask('leave', { name: 'gateway' });
    table.add(`${what}: gateway CPU, a report`, 'µs', block.cpuUs);
    table.add(`${what}: gateway CPU, a report and watcher`, 'µs', block.cpuUs / watched.length);
    table.add(`${what}: to a watcher p50`, 'ms', block.watchers.latency.p50);
    table.add(`${what}: to a watcher p99`, 'ms', block.watchers.latency.p99);
    table.add(`${what}: to a watcher max`, 'ms', block.watchers.latency.max);
    await pause(1_000);
  }
}
