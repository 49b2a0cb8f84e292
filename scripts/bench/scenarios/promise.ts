import type { Session } from '../../../db/session.ts';
import { DatabaseEvidence } from '../../../gateway/cli/simulate/database-evidence.ts';
import { addStalls, type FigureTable } from '../figures.ts';
import { sentAtUs } from '../load/report.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { startWritePerReport } from '../stage/alternatives.ts';
import { assertDurable } from '../stage/durable.ts';
import { type GatewaySubject, gatewaySubject } from '../stage/gateway-subject.ts';
import { type Block, connect, type Loads, measureBlock, startLoads, warmUp } from '../stage/subject.ts';
import { COMPARED_AGENTS, FLUSH_INTERVAL_MS, INTERVAL_MS, KEYS, watchersOfAll } from '../workload.ts';

const WATCHERS = 50;
const BLOCK_MS = 2 * INTERVAL_MS;
/** Five rounds of what budgets with a duration or a cost are about; counts of the others say the same each time. */
const REPEATED = [COMPARED_AGENTS, 10_000];
/** A burst is over when it has been flushed. */
const QUICK_BLOCK_MS = { spread: INTERVAL_MS, burst: FLUSH_INTERVAL_MS };

export const promise: Scenario = {
  name: 'promise',
  title: 'The promise',
  method:
    'Agents with 15 keys report every 10 s, each value new, spread evenly or all in the same instant, 50 watchers of everything. ' +
    'Flush transactions are counted by the nonce in the database, notifications by a LISTEN of our own, and every acknowledged ' +
    'value is looked up afterwards. Beside it the usual design, UPDATE and NOTIFY for each report, on the same database. ' +
    'Each begins from standstill: what a report costs the gateway under a steady load is to be seen under `watching`.',

  async run(bench) {
    const usual = bench.quick ? [1, COMPARED_AGENTS] : [1, COMPARED_AGENTS, 3_000, 10_000];
    for (const agents of bench.fleets(usual)) await measureFleet(bench, agents);
  },
};

async function measureFleet(bench: Bench, agents: number): Promise<void> {
  const { stage, table, quick, rounds, say } = bench;
  const subject = await gatewaySubject(stage, await stage.database(), { agents });
  table.note(await assertDurable(subject.database.session));
  const loads = startLoads(stage);
  say(`${agents} agents: connecting`);
  const watched = watchersOfAll(WATCHERS);
  await connect(subject, loads, { watched });
  const usual = agents === COMPARED_AGENTS ? await startWritePerReport(stage, subject) : null;
  if (usual !== null) {
    await connect(usual, loads, { watched });
    // Both find the rows there that they update.
    for (const compared of [subject, usual]) await warmUp(compared, loads, { ms: 1_000, intervalMs: 1_000 });
    // Else what making those rows leaves to autovacuum would be paid by whoever is measured first.
    await subject.database.session.query('VACUUM ANALYZE');
  }
  for (let round = 1; round <= rounds(quick || !REPEATED.includes(agents) ? 1 : 5); round += 1) {
    // One agent is its own burst.
    for (const burst of quick && agents === 1 ? [true] : [false, true]) {
      const ms = quick ? QUICK_BLOCK_MS[burst ? 'burst' : 'spread'] : BLOCK_MS;
      const what = `${agents} agents${burst ? ' in the same instant' : ''}`;
      say(`${what}: round ${round}`);
      const counted = await countedBlock(subject, loads, { ms, burst });
      const usualBlock = usual === null || burst ? null : await measureBlock(usual, loads, { ms });
      addFigures(table, what, counted);
      if (usualBlock !== null) addUsual(table, counted.block, usualBlock);
    }
  }
  await stage.clear();
}

interface Counted {
  block: Block;
  flushes: number;
  notifications: number;
  valuesPerNotification: number;
  lost: number;
}

async function countedBlock(
  subject: GatewaySubject,
  loads: Loads,
  { ms, burst }: { ms: number; burst: boolean },
): Promise<Counted> {
  const { database, agentIds } = subject;
  const evidence = new DatabaseEvidence({ url: () => database.url });
  try {
    await evidence.begin();
    const block = await measureBlock(subject, loads, { ms, burst, stalls: true });
    const { flushes, notifications, valuesPerNotification } = await evidence.figures();
    const lost = await countLost(database.session, agentIds, block.fleet.acknowledgedUs);
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
  const unmatched = Math.abs(counted.flushes - counted.notifications);
  table.add(`${what}: flushes without exactly one notification`, 'count', unmatched, { must: 0 });
  table.add(`${what}: values in a notification`, 'count', counted.valuesPerNotification);
  const written = counted.notifications * counted.valuesPerNotification;
  table.add(`${what}: values reported for each one written`, 'count', (fleet.reports * KEYS) / written);
  table.add(`${what}: acknowledged and lost`, 'count', counted.lost, { must: 0 });
  table.add(`${what}: gateway CPU, a report`, 'µs', block.cpuUs);
  table.add(`${what}: PostgreSQL CPU, a report`, 'µs', block.databaseCpuUs);
  addStalls(table, what, { stallsMs, p99: { must: 50, aim: 20 }, max: { must: 250 } });
  table.add(`${what}: to acknowledgement p50`, 'ms', fleet.acknowledgement.p50);
  table.add(`${what}: to acknowledgement p99`, 'ms', fleet.acknowledgement.p99);
  table.add(`${what}: to a watcher p50`, 'ms', watchers.latency.p50);
  table.add(`${what}: to a watcher p99`, 'ms', watchers.latency.p99);
  table.add(`${what}: to a watcher max`, 'ms', watchers.latency.max);
  table.add(`${what}: bytes to a watcher, a report`, 'B', watchers.bytes / WATCHERS / fleet.reports);
}

function addUsual(table: FigureTable, gateway: Block, usual: Block): void {
  table.add('a write per report: server CPU, a report', 'µs', usual.cpuUs);
  table.add('a write per report: PostgreSQL CPU, a report', 'µs', usual.databaseCpuUs);
  table.add('a write per report: to a watcher p99', 'ms', usual.watchers.latency.p99);
  const ratio = gateway.databaseCpuUs / usual.databaseCpuUs;
  table.add('PostgreSQL CPU over that of a write per report', '×', ratio, { must: 0.35, aim: 0.2 });
}
