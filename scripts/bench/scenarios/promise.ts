import type { Session } from '../../../db/session.ts';
import { DatabaseEvidence } from '../../../gateway/cli/simulate/database-evidence.ts';
import { FigureTable, largest, percentile } from '../figures.ts';
import { sentAtUs } from '../load/report.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { assertDurable } from '../stage/durable.ts';
import { gatewaySubject } from '../stage/gateway-subject.ts';
import type { Database } from '../stage/stage.ts';
import { type Block, connect, type Loads, measureBlock, type Subject } from '../stage/subject.ts';

const KEYS = 15;
const INTERVAL_MS = 10_000;
const FLUSH_INTERVAL_MS = 5_000;
const WATCHERS = 50;
const COMPARED_AGENTS = 600;

export const promise: Scenario = {
  name: 'promise',
  title: 'The promise',
  method:
    'Agents with 15 keys report every 10 s, each value new, spread evenly or all in the same instant, 50 watchers of everything. ' +
    'Flush transactions are counted by the nonce in the database, notifications by a LISTEN of our own, and every acknowledged ' +
    'value is looked up afterwards. Beside it the usual design, UPDATE and NOTIFY for each report, on the same database.',

  async run(bench) {
    const table = new FigureTable();
    const notes: string[] = [];
    for (const agents of bench.fleets(bench.quick ? [COMPARED_AGENTS] : [1, COMPARED_AGENTS, 3_000, 10_000])) {
      notes.push(...(await measureFleet(bench, table, agents)));
    }
    return { figures: table.figures, notes: [...new Set(notes)] };
  },
};

async function measureFleet(
  { stage, quick, rounds, say }: Bench,
  table: FigureTable,
  agents: number,
): Promise<string[]> {
  const database = await stage.database();
  const subject = await gatewaySubject(stage, database, { agents, keys: KEYS });
  const durable = await assertDurable(database.session);
  const loads = {
    fleet: stage.script('fleet', 'load/fleet.ts'),
    watchers: stage.script('watchers', 'load/watchers.ts'),
  };
  say(`${agents} agents: connecting`);
  await connect(subject, loads, { keys: KEYS, watched: Array(WATCHERS).fill(null) });
  const usual = agents === COMPARED_AGENTS ? await connectUsual(stage, database, loads, subject) : null;
  const ms = quick ? 10_000 : 20_000;
  // One long look at a large fleet is worth more than several short ones, and a single agent says the same each time.
  for (let round = 1; round <= (quick || agents !== COMPARED_AGENTS ? 1 : Math.min(rounds, 3)); round += 1) {
    for (const burst of [false, true]) {
      const what = `${agents} agents${burst ? ' in the same instant' : ''}`;
      say(`${what}: round ${round}`);
      const counted = await countedBlock(subject, loads, database, { ms, burst });
      addFigures(table, what, counted);
      if (usual !== null && !burst) addUsual(table, counted.block, await usualBlock(usual, loads, ms));
    }
  }
  await stage.clear();
  return [durable];
}

interface Counted {
  block: Block;
  flushes: number;
  notifications: number;
  valuesPerNotification: number;
  lost: number;
}

async function countedBlock(
  subject: Subject & { agentIds: string[] },
  loads: Loads,
  database: Database,
  { ms, burst }: { ms: number; burst: boolean },
): Promise<Counted> {
  const evidence = new DatabaseEvidence({ url: () => database.url });
  try {
    await evidence.begin();
    const block = await measureBlock(subject, loads, { ms, intervalMs: INTERVAL_MS, burst, stalls: true });
    const { flushes, notifications, valuesPerNotification } = await evidence.figures();
    const lost = await countLost(database.session, subject.agentIds, block.fleet.acknowledgedUs);
    return {
      block,
      lost,
      flushes: flushes ?? Number.NaN,
      notifications: notifications ?? Number.NaN,
      valuesPerNotification: valuesPerNotification ?? Number.NaN,
    };
  } finally {
    await evidence.close();
  }
}

