/** The command as users run it: a process of its own against a real gateway. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ADMIN_TOKEN, type CreatedAgent, eventually, type TestGateway, testGateway } from '../../../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../../../support/postgres.ts';

const MAIN = fileURLToPath(new URL('../../../../gateway/cli/main.ts', import.meta.url));

let database: TestDatabase;
let gateway: TestGateway;
let build: CreatedAgent;
let reported = 0;
const children: ChildProcessWithoutNullStreams[] = [];

beforeAll(async () => {
  database = await testDatabase();
  gateway = await testGateway(database.url);
  [build] = (await gateway.createAgents(
    { name: 'build', labels: { kind: 'ci' }, metadata: [{ key: 'cpu', interval: 60 }] },
    { name: 'other' },
  )) as [CreatedAgent, CreatedAgent];
  const agent = gateway.agent(build);
  agent.report({ cpu: '42 %' });
  await eventually('the value is stored', async () => {
    const { body } = await gateway.request('GET', `/api/v2/workspaceagents/${build.id}/metadata`);
    return body.metadata[0]?.result.value === '42 %';
  });
  const timer = setInterval(() => {
    reported += 1;
    agent.report({ cpu: `${reported} jobs` });
  }, 100);
  stopReporting = () => clearInterval(timer);
});
let stopReporting = () => {};
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  stopReporting();
  await gateway.stop();
  await database.drop();
});

function watch(...options: string[]) {
  const args = ['--import', 'tsx', MAIN, 'watch', '--url', gateway.url, ...options];
  const child = spawn(process.execPath, args, { env: { ...process.env, TIDEGATE_TOKEN: ADMIN_TOKEN } });
  children.push(child);
  const run = { child, out: '', err: '', code: new Promise((resolve) => child.once('close', resolve)) };
  child.stdout.on('data', (chunk) => {
    run.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    run.err += chunk;
  });
  return run;
}

it('prints the state once', async () => {
  const run = watch('--once', '--label', 'kind=ci');
  expect(await run.code).toBe(0);
  expect(run.out).toMatch(/1 fine · 0 failing/);
  expect(run.out).toMatch(/^fine +build .*(%|jobs)$/m);
  expect(run.out).not.toContain('other');
});

it('prints the state once for programs', async () => {
  const run = watch('--once', '--json');
  expect(await run.code).toBe(0);
  const { agents } = JSON.parse(run.out);
  expect(agents).toHaveLength(2);
  expect(agents).toContainEqual(
    expect.objectContaining({
      id: build.id,
      labels: { kind: 'ci' },
      status: 'connected',
      values: { cpu: expect.anything() },
    }),
  );
});

it('prints a line for each value until it is told to end', async () => {
  const run = watch('--key', 'cpu');
  await eventually('values have come', () => run.out.split('\n').length > 4, 20_000);
  run.child.kill('SIGTERM');
  expect(await run.code).toBe(0);
  expect(run.out.split('\n')[0]).toMatch(/^\d{4}-\S+Z {2}build {2}cpu {2}\d+ (%|jobs)$/);
});

it('prints a JSON document a line for programs', async () => {
  const run = watch('--json');
  await eventually('changes have come', () => run.out.split('"type":"change"').length > 2, 20_000);
  run.child.kill('SIGTERM');
  expect(await run.code).toBe(0);
  const messages = run.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(messages.slice(0, 2)).toEqual([
    { type: 'connection', state: 'connecting' },
    { type: 'connection', state: 'synchronizing' },
  ]);
  expect(messages.find(({ type }) => type === 'change')).toMatchObject({ reset: true, removed: [] });
});

it('says why it cannot watch', async () => {
  const refused = watch('--token', 'nobody-has-this-one');
  expect(await refused.code).toBe(1);
  expect(refused.err).toMatch(/^tidegate: The gateway refuses to show the fleet: .* \(4401\)\.$/m);
  const away = watch('--once', '--url', 'http://127.0.0.1:1');
  expect(await away.code).toBe(1);
  expect(away.err).toBe('tidegate: No gateway answers at http://127.0.0.1:1.\n');
});
