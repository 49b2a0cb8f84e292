import { request as httpsRequest } from 'node:https';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { loadConfig } from '../../gateway/config/load.ts';
import { certificateFiles, selfSigned, type TestCertificate } from '../support/certificates.ts';
import { startCommand, startServe } from '../support/command.ts';
import { ADMIN_TOKEN, type CreatedAgent, eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
/** Without TLS, on the same database: for what tests have to set up. */
let plain: TestGateway;
let first: TestCertificate;
let second: TestCertificate;

beforeAll(async () => {
  database = await testDatabase();
  [plain, first, second] = await Promise.all([testGateway(database.url), selfSigned('first'), selfSigned('second')]);
});
afterAll(async () => {
  await plain.stop();
  await database.drop();
});

/** Who the gateway says it is to somebody who connects now. */
function shownName(url: string): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

function signInOver(url: string): Promise<{ status: number; cookie: string }> {
  const body = JSON.stringify({ token: ADMIN_TOKEN });
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', ca: [first.cert, second.cert], headers: { 'content-type': 'application/json' } };
    const request = httpsRequest(`${url}/api/v2/session`, options, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, cookie: String(response.headers['set-cookie']) });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** The WebSocket of somebody who trusts either certificate, and nobody else's. */
const trusting = () =>
  class extends WebSocket {
    constructor(url: string, protocols: string[] = [], options: object = {}) {
      super(url, protocols, { ...options, ca: [first.cert, second.cert] });
    }
  };

describe('a gateway with --tls-cert and --tls-key', () => {
  it('serves HTTP, agents and watchers over TLS, and renews its certificate without dropping one', async () => {
    const files = certificateFiles(first);
    const gateway = await testGateway(database.url, { tlsCert: files.cert, tlsKey: files.key });
    expect(gateway.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(gateway.signInUrl).toMatch(/^https:/);
    const signedIn = await signInOver(gateway.url);
    expect(signedIn.status).toBe(204);
    expect(signedIn.cookie).toContain('; Secure;');

    const [created] = (await plain.createAgents({ name: 'over TLS' })) as [CreatedAgent];
    const states: string[] = [];
    const agent = gateway.agent(created, {
      WebSocket: trusting(),
      events: { onStateChange: ({ state }) => states.push(state) },
    });
    const connections: string[] = [];
    const Socket = trusting();
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const watcher = gateway.watch({
      connect: () => new Socket(`${gateway.url.replace(/^http/, 'ws')}/api/v2/watch`, [], { headers }) as never,
      onConnection: ({ state }) => connections.push(state),
    });
    agent.report({ cpu: '1' });
    await eventually('the value is seen', () => watcher.agents.get(created.id)?.values.get('cpu')?.value === '1');
    expect(await shownName(gateway.url)).toBe('first');

    files.write(second);
    // Nothing is read before somebody says so.
    expect(await shownName(gateway.url)).toBe('first');
    expect(gateway.reloadTls()).toBe(true);
    expect(await shownName(gateway.url)).toBe('second');

    // Half of a renewal, files that are gone, and what is no PEM: the pair from before stays.
    const broken: Partial<TestCertificate>[] = [
      { key: first.key },
      { cert: first.cert, key: second.key },
      { cert: 'no certificate' },
      { cert: second.cert, key: '' },
      { key: second.cert },
    ];
    for (const pair of broken) {
      files.write(pair);
      expect(gateway.reloadTls(), JSON.stringify(pair).slice(0, 60)).toBe(false);
      expect(await shownName(gateway.url)).toBe('second');
    }
    files.remove();
    expect(gateway.reloadTls()).toBe(false);
    expect(await shownName(gateway.url)).toBe('second');

    agent.report({ cpu: '2' });
    await eventually('the next value is seen', () => watcher.agents.get(created.id)?.values.get('cpu')?.value === '2');
    expect(states).toEqual(['connecting', 'connected']);
    expect(connections).toEqual(['connecting', 'synchronizing', 'live']);
    await gateway.stop();
  });

  it('answers plain HTTP nothing', async () => {
    const files = certificateFiles(first);
    const gateway = await testGateway(database.url, { tlsCert: files.cert, tlsKey: files.key });
    await expect(fetch(gateway.url.replace('https', 'http'))).rejects.toThrow();
    await gateway.stop();
    files.remove();
  });

  it('does not start with half a pair or a bad one, and says why in one sentence', async () => {
    const files = certificateFiles({ cert: first.cert, key: second.key });
    for (const flags of [{ tlsCert: files.cert }, { tlsKey: files.key }]) {
      expect(() => loadConfig({ flags, env: {} })).toThrow('--tls-cert and --tls-key go together');
    }
    await expect(testGateway(database.url, { tlsCert: files.cert, tlsKey: files.key })).rejects.toThrow(
      `--tls-key ${files.key} holds no key in PEM that belongs to --tls-cert ${files.cert}.`,
    );
    await expect(testGateway(database.url, { tlsCert: '/nowhere.pem', tlsKey: files.key })).rejects.toThrow(
      '--tls-cert names /nowhere.pem, which cannot be read (ENOENT).',
    );
    const command = startCommand(
      [
        'serve',
        '--tls-cert',
        files.key,
        '--tls-key',
        files.key,
        '--listen',
        '127.0.0.1:0',
        '--metrics-listen',
        '127.0.0.1:0',
      ],
      { DATABASE_URL: database.url },
    );
    expect(await command.ended).toBe(1);
    expect(command.stderr).toBe(`tidegate: --tls-cert ${files.key} holds no certificate in PEM.\n`);
    files.remove();
  });
});

describe('SIGHUP', () => {
  it('makes a served gateway read its pair again; a bad one is one line in the log', async () => {
    const files = certificateFiles(first);
    const tls = ['--tls-cert', files.cert, '--tls-key', files.key];
    const { command, greeting } = await startServe(tls, {
      ...{ DATABASE_URL: database.url, TIDEGATE_ADMIN_TOKEN: ADMIN_TOKEN },
    });
    expect(greeting.url).toMatch(/^https:/);
    files.write(second);
    command.process.kill('SIGHUP');
    await eventually('the new certificate is shown', async () => (await shownName(greeting.url)) === 'second');
    // What it logs of a renewal comes by another way than the certificate, and may be later.
    await eventually('the renewal is told', () => command.stderr.includes('were read again'));
    files.write({ key: first.key });
    command.process.kill('SIGHUP');
    await eventually('the bad pair is told', () => command.stderr.includes('those from before stay in use'));
    expect(await shownName(greeting.url)).toBe('second');
    command.process.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    const lines = command.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const ofThePair = lines.filter(({ msg }) => /certificate and key/.test(msg));
    expect(ofThePair).toMatchObject([{ level: 30 }, { level: 50, why: expect.stringContaining('--tls-key') }]);
    // A slow machine may have it warn of something else.
    expect(lines.filter((line) => JSON.stringify(line).includes('--tls-key'))).toHaveLength(1);
    files.remove();
  });
});
