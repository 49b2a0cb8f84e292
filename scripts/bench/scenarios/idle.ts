import { setTimeout as pause } from 'node:timers/promises';
import { FigureTable } from '../figures.ts';
import { mostConnections } from '../machine.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { createAgents } from '../stage/agents.ts';
import type { Program } from '../stage/program.ts';

const KEYS = 15;
const CONNECTS_PER_SECOND = 800;
/** For what connecting has left behind to be collected. */
const SETTLE_MS = 8_000;
const BUDGET = { must: 14, aim: 10 };

export const idle: Scenario = {
  name: 'idle',
  title: 'Idle agents',
  method:
    'Growth of the resident memory of the server process for each agent that is connected and says nothing, with two streams ' +
    'held open as agents hold them, clients in another process. The floor is a bare `ws` server, which knows no streams.',

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
  const before = await program.residentBytes();
  await load.ask('open', {
    ...{ name: 'idle', url, tokens, keys: KEYS, connectsPerSecond: CONNECTS_PER_SECOND },
    ...{ dialect: name === 'floor' ? 'floor' : 'gateway', held: name !== 'floor' },
  });
  await pause(SETTLE_MS);
  const grown = (await program.residentBytes()) - before;
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
  const anyTokens = Array.from({ length: count }, (_, i) => `token-${i}`);
  if (name === 'gateway') {
    const flags = ['--upgrades-per-second', String(CONNECTS_PER_SECOND * 2)];
    const gateway = await stage.gateway(await stage.database(), flags);
    const agents = await createAgents(gateway, { count, keys: KEYS });
    return { ...gateway, tokens: agents.map(({ token }) => token) };
  }
  if (name === 'floor') {
    const program = stage.script('floor', 'servers/floor.ts');
    return { program, url: await program.ask('listen', { plan: [] }), tokens: anyTokens };
  }
  const go = await stage.goServer();
  return go === null ? null : { ...go, tokens: anyTokens };
}
