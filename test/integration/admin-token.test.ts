import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN, eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const ANOTHER = 'another-admin-token-for-tests';
const without = () => testGateway(database.url, { adminToken: undefined } as never);
const statusOf = async (gateway: TestGateway, token: string) =>
  (await gateway.request('GET', '/api/v2/tokens', undefined, token)).status;

describe('a configured admin token', () => {
  it('is good on every gateway while one lives that has it, and ends with the last', async () => {
    const first = await testGateway(database.url);
    const plain = await without();
    const other = await testGateway(database.url, { adminToken: ANOTHER });
    for (const gateway of [first, plain, other]) {
      expect([await statusOf(gateway, ADMIN_TOKEN), await statusOf(gateway, ANOTHER)]).toEqual([200, 200]);
    }
    // Who knows no token of its own makes none where the database has one.
    expect(plain.adminToken).toEqual({ id: null, made: null, path: null });
    await first.stop();
    const next = await without();
    expect([await statusOf(plain, ADMIN_TOKEN), await statusOf(plain, ANOTHER)]).toEqual([401, 200]);
    const back = await testGateway(database.url);
    expect([await statusOf(plain, ADMIN_TOKEN), await statusOf(plain, ANOTHER)]).toEqual([200, 200]);
    await Promise.all([plain, other, next, back].map((gateway) => gateway.stop()));
  });

  it('is put in force again by a gateway that was taken for gone', async () => {
    const lives = await testGateway(database.url);
    const age = "UPDATE tidegate.gateways SET renewed_at = now() - interval '40 seconds'";
    await database.query(age);
    // Who starts does not judge: behind an outage the rows of all are old.
    const next = await without();
    expect(await statusOf(next, ADMIN_TOKEN)).toBe(200);
    // Both at once: it may have renewed since.
    await database.query(`${age}; UPDATE tidegate.access_tokens SET revoked_at = now() WHERE configured`);
    expect(await statusOf(next, ADMIN_TOKEN)).toBe(401);
    // Its next renewal finds that it is overdue: after ten seconds at most.
    await eventually('the token is back', async () => (await statusOf(next, ADMIN_TOKEN)) === 200, 20_000);
    await Promise.all([lives, next].map((gateway) => gateway.stop()));
  }, 30_000);

  it('stays revoked where an admin has revoked it, until the next start of a gateway that has it', async () => {
    const lives = await testGateway(database.url);
    const other = await testGateway(database.url, { adminToken: ANOTHER });
    const age = () => database.query("UPDATE tidegate.gateways SET renewed_at = now() - interval '40 seconds'");
    const { status } = await other.request('DELETE', `/api/v2/tokens/${lives.adminToken.id}`, undefined, ANOTHER);
    expect(status).toBe(204);
    await age();
    await eventually(
      'it has renewed',
      async () => {
        const old = "SELECT FROM tidegate.gateways WHERE renewed_at < now() - interval '30 seconds'";
        return (await database.query(old)).length === 0;
      },
      20_000,
    );
    // The renewal comes first: the one behind it shows that what belongs to this one is done.
    await age();
    await eventually(
      'and again',
      async () => {
        const old = "SELECT FROM tidegate.gateways WHERE renewed_at < now() - interval '30 seconds'";
        return (await database.query(old)).length === 0;
      },
      20_000,
    );
    expect(await statusOf(lives, ADMIN_TOKEN)).toBe(401);
    const restarted = await testGateway(database.url);
    expect(await statusOf(lives, ADMIN_TOKEN)).toBe(200);
    await Promise.all([lives, other, restarted].map((gateway) => gateway.stop()));
  }, 60_000);

  it('leaves no row of a gateway that could not start', async () => {
    const lives = await testGateway(database.url);
    const { port } = new URL(lives.url);
    await expect(testGateway(database.url, { listen: `127.0.0.1:${port}` })).rejects.toThrow(/the port is taken/);
    const rows = await database.query<{ id: string }>('SELECT id FROM tidegate.gateways');
    expect(rows.map(({ id }) => id)).toEqual([lives.id]);
    await lives.stop();
  });
});
