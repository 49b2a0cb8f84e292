import { EventEmitter } from 'node:events';
import type { AgentChange } from '../../db/types.ts';
import type { AgentConnection } from '../../gateway/agents/connection.ts';
import { AgentEndpoint } from '../../gateway/agents/endpoint.ts';
import { AgentRegistry } from '../../gateway/agents/registry.ts';
import type { AgentIdentity } from '../../gateway/auth/identity.ts';
import { CollectionClock } from '../../gateway/collection-clock.ts';
import { loadConfig } from '../../gateway/config/load.ts';
import { EndOfTurn } from '../../gateway/end-of-turn.ts';
import type { FramedSocket } from '../../gateway/framed-socket.ts';
import { silentLog } from '../../gateway/log.ts';
import { createMetrics } from '../../gateway/metrics.ts';
import { FakeClock } from './fake-clock.ts';
import { payloadOf } from './frame-payload.ts';

/** The socket of an agent as the endpoint sees it, without a network. */
export class FakeAgentSocket extends EventEmitter {
  binaryType = '';
  /** What the gateway has sent, message by message. */
  readonly sent: Uint8Array[] = [];
  closedWith: number | null = null;
  bufferedAmount = 0;

  sendFrame(frame: Buffer, done?: () => void): void {
    if (this.closedWith !== null) throw new Error('sent to a closed socket');
    this.sent.push(payloadOf(frame));
    if (done !== undefined) queueMicrotask(done);
  }

  close(code: number): void {
    if (this.closedWith !== null) return;
    this.closedWith = code;
    queueMicrotask(() => this.emit('close'));
  }

  terminate(): void {
    this.close(1006);
  }

  pause(): void {}

  resume(): void {}

  /** One binary message from the agent. */
  receive(bytes: Uint8Array): void {
    if (this.closedWith === null) this.emit('message', Buffer.from(bytes), true);
  }
}

interface RigOptions {
  id?: string;
  name?: string;
  keys?: string[];
  /** How long it takes to tell that an agent came or went. */
  tellingMs?: number;
}

/** The agents' side of a gateway without the rest of it: what its calls lead to is written down, reports are answered at once. */
export function agentEndpointRig(agent: RigOptions = {}) {
  const clock = new FakeClock({ startMs: 1_000_000 });
  const collectionClock = new CollectionClock({ clock, probe: async () => 0 });
  const reports: Uint8Array[] = [];
  const changes: AgentChange[] = [];
  const told: AgentChange[] = [];
  const replaced: AgentConnection[] = [];
  const { config } = loadConfig({ flags: {}, env: {} });
  const metrics = createMetrics();
  const registry = new AgentRegistry({
    nowUs: () => collectionClock.nowUs(),
    onChange(change) {
      told.push(change);
      clock.elapse(agent.tellingMs ?? 0);
    },
    onEnded: () => {},
    onReplaced: (connection) => replaced.push(connection),
  });
  const endpoint = new AgentEndpoint({
    clock,
    collectionClock,
    endOfTurn: new EndOfTurn(() => clock.now()),
    config: { ...config, callsPerSecond: 1_000_000 },
    registry,
    onCall: () => {},
    onBulk: () => {},
    effects: {
      report(request) {
        reports.push(request.slice());
        return undefined;
      },
      keep(change) {
        changes.push(change);
        return undefined;
      },
      note: (change) => changes.push(change),
      metrics,
    },
    metrics,
    log: silentLog,
  });
  const identity: AgentIdentity = {
    role: 'agent',
    agentId: agent.id ?? '00000000-0000-4000-8000-000000000001',
    tokenHash: '00'.repeat(32),
    name: agent.name ?? 'agent',
    labels: {},
    descriptions: (agent.keys ?? []).map((key) => ({
      key,
      displayName: key,
      script: 'true',
      intervalSeconds: 1,
      timeoutSeconds: 1,
    })),
    manifestNumber: 1,
    storedKeys: [],
    connectionNumber: 0,
    newestCollectedAtUs: 0,
  };
  return {
    clock,
    endpoint,
    metrics,
    reports,
    changes,
    registry,
    /** What has been told of agents that came and went. */
    told,
    replaced,
    connect(socket = new FakeAgentSocket(), agentId = identity.agentId): FakeAgentSocket {
      endpoint.accept(socket as unknown as FramedSocket, { ...identity, agentId }, true);
      return socket;
    },
  };
}
