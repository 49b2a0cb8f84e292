import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccessRow } from '../../gateway/server/access.ts';
import { ADMIN_TOKEN, signIn, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { knock } from '../support/sockets.ts';

const ACTORS = [
  'admin',
  'viewer',
  'limited',
  'agent',
  'nobody',
  'revoked',
  'cookie',
  'bareSession',
  'tokenInCookie',
] as const;
type Actor = (typeof ACTORS)[number];

/** What each actor is answered, a status or a close code; and what a request to the row looks like. */
interface Expected {
  answers: Record<Actor, number>;
  request?: () => Promise<Shape> | Shape;
}

interface Shape {
  /** What stands in the URL's place. */
  path?: string;
  body?: object;
}

const forReaders = (ok: number): Record<Actor, number> => ({
  ...{ admin: ok, viewer: ok, limited: ok, cookie: ok },
  ...{ agent: 403, nobody: 401, revoked: 401 },
  // A session out of its cookie is nobody's, and so is a token in the place of a session.
  ...{ bareSession: 401, tokenInCookie: 401 },
});
const forAdmins = (ok: number): Record<Actor, number> => ({ ...forReaders(403), admin: ok, cookie: ok });
const forAll = (ok: number): Record<Actor, number> =>
  Object.fromEntries(ACTORS.map((actor) => [actor, ok])) as Record<Actor, number>;

let database: TestDatabase;
let gateway: TestGateway;
let headers: Record<Actor, Record<string, string>>;
let serial = 0;

function nextName() {
  serial += 1;
  return `agent-${serial}`;
}

/** A fresh agent that everybody who sees any agent sees. */
async function anAgent() {
  const [agent] = await gateway.createAgents({ name: nextName(), labels: { team: 'a' } });
  return agent ?? { id: '', name: '', token: '' };
}

async function aToken(body: object) {
  const made = await gateway.request('POST', '/api/v2/tokens', { role: 'viewer', name: 'someone', ...body });
  return made.body as { id: string; token: string };
}

const ofAgent = async () => ({ path: (await anAgent()).id });

/** Every route and socket. One that is added to the gateway and not here fails the first test. */
const TABLE: Record<string, Expected> = {
  'GET /healthz': { answers: forAll(200) },
  'HEAD /healthz': { answers: forAll(200) },
  'GET /readyz': { answers: forAll(200) },
  'HEAD /readyz': { answers: forAll(200) },
  'GET /*': { answers: forAll(200), request: () => ({ path: '' }) },
  'HEAD /*': { answers: forAll(200), request: () => ({ path: '' }) },
  'POST /api/v2/agents': {
    answers: forAdmins(201),
    request: () => ({ body: { agents: [{ name: nextName() }] } }),
  },
  'GET /api/v2/agents': { answers: forReaders(200) },
  'GET /api/v2/agents/:id': { answers: forReaders(200), request: ofAgent },
  'PATCH /api/v2/agents/:id': {
    answers: forAdmins(200),
    request: async () => ({ ...(await ofAgent()), body: { labels: { team: 'b' } } }),
  },
  'DELETE /api/v2/agents/:id': { answers: forAdmins(204), request: ofAgent },
  'POST /api/v2/agents/:id/token': {
    answers: forAdmins(200),
    request: async () => ({ ...(await ofAgent()), body: {} }),
  },
  'POST /api/v2/tokens': { answers: forAdmins(201), request: () => ({ body: { role: 'viewer', name: 'wall' } }) },
  'GET /api/v2/tokens': { answers: forAdmins(200) },
  'DELETE /api/v2/tokens/:id': { answers: forAdmins(204), request: async () => ({ path: (await aToken({})).id }) },
  'GET /api/v2/audit': { answers: forAdmins(200) },
  'GET /api/v2/session': { answers: forReaders(200) },
  'POST /api/v2/session': { answers: forAll(204), request: () => ({ body: { token: ADMIN_TOKEN } }) },
  // Not with the cookie of the others' tests: that would sign them out.
  'DELETE /api/v2/session': { answers: { ...forAll(204), cookie: 0 } },
  'GET /api/v2/workspaceagents/:id/metadata': { answers: forReaders(200), request: ofAgent },
  'GET /api/v2/workspaceagents/me/reinit': { answers: forAll(409) },
  'GET /api/v2/workspaceagents/:id/watch-metadata': { answers: forReaders(200), request: ofAgent },
  'GET /api/v2/stats': { answers: forReaders(200) },
  'socket /api/v2/workspaceagents/me/rpc': { answers: { ...forAll(401), agent: 101 } },
  'socket /api/v2/workspaceagents/:id/watch-metadata-ws': { answers: forReaders(101), request: ofAgent },
  'socket /api/v2/watch': {
    answers: { ...forReaders(101), agent: 4403, nobody: 4401, revoked: 4401, bareSession: 4401, tokenInCookie: 4401 },
  },
};

const nameOf = ({ method, url, socket }: AccessRow) => `${socket ? 'socket' : method} ${url}`;

beforeAll(async () => {
  database = await testDatabase();
  gateway = await testGateway(database.url, { failedSignInDelayMs: '0' });
  const [viewer, limited, revoked] = await Promise.all([
    aToken({}),
    aToken({ labels: { team: 'a' } }),
    aToken({ role: 'admin' }),
  ]);
  await gateway.request('DELETE', `/api/v2/tokens/${revoked.id}`);
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const cookie = await signIn(gateway.url, ADMIN_TOKEN);
  headers = {
    admin: bearer(ADMIN_TOKEN),
    viewer: bearer(viewer.token),
    limited: bearer(limited.token),
    agent: bearer((await anAgent()).token),
    nobody: {},
    revoked: bearer(revoked.token),
    cookie: { cookie },
    bareSession: bearer(cookie.slice(cookie.indexOf('=') + 1)),
    tokenInCookie: { cookie: `tidegate_session=${ADMIN_TOKEN}` },
  };
});
afterAll(async () => {
  await gateway.stop();
  await database.drop();
});

describe('who may do what', () => {
  it('has a row here for every route and socket', () => {
    expect(gateway.access.map(nameOf).sort()).toEqual(Object.keys(TABLE).sort());
  });

  it.each(Object.entries(TABLE))('%s', async (name, { answers, request = (): Shape => ({}) }) => {
    const [method = '', url = ''] = name.split(' ');
    const answered: Partial<Record<Actor, number>> = {};
    for (const actor of ACTORS) {
      if (answers[actor] === 0) continue;
      const { path = '', body } = await request();
      const target = `${gateway.url}${url.replace(/:id|\*/, path)}`;
      answered[actor] =
        method === 'socket'
          ? (await knock(`${target}?version=2.0`, headers[actor])).outcome
          : await statusOf(target, { method, headers: headers[actor], body });
    }
    const { cookie, ...others } = answers;
    expect(answered).toEqual(cookie === 0 ? others : answers);
  });

  it('gives a wrong token of another kind nothing either', async () => {
    const agent = await anAgent();
    await gateway.request('POST', `/api/v2/agents/${agent.id}/token`, {});
    const rpc = '/api/v2/workspaceagents/me/rpc?version=2.0';
    expect((await knock(gateway.url + rpc, { 'coder-session-token': agent.token })).outcome).toBe(401);
    expect((await knock(`${gateway.url}/api/v2/watch`, { authorization: `Bearer ${agent.token}` })).outcome).toBe(4401);
  });

  it('is what docs/security.md says', () => {
    const page = readFileSync(fileURLToPath(new URL('../../docs/security.md', import.meta.url)), 'utf8');
    expect(page, 'the table of docs/security.md').toContain(documented(gateway.access));
  });

  it('leaves /metrics to whoever reaches its listener, which serves nothing else', async () => {
    expect(await statusOf(`${gateway.metricsUrl}/metrics`, { method: 'GET', headers: {} })).toBe(200);
    expect(await statusOf(`${gateway.metricsUrl}/api/v2/agents`, { method: 'GET', headers: headers.admin })).toBe(404);
    expect(await statusOf(`${gateway.url}/metrics`, { method: 'GET', headers: headers.admin })).toBe(404);
  });
});

async function statusOf(
  url: string,
  { method, headers: given, body }: { method: string; headers: Record<string, string>; body?: object | undefined },
): Promise<number> {
  const response = await fetch(url, {
    method,
    headers: { ...given, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  // A stream of events has no end of its own.
  await response.body?.cancel();
  return response.status;
}

/** The table as the documentation shows it: one line for each path and set of roles. */
function documented(rows: readonly AccessRow[]): string {
  const lines = new Map<string, { methods: string[]; row: AccessRow }>();
  for (const row of rows) {
    const key = JSON.stringify([row.url, row.socket, row.roles]);
    const line = lines.get(key) ?? { methods: [], row };
    line.methods.push(row.socket ? 'WebSocket' : row.method);
    lines.set(key, line);
  }
  return [
    '| path | | admin | viewer | agent | no token |',
    '|---|---|---|---|---|---|',
    ...[...lines.values()].map(({ methods, row }) => {
      const may = (role: 'admin' | 'viewer' | 'agent') =>
        row.roles === 'public' || row.roles.includes(role) ? '✓' : '–';
      const anyone = row.roles === 'public' ? '✓' : '–';
      const cells = [`\`${row.url}\``, methods.sort().join(', '), may('admin'), may('viewer'), may('agent'), anyone];
      return `| ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}
