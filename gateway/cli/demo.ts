import type { Command } from 'commander';
import { listAgents } from './agents.ts';
import { ApiClient } from './api-client.ts';
import { serve } from './serve.ts';
import { settingsOf, withSettings } from './settings-options.ts';
import { onSignal } from './signals.ts';
import { liveAsRealOnes } from './simulate/demo-life.ts';
import { comeAndGo } from './simulate/demo-troubles.ts';
import { demoKeys, demoValues } from './simulate/demo-values.ts';
import { createFleet, Fleet, type FleetAgent } from './simulate/fleet.ts';

const AGENTS = 300;
const LABEL = 'fleet=demo';

export function addDemoCommand(program: Command): void {
  withSettings(program.command('demo'))
    .description(`run a gateway with ${AGENTS} simulated agents and a dashboard to look at, until Ctrl-C`)
    .action(async (options: Record<string, string | undefined>) => {
      const served = await serve(settingsOf(options, { ack: 'watched', gatherIntervalMs: '0' }), { json: false });
      const stop = new AbortController();
      let stay = () => {};
      const ended = onSignal(
        async () => {
          stop.abort();
          stay();
          await fleet.close();
          await served.stop();
        },
        { orParentGone: true },
      );
      const client = new ApiClient({ url: served.gateway.url, token: served.adminToken(), dataDir: served.dataDir });
      const agents = await demoAgents(client);
      const fleet = new Fleet({ url: client.url, agents, keys: demoKeys, values: demoValues() });
      await fleet.connect(stop.signal);
      fleet.start();
      stay = comeAndGo(fleet, AGENTS);
      void liveAsRealOnes(fleet, AGENTS);
      process.stdout.write(`${AGENTS} simulated agents report. Ctrl-C ends everything.\n`);
      await ended;
    });
}

/** The demo's agents: those of an earlier demo with new tokens, else new ones. */
async function demoAgents(client: ApiClient): Promise<FleetAgent[]> {
  const known = await listAgents(client, [LABEL]);
  if (known.length === AGENTS) {
    return Promise.all(
      known.map(async ({ id, name }) => {
        const { token } = await client.request<{ token: string }>('POST', `/api/v2/agents/${id}/token`, {});
        return { id, name, token };
      }),
    );
  }
  for (const { id } of known) await client.request('DELETE', `/api/v2/agents/${id}`);
  return createDemoAgents(client, AGENTS);
}

export function createDemoAgents(client: ApiClient, count: number): Promise<FleetAgent[]> {
  const places = Array.from({ length: count }, (_, index) => place(index));
  return createFleet(client, {
    names: places.map(({ name }) => name),
    labels: (index) => places[index]?.labels ?? {},
    keys: demoKeys,
  });
}

const KINDS = ['workspace', 'ci', 'edge', 'model'];
const REGIONS = ['eu-west', 'eu-north', 'us-east', 'us-west', 'ap-south'];

function place(index: number): { name: string; labels: Record<string, string> } {
  const kind = KINDS[index % KINDS.length] ?? '';
  const region = REGIONS[Math.floor(index / KINDS.length) % REGIONS.length] ?? '';
  const number = String(Math.floor(index / (KINDS.length * REGIONS.length)) + 1).padStart(2, '0');
  return { name: `${kind}-${region}-${number}`, labels: { fleet: 'demo', kind, region } };
}
