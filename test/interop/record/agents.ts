/**
 * What an agent in Go that behaves as Coder's (go/agents.go) and our gateway say to each other, as the payload of the
 * WebSocket's messages: `test/vectors/agents.json`.
 */
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { withEmbeddedGateway } from '../../support/embedded-gateway.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { Peer } from '../support/peer.ts';
import { DRPC_VERSIONS, type DrpcVersion } from '../support/versions.ts';
import { writeVectors } from './vectors.ts';

export interface AgentVector {
  library: DrpcVersion;
  /** The agent as it was created. */
  agent: { id: string; name: string; keys: string[] };
  /** In the order in which they passed: who sent which bytes, in hexadecimal. */
  steps: { from: 'agent' | 'gateway'; bytes: string }[];
}

const KEYS = ['cpu', 'branch'];
/** Long enough for a few reports of keys with an interval of 1 s. */
const RECORDED_MS = 4_500;

/** Passes the messages of WebSockets on to the gateway, and notes them. */
async function recordingSocketProxy(gatewayUrl: string, steps: AgentVector['steps']) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', (agent, request) => {
    const { 'coder-session-token': token } = request.headers;
    const url = `${gatewayUrl.replace(/^http/, 'ws')}${request.url}`;
    const gateway = new WebSocket(url, { headers: { 'coder-session-token': String(token) }, perMessageDeflate: false });
    const pass = (from: 'agent' | 'gateway', source: WebSocket, target: WebSocket) => {
      source.on('message', (data: Buffer) => {
        const last = steps.at(-1);
        if (last?.from === from) last.bytes += data.toString('hex');
        else steps.push({ from, bytes: data.toString('hex') });
        target.send(data);
      });
      source.on('close', () => target.close());
      source.on('error', () => {});
    };
    agent.pause();
    gateway.once('open', () => {
      pass('agent', agent, gateway);
      pass('gateway', gateway, agent);
      agent.resume();
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

async function recordAgent(library: DrpcVersion, gateway: TestGateway, directory: string): Promise<AgentVector> {
  const metadata = KEYS.map((key) => ({ key, display_name: key, script: 'true', interval: 1, timeout: 1 }));
  const [created] = await gateway.createAgents({ name: library, metadata });
  if (created === undefined) throw new Error('no agent was made');
  const steps: AgentVector['steps'] = [];
  const proxy = await recordingSocketProxy(gateway.url, steps);
  const tokens = join(directory, library);
  writeFileSync(tokens, created.token, { mode: 0o600 });
  const peer = new Peer(library, 'agents', { url: proxy.url, tokens });
  await peer.event('connected');
  await pause(RECORDED_MS);
  await peer.stop();
  await proxy.close();
  return { library, agent: { id: created.id, name: created.name, keys: KEYS }, steps };
}

export async function recordAgents(): Promise<void> {
  await withEmbeddedGateway({}, async (gateway, directory) => {
    const vectors: AgentVector[] = [];
    for (const { name } of DRPC_VERSIONS) vectors.push(await recordAgent(name, gateway, directory));
    writeVectors('agents.json', vectors);
  });
}
