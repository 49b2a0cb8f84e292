import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { deleteAgent, hashToken, patchAgent, rotateToken } from '../../db/agents.ts';
import { recordAudit } from '../../db/audit.ts';
import { findChanges } from '../../db/changes.ts';
import { FlushWriter } from '../../db/metadata/flush-writer.ts';
import type { Pool } from '../../db/pool.ts';
import { createSession, deleteSession } from '../../db/sessions.ts';
import { createAccessToken, deleteAccessToken, revokeUnsetTokens } from '../../db/tokens.ts';
import { aValue, BASE_US, batchOf, never, someAgents } from '../support/fleet.ts';
import { databaseForFile, type TestDatabase } from '../support/postgres.ts';

const ME = { tokenId: null, name: 'me', address: '' };

let database: TestDatabase;
let pool: Pool;
let snapshot: string | null;

databaseForFile((own) => {
  ({ database, pool } = own);
});
beforeEach(async () => {
  snapshot = (await findChanges(pool, null)).snapshot;
});

/** What is new since the last look; the next look goes on from here. */
async function look() {
  const { agentIds, revoked, ...rest } = await findChanges(pool, snapshot);
  snapshot = rest.snapshot;
  return { agentIds, revoked };
}

const NOTHING = { agentIds: [], revoked: false };

describe('a look for changes', () => {
  test('finds each change once, and nothing where nothing has happened', async () => {
    expect(await look()).toEqual(NOTHING);
    const [one = '', two = ''] = await someAgents(pool, 2);
    expect((await look()).agentIds?.sort()).toEqual([one, two]);
    expect(await look()).toEqual(NOTHING);
    await patchAgent(pool, two, { labels: { a: 'b' } }, ME);
    expect(await look()).toEqual({ agentIds: [two], revoked: false });
    const writer = new FlushWriter({ url: database.url, gatewayId: 'gw' });
    const connection = { number: 1, connected: true, atUs: BASE_US };
    await writer.write({ values: [], agents: [{ agentId: one, connection }] }, never);
    expect(await look()).toEqual({ agentIds: [one], revoked: false });
    await writer.write(batchOf(aValue(one, 'cpu', '1')), never);
    await writer.close();
    expect(await look()).toEqual(NOTHING);
  });

  test('knows everything that revokes, and nothing else as such', async () => {
    const [rotated = '', deleted = ''] = await someAgents(pool, 2);
    const token = async () =>
      (await createAccessToken(pool, { role: 'viewer', name: 'v', tokenHash: hashToken(randomUUID()) }, ME)).id;
    const [revokedToken, kept] = [await token(), await token()];
    const session = { sessionHash: hashToken('s'), accessTokenId: kept, lifetimeMs: 60_000 };
    await createSession(pool, session, { address: '', shown: 'token' });
    await database.query('UPDATE tidegate.access_tokens SET configured = true WHERE id = $1::uuid', [kept]);
    expect((await look()).revoked).toBe(false);
    const revoking: [string, () => Promise<unknown>][] = [
      ['rotation', () => rotateToken(pool, rotated, { tokenHash: hashToken('new'), overlapMs: 0 }, ME)],
      ['an overlap', () => rotateToken(pool, rotated, { tokenHash: hashToken('newer'), overlapMs: 60_000 }, ME)],
      ['deletion', () => deleteAgent(pool, deleted, ME)],
      ['a token', () => deleteAccessToken(pool, revokedToken, ME)],
      ['sign-out', () => deleteSession(pool, session.sessionHash, { address: '' })],
      ['a setting', () => revokeUnsetTokens(pool, 'gone', ME)],
    ];
    for (const [name, revoke] of revoking) {
      await revoke();
      expect((await look()).revoked, name).toBe(true);
      expect((await look()).revoked, name).toBe(false);
    }
  });

  test('misses nothing that commits late, whatever has been seen meanwhile', async () => {
    const [agent = ''] = await someAgents(pool, 1);
    await look();
    const late = await database.session();
    await late.query('BEGIN');
    await recordAudit(late, ME, [{ action: 'token.delete', target: { id: randomUUID(), name: 'late' } }]);
    await late.query('UPDATE tidegate.agents SET revision = pg_current_xact_id() WHERE id = $1::uuid', [agent]);
    await rotateToken(pool, (await someAgents(pool, 1))[0] ?? '', { tokenHash: hashToken('x'), overlapMs: 0 }, ME);
    expect((await look()).revoked).toBe(true);
    expect(await look()).toEqual(NOTHING);
    await late.query('COMMIT');
    expect(await look()).toEqual({ agentIds: [agent], revoked: true });
    expect(await look()).toEqual(NOTHING);
  });

  test('takes anything for changed where there was no earlier look, or it was at another server', async () => {
    expect(await findChanges(pool, null)).toMatchObject({ agentIds: null, revoked: true });
    expect(await findChanges(pool, '900000000:900000000:')).toMatchObject({ agentIds: null, revoked: true });
  });

  test('is not held up by what a restored dump brings along', async () => {
    const [agent = ''] = await someAgents(pool, 1);
    await recordAudit(pool, ME, [{ action: 'token.delete', target: { id: randomUUID(), name: 'restored' } }]);
    await database.query("UPDATE tidegate.audit SET revision = '900000000' WHERE target_name = 'restored'");
    await database.query("UPDATE tidegate.agents SET revision = '900000000' WHERE id = $1::uuid", [agent]);
    await look();
    expect(await look()).toEqual(NOTHING);
  });
});
