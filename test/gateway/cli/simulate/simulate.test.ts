import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient } from '../../../../gateway/cli/api-client.ts';
import { CliError } from '../../../../gateway/cli/output.ts';
import { DatabaseEvidence, followingUrl } from '../../../../gateway/cli/simulate/database-evidence.ts';
import { microsecondsOf } from '../../../../gateway/cli/simulate/evidence.ts';
import { Progress } from '../../../../gateway/cli/simulate/progress.ts';
import { simulate } from '../../../../gateway/cli/simulate/run.ts';
import type { SimulateSettings } from '../../../../gateway/cli/simulate/settings.ts';
import { summaryText } from '../../../../gateway/cli/simulate/summary.ts';
import { type StoredState, shows } from '../../../../gateway/cli/simulate/watchers.ts';
import { addSimulateCommand } from '../../../../gateway/cli/simulate.ts';
import type { WatchedAgent } from '../../../../protocol/watch/state.ts';
import { ADMIN_TOKEN, eventually, type TestGateway, testGateway } from '../../../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../../../support/postgres.ts';

const progress = new Progress({ quiet: true });
const never = new AbortController().signal;

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

describe('a run against a real gateway', () => {
  const SETTINGS: SimulateSettings = {
    agents: 20,
    keys: 5,
    intervalMs: 400,
    durationMs: 1_500,
    watchers: 3,
    burst: false,
    repeat: 0.5,
    ackMode: 'committed',
    ackTimeoutMs: 10_000,
    databaseUrl: undefined,
    keep: false,
  };
  let gateway: TestGateway | undefined;

  async function run(settings: Partial<SimulateSettings>, flags = {}, stop = never) {
    gateway = await testGateway(database.url, { flushIntervalMs: '500ms', ...flags });
    const client = new ApiClient({ url: gateway.url, token: ADMIN_TOKEN, dataDir: '/nowhere' });
    return simulate(client, { ...SETTINGS, ...settings }, { progress, stop });
  }

  afterEach(async () => {
    await gateway?.stop();
    gateway = undefined;
    await database.query('DROP TRIGGER IF EXISTS forgets ON tidegate.agent_metadata');
  });

  it('counts on connections of its own, loses nothing, and removes its agents', async () => {
    // Flushes come too slowly for one to hide behind the next from whoever looks ten times a second.
    const summary = await run({ databaseUrl: () => database.url, durationMs: 3_000 }, { flushIntervalMs: '1s' });
    expect(summary).toMatchObject({ source: 'database', lost: 0, missingAccepted: 0, watchersExact: 3, unanswered: 0 });
    expect(summary.reports).toBeGreaterThan(20);
    expect(summary.acknowledged).toEqual({ committed: summary.reports, accepted: 0 });
    expect(summary.flushes).toBe(summary.notifications);
    expect(summary.notifications).toBeGreaterThan(1);
    // One more for a commit that takes longer than the next: it is their starts that are a second apart.
    expect(summary.notifications).toBeLessThanOrEqual(Math.floor(summary.durationMs / 1_000) + 2);
    expect(summary.maxNotificationBytes).toBeLessThan(200);
    expect(summary.latencyMs.watcher?.p99).toBeGreaterThan(0);
    expect(await database.query('SELECT 1 FROM tidegate.agents WHERE deleted_at IS NULL')).toHaveLength(0);
    expect(summaryText(summary)).toContain('3 of 3');
  });

  it("says that it has the gateway's word where it has no connection of its own", async () => {
    const summary = await run({ burst: true });
    expect(summary).toMatchObject({ source: 'gateway', lost: 0, watchersExact: 3, maxNotificationBytes: null });
    expect(summary.flushes).toBe(summary.notifications);
    expect(summaryText(summary)).toContain('counted by the gateway');
  });

  it('waits for the last flush where replies do not', async () => {
    const summary = await run({ ackMode: 'accepted', databaseUrl: () => database.url }, { ack: 'accepted' });
    expect(summary).toMatchObject({ lost: 0, missingAccepted: 0, watchersExact: 3 });
    expect(summary.acknowledged.committed).toBe(0);
  });

  it('finds what a database has forgotten after it was acknowledged', async () => {
    // The row stays as it was, and the gateway takes its value for one that a newer one beats.
    await database.query(`
      CREATE OR REPLACE FUNCTION tidegate.forget() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.key = 'cpu' THEN RETURN NULL; END IF; RETURN NEW; END $$`);
    await database.query(`
      CREATE TRIGGER forgets BEFORE INSERT OR UPDATE ON tidegate.agent_metadata
      FOR EACH ROW EXECUTE FUNCTION tidegate.forget()`);
    const summary = await run({ watchers: 0, repeat: 0, databaseUrl: () => database.url });
    expect(summary.lost).toBe(20);
  });

  it('ends early when it is stopped, also before it has begun, and still says what it saw', async () => {
    const stop = new AbortController();
    stop.abort();
    const summary = await run({ durationMs: 3_600_000, databaseUrl: () => database.url }, {}, stop.signal);
    expect(summary.durationMs).toBeLessThan(60_000);
    expect(summary.lost).toBe(0);
  });
});

