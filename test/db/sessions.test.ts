import { expect, test } from 'vitest';
import { hashToken } from '../../db/agents.ts';
import type { Pool } from '../../db/pool.ts';
import { createSession, findSessionsByHash } from '../../db/sessions.ts';
import { createAccessToken, deleteAccessToken } from '../../db/tokens.ts';
import { databaseForFile, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let pool: Pool;

databaseForFile((own) => {
  ({ database, pool } = own);
});

const HOUR_MS = 3_600_000;

async function signedIn(secret: string): Promise<{ sessionHash: Buffer; accessTokenId: string }> {
  const token = { role: 'viewer' as const, name: secret, labels: null, tokenHash: hashToken(`token ${secret}`) };
  const { id: accessTokenId } = await createAccessToken(pool, token);
  const sessionHash = hashToken(secret);
  await createSession(pool, { sessionHash, accessTokenId, lifetimeMs: HOUR_MS });
  return { sessionHash, accessTokenId };
}

const found = async (...hashes: Uint8Array[]) =>
  (await findSessionsByHash(pool, hashes)).map(({ name }) => name).sort();

test('a session is found by its hash until it has expired, while its row still stands', async () => {
  const { sessionHash } = await signedIn('expires');
  expect(await found(sessionHash, hashToken('other'))).toEqual(['expires']);
  // An hour later.
  await database.query("UPDATE tidegate.sessions SET expires_at = expires_at - interval '1 hour'");
  expect(await found(sessionHash)).toEqual([]);
  expect(await database.query('SELECT FROM tidegate.sessions')).toHaveLength(1);
});

test('the next sign-in removes those that have expired', async () => {
  await database.query("UPDATE tidegate.sessions SET expires_at = now() - interval '1 second'");
  const { sessionHash } = await signedIn('next');
  expect(await found(sessionHash)).toEqual(['next']);
  expect(await database.query('SELECT FROM tidegate.sessions')).toHaveLength(1);
});

test('a session ends with the token that it was opened with', async () => {
  const { sessionHash, accessTokenId } = await signedIn('revoked');
  await deleteAccessToken(pool, accessTokenId);
  expect(await found(sessionHash)).toEqual([]);
  const late = { sessionHash: hashToken('late'), accessTokenId, lifetimeMs: HOUR_MS };
  expect(await createSession(pool, late)).toBe(false);
});
