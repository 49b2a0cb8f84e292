import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createAgents, deleteAgent, hashToken } from '../../db/agents.ts';
import { type Actor, listAudit, purgeAudit } from '../../db/audit.ts';
import { Pool } from '../../db/pool.ts';
import { deleteAccessToken, ensureAdminToken } from '../../db/tokens.ts';
import { settleAdminToken } from '../../gateway/auth/admin-token.ts';
import { addAuditCommand } from '../../gateway/cli/audit.ts';
import { ADMIN_TOKEN, signIn, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  database = await testDatabase();
  gateway = await testGateway(database.url, { trustProxy: 'loopback' });
});
afterAll(async () => {
  await gateway.stop();
  await database.drop();
});

const trail = async (query = '') => (await gateway.request('GET', `/api/v2/audit${query}`)).body.entries as any[];

describe('the audit trail', () => {
  it('has a row for every change and sign-in: who, from where, what, to whom; and no secret', async () => {
    const [agent] = await gateway.createAgents({ name: 'audited', labels: { team: 'a' } });
    const path = `/api/v2/agents/${agent?.id}`;
    await gateway.request('PATCH', path, { name: 'renamed', metadata: [{ key: 'cpu', script: 'uptime' }] });
    const rotated = await gateway.request('POST', `${path}/token`, { overlap: '10m' });
    const made = await gateway.request('POST', '/api/v2/tokens', { role: 'admin', name: 'second admin' });
    const cookie = await signIn(gateway.url, made.body.token);
    // The second admin goes on, behind a proxy that says where they are.
    const from = { authorization: `Bearer ${made.body.token}`, 'x-forwarded-for': '198.51.100.7' };
    await fetch(gateway.url + path, { method: 'DELETE', headers: from });
    await fetch(`${gateway.url}/api/v2/session`, { method: 'DELETE', headers: { cookie } });
    await gateway.request('DELETE', `/api/v2/tokens/${made.body.id}`);

    const entries = await trail('?limit=8');
    const audited = { id: agent?.id, name: 'audited' };
    const renamed = { id: agent?.id, name: 'renamed' };
    const second = { id: made.body.id, name: 'second admin' };
    expect(entries.map(({ action, target, detail }) => ({ action, target, detail })).reverse()).toEqual([
      { action: 'agent.create', target: audited, detail: { labels: { team: 'a' } } },
      { action: 'agent.change', target: renamed, detail: { name: 'renamed', keys: ['cpu'] } },
      { action: 'agent.rotate', target: renamed, detail: { overlap_ms: 600_000 } },
      { action: 'token.create', target: second, detail: { role: 'admin' } },
      { action: 'session.create', target: second, detail: { shown: 'token' } },
      { action: 'agent.delete', target: renamed, detail: {} },
      { action: 'session.delete', target: second, detail: {} },
      { action: 'token.delete', target: second, detail: {} },
    ]);
    const byFirst = { token_id: gateway.adminToken.id, name: 'configured', address: '127.0.0.1' };
    const bySecond = { token_id: second.id, name: second.name, address: '127.0.0.1' };
    expect(entries.map(({ actor }) => actor).reverse()).toEqual([
      ...[byFirst, byFirst, byFirst, byFirst],
      ...[bySecond, { ...bySecond, address: '198.51.100.7' }, bySecond],
      byFirst,
    ]);
    expect(entries[0].at).toMatch(/^20\d\d-.*Z$/);
    const text = JSON.stringify(await trail('?limit=1000'));
    for (const secret of [agent?.token, rotated.body.token, made.body.token, cookie.split('=')[1], ADMIN_TOKEN]) {
      expect(text).not.toContain(secret);
    }
  });

  it('tells a sign-in by link, and what a gateway does by its settings', async () => {
    const code = gateway.signInUrl?.split('#code=')[1];
    expect((await gateway.request('POST', '/api/v2/session', { code }, null)).status).toBe(204);
    expect((await trail('?limit=1'))[0]).toMatchObject({
      action: 'session.create',
      actor: { name: 'configured' },
      detail: { shown: 'code' },
    });
    const all = await trail('?action=token.create&limit=1000');
    expect(all.at(-1)).toMatchObject({
      actor: { token_id: null, name: 'the gateway, by its settings', address: '' },
      target: { id: gateway.adminToken.id, name: 'configured' },
    });
  });

  it('is read page by page, by action and by target', async () => {
    const made = await gateway.createAgents(...Array.from({ length: 7 }, (_, i) => ({ name: `paged-${i}` })));
    const first = (await gateway.request('GET', '/api/v2/audit?limit=3&action=agent.create')).body;
    const second = (await gateway.request('GET', `/api/v2/audit?limit=4&action=agent.create&before=${first.next}`))
      .body;
    const names = [...first.entries, ...second.entries].map(({ target }) => target.name);
    expect(names.sort()).toEqual(made.map(({ name }) => name).sort());
    expect(await trail(`?target=${made[3]?.id}`)).toHaveLength(1);
    for (const bad of ['limit=0', 'limit=1001', 'before=x', 'action=all', 'target=me', 'since=1']) {
      expect((await gateway.request('GET', `/api/v2/audit?${bad}`)).status, bad).toBe(400);
    }
  });

  it('is shown by the command', async () => {
    await gateway.createAgents({ name: 'seen by the command' });
    const written: string[] = [];
    const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const program = new Command();
    addAuditCommand(program);
    const options = ['--url', gateway.url, '--token', ADMIN_TOKEN];
    try {
      await program.parseAsync(['node', 'tidegate', 'audit', '--limit', '1', ...options]);
      await program.parseAsync(['node', 'tidegate', 'audit', '--json', '--limit', '2000', ...options]);
    } finally {
      stdout.mockRestore();
    }
    expect(written[0]).toMatch(/configured +127\.0\.0\.1 +agent\.create +seen by the command/);
    expect(JSON.parse(written[1] ?? '').entries).toEqual(await trail('?limit=1000'));
  });
});