describe('what is counted in the database', () => {
  let evidence: DatabaseEvidence;

  beforeEach(async () => {
    evidence = new DatabaseEvidence({ url: () => database.url, returnTimeoutMs: 0 });
    await evidence.begin();
  });
  afterEach(async () => {
    await evidence.close();
    await database.query("DELETE FROM tidegate.gateways WHERE id = 'counted'");
  });

  const sign = (nonce: string) =>
    database.query(
      `INSERT INTO tidegate.gateways (id, nonce) VALUES ('counted', '${nonce}')
       ON CONFLICT (id) DO UPDATE SET nonce = excluded.nonce`,
    );
  const notify = (channel: string, values: number) =>
    database.query('SELECT pg_notify($1, $2)', [
      channel,
      JSON.stringify({ v: 1, gateway: 'counted', revision: '813', values, agents: 1 }),
    ]);

  it('shows a flush that nobody was told of, and a notification too many', async () => {
    await sign('a');
    await notify('tidegate', 10);
    expect(await evidence.figures()).toMatchObject({ flushes: 1, notifications: 1, valuesPerNotification: 10 });
    await sign('b');
    expect(await evidence.figures()).toMatchObject({ flushes: 2, notifications: 1 });
    await notify('tidegate', 20);
    await notify('tidegate', 30);
    expect(await evidence.figures()).toMatchObject({ flushes: 2, notifications: 3, valuesPerNotification: 20 });
  });

  it('leaves the control channel out', async () => {
    await notify('tidegate_control', 1);
    expect(await evidence.figures()).toMatchObject({ flushes: 0, notifications: 0, maxNotificationBytes: null });
  });

  it('gives no figures when its connection was lost on the way', async () => {
    await sign('c');
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'tidegate simulate' AND datname = current_database()`,
    );
    await eventually('the loss is noticed', async () => (await evidence.figures()).flushes === null);
    expect(await evidence.figures()).toMatchObject({ source: 'database', notifications: null });
  });

  it('says that nothing can be said when the database stays away', async () => {
    const away = new DatabaseEvidence({ url: () => 'postgres://nobody@127.0.0.1:1/none', returnTimeoutMs: 0 });
    await expect(away.stored([])).rejects.toThrow(CliError);
  });
});

describe('where the database is', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-simulate-'));
  const file = join(directory, 'database-url');
  afterAll(() => rmSync(directory, { recursive: true }));

  it('follows an embedded server to its next port, and no other', () => {
    writeFileSync(file, 'postgres://a@127.0.0.1:1/x\n');
    const embedded = followingUrl('postgres://a@127.0.0.1:1/x', file);
    const other = followingUrl('postgres://elsewhere/x', file);
    writeFileSync(file, 'postgres://a@127.0.0.1:2/x\n');
    expect(embedded()).toBe('postgres://a@127.0.0.1:2/x');
    expect(other()).toBe('postgres://elsewhere/x');
    rmSync(file);
    expect(embedded()).toBe('postgres://a@127.0.0.1:1/x');
  });
});

describe('whether a watcher shows exactly what is stored', () => {
  const stored: StoredState = new Map([
    ['one', new Map([['cpu', { value: '1 %', error: 'late', atUs: 1_767_607_200_123_457 }]])],
    ['two', new Map()],
  ]);
  const watched = (change: (agents: Map<string, WatchedAgent>) => void = () => {}) => {
    const agent = (id: string): WatchedAgent => ({
      ...{ id, name: id, labels: {}, status: 'connected', keys: new Map(), values: new Map() },
    });
    const agents = new Map(['one', 'two'].map((id) => [id, agent(id)]));
    agents.get('one')?.values.set('cpu', { value: '1 %', error: 'late', at: 1_767_607_200_123.457 });
    change(agents);
    return agents;
  };
  const cpu = (change: object) => (agents: Map<string, WatchedAgent>) =>
    Object.assign(agents.get('one')?.values.get('cpu') ?? {}, change);

  it('is true for the same state', () => {
    expect(shows(watched(), stored)).toBe(true);
  });

  it.each<[string, (agents: Map<string, WatchedAgent>) => void]>([
    ['another value', cpu({ value: '2 %' })],
    ['another error', cpu({ error: '' })],
    ['a time that is a microsecond off', cpu({ at: 1_767_607_200_123.458 })],
    ['an agent less', (agents) => agents.delete('two')],
    ['a key less', (agents) => agents.get('one')?.values.clear()],
    ['a key more', (agents) => agents.get('two')?.values.set('cpu', { value: '', error: '', at: 0 })],
  ])('is false with %s', (_what, change) => {
    expect(shows(watched(change), stored)).toBe(false);
  });
});

it.each([
  ['2026-01-05T10:00:00.123457Z', 123_457],
  ['2026-01-05T10:00:00.1Z', 100_000],
  ['2026-01-05T10:00:00Z', 0],
  ['2026-01-05T10:00:00.123456789Z', 123_456],
])('reads %s to the microsecond', (text, us) => {
  expect(microsecondsOf(text)).toBe(Date.UTC(2026, 0, 5, 10) * 1_000 + us);
});

describe('options', () => {
  it.each([
    ['--agents', '0', 'a whole number from 1 to 100000'],
    ['--keys', '257', 'a whole number from 1 to 256'],
    ['--interval', '10', 'a duration like 10s'],
    ['--duration', '0', 'a duration like 10s'],
    ['--repeat', '2', 'a number from 0 to 1'],
    ['--watchers', '-1', 'a whole number from 0'],
  ])('%s %s is refused with what is allowed', async (flag, text, allowed) => {
    const program = new Command().exitOverride();
    addSimulateCommand(program);
    const parsed = program.parseAsync(['node', 'tidegate', 'simulate', '--token', 'x', `${flag}=${text}`]);
    await expect(parsed).rejects.toThrow(CliError);
    await expect(parsed).rejects.toThrow(`${flag} ${JSON.stringify(text)} is not allowed: it takes ${allowed}`);
  });
});
