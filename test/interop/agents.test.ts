/** Agents in Go that behave as Coder's does, through a restart of their gateway. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { Peer } from './support/peer.ts';
import { DRPC_VERSIONS } from './support/versions.ts';

const AGENTS = 50;
const BEFORE_RESTART_MS = 10_000;
const AFTER_RESTART_MS = 10_000;
const INTERVALS_SECONDS = { fast: 1, slow: 3, once: 0 };

interface AgentResult {
  connects: number;
  reports: number;
  acknowledged: number;
  failedReports: number;
  values: number;
  newest: Record<string, number>;
}

let database: TestDatabase;
let directory: string;

beforeAll(async () => {
  database = await testDatabase();
  directory = mkdtempSync(join(tmpdir(), 'tidegate-agents-'));
});
afterAll(async () => {
  await database.drop();
  rmSync(directory, { recursive: true, force: true });
});

const start = (listen: string) => testGateway(database.url, { listen, flushIntervalMs: '1s' });

/** By agent and key: the number in the value that is stored. */
async function storedNumbers(): Promise<Map<string, number>> {
  const rows = await database.query<{ agent_id: string; key: string; value: string }>(
    'SELECT agent_id, key, value FROM tidegate.agent_metadata',
  );
  return new Map(rows.map(({ agent_id, key, value }) => [`${agent_id} ${key}`, Number(value)]));
}

describe.each(DRPC_VERSIONS.map(({ name }) => name))(`${AGENTS} agents of storj.io/%s`, (version) => {
  it('report on their intervals through a restart, which cuts one connection of each and loses nothing', async () => {
    let gateway: TestGateway = await start('127.0.0.1:0');
    const address = new URL(gateway.url).host;
    const metadata = Object.entries(INTERVALS_SECONDS).map(([key, interval]) => ({
      key,
      display_name: key,
      script: 'true',
      interval,
      timeout: 1,
    }));
    const wanted = Array.from({ length: AGENTS }, (_, i) => ({ name: `${version}-${i}`, metadata }));
    const created = await gateway.createAgents(...wanted);
    const tokens = join(directory, version);
    writeFileSync(tokens, created.map(({ token }) => token).join('\n'), { mode: 0o600 });
    const peer = new Peer(version, 'agents', { url: gateway.url, tokens, extras: true });
    const count = (kind: string) => peer.events.filter(({ event }) => event === kind).length;

    let restarted = { fromMs: 0, toMs: 0 };
    let results: AgentResult[];
    let answerMs: Record<string, number>;
    try {
      await eventually('all are connected', () => count('connected') === AGENTS, 20_000);
      await pause(BEFORE_RESTART_MS);
      expect(count('disconnected')).toBe(0);
      const fromMs = Date.now();
      await gateway.stop();
      gateway = await start(address);
      restarted = { fromMs, toMs: Date.now() };
      await eventually('all are connected again', () => count('connected') === 2 * AGENTS, 60_000);
      await pause(AFTER_RESTART_MS);
      ({ agents: results, answerMs } = await peer.stop());
    } finally {
      peer.kill();
      await gateway.stop();
    }

    const cuts = peer.events.filter(({ event }) => ['report-failed', 'disconnected', 'tolerated'].includes(event));
    const elsewhere = cuts.filter(({ atMs }) => atMs < restarted.fromMs || atMs > restarted.toMs + 1_000);
    expect(elsewhere).toEqual([]);
    expect(count('no-goodbye') + count('log-limit')).toBe(0);
    for (const { connects, failedReports } of results) {
      expect(connects).toBe(2);
      expect(failedReports).toBeLessThanOrEqual(1);
    }
    const stored = await storedNumbers();
    const lost = results.flatMap(({ newest }, i) =>
      Object.entries(newest).filter(([key, number]) => (stored.get(`${created[i]?.id} ${key}`) ?? 0) < number),
    );
    expect(lost).toEqual([]);
    const sum = (of: keyof AgentResult) => results.reduce((total, result) => total + Number(result[of]), 0);
    console.log(
      `storj.io/${version}: ${sum('reports')} reports, ${sum('acknowledged')} acknowledged, ` +
        `${sum('failedReports')} cut by the restart, ${sum('values')} values, ${sum('connects')} connects, ` +
        `answered after ${JSON.stringify(answerMs)} ms`,
    );
    // Each key once a connection, the fast and the slow one again on their intervals: half of that at the least, since
    // a report is held until its flush and agents that wait overwrite what they have collected.
    expect(sum('acknowledged')).toBeGreaterThan((AGENTS * (BEFORE_RESTART_MS + AFTER_RESTART_MS)) / 1000 / 4);
    for (const { newest } of results) expect(Object.keys(newest).sort()).toEqual(['fast', 'once', 'slow']);
    // The last state of each agent's life, told as it ended.
    const states = await database.query(
      'SELECT DISTINCT lifecycle_state FROM tidegate.agents WHERE id = ANY($1::uuid[])',
      [`{${created.map(({ id }) => id).join(',')}}`],
    );
    expect(states.map(({ lifecycle_state }) => lifecycle_state)).toEqual(['off']);
  });
});