describe('a row of the trail', () => {
  const actor: Actor = { tokenId: null, name: 'tester', address: '192.0.2.1' };
  let pool: Pool;

  beforeAll(() => {
    pool = new Pool({ url: database.url });
  });
  afterAll(() => pool.close());

  const agentNamed = (name: string) => ({ name, labels: {}, metadata: [], tokenHash: hashToken(randomUUID()) });

  it('stands or falls with its change', async () => {
    const before = (await listAudit(pool)).entries.length;
    await createAgents(pool, [agentNamed('whole')], actor);
    await expect(createAgents(pool, [agentNamed('half'), agentNamed('whole')], actor)).rejects.toThrow();
    expect(await deleteAgent(pool, randomUUID(), actor)).toBe(false);
    expect(await deleteAccessToken(pool, randomUUID(), actor)).toBe(false);
    expect((await listAudit(pool)).entries.length).toBe(before + 1);
    // And the change falls with its row.
    await database.query(
      'ALTER TABLE tidegate.audit ADD CONSTRAINT never CHECK (action <> $$agent.create$$) NOT VALID',
    );
    await expect(createAgents(pool, [agentNamed('unnoted')], actor)).rejects.toThrow();
    await database.query('ALTER TABLE tidegate.audit DROP CONSTRAINT never');
    expect(await database.query("SELECT FROM tidegate.agents WHERE name IN ('unnoted', 'half')")).toHaveLength(0);
  });

  it('is removed at its age and not before', async () => {
    await database.query(
      "UPDATE tidegate.audit SET at = clock_timestamp() - interval '2 hours' WHERE actor_name = 'tester'",
    );
    await createAgents(pool, [agentNamed('young')], actor);
    expect(await purgeAudit(pool, 3 * 3_600_000)).toBe(0);
    expect(await purgeAudit(pool, 3_600_000)).toBeGreaterThan(0);
    const left = (await listAudit(pool)).entries.filter(({ actor: { name } }) => name === 'tester');
    expect(left.map(({ target }) => target.name)).toEqual(['young']);
  });
});

describe('the admin token of the data directory', () => {
  it('does not come back at a restart once it was revoked, however old the revocation', async () => {
    const empty = await testDatabase();
    const pool = new Pool({ url: empty.url });
    const dataDir = mkdtempSync(join(tmpdir(), 'tidegate-admin-'));
    const settle = () => settleAdminToken(pool, { configured: undefined, dataDir });
    const kept = () => readFileSync(join(dataDir, 'admin-token'), 'utf8').trim();
    try {
      const first = await settle();
      expect(first.made).toBe(kept());
      expect(await settle()).toEqual({ ...first, made: null });
      await deleteAccessToken(pool, first.id ?? '');
      const other = await ensureAdminToken(pool, { name: 'other', tokenHash: hashToken('x'), configured: false });
      expect(await settle()).toEqual({ id: null, made: null, path: null });
      expect(kept()).toBe(first.made);
      // With nobody left who could let anybody in, a new one is made; never the old.
      await deleteAccessToken(pool, other.id);
      const next = await settle();
      expect(next.made).not.toBeNull();
      expect(next.made).not.toBe(first.made);
      expect(kept()).toBe(next.made);
      expect(existsSync(next.path ?? '')).toBe(true);
    } finally {
      await pool.close();
      await empty.drop();
      rmSync(dataDir, { recursive: true });
    }
  });
});
