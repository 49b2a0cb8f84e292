import { setTimeout as pause } from 'node:timers/promises';
import { FigureTable } from '../figures.ts';
import { mostConnections } from '../machine.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { createAgents } from '../stage/agents.ts';
import type { Program } from '../stage/program.ts';

const KEYS = 15;
const CONNECTS_PER_SECOND = 800;
/** For what comes behind the last connection: its notes are flushed and read back. */
const SETTLE_MS = 8_000;
/** What a process needs once, compiled code and room for its garbage, is there after so many agents. */
const FIRST = 500;
const BUDGET = { must: 14, aim: 10 };

export const idle: Scenario = {
  name: 'idle',
  title: 'Idle agents',
  method:
    `Growth of the resident memory of the server process for each agent beyond the first ${FIRST} that is connected and says nothing, with two streams ` +
    'held open as agents hold them, clients in another process. Garbage is collected before each reading: what making the agents and ' +
    'connecting them leaves behind is many times what they hold. The floor is a bare `ws` server, which knows no streams.',

  async run(bench) {
    const table = new FigureTable();
    const counts = bench.fleets(bench.quick ? [1_000] : [2_000, 10_000]).filter((count) => count <= mostConnections());
    const notes: string[] = [];
    for (const count of counts) {
      for (const name of ['gateway', 'floor', 'Go server'] as const) {
        bench.say(`${count} agents: ${name}`);
        const kib = await measure(bench, name, count);
        if (kib === null) notes.push('The Go server could not be had.');
        else table.add(`${name}, ${count} agents`, 'KiB', kib, name === 'gateway' ? BUDGET : undefined);
      }
    }
    return { figures: table.figures, notes: [...new Set(notes)] };
  },
};

async function measure(bench: Bench, name: 'gateway' | 'floor' | 'Go server', count: number): Promise<number | null> {
  const { stage } = bench;
  const server = await serve(bench, name, count);
  if (server === null) return null;
  const load = stage.script('load', 'load/fleet.ts');
  const { program, url, tokens } = server;
  const connect = async (fleet: string, some: string[]) => {
    await load.ask('open', {
      ...{ name: fleet, url, tokens: some, keys: KEYS, connectsPerSecond: CONNECTS_PER_SECOND },
      ...{ dialect: name === 'floor' ? 'floor' : 'gateway', held: name !== 'floor' },
    });
    await pause(SETTLE_MS);
    return program.residentBytes();
  };
  const first = await connect('first', tokens.slice(0, FIRST));
  const grown = (await connect('idle', tokens.slice(FIRST))) - first;
  const closed = await load.ask<number>('closed', { name: 'idle' });
  if (closed > 0) throw new Error(`${closed} of ${count} idle agents were disconnected`);
  await stage.clear();
  return grown / count / 1024;
}

async function serve(
  { stage }: Bench,
  name: 'gateway' | 'floor' | 'Go server',
  count: number,
): Promise<{ program: Program; url: string; tokens: string[] } | null> {
  const all = FIRST + count;
  const anyTokens = Array.from({ length: all }, (_, i) => `token-${i}`);
  if (name === 'gateway') {
    const flags = ['--upgrades-per-second', String(CONNECTS_PER_SECOND * 2)];
    // Agents are made by another one: what that leaves behind would hide what connections take.
    const database = await stage.database();
    const maker = await stage.gateway(database, flags);
    const agents = await createAgents(maker, { count: all, keys: KEYS });
    await maker.program.stop();
    const gateway = await stage.gateway(database, flags);
    return { ...gateway, tokens: agents.map(({ token }) => token) };
  }
  if (name === 'floor') {
    const program = stage.script('floor', 'servers/floor.ts');
    return { program, url: await program.ask('listen', { plan: [] }), tokens: anyTokens };
  }
  const go = await stage.goServer();
  return go === null ? null : { ...go, tokens: anyTokens };
}
