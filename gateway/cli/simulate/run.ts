import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from '../api-client.ts';
import { DatabaseEvidence } from './database-evidence.ts';
import { type Evidence, GatewayEvidence, RETURN_TIMEOUT_MS } from './evidence.ts';
import { createFleet, Fleet, type FleetAgent, inParallel } from './fleet.ts';
import { Ledger } from './ledger.ts';
import type { Progress } from './progress.ts';
import type { SimulateSettings } from './settings.ts';
import type { Summary } from './summary.ts';
import { type FleetKey, numberedValues, roundOf } from './values.ts';
import { type StoredState, Watchers } from './watchers.ts';

/** How long the last values may take to be stored and shown once nothing is reported any more: flushes and reconnects. */
const QUIET_TIMEOUT_MS = 20_000;
const QUIET_POLL_MS = 250;

/** Runs a fleet against a gateway and finds out what became of every value. */
export async function simulate(
  client: ApiClient,
  settings: SimulateSettings,
  context: { progress: Progress; stop: AbortSignal },
): Promise<Summary> {
  const { progress, stop } = context;
  const run = randomBytes(4).toString('hex');
  const labels = { simulate: run };
  const keys = simulatedKeys(settings);
  const ledger = new Ledger({ ...settings, keys });
  const evidence: Evidence =
    settings.databaseUrl === undefined
      ? new GatewayEvidence(client)
      : new DatabaseEvidence({ url: settings.databaseUrl });

  progress.note(`Creating ${settings.agents} agents with ${settings.keys} keys (label simulate=${run}).`);
  const names = Array.from({ length: settings.agents }, (_, i) => `sim-${run}-${String(i + 1).padStart(5, '0')}`);
  const agents = await createFleet(client, { names, labels: () => labels, keys });
  const fleet = new Fleet({
    url: client.url,
    agents,
    keys,
    values: numberedValues(settings.repeat),
    burst: settings.burst,
    events: (index) => ledger.events(index),
  });
  const watchers = new Watchers({ count: settings.watchers, client, labels, agents, ledger });
  try {
    await withProgress(fleet.connect(stop), () => progress.say(`connecting: ${fleet.connected} of ${settings.agents}`));
    await watchers.connect(stop);
    await evidence.begin();

    progress.note(`All connected; reporting for ${settings.durationMs / 1_000} s.`);
    const begun = performance.now();
    fleet.start();
    await withProgress(pauseUnless(stop, settings.durationMs), () => progress.say(progressText(begun, fleet, ledger)));
    const durationMs = Math.round(performance.now() - begun);
    fleet.stop();
    const figures = await evidence.figures();

    progress.say('waiting for the last answers');
    await fleet.settle(settings.ackTimeoutMs + RETURN_TIMEOUT_MS);
    const verdict = await judge({ evidence, agents, ledger, watchers });
    progress.note('Done.');
    return {
      run,
      settings: {
        agents: settings.agents,
        keys: settings.keys,
        intervalMs: settings.intervalMs,
        durationMs: settings.durationMs,
        watchers: settings.watchers,
        burst: settings.burst,
        repeat: settings.repeat,
        ackMode: settings.ackMode,
        ackTimeoutMs: settings.ackTimeoutMs,
      },
      durationMs,
      reports: ledger.reports,
      acknowledged: { committed: ledger.committed, accepted: ledger.accepted },
      unanswered: ledger.unanswered,
      reconnects: ledger.reconnects,
      latencyMs: {
        watcher: watchers.latency.percentiles(),
        acknowledgement: ledger.acknowledgement.percentiles(),
      },
      ...figures,
      watchMessages: watchers.messages,
      watchers: watchers.count,
      ...verdict,
    };
  } finally {
    watchers.close();
    await fleet.close();
    await evidence.close();
    if (!settings.keep) await removeFleet(client, agents, progress);
  }
}

/**
 * Compares what was acknowledged and what watchers show with what is stored. What counts as committed has to be stored at
 * the first look; accepted values and watchers have until the last flush is through.
 */
async function judge(parts: { evidence: Evidence; agents: FleetAgent[]; ledger: Ledger; watchers: Watchers }) {
  const { evidence, agents, ledger, watchers } = parts;
  const end = performance.now() + QUIET_TIMEOUT_MS;
  let lost: number | null = null;
  for (;;) {
    const stored = await evidence.stored(agents);
    const missing = ledger.missing((agent, key) => storedRound(stored, agents[agent], key));
    lost ??= missing.lost;
    const verdict = { watchersExact: watchers.exact(stored), lost, missingAccepted: missing.missingAccepted };
    const isQuiet = verdict.watchersExact === watchers.count && verdict.missingAccepted === 0;
    if (isQuiet || performance.now() > end) return verdict;
    await pause(QUIET_POLL_MS);
  }
}

function simulatedKeys({ keys, intervalMs }: SimulateSettings): FleetKey[] {
  const common = ['cpu', 'memory', 'disk', 'load', 'branch', 'job', 'uptime', 'temperature'];
  return Array.from({ length: keys }, (_, i) => {
    const name = common[i] ?? `key${i + 1}`;
    return { name, displayName: name, intervalMs };
  });
}

function storedRound(stored: StoredState, agent: FleetAgent | undefined, key: string): number {
  const value = stored.get(agent?.id ?? '')?.get(key);
  return value === undefined ? -1 : roundOf(value.value);
}

async function removeFleet(client: ApiClient, agents: FleetAgent[], progress: Progress): Promise<void> {
  try {
    let removed = 0;
    await inParallel(agents, async ({ id }) => {
      await client.request('DELETE', `/api/v2/agents/${id}`);
      removed += 1;
      progress.say(`removing the simulated agents: ${removed} of ${agents.length}`);
    });
  } catch (error) {
    progress.note(`The simulated agents could not all be removed: ${(error as Error).message}`);
  }
}

function progressText(begun: number, fleet: Fleet, ledger: Ledger): string {
  const seconds = Math.round((performance.now() - begun) / 1_000);
  const answered = ledger.committed + ledger.accepted;
  return `${seconds} s: ${fleet.connected} agents connected, ${ledger.reports} reports, ${answered} acknowledged`;
}

async function withProgress(work: Promise<void>, say: () => void): Promise<void> {
  const timer = setInterval(say, 1_000);
  try {
    await work;
  } finally {
    clearInterval(timer);
  }
}

/** A timer that outlives `stop` would keep the process from ending. */
function pauseUnless(stop: AbortSignal, ms: number): Promise<void> {
  return pause(ms, undefined, { signal: stop }).catch(() => {});
}
