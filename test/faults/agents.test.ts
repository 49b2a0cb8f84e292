import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../support/gateway.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { DatabaseServer } from './support/database-server.ts';
import { FaultFleet } from './support/fleet.ts';
import { GatewayProcess } from './support/gateway-process.ts';
import { printedRandom } from './support/random.ts';
import { fault, type Outcome } from './support/results.ts';
import { type Rig, type RigOptions, withRig } from './support/rig.ts';

const group = 'Agents';
const BIN = fileURLToPath(new URL('../../dist/gateway/cli/main.js', import.meta.url));
const PROBER = fileURLToPath(new URL('support/health-prober.mjs', import.meta.url));
/** Gateway and agents ping after 15 s of silence and wait 15 s for the answer; a sweep comes once a second. */
const DEAD_AFTER_MS = 40_000;
const BACK_WITHIN_MS = 20_000;

let server: DatabaseServer;

beforeAll(async () => {
  server = await DatabaseServer.start();
});
afterAll(() => server.close());

/** A gateway whose agents all dial through a proxy. */
async function throughProxy(
  act: (rig: Rig, proxy: TcpProxy, proxyUrl: string) => Promise<Pick<Outcome, 'happened' | 'recoveryMs'>>,
): Promise<Outcome> {
  const databaseUrl = await server.database();
  const gateway = await GatewayProcess.start({ databaseUrl });
  const { proxy, url } = await TcpProxy.start(gateway.url);
  try {
    return await withRig({ databaseUrl, gateway, agentUrl: url }, async (rig) => {
      const found = await act(rig, proxy, url);
      const { lost, cutOff } = await rig.verdict();
      return { ...found, lost, cutOff };
    });
  } finally {
    await proxy.close();
  }
}

/** Some agents are at fault, beside a fleet that is to notice nothing. */
async function beside(
  options: Partial<RigOptions>,
  act: (rig: Rig, databaseUrl: string) => Promise<Pick<Outcome, 'happened' | 'recoveryMs'> & Partial<Outcome>>,
): Promise<Outcome> {
  const databaseUrl = await server.database();
  return withRig({ databaseUrl, gateway: { databaseUrl }, ...options }, async (rig) => {
    const found = await act(rig, databaseUrl);
    const { lost, cutOff } = await rig.verdict();
    expect(cutOff, 'agents beside it that were cut off').toBe(0);
    return { cutOff, ...found, lost: lost + (found.lost ?? 0) };
  });
}

const statusOf = async ({ client }: GatewayProcess, id: string): Promise<string> =>
  (await client.request<{ status: string }>('GET', `/api/v2/agents/${id}`)).status;

fault('half-open TCP: no FIN, nothing passes', { group, mayCutOff: true, together: true, timeoutMs: 180_000 }, () =>
  throughProxy(async ({ gateway, fleet }, proxy, proxyUrl) => {
    // One that never comes back, so that it is the gateway's to notice.
    const { agents } = await gateway.client.request<{ agents: { id: string; token: string }[] }>(
      'POST',
      '/api/v2/agents',
      { agents: [{ name: 'gone' }] },
    );
    const [gone = { id: '', token: '' }] = agents;
    const path = '/api/v2/workspaceagents/me/rpc?version=2.0';
    const socket = new WebSocket(`${proxyUrl.replace(/^http/, 'ws').replace(/\/$/, '')}${path}`, {
      headers: { 'Coder-Session-Token': gone.token },
    });
    socket.on('error', () => {});
    await eventually('it is connected', async () => (await statusOf(gateway, gone.id)) === 'connected');
    for (const each of proxy.links) each.freeze();
    const frozen = performance.now();
    await eventually(
      'the gateway has noticed',
      async () => (await statusOf(gateway, gone.id)) === 'disconnected',
      DEAD_AFTER_MS,
    );
    const noticedMs = performance.now() - frozen;
    await eventually('every agent has noticed', () => fleet.cutOff >= fleet.agents.length, DEAD_AFTER_MS);
    await fleet.allConnected(BACK_WITHIN_MS);
    await fleet.allCommittedSince(performance.now(), 30_000);
    const happened = `the gateway noticed after ${seconds(noticedMs)} and said so; agents noticed and dialled anew`;
    return { happened, recoveryMs: performance.now() - frozen };
  }),
);

