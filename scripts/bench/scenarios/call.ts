import { FigureTable } from '../figures.ts';
import type { Scenario } from '../scenario.ts';
import { createAgents } from '../stage/agents.ts';
import { recordedPlan } from '../stage/floor-plan.ts';
import type { Program } from '../stage/program.ts';

const CONNECTIONS = 50;
const KEYS = 15;
/** Long enough for every function on the way of a call to be compiled. */
const WARM_UP_MS = 4_000;
export const call: Scenario = {
  name: 'call',
  title: 'One call',
  method:
    'Processor time of the server for each BatchUpdateMetadata of 15 values of 16 bytes, each on a yamux stream of its own ' +
    'and framed as Go frames it (header and body in separate WebSocket messages), in a closed loop over 50 connections, ' +
    '`--ack accepted`. The floor is a bare `ws` server that takes the same messages and answers with the same, unread; the Go ' +
    'server is hashicorp/yamux, storj/drpc and coder/websocket with a map for a batch. Short blocks of each alternate.',

  async run({ stage, quick, rounds, say }) {
    const blockMs = quick ? 1_000 : 3_000;
    const gateway = await stage.gateway(await stage.database(), ['--ack', 'accepted', '--calls-per-second', '1000000']);
    const agents = await createAgents(gateway, { count: CONNECTIONS, keys: KEYS });
    const tokens = agents.map(({ token }) => token);
    const load = stage.script('load', 'load/calls.ts');
    await load.ask('open', { name: 'gateway', url: gateway.url, tokens, keys: KEYS });

    const servers: { name: string; program: Program }[] = [{ name: 'gateway', program: gateway.program }];
    const floor = stage.script('floor', 'servers/floor.ts');
    const url = await floor.ask('listen', { plan: await recordedPlan(load) });
    await load.ask('open', { name: 'floor', url, tokens, keys: KEYS, playback: true });
    servers.push({ name: 'floor', program: floor });

    const notes: string[] = [];
    const go = await stage.goServer();
    if (go === null)
      notes.push('The Go server could not be had: Go is not installed, or its modules cannot be loaded.');
    else {
      await load.ask('open', { name: 'Go', url: go.url, tokens, keys: KEYS });
      servers.push({ name: 'Go', program: go.program });
    }

    say('warming up');
    for (const { name } of servers) await load.ask('run', { name, ms: WARM_UP_MS });
    const table = new FigureTable();
    for (let round = 1; round <= rounds; round += 1) {
      const cost: Record<string, number> = {};
      for (const { name, program } of servers) {
        say(`round ${round} of ${rounds}: ${name}`);
        const before = await program.cpuSeconds();
        const { calls } = await load.ask<{ calls: number }>('run', { name, ms: blockMs });
        cost[name] = (((await program.cpuSeconds()) - before) / calls) * 1e6;
      }
      addRound(table, cost);
    }
    return { figures: table.figures, notes };
  },
};

function addRound(table: FigureTable, cost: Record<string, number>): void {
  const { gateway = Number.NaN, floor = Number.NaN, Go } = cost;
  table.add('gateway, a call', 'µs', gateway);
  table.add('floor, a call', 'µs', floor);
  if (Go !== undefined) table.add('Go server, a call', 'µs', Go);
  table.add('gateway over floor', '×', gateway / floor, { must: 2.5, aim: 2 });
  if (Go !== undefined) table.add('gateway over Go server', '×', gateway / Go, { must: 0.25, aim: 0.15 });
}