/** Agents of which neither what was acknowledged last nor anything newer is stored. */
async function countLost(session: Session, agentIds: string[], acknowledgedUs: number[]): Promise<number> {
  const rows = await session.query<{ id: string; oldest: string; keys: string }>(
    'SELECT agent_id AS id, min(value) AS oldest, count(*)::text AS keys FROM tidegate.agent_metadata GROUP BY agent_id',
  );
  const stored = new Map(rows.map(({ id, oldest, keys }) => [id, Number(keys) < KEYS ? 0 : sentAtUs(oldest)]));
  return agentIds.filter((id, index) => (stored.get(id) ?? 0) < (acknowledgedUs[index] ?? 0)).length;
}

function addFigures(table: FigureTable, what: string, { block, ...counted }: Counted): void {
  const { fleet, watchers, stallsMs } = block;
  const allowed = Math.floor((block.seconds * 1_000) / FLUSH_INTERVAL_MS) + 1;
  table.add(`${what}: flush transactions`, 'count', counted.flushes);
  table.add(`${what}: notifications`, 'count', counted.notifications);
  table.add(`${what}: notifications over those allowed`, '×', counted.notifications / allowed, { must: 1 });
  table.add(
    `${what}: flushes without exactly one notification`,
    'count',
    Math.abs(counted.flushes - counted.notifications),
    {
      must: 0,
    },
  );
  table.add(`${what}: values in a notification`, 'count', counted.valuesPerNotification);
  table.add(`${what}: acknowledged and lost`, 'count', counted.lost, { must: 0 });
  table.add(`${what}: gateway CPU, a report`, 'µs', block.cpuUs);
  table.add(`${what}: PostgreSQL CPU, a report`, 'µs', block.databaseCpuUs);
  table.add(`${what}: event-loop stall p99`, 'ms', percentile(stallsMs, 0.99), { must: 50, aim: 20 });
  table.add(`${what}: event-loop stall max`, 'ms', largest(stallsMs), { must: 250 });
  table.add(`${what}: to acknowledgement p50`, 'ms', fleet.acknowledgement.p50);
  table.add(`${what}: to acknowledgement p99`, 'ms', fleet.acknowledgement.p99);
  table.add(`${what}: to a watcher p50`, 'ms', watchers.latency.p50);
  table.add(`${what}: to a watcher p99`, 'ms', watchers.latency.p99);
}

/** The usual design beside it, with the same fleet and as many watchers. */
async function connectUsual(
  stage: Bench['stage'],
  database: Database,
  loads: Loads,
  { tokens }: Subject,
): Promise<Subject> {
  const program = stage.script('write per report', 'servers/write-per-report.ts');
  const url = await program.ask<string>('listen', { databaseUrl: database.url });
  const usual: Subject = { name: 'write per report', dialect: 'json', url, program, database, tokens, token: '' };
  await connect(usual, loads, { keys: KEYS, watched: Array(WATCHERS).fill(null) });
  // So that rows are there to be updated.
  await measureBlock(usual, loads, { ms: INTERVAL_MS, intervalMs: INTERVAL_MS });
  return usual;
}

function usualBlock(usual: Subject, loads: Loads, ms: number): Promise<Block> {
  return measureBlock(usual, loads, { ms, intervalMs: INTERVAL_MS });
}

function addUsual(table: FigureTable, gateway: Block, usual: Block): void {
  table.add('a write per report: server CPU, a report', 'µs', usual.cpuUs);
  table.add('a write per report: PostgreSQL CPU, a report', 'µs', usual.databaseCpuUs);
  table.add('a write per report: to a watcher p99', 'ms', usual.watchers.latency.p99);
  table.add('PostgreSQL CPU over that of a write per report', '×', gateway.databaseCpuUs / usual.databaseCpuUs, {
    must: 0.35,
    aim: 0.2,
  });
}
