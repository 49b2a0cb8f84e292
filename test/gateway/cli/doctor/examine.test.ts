import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MIGRATIONS_DIR, readMigrations } from '../../../../db/migrate.ts';
import { examine } from '../../../../gateway/cli/doctor/examine.ts';
import { type TestDatabase, testDatabase, urlForDatabase } from '../../../support/postgres.ts';

let database: TestDatabase;

async function look(options: { url?: string; listenUrl?: string } = {}) {
  const findings = await examine({ url: options.url ?? database.url, listenUrl: options.listenUrl });
  return new Map(findings.map(({ check, verdict, finding }) => [check, { verdict, finding }]));
}

describe('a database that a gateway uses', () => {
  beforeEach(async () => {
    database = await testDatabase();
  });
  afterEach(() => database.drop());

  it('passes every check', async () => {
    const findings = await look();
    const version = (await readMigrations(MIGRATIONS_DIR)).length;
    expect([...findings.keys()]).toEqual([
      'database',
      'schema',
      'durability',
      'bus',
      'clock',
      'gateways',
      'transactions',
    ]);
    expect([...findings.values()].map(({ verdict }) => verdict)).toEqual(Array(findings.size).fill('ok'));
    expect(findings.get('schema')?.finding).toContain(`version ${version},`);
    expect(findings.get('bus')?.finding).toMatch(/heard after \d/);
  });

  it('names the gateways that run', async () => {
    await database.query(`INSERT INTO tidegate.gateways (id, host, pid) VALUES ('g-1', 'host-1', 42)`);
    expect((await look()).get('gateways')?.finding).toBe('g-1 (host-1, pid 42)');
  });

  it('says that nobody hears what is notified', async () => {
    // Notifications stay in their database: LISTEN in another one is accepted and never delivers, as behind a pooler.
    const bus = (await look({ listenUrl: urlForDatabase(database.url, 'postgres') })).get('bus');
    expect(bus).toMatchObject({ verdict: 'failed', finding: expect.stringContaining('--listen-url') });
  });

  it('says that LISTEN cannot be had', async () => {
    const bus = (await look({ listenUrl: 'postgres://x@127.0.0.1:1/x' })).get('bus');
    expect(bus).toMatchObject({ verdict: 'failed', finding: expect.stringContaining('LISTEN cannot be had') });
  });

  it('finds values that a crash would lose', async () => {
    await database.query('ALTER TABLE tidegate.agent_metadata SET UNLOGGED');
    expect((await look()).get('durability')).toMatchObject({ verdict: 'failed' });
  });

  it('finds a schema that is newer than this release', async () => {
    await database.query(`INSERT INTO tidegate.schema_migrations (version, name) VALUES (9999, 'later')`);
    expect((await look()).get('schema')).toMatchObject({
      verdict: 'failed',
      finding: expect.stringContaining('at version 9999'),
    });
  });
});

it('an empty database wants its schema, and is left empty', async () => {
  database = await testDatabase({ migrated: false });
  try {
    const findings = await look();
    expect(findings.get('schema')).toMatchObject({
      verdict: 'warning',
      finding: expect.stringContaining('tidegate migrate'),
    });
    expect(findings.get('gateways')).toMatchObject({ verdict: 'ok' });
    const tables = await database.query(`SELECT 1 FROM pg_namespace WHERE nspname = 'tidegate'`);
    expect(tables).toHaveLength(0);
  } finally {
    await database.drop();
  }
});

it('without a database nothing else counts as well', async () => {
  const findings = await look({ url: 'postgres://someone:secret@127.0.0.1:1/fleet' });
  expect(findings.get('database')).toEqual({
    verdict: 'failed',
    finding: 'Cannot reach PostgreSQL at 127.0.0.1:1: nothing listens there.',
  });
  findings.delete('database');
  expect(new Set([...findings.values()].map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
});
