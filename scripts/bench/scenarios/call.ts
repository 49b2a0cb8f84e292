import type { FigureTable } from '../figures.ts';
import type { Scenario } from '../scenario.ts';
import { createAgents } from '../stage/agents.ts';
import { recordedPlan } from '../stage/floor-plan.ts';
import { goServerParts } from '../stage/go.ts';
import type { Program } from '../stage/program.ts';
import { KEYS } from '../workload.ts';

const CONNECTIONS = 50;
/** Long enough for every function on the way of a call to be compiled. */
const WARM_UP_MS = 4_000;
const QUICK_WARM_UP_MS = 2_000;
/** The load generator writes each message by a system call of its own; else those of one turn leave in one. */
const SEPARATE = ', each message written alone';

export const call: Scenario = {
  name: 'call',
  title: 'One call',
  method:
    'Processor time of the server for each BatchUpdateMetadata of 15 values of 16 bytes, each on a yamux stream of its own ' +
    'and framed as Go frames it (header and body in separate WebSocket messages), in a closed loop over 50 connections, ' +
    '`--ack accepted`. The floor is a bare `ws` server that takes the same messages and answers with the same, unread; the Go ' +
    'server is hashicorp/yamux, storj/drpc and coder/websocket with a map for a batch. Short blocks of each alternate, in two ways: ' +
    'where messages of one turn leave the load generator in one system call, by which the budgets are judged, and with each written alone, as Go’s client does, which ' +
    'makes the generator and the waking of whoever sleeps most of what is measured.',

  async run({ stage, table, quick, rounds, say }) {
    const blockMs = quick ? 1_000 : 3_000;
    const blocks = rounds(quick ? 2 : 5);
    const gateway = await stage.gateway(await stage.database(), ['--ack', 'accepted', '--calls-per-second', '1000000']);
    const agents = await createAgents(gateway, 2 * CONNECTIONS);
    const tokens = agents.map(({ token }) => token);
    const load = stage.script('load', 'load/calls.ts');
    const servers: Server[] = [];
    /** Connects in both ways of writing; an agent has one connection, so each way has its agents. */
    const add = async (server: Server & { url: string; playback?: boolean }) => {
      const { name, url, playback = false } = server;
      const options = { url, keys: KEYS, playback };
      await load.ask('open', { ...options, name, tokens: tokens.slice(0, CONNECTIONS) });
      await load.ask('open', { ...options, name: name + SEPARATE, tokens: tokens.slice(CONNECTIONS), separate: true });
      servers.push(server);
    };
    await add({ name: 'gateway', ...gateway });
    const floor = stage.script('floor', 'servers/floor.ts');
    const url = await floor.ask<string>('listen', { plan: await recordedPlan(load) });
    await add({ name: 'floor', url, program: floor, playback: true });
    const go = await stage.goServer();
    if (go !== null) {
      await add({ name: 'Go server', ...go });
      table.note(`The Go server is made of ${goServerParts()}.`);
    } else table.note('The Go server could not be had: Go is not installed, or its modules cannot be loaded.');

    say('warming up');
    for (const { name } of servers) await load.ask('run', { name, ms: quick ? QUICK_WARM_UP_MS : WARM_UP_MS });
    for (const way of ['', SEPARATE]) {
      for (let round = 1; round <= blocks; round += 1) {
        const cost: Record<string, number> = {};
        for (const { name, program } of servers) {
          say(`round ${round} of ${blocks}: ${name}${way}`);
          cost[name] = await costOfCall(load, { name: name + way, program, blockMs });
        }
        addRound(table, cost, way);
      }
    }
  },
};

interface Server {
  name: string;
  program: Program;
}

/** Processor time of the server for one call, in microseconds. */
async function costOfCall(load: Program, { name, program, blockMs }: Server & { blockMs: number }): Promise<number> {
  const before = await program.cpuSeconds();
  const { calls } = await load.ask<{ calls: number }>('run', { name, ms: blockMs });
  return (((await program.cpuSeconds()) - before) / calls) * 1e6;
}

function addRound(table: FigureTable, cost: Record<string, number>, way: string): void {
  const { gateway = Number.NaN, floor = Number.NaN, 'Go server': go } = cost;
  const budgeted = way === '';
  table.add(`gateway, a call${way}`, 'µs', gateway);
  table.add(`floor, a call${way}`, 'µs', floor);
  table.add(`gateway over floor${way}`, '×', gateway / floor, budgeted ? { must: 2.5, aim: 2 } : undefined);
  if (go === undefined) return;
  table.add(`Go server, a call${way}`, 'µs', go);
  table.add(`floor over Go server${way}`, '×', floor / go);
  table.add(`gateway over Go server${way}`, '×', gateway / go, budgeted ? { must: 0.25, aim: 0.15 } : undefined);
}
