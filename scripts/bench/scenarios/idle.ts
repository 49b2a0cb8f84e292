import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Scenario } from '../scenario.ts';
import { canConnect, createAgents } from '../stage/agents.ts';
import type { Memory, Program } from '../stage/program.ts';
import { assertConnected } from '../stage/subject.ts';
import { KEYS } from '../workload.ts';

const CONNECTS_PER_SECOND = 800;
/**
 * For what comes behind the last connection: the gateway flushes its notes and reads them back, and Node's engine looks for
 * garbage where it finds nothing to do.
 */
const SETTLE_MS = { gateway: 8_000, floor: 8_000, 'Go server': 1_000 };
/** The same where a flush does not wait for five seconds. */
const QUICK_FLUSHES = ['--flush-interval', '1s'];
const QUICK_SETTLE_MS = { gateway: 3_000, floor: 500, 'Go server': 500 };
/** The others have no budget. */
const OTHERS_ROUNDS = 2;
/** What a process needs once, compiled code for example, is there after so many agents. */
const FIRST = 500;
const BUDGET = { must: 14, aim: 10 };

export const idle: Scenario = {
  name: 'idle',
  title: 'Idle agents',
  method:
    `Growth of the resident memory of the server process for each agent beyond the first ${FIRST} that is connected and says nothing, with two streams ` +
    'held open as agents hold them, clients in another process. Garbage is collected before each reading: what making the agents and ' +
    'connecting them leaves behind is many times what they hold; not counted either, in Node’s processes, is the young generation, room ' +
    'for new garbage that a process has once, between 1 and 32 MB; what the same agents take with it is below each. The floor is a bare `ws` server, which knows no streams; it and the Go ' +
    `server are measured in the first ${OTHERS_ROUNDS} rounds.`,

  async run(bench) {
    const usual = bench.quick ? [1_000] : [2_000, 10_000];
    const fleets = bench.fleets(usual).filter((count) => canConnect(FIRST + count, bench.table));
    for (let round = 1; round <= bench.rounds(bench.quick ? 1 : 5); round += 1) {
      for (const count of fleets) await measureRound(bench, count, round);
    }
  },
};

async function measureRound(bench: Bench, count: number, round: number): Promise<void> {
  const servers: ServerName[] = round <= OTHERS_ROUNDS ? ['gateway', 'floor', 'Go server'] : ['gateway'];
  for (const name of servers) {
    bench.say(`${count} agents: round ${round}: ${name}`);
    const grown = await measure(bench, name, count);
    if (grown === null) {
      bench.table.note('The Go server could not be had.');
      continue;
    }
    const kib = (bytes: number) => bytes / count / 1_024;
    bench.table.add(`${name}, ${count} agents`, 'KiB', kib(grown.keptBytes), name === 'gateway' ? BUDGET : undefined);
    if (name !== 'Go server') {
      bench.table.add(`${name}, ${count} agents, with the young generation`, 'KiB', kib(grown.residentBytes));
    }
  }
}

type ServerName = 'gateway' | 'floor' | 'Go server';

async function measure(bench: Bench, name: ServerName, count: number): Promise<Memory | null> {
  const { stage, quick } = bench;
  const server = await serve(bench, name, FIRST + count);
  if (server === null) return null;
  const load = stage.script('load', 'load/fleet.ts');
  const { program, url, tokens } = server;
  const connect = async (fleet: string, some: string[]) => {
    await load.ask('open', {
      ...{ name: fleet, url, tokens: some, keys: KEYS, connectsPerSecond: CONNECTS_PER_SECOND },
      ...{ dialect: name === 'floor' ? 'floor' : 'gateway', held: name !== 'floor' },
    });
    await pause((quick ? QUICK_SETTLE_MS : SETTLE_MS)[name]);
    return program.memory();
  };
  const first = await connect('first', tokens.slice(0, FIRST));
  const all = await connect('idle', tokens.slice(FIRST));
  await assertConnected(load, 'idle');
  await stage.clear();
  return {
    residentBytes: all.residentBytes - first.residentBytes,
    keptBytes: all.keptBytes - first.keptBytes,
  };
}

async function serve(
  { stage, quick }: Bench,
  name: ServerName,
  agents: number,
): Promise<{ program: Program; url: string; tokens: string[] } | null> {
  const anyTokens = Array.from({ length: agents }, (_, i) => `token-${i}`);
  if (name === 'gateway') {
    const flags = ['--upgrades-per-second', String(CONNECTS_PER_SECOND * 2), ...(quick ? QUICK_FLUSHES : [])];
    // Agents are made by another one: what that leaves behind would hide what connections take.
    const database = await stage.database();
    const maker = await stage.gateway(database, flags);
    const made = await createAgents(maker, agents);
    await maker.program.stop();
    const gateway = await stage.gateway(database, flags);
    return { ...gateway, tokens: made.map(({ token }) => token) };
  }
  if (name === 'floor') {
    const program = stage.script('floor', 'servers/floor.ts');
    return { program, url: await program.ask('listen', { plan: [] }), tokens: anyTokens };
  }
  const go = await stage.goServer();
  return go === null ? null : { ...go, tokens: anyTokens };
}
