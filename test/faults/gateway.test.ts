import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { isAlive } from '../../db/embedded/processes.ts';
import { eventually } from '../support/gateway.ts';
import { DatabaseServer } from './support/database-server.ts';
import { GatewayProcess } from './support/gateway-process.ts';
import { fault, type Outcome } from './support/results.ts';
import { type Rig, withRig } from './support/rig.ts';

const group = 'The gateway';
/** The contract's: after a fault of the gateway every agent is back within this time, by itself. */
const BACK_WITHIN_MS = 20_000;

let server: DatabaseServer;

beforeAll(async () => {
  server = await DatabaseServer.start();
});
afterAll(() => server.close());

/** Waits until every agent is connected again and lets the load end. */
async function allBack(rig: Rig, sinceMs: number, happened: string): Promise<Outcome> {
  await rig.fleet.allConnected(BACK_WITHIN_MS - (performance.now() - sinceMs));
  const recoveryMs = performance.now() - sinceMs;
  await rig.recovery();
  const { lost, cutOff, unanswered } = await rig.verdict();
  return { happened: `${happened}; ${unanswered} reports unanswered and sent again`, lost, cutOff, recoveryMs };
}

fault('SIGTERM under load, started again', { group, mayCutOff: true, subset: true, timeoutMs: 120_000 }, async () => {
  const databaseUrl = await server.database();
  return withRig({ databaseUrl, gateway: { databaseUrl } }, async (rig) => {
    const waiting = await rig.gateway.metric('tidegate_values_pending');
    const begun = performance.now();
    expect(await rig.gateway.end('SIGTERM')).toBe(0);
    const tookMs = performance.now() - begun;
    const stored = await rig.evidence.stored(rig.fleet.agents);
    expect(rig.fleet.missing(stored), 'missing while it is away').toEqual({ lost: 0, missingAccepted: 0 });
    await rig.gateway.start();
    const happened = `${waiting} values waited; it ended with 0 after ${seconds(tookMs)}, and nothing answered was missing then`;
    return allBack(rig, performance.now(), happened);
  });
});

fault('SIGKILL under load, started again', { group, mayCutOff: true, subset: true, timeoutMs: 120_000 }, async () => {
  const databaseUrl = await server.database();
  return withRig({ databaseUrl, gateway: { databaseUrl } }, async (rig) => {
    expect(await rig.gateway.end('SIGKILL')).toBe('SIGKILL');
    await rig.gateway.start();
    return allBack(
      rig,
      performance.now(),
      `${rig.fleet.ledger.committed} reports had been answered as committed by then`,
    );
  });
});

fault('SIGSTOP for 20 s, then SIGCONT', { group, mayCutOff: false, timeoutMs: 120_000 }, async () => {
  const databaseUrl = await server.database();
  return withRig({ databaseUrl, gateway: { databaseUrl } }, async (rig) => {
    rig.gateway.signal('SIGSTOP');
    const stopped = performance.now();
    expect(await rig.gateway.isHealthy(), 'it stands still').toBe(false);
    await pause(20_000 - (performance.now() - stopped));
    rig.gateway.signal('SIGCONT');
    return allBack(rig, performance.now(), 'whoever was silent meanwhile was not taken for gone');
  });
});

fault('file descriptors used up', { group, mayCutOff: false, subset: true, timeoutMs: 120_000 }, async () => {
  const databaseUrl = await server.database();
  return withRig({ databaseUrl, gateway: { databaseUrl, openFiles: 160 } }, async (rig) => {
    const { gateway, fleet } = rig;
    const { hostname, port } = new URL(gateway.url);
    const idle: Socket[] = [];
    const answersHealth = () => gateway.isHealthy();
    await eventually('no connection is accepted any more', async () => {
      for (let i = 0; i < 20; i += 1) idle.push(connect({ host: hostname, port: Number(port) }).on('error', () => {}));
      return !(await answersHealth());
    });
    // Those who are connected go on for a while as if nothing was.
    await fleet.allCommittedSince(performance.now(), 20_000);
    await pause(5_000);
    await fleet.allCommittedSince(performance.now(), 20_000);
    for (const socket of idle) socket.destroy();
    const freed = performance.now();
    await eventually('it accepts again', answersHealth, 20_000);
    const recoveryMs = performance.now() - freed;
    const { lost, cutOff } = await rig.verdict();
    return {
      happened: `${idle.length} idle connections at a limit of 160: accepting stopped, agents reported on`,
      lost,
      cutOff,
      recoveryMs,
    };
  });
});

/** A gateway with the embedded server, killed and started again on what it left behind. */
async function embedded(kill: (gateway: GatewayProcess, server: number) => Promise<unknown>): Promise<Outcome> {
  const gateway = await GatewayProcess.start({});
  const urlNow = () => readFileSync(`${gateway.dataDir}/database-url`, 'utf8').trim();
  const serverPid = () => Number(readFileSync(`${gateway.dataDir}/postgres/postmaster.pid`, 'utf8').split('\n')[0]);
  return withRig({ databaseUrl: urlNow, gateway }, async (rig) => {
    const before = serverPid();
    await kill(gateway, before);
    const livedOn = isAlive(before);
    await gateway.start();
    expect(serverPid() === before, 'a server that lived on was adopted, any other one started anew').toBe(livedOn);
    const happened = livedOn
      ? 'the server lived on and was adopted from the data directory'
      : 'the data directory was recovered by a new server';
    return allBack(rig, performance.now(), happened);
  });
}

fault(
  'SIGKILL of a gateway with its embedded server',
  { group, mayCutOff: true, subset: true, timeoutMs: 120_000 },
  () => embedded((gateway) => gateway.end('SIGKILL')),
);

fault('SIGKILL of a gateway and of its embedded server', { group, mayCutOff: true, timeoutMs: 120_000 }, () =>
  embedded(async (gateway, server) => {
    await gateway.end('SIGKILL');
    process.kill(server, 'SIGKILL');
    await eventually('its server has ended', () => !isAlive(server));
  }),
);

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