fault('a laptop that sleeps for 45 s', { group, mayCutOff: true, together: true, timeoutMs: 180_000 }, () =>
  beside({}, async ({ gateway }) => {
    const metadata = [{ key: 'now', display_name: 'now', script: 'date +%s%N', interval: 1, timeout: 5 }];
    const { agents } = await gateway.client.request<{ agents: { id: string; token: string }[] }>(
      'POST',
      '/api/v2/agents',
      { agents: [{ name: 'laptop', metadata }] },
    );
    const [laptop = { id: '', token: '' }] = agents;
    const shownValue = async () => {
      const path = `/api/v2/workspaceagents/${laptop.id}/metadata`;
      const body = await gateway.client.request<{ metadata: { result: { value: string } }[] }>('GET', path);
      return body.metadata[0]?.result.value ?? '';
    };
    const child = spawn(process.execPath, [BIN, 'agent', '--url', gateway.url, '--token', laptop.token], {
      stdio: 'ignore',
    });
    try {
      await eventually('it reports', async () => (await shownValue()) !== '', 20_000);
      child.kill('SIGSTOP');
      await pause(45_000);
      expect(await statusOf(gateway, laptop.id)).toBe('disconnected');
      const before = await shownValue();
      expect(before).not.toBe('');
      child.kill('SIGCONT');
      const woken = performance.now();
      await eventually('it reports again', async () => (await shownValue()) !== before, BACK_WITHIN_MS);
      const recoveryMs = performance.now() - woken;
      return {
        happened: 'shown as disconnected with its last values; awake, it dialled anew and reported',
        recoveryMs,
        cutOff: 1,
      };
    } finally {
      child.kill('SIGKILL');
    }
  }),
);

fault(
  'a proxy that cuts connections at random bytes for 20 s',
  { group, mayCutOff: true, subset: true, together: true, timeoutMs: 180_000 },
  () =>
    throughProxy(async ({ fleet }, proxy) => {
      const random = printedRandom();
      const left = new Map<object, number>();
      const cuts = { handshake: 0, toServer: 0, toClient: 0 };
      const cutting = (direction: 'toServer' | 'toClient') => (bytes: Buffer, link: { cut(): void }) => {
        // Every fourth connection does not get through its handshake.
        const most = left.size % 4 === 0 ? 300 : 8_000;
        const rest = (left.get(link) ?? Math.floor(random() * most)) - bytes.length;
        left.set(link, rest);
        if (rest > 0) return 'forward' as const;
        cuts[/^(GET|HTTP)/.test(bytes.toString('latin1', 0, 4)) ? 'handshake' : direction] += 1;
        link.cut();
        return 'swallow' as const;
      };
      proxy.onClientData = cutting('toServer');
      proxy.onServerData = cutting('toClient');
      await pause(20_000);
      proxy.onClientData = () => 'forward';
      proxy.onServerData = () => 'forward';
      const ended = performance.now();
      await fleet.allConnected(BACK_WITHIN_MS);
      await fleet.allCommittedSince(performance.now(), 30_000);
      expect(Math.min(cuts.handshake, cuts.toServer, cuts.toClient), 'cuts of each kind').toBeGreaterThan(0);
      const happened = `${cuts.handshake} cut in the handshake, ${cuts.toServer} in what they said, ${cuts.toClient} in what they were answered`;
      return { happened, recoveryMs: performance.now() - ended };
    }),
);

fault(
  'slow readers and slow writers: 300 bytes a second each way',
  { group, mayCutOff: false, together: true, timeoutMs: 180_000 },
  () =>
    beside({}, async ({ gateway, fleet, evidence }) => {
      const { proxy, url } = await TcpProxy.start(gateway.url);
      proxy.throttle = { toClient: 300, toServer: 300 };
      const slow = await FaultFleet.create({
        client: gateway.client,
        url,
        name: 'slow',
        agents: 5,
        keys: 10,
        intervalMs: 1_000,
        padding: 'x'.repeat(100),
      });
      try {
        await slow.start();
        await pause(20_000);
        await slow.finish();
        const { lost } = slow.missing(await evidence.stored(slow.agents));
        const { p50 = 0 } = slow.ledger.acknowledgement.percentiles() ?? {};
        // A report is more than a kilobyte, so it takes its writer that long.
        expect(p50).toBeGreaterThan(1_000 / (300 / 1_000));
        const beside = fleet.ledger.acknowledgement.percentiles()?.p50 ?? 0;
        const happened = `they were answered after ${seconds(p50)}, the others after ${seconds(beside)} (p50)`;
        return { happened, recoveryMs: null, lost, cutOff: slow.cutOff };
      } finally {
        await slow.close();
        await proxy.close();
      }
    }),
);

