import { createServer, type Server, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressOf, connect, versionComplaint } from '../../db/connect.ts';
import { DatabaseError } from '../../db/errors.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ migrated: false });
});
afterAll(() => database.drop());

/** The error of an attempt that must fail, after a look for the password in all that a logger could print of it. */
async function failure(url: string, password: string, queryTimeoutMs = 5_000): Promise<DatabaseError> {
  const error = await connect({ url, queryTimeoutMs }).then(
    () => expect.unreachable('connected'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof DatabaseError)) throw error;
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(password);
  expect(error.message).toMatch(/^[^\n]+\.$/);
  return error;
}

function variant(change: Partial<URL>): string {
  return Object.assign(new URL(database.url), change).toString();
}

test('connects to a server that is new enough, under the name given', async () => {
  const session = await connect({ url: database.url, applicationName: 'somebody' });
  expect(await session.query(`SELECT current_setting('application_name') AS name`)).toEqual([{ name: 'somebody' }]);
  await session.close();
});

describe('one sentence, without the password, when', () => {
  test('nothing listens', async () => {
    const closed = createServer();
    const port = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    const error = await failure(`postgres://u:top-secret@127.0.0.1:${port}/x`, 'top-secret');
    expect(error).toMatchObject({
      code: 'unreachable',
      message: `Cannot reach PostgreSQL at 127.0.0.1:${port}: nothing listens there.`,
    });
  });

  test('the password is wrong', async () => {
    const error = await failure(variant({ password: 'top-secret' }), 'top-secret');
    expect(error).toMatchObject({ code: 'unreachable', sqlState: '28P01' });
    expect(error.message).toContain('password authentication failed for user "tidegate"');
  });

  test('the database does not exist', async () => {
    const error = await failure(variant({ pathname: '/nowhere' }), new URL(database.url).password);
    expect(error).toMatchObject({ code: 'unreachable', sqlState: '3D000' });
    expect(error.message).toContain('database "nowhere" does not exist');
  });

  test('the server stays silent', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    const port = await listen(silent);
    const error = await failure(`postgres://u:top-secret@127.0.0.1:${port}/x`, 'top-secret', 100);
    expect(error).toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/has not answered for 100 ms\.$/),
    });
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  test.each([
    'top-secret',
    'mysql://u:top-secret@h/x',
    'postgres://u:top-secret@h:port/x',
    'postgres://u:top-secret@h:99999/x',
    'postgres://u:top-secret@h h/x',
    'postgres://u:top-secret@x@h/x',
    'postgres//u:top-secret@h/x',
  ])('the URL cannot be read: %s', async (url) => {
    expect(await failure(url, 'top-secret')).toMatchObject({ code: 'bad_url' });
  });
});

test.each([
  ['postgres://h/x', 'h:5432'],
  ['postgresql://u@h:6000', 'h:6000'],
  ['postgres://u:p%40@[::1]:6000/x?sslmode=require', '[::1]:6000'],
  ['postgres://a:1,b/x', 'a:1,b:5432'],
  ['postgres:///x', 'localhost:5432'],
  ['postgres://u@%2Frun%2Fpg/x', '/run/pg:5432'],
])('the address in %s is %s', (url, address) => {
  expect(addressOf(url)).toBe(address);
});

test('version 15 is the oldest that is taken', () => {
  expect(versionComplaint(149_999, 'h:1')).toBe('PostgreSQL at h:1 is version 14, and 15 or newer is needed.');
  expect(versionComplaint(90_624, 'h:1')).toContain('version 9');
  expect(versionComplaint(150_000, 'h:1')).toBeNull();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
