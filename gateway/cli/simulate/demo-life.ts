import { createHash } from 'node:crypto';
import { coder } from '../../../protocol/messages/services.ts';
import type { Fleet } from './fleet.ts';
import { hash } from './values.ts';

const { v2 } = coder.agent;

const LOG_LINES = [
  'checking out the workspace',
  'installing 412 packages',
  'node_modules restored from the cache in 3.2 s',
  'starting the language server',
  'language server listens on 127.0.0.1:6010',
  'ready',
];
const WARNING = 'swap is in use: 212 MiB';
const GIB = 1_024 ** 3;

/** Lets every agent of the demo say what real ones say beside their values: how it started, what runs on it, who is there. */
export async function liveAsRealOnes(fleet: Fleet, count: number): Promise<void> {
  // At once: some are answered when they are stored, and one flush stores them all.
  await Promise.all(Array.from({ length: count }, (_, index) => sayAll(fleet, index)));
}

async function sayAll(fleet: Fleet, index: number): Promise<void> {
  const agent = fleet.agent(index)?.client?.agent;
  if (agent === undefined) return;
  const seed = hash(`life of ${index}`);
  const startedMs = Date.now() - 20_000 - (seed % 8_000);
  const at = (ms: number) => ({ seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1e6 });
  const isBusy = seed % 3 === 0;
  // What an agent that has just left does not say, nobody misses.
  await Promise.allSettled([
    agent.ScriptCompleted({
      timing: {
        ...{ scriptId: id(`script ${index}`), stage: v2.Timing.Stage.START, status: v2.Timing.Status.OK, exitCode: 0 },
        ...{ start: at(startedMs), end: at(startedMs + 4_000 + (seed % 9_000)) },
      },
    }),
    agent.BatchUpdateAppHealths({ updates: [{ id: id(`editor ${index}`), health: v2.AppHealth.HEALTHY }] }),
    agent.PushResourcesMonitoringUsage({
      datapoints: [
        {
          collectedAt: at(Date.now()),
          memory: { used: (2 + (seed % 12)) * GIB, total: 16 * GIB },
          volumes: [{ volume: '/home', used: (20 + (seed % 160)) * GIB, total: 256 * GIB }],
        },
      ],
    }),
    agent.UpdateStats({
      stats: {
        ...{ connectionCount: isBusy ? 2 : 0, connectionMedianLatencyMs: isBusy ? 8 + (seed % 40) : 0 },
        ...{ rxBytes: 40_000 + (seed % 9_000_000), txBytes: 90_000 + (seed % 60_000_000) },
        sessionCounts: isBusy ? { ssh: 1, vscode: 1 } : {},
      },
    }),
    ...(isBusy ? [agent.ReportConnection({ connection: session(index, startedMs + 9_000) })] : []),
    agent.BatchCreateLogs({
      logSourceId: id('startup'),
      logs: LOG_LINES.map((output, line) => ({
        ...{ createdAt: at(startedMs + line * 900), output: seed % 5 === 0 && line === 3 ? WARNING : output },
        level: seed % 5 === 0 && line === 3 ? v2.Log.Level.WARN : v2.Log.Level.INFO,
      })),
    }),
  ]);
}

function session(index: number, beganMs: number) {
  return {
    ...{ id: id(`session ${index}`), action: v2.Connection.Action.CONNECT, type: v2.Connection.Type.SSH },
    ...{ timestamp: { seconds: Math.floor(beganMs / 1_000), nanos: 0 }, ip: `10.20.${index % 250}.7`, appName: '' },
  };
}

/** The same in every run, so that a demo that is started again adds nothing. */
function id(of: string): Uint8Array {
  return createHash('sha256').update(of).digest().subarray(0, 16);
}