fault('one agent in two places with one token', { group, mayCutOff: true, together: true, timeoutMs: 180_000 }, () =>
  beside({}, async ({ gateway, evidence }) => {
    const options = { client: gateway.client, name: 'twin', intervalMs: 1_000 };
    const here = await FaultFleet.create({ ...options, agents: 3, keys: ['here'] });
    const there = await FaultFleet.create({ ...options, agents: here.agents, keys: ['there'] });
    try {
      for (const twin of [here, there]) {
        await twin.connect();
        twin.report();
      }
      const replaced = () => gateway.metric('tidegate_connections_replaced_total');
      await pause(30_000);
      const replacements = await replaced();
      expect(replacements).toBeGreaterThanOrEqual(3);
      await gateway.logged('a newer connection replaced an older one of the same agent');
      await there.finish();
      const cutOff = here.cutOff + there.cutOff;
      await there.close();
      const alone = performance.now();
      await here.allConnected(BACK_WITHIN_MS);
      const recoveryMs = performance.now() - alone;
      await here.finish();
      const stored = await evidence.stored(here.agents);
      const lost = here.missing(stored).lost + there.missing(stored).lost;
      const happened = `3 clones took turns, ${replacements} replacements in 30 s, counted and logged; both sides' values are stored`;
      return { happened, recoveryMs, lost, cutOff };
    } finally {
      await there.close();
      await here.close();
    }
  }),
);

fault(
  "agents' clocks wrong by ten years either way",
  { group, mayCutOff: false, subset: true, timeoutMs: 120_000 },
  () => {
    const tenYearsMs = 10 * 365 * 86_400_000;
    const agentOptions = (index: number) => ({
      wallNow: () => Date.now() + (index % 2 === 0 ? tenYearsMs : -tenYearsMs),
    });
    return beside({ agentOptions }, async ({ gateway, fleet, evidence }, url) => {
      await pause(5_000);
      expect(await gateway.metric('tidegate_values_refused_total')).toBe(0);
      const stored = await evidence.stored(fleet.agents);
      const ages = [...stored.values()].flatMap((keys) =>
        [...keys.values()].map(({ atUs }) => Date.now() - atUs / 1_000),
      );
      expect(ages).toHaveLength(fleet.agents.length * 5);
      const oldestMs = Math.max(...ages.map(Math.abs));
      expect(oldestMs).toBeLessThan(60_000);
      const [said] = await server.query<{ first: number; last: number }>(
        `SELECT extract(year FROM min(agent_collected_at))::integer AS first,
           extract(year FROM max(agent_collected_at))::integer AS last FROM tidegate.agent_metadata`,
        url,
      );
      expect((said?.last ?? 0) - (said?.first ?? 0), 'years between what they say').toBeGreaterThanOrEqual(19);
      const happened =
        `they said ${said?.first} and ${said?.last}, values carry the gateway's time: none of ${ages.length} was off by more than ` +
        `${seconds(oldestMs)}, none was refused`;
      return { happened, recoveryMs: null };
    });
  },
);

fault('3,000 agents that reconnect in the same second', { group, mayCutOff: true, timeoutMs: 240_000 }, async () => {
  const sockets = new Set<WebSocket>();
  class TrackedSocket extends WebSocket {
    constructor(url: string, protocols?: string[], options?: object) {
      super(url, protocols, options);
      sockets.add(this);
      this.once('close', () => sockets.delete(this));
    }
  }
  const databaseUrl = await server.database();
  const agentOptions = () => ({ WebSocket: TrackedSocket });
  const load = { agents: 3_000, keys: 3, intervalMs: 10_000, watchers: 2, agentOptions };
  return withRig({ databaseUrl, gateway: { databaseUrl }, ...load }, async (rig) => {
    const { gateway, fleet } = rig;
    const prober = spawn(process.execPath, [PROBER, gateway.url], { stdio: ['pipe', 'pipe', 'inherit'] });
    const cut = performance.now();
    for (const socket of sockets) socket.terminate();
    await eventually('all have noticed', () => fleet.cutOff >= fleet.agents.length);
    await fleet.allConnected(BACK_WITHIN_MS - (performance.now() - cut));
    const recoveryMs = performance.now() - cut;
    prober.stdin.end();
    const probes = JSON.parse(String(await once(prober.stdout, 'data')));
    expect(probes.failures).toEqual({});
    expect(probes.answered, '/healthz answered each time').toBe(probes.asked);
    expect(await gateway.metric('tidegate_upgrades_refused_total')).toBe(0);
    await fleet.allCommittedSince(performance.now(), 60_000);
    const { lost, cutOff } = await rig.verdict();
    const happened = `upgrades queued, none refused; \`/healthz\` was asked ${probes.asked} times meanwhile and answered after ${probes.slowestMs} ms at most`;
    return { happened, lost, cutOff, recoveryMs };
  });
});

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
