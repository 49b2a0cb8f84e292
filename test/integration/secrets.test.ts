import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newToken } from '../../gateway/auth/token.ts';
import { runCommand, startServe } from '../support/command.ts';
import { eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { keepOutput, keepSecret } from '../support/outputs.ts';
import { findLeaks } from '../support/outputs-run.ts';
import { privateDir, type TestDatabase, testDatabase } from '../support/postgres.ts';
import { knock } from '../support/sockets.ts';

let database: TestDatabase;
let directory: string;

beforeAll(async () => {
  database = await testDatabase();
  directory = mkdtempSync(join(tmpdir(), 'tidegate-secrets-'));
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await database.drop();
});

/** A file in the way that secrets are mounted, and its content in the list of what no output may hold. */
function secretFile(name: string, secret: string): string {
  keepSecret(secret);
  const path = join(directory, name);
  writeFileSync(path, `${secret}\n`);
  return path;
}

const passwordOf = (url: string) => decodeURIComponent(new URL(url).password);

describe('the search through all output, at the end of a run', () => {
  it('finds tokens by their shape and registered secrets by their text, shows neither, and is content with the rest', () => {
    const outputs = mkdtempSync(join(tmpdir(), 'tidegate-leaks-'));
    const token = newToken('tga');
    writeFileSync(join(outputs, 'secrets'), `${JSON.stringify('a password "of" mine')}\n"short"\n`);
    writeFileSync(join(outputs, 'log-1.out'), `{"msg":"fine"}\n{"msg":"it was ${token}, you know"}\nshort\n`);
    writeFileSync(join(outputs, 'other-1.out'), 'postgres://me:a password "of" mine@host/db\n');
    const leaks = findLeaks(outputs);
    expect(leaks).toEqual([
      `log-1.out: {"msg":"it was ${token.slice(0, 6)}…, you know"}`,
      'other-1.out: postgres://me:a pass…@host/db',
    ]);
    rmSync(outputs, { recursive: true });
  });
});

describe('tidegate config', () => {
  it('hides every secret, wherever it comes from, in both of its forms', async () => {
    const url = 'postgres://someone:the-password-of-config@db.example.org/fleet';
    const env = {
      TIDEGATE_DATABASE_URL_FILE: secretFile('database-url', url),
      TIDEGATE_LISTEN_URL_FILE: secretFile('listen-url', url),
      TIDEGATE_ADMIN_TOKEN_FILE: secretFile('admin-token', 'an-admin-token-in-a-file'),
    };
    keepSecret('the-password-of-config');
    for (const form of [[], ['--json']]) {
      const { code, stdout, stderr } = await runCommand(['config', ...form], env);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout.match(/\(hidden\)/g)).toHaveLength(3);
      expect(stdout).toContain('TIDEGATE_ADMIN_TOKEN_FILE');
      expect(stdout).not.toContain('password');
    }
  });

  it('and every other command say nothing of a secret that cannot be used', async () => {
    const cases: [string[], Record<string, string>][] = [
      [['config'], { TIDEGATE_DATABASE_URL: 'mysql://someone:unusable-password@host/db' }],
      [['config'], { TIDEGATE_ADMIN_TOKEN: 'tiny-secret' }],
      [['migrate'], { TIDEGATE_DATABASE_URL: 'postgres://someone:unusable-password@127.0.0.1:1/db' }],
      [['doctor'], { TIDEGATE_DATABASE_URL: 'postgres://someone:unusable-password@127.0.0.1:1/db' }],
      [['agents', 'list', '--url', 'http://127.0.0.1:1'], { TIDEGATE_TOKEN: 'tgp_a-token-that-is-wrong' }],
    ];
    for (const secret of ['unusable-password', 'tiny-secret', 'tgp_a-token-that-is-wrong']) keepSecret(secret);
    await Promise.all(
      cases.map(async ([args, env]) => {
        const { code, stdout, stderr } = await runCommand(args, env);
        expect(code, args.join(' ')).not.toBe(0);
        expect(stdout + stderr).not.toMatch(/unusable-password|tiny-secret|tgp_/);
      }),
    );
    // Five processes at once, on whatever machine this is.
  }, 120_000);
});

describe('a served gateway', () => {
  it('prints the first admin token and the link with its code to standard output, and neither to its log', async () => {
    const dataDir = join(privateDir(), 'data');
    const { command, greeting } = await startServe(['--data-dir', dataDir, '--log-level', 'trace'], {
      DATABASE_URL: database.url,
    });
    expect(greeting.adminToken).toMatch(/^tgp_/);
    expect(greeting.signInUrl).toMatch(/#code=tgc_/);
    const code = greeting.signInUrl?.split('#code=')[1] ?? '';
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(greeting.url + path, {
        ...init,
        headers: { authorization: `Bearer ${greeting.adminToken}`, 'content-type': 'application/json' },
      });
    const signIn = () => ask('/api/v2/session', { method: 'POST', body: JSON.stringify({ code }) });
    expect([(await signIn()).status, (await signIn()).status]).toEqual([204, 401]);
    const made = await ask('/api/v2/agents', { method: 'POST', body: JSON.stringify({ agents: [{ name: 'quiet' }] }) });
    const { agents } = (await made.json()) as { agents: { token: string }[] };
    const token = agents[0]?.token ?? '';
    const rpc = `${greeting.url}/api/v2/workspaceagents/me/rpc?version=2.0&coder_session_token=${token}`;
    expect((await knock(rpc)).outcome).toBe(101);
    expect((await knock(`${rpc}x`)).outcome).toBe(401);
    expect((await knock(`${greeting.url}/nowhere?token=${token}`)).outcome).toBe(404);
    keepOutput('metrics', await (await fetch(`${greeting.metricsUrl}/metrics`)).text());
    command.process.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(command.stdout.match(/tg[apsc]_[\w-]{43}/g)).toEqual([code, greeting.adminToken]);
    for (const secret of [greeting.adminToken ?? '', code, token, passwordOf(database.url)]) {
      expect(secret).not.toBe('');
      expect(command.stderr).not.toContain(secret);
    }
  });
});

describe('what goes wrong', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await testGateway(database.url);
  });
  afterAll(() => gateway.stop());

  it('is told without the secrets that were in the request', async () => {
    const token = newToken('tgp');
    const answers = [
      await gateway.request('GET', `/api/v2/nothing?token=${token}`),
      await gateway.request('GET', `/api/v2/agents?token=${token}`),
      await gateway.request('POST', '/api/v2/session', { token, code: token }),
      await gateway.request('POST', '/api/v2/session', { token }),
      await gateway.request('GET', '/api/v2/agents', undefined, token),
      await knock(`${gateway.url}/api/v2/nothing?token=${token}`),
      await knock(`${gateway.url}/api/v2/workspaceagents/me/rpc?coder_session_token=${token}`),
    ];
    expect(JSON.stringify(answers)).not.toContain(token);
    const metrics = await (await fetch(`${gateway.metricsUrl}/metrics`)).text();
    expect(metrics).not.toContain(token);
  });

  it('in the database is logged without its password', async () => {
    await database.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    // The log is searched with everything else; the losses are in it, since it is kept at its most talkative.
    await eventually('it is back', async () => (await gateway.request('GET', '/api/v2/agents')).status === 200);
  });
});
