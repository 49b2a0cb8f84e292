import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { loadConfig } from '../../gateway/config/load.ts';
import type { SettingName } from '../../gateway/config/settings.ts';
import { type Gateway, startGateway } from '../../gateway/gateway.ts';
import { Agent, type AgentOptions } from '../../protocol/agent/agent.ts';
import { WatchClient, type WatchClientOptions } from '../../protocol/watch/client.ts';
import { keepOutput, keepPassword, keepSecret, keptLog } from './outputs.ts';

export const ADMIN_TOKEN = 'an-admin-token-for-tests';

export interface CreatedAgent {
  id: string;
  name: string;
  token: string;
}

/** A gateway in this process, on free ports, with what tests do to one. */
export interface TestGateway extends Gateway {
  /** Sends a request with the admin token unless another (or null, for none) is given. */
  request(method: string, path: string, body?: unknown, token?: string | null): Promise<{ status: number; body: any }>;
  createAgents(...agents: object[]): Promise<CreatedAgent[]>;
  /** The sum of a metric over its labels, or over those that match. */
  metric(name: string, labels?: string): Promise<number>;
  agent(created: { token: string }, options?: Partial<AgentOptions>): Agent;
  watch(options?: Partial<WatchClientOptions> & { token?: string }): WatchClient;
}

/** Signs a browser in; returns its cookie as the header of its next requests. */
export async function signIn(url: string, token: string): Promise<string> {
  const response = await fetch(`${url}/api/v2/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  const cookie = response.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`signing in was answered ${response.status} and gave no cookie`);
  return cookie;
}

/** Starts a gateway; everything that it or its helpers opened is closed by `stop`. */
export async function testGateway(
  databaseUrl: string,
  flags: Partial<Record<SettingName, string>> = {},
): Promise<TestGateway> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tidegate-test-'));
  const { config } = loadConfig({
    flags: {
      listen: '127.0.0.1:0',
      metricsListen: '127.0.0.1:0',
      adminToken: ADMIN_TOKEN,
      flushIntervalMs: '300ms',
      liveIntervalMs: '50ms',
      ...flags,
    },
    env: {},
  });
  keepSecret(config.adminToken ?? ADMIN_TOKEN);
  keepPassword(databaseUrl);
  const gateway = await startGateway({ config, databaseUrl, dataDir, log: keptLog() });
  const agents: Agent[] = [];
  const watchers: WatchClient[] = [];

  const request: TestGateway['request'] = async (method, path, body, token = ADMIN_TOKEN) => {
    const response = await fetch(`${gateway.url}${path}`, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) keepOutput('refusals', text);
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };

  const metricsText = async () => (await fetch(`${gateway.metricsUrl}/metrics`)).text();

  return {
    ...gateway,
    request,
    async createAgents(...wanted) {
      const { status, body } = await request('POST', '/api/v2/agents', { agents: wanted });
      if (status !== 201) throw new Error(`agents were not created: ${status} ${JSON.stringify(body)}`);
      return body.agents;
    },
    async metric(name, labels = '') {
      return (await metricsText())
        .split('\n')
        .filter((line) => (line.startsWith(`${name} `) || line.startsWith(`${name}{`)) && line.includes(labels))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
    },
    agent(created, options = {}) {
      const agent = new Agent({ url: gateway.url, token: created.token, WebSocket, ...options } as AgentOptions);
      agents.push(agent);
      agent.start();
      return agent;
    },
    watch({ token = ADMIN_TOKEN, ...options } = {}) {
      const url = `${gateway.url.replace(/^http/, 'ws')}/api/v2/watch`;
      const watcher = new WatchClient({
        connect: () => new WebSocket(url, { headers: { authorization: `Bearer ${token}` } }) as never,
        subscription: { agents: 'all' },
        ...options,
      });
      watchers.push(watcher);
      watcher.start();
      return watcher;
    },
    async stop() {
      keepOutput('metrics', await metricsText().catch(() => 'stopped before'));
      const drained = await gateway.stop();
      for (const watcher of watchers) watcher.stop();
      await Promise.all(agents.map((agent) => agent.close()));
      rmSync(dataDir, { recursive: true, force: true });
      return drained;
    },
  };
}

/** Resolves once `check` gives something other than undefined, null or false; rejects with `what` after `timeoutMs`. */
export async function eventually<T>(
  what: string,
  check: () => T | Promise<T>,
  timeoutMs = 10_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== null && found !== false) return found as NonNullable<Exclude<T, false>>;
    if (performance.now() > end) throw new Error(`did not happen within ${timeoutMs} ms: ${what}`);
    await pause(10);
  }
}
