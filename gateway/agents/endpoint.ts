import { DrpcServer } from '../../protocol/drpc/server.ts';
import { agentService, tailnetService } from '../../protocol/messages/services.ts';
import { yamuxLimits } from '../../protocol/yamux/limits.ts';
import type { AgentIdentity } from '../auth/identity.ts';
import type { Clock } from '../clock.ts';
import type { CollectionClock } from '../collection-clock.ts';
import type { Config } from '../config/settings.ts';
import type { EndOfTurn } from '../end-of-turn.ts';
import type { FramedSocket } from '../framed-socket.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { AgentSocket, type AgentSocketHost } from './agent-socket.ts';
import { Allowances } from './allowances.ts';
import { CallTallies } from './call-tallies.ts';
import type { AgentConnection } from './connection.ts';
import { FaultLog } from './fault-log.ts';
import { KeptReader } from './kept.ts';
import type { AgentRegistry } from './registry.ts';
import { type AgentEffects, agentHandlers, tailnetHandlers } from './services.ts';

export interface AgentEndpointOptions {
  clock: Clock;
  collectionClock: CollectionClock;
  endOfTurn: EndOfTurn;
  config: Pick<
    Config,
    | 'callsPerSecond'
    | 'keysPerAgent'
    | 'declaredKeysOnly'
    | 'streamsPerSession'
    | 'messageBytes'
    | 'unfinishedBytes'
    | 'valueBytes'
    | 'agentLogBytes'
    | 'agentLogLineBytes'
    | 'agentRecords'
    | 'keepAliveIntervalMs'
    | 'keepAliveTimeoutMs'
  >;
  registry: AgentRegistry;
  /** An agent has begun a call. */
  onCall(connection: AgentConnection): void;
  /** An agent has sent more at once than reports have: a part of a long message, the rest of which may wait for room. */
  onBulk(): void;
  effects: AgentEffects;
  metrics: Metrics;
  log: Log;
}

/** How often sessions are looked at: keep-alive, streams that wait too long. One timer for all of them. */
const SWEEP_INTERVAL_MS = 1_000;
/** A client that had its answer and never finishes its stream is given between one and two of these. */
const CALL_SWEEP_EVERY = 30;
/** A sweep that comes this much late was held up by the process itself, so silence says nothing about the agents. */
const OWN_STALL_MS = 3_000;

/** The agents' side: turns each socket into a yamux session, each of its streams into calls. */
export class AgentEndpoint {
  readonly #options: AgentEndpointOptions;
  readonly #server: DrpcServer<AgentConnection>;
  readonly #held = new Set<AgentSocket>();
  readonly #allowances: Allowances;
  readonly #endOfTurn: EndOfTurn;
  readonly #host: AgentSocketHost;
  #draining: Promise<void> | undefined;
  /** Called when the last socket has closed. */
  #onNoneLeft = () => {};
  #sweeps = 0;
  #lastSweepMs: number;
  #cancelSweep: () => void;

  constructor(options: AgentEndpointOptions) {
    this.#options = options;
    const { clock, config } = options;
    this.#endOfTurn = options.endOfTurn;
    this.#host = this.#createHost();
    this.#allowances = new Allowances({ clock, ...config });
    this.#server = this.#createServer();
    this.#lastSweepMs = clock.now();
    this.#cancelSweep = clock.after(SWEEP_INTERVAL_MS, () => this.#sweep());
  }

  /** Sockets of agents, monitored or not. */
  get sockets(): number {
    return this.#held.size;
  }

  /** Takes the socket of an agent whose token has been checked. */
  accept(socket: FramedSocket, identity: AgentIdentity, monitored: boolean): void {
    const allowance = this.#allowances.take(identity);
    const held = new AgentSocket(this.#host, socket, identity, { monitored, allowance });
    this.#held.add(held);
    this.#options.registry.add(held.connection);
  }

  /** From now on no call is taken up; those under way are finished by their owners. */
  stopCalls(): void {
    this.#draining = new Promise(() => {});
  }

  /** Ends every session: agents redial. Resolves once all sockets are closed and nothing is left of their connections. */
  async close(): Promise<void> {
    this.#cancelSweep();
    const closed = new Promise<void>((resolve) => {
      this.#onNoneLeft = resolve;
    });
    // Answers that were given in this turn leave first: a go-away is sent ahead of data, and some peers read nothing behind it.
    await this.#allSent();
    for (const { session } of this.#held) session.goAway(0);
    await this.#allSent();
    for (const socket of this.#held) socket.closeAs('draining');
    if (this.#held.size > 0) await closed;
    await this.#allDone();
  }

  /** Resolves when what this turn has to say has been handed to the sockets. */
  async #allSent(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.#allDone();
  }

  /** Resolves when all has been done that waits for the end of a turn. */
  #allDone(): Promise<void> {
    return new Promise((resolve) => this.#endOfTurn.add(resolve));
  }

  #createServer(): DrpcServer<AgentConnection> {
    const { clock, config, effects, onCall, metrics, log } = this.#options;
    const faults = new FaultLog(clock, log);
    const calls = new CallTallies(metrics.rpcs);
    return new DrpcServer<AgentConnection>({
      maxMessageBytes: config.messageBytes,
      admit: (_rpc, connection) => {
        if (this.#draining !== undefined) return this.#draining;
        onCall(connection);
        const waitMs = connection.allowance.rate.take();
        return waitMs === 0 ? undefined : new Promise((resolve) => clock.after(waitMs, resolve));
      },
      onOutcome: (call, outcome) => calls.count(call.rpc, outcome),
      onHandlerError: (cause, call) =>
        log.error({ err: cause, rpc: call.rpc, agent: call.context.identity.agentId }, 'a call failed in the gateway'),
      onViolation: (error, connection) => faults.violation(connection, error.message),
    })
      .add(agentService, agentHandlers(effects, new KeptReader(config)))
      .add(tailnetService, tailnetHandlers());
  }

  #createHost(): AgentSocketHost {
    const { clock, collectionClock, config, onBulk, log } = this.#options;
    return {
      onBulk,
      clock,
      collectionClock,
      limits: yamuxLimits({
        maxServedStreams: config.streamsPerSession,
        maxWaitingStreams: config.streamsPerSession,
        keepAliveIntervalMs: config.keepAliveIntervalMs,
        keepAliveTimeoutMs: config.keepAliveTimeoutMs,
      }),
      endOfTurn: this.#endOfTurn,
      now: () => clock.now(),
      serve: (stream, connection) => this.#server.serve(stream, connection, connection.allowance.unfinished),
      onSessionEnded: ({ message }, { identity }) =>
        log.debug({ agent: identity.agentId, why: message }, "an agent's session ended"),
      onClosed: (socket) => this.#closed(socket),
      onEnded: (socket) => this.#ended(socket),
    };
  }

  #closed(socket: AgentSocket): void {
    this.#held.delete(socket);
    if (this.#held.size === 0) this.#onNoneLeft();
  }

  #ended({ connection }: AgentSocket): void {
    this.#allowances.giveBack(connection.identity.agentId);
    this.#options.registry.remove(connection);
  }

  #sweep(): void {
    const { clock } = this.#options;
    const now = clock.now();
    const lateMs = now - this.#lastSweepMs - SWEEP_INTERVAL_MS;
    const pausedMs = lateMs > OWN_STALL_MS ? lateMs : 0;
    this.#lastSweepMs = now;
    this.#cancelSweep = clock.after(SWEEP_INTERVAL_MS, () => this.#sweep());
    for (const { session } of this.#held) session.sweep(now, pausedMs);
    this.#sweeps += 1;
    if (this.#sweeps % CALL_SWEEP_EVERY !== 0) return;
    this.#server.sweep();
    this.#allowances.sweep();
  }
}
