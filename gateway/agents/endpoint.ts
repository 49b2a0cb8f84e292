import type { WebSocket } from 'ws';
import { DrpcServer } from '../../protocol/drpc/server.ts';
import { agentService, tailnetService } from '../../protocol/messages/services.ts';
import type { YamuxError } from '../../protocol/yamux/error.ts';
import { yamuxLimits } from '../../protocol/yamux/limits.ts';
import { YamuxSession } from '../../protocol/yamux/session.ts';
import type { AgentIdentity } from '../auth/identity.ts';
import type { Clock } from '../clock.ts';
import type { CollectionClock } from '../collection-clock.ts';
import type { Config } from '../config/settings.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { Allowances } from './allowances.ts';
import { AgentConnection } from './connection.ts';
import { EndOfTurn } from './end-of-turn.ts';
import { closeFrame, type Ending } from './endings.ts';
import { FaultLog } from './fault-log.ts';
import { KeptReader } from './kept.ts';
import { PacedFeed } from './paced-feed.ts';
import type { AgentRegistry } from './registry.ts';
import { type AgentEffects, agentHandlers, tailnetHandlers } from './services.ts';
import { SocketTransport } from './socket-transport.ts';

export interface AgentEndpointOptions {
  clock: Clock;
  collectionClock: CollectionClock;
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
/** What `ws` says of a socket that ended without a close frame. */
const BROKEN_WITHOUT_A_WORD = 1006;
/** How long a closed socket may take for its closing handshake. */
const CLOSE_GRACE_MS = 2_000;
/** The same for who may not be here any more: gone within 5 s of that, on a gateway that is told of nothing too. */
const REVOKED_GRACE_MS = 500;

/** One agent's socket with what runs on it. */
interface Held {
  socket: WebSocket;
  session: YamuxSession;
}

/** The agents' side: turns each socket into a yamux session, each of its streams into calls. */
export class AgentEndpoint {
  readonly #options: AgentEndpointOptions;
  readonly #server: DrpcServer<AgentConnection>;
  readonly #limits: ReturnType<typeof yamuxLimits>;
  readonly #held = new Set<Held>();
  readonly #allowances: Allowances;
  readonly #now: () => number;
  readonly #endOfTurn: EndOfTurn;
  #draining: Promise<void> | undefined;
  #sweeps = 0;
  #lastSweepMs: number;
  #cancelSweep: () => void;

  constructor(options: AgentEndpointOptions) {
    this.#options = options;
    const { clock, config } = options;
    this.#now = () => clock.now();
    this.#endOfTurn = new EndOfTurn(this.#now);
    this.#limits = yamuxLimits({
      maxServedStreams: config.streamsPerSession,
      maxWaitingStreams: config.streamsPerSession,
      keepAliveIntervalMs: config.keepAliveIntervalMs,
      keepAliveTimeoutMs: config.keepAliveTimeoutMs,
    });
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
  accept(socket: WebSocket, identity: AgentIdentity, monitored: boolean): void {
    const { registry, clock, collectionClock } = this.#options;
    const close = (ending: Ending) => closeSocket(socket, ending, clock);
    const allowance = this.#allowances.take(identity);
    const connection = new AgentConnection(identity, { monitored, allowance, collectionClock, close });
    const session = this.#session(socket, connection);
    const held: Held = { socket, session };
    this.#held.add(held);
    socket.binaryType = 'nodebuffer';
    const feed = new PacedFeed(socket, { turns: this.#endOfTurn, receive: (bytes) => session.receive(bytes) });
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) feed.take(data);
      else connection.end('not_binary');
    });
    // What is wrong with the socket is said by its close.
    socket.on('error', () => {});
    socket.once('close', (code) => {
      connection.ended(code === BROKEN_WITHOUT_A_WORD ? 'lost' : 'closed');
      this.#held.delete(held);
      feed.stop();
      session.transportClosed();
      this.#allowances.giveBack(identity.agentId);
      registry.remove(connection);
    });
    registry.add(connection);
  }

  /** From now on no call is taken up; those under way are finished by their owners. */
  stopCalls(): void {
    this.#draining = new Promise(() => {});
  }

  /** Ends every session: agents redial. Resolves once all sockets are closed. */
  async close(): Promise<void> {
    this.#cancelSweep();
    const closed = [...this.#held].map(({ socket }) => new Promise((resolve) => socket.once('close', resolve)));
    // Answers that were given in this turn leave first: a go-away is sent ahead of data, and some peers read nothing behind it.
    await this.#allSent();
    for (const { session } of this.#held) session.goAway(0);
    await this.#allSent();
    for (const { socket } of this.#held) closeSocket(socket, 'draining', this.#options.clock);
    await Promise.all(closed);
  }

  /** Resolves when what this turn has to say has been handed to the sockets. */
  async #allSent(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => this.#endOfTurn.add(resolve));
  }

  #createServer(): DrpcServer<AgentConnection> {
    const { clock, config, effects, metrics, log } = this.#options;
    const faults = new FaultLog(clock, log);
    return new DrpcServer<AgentConnection>({
      maxMessageBytes: config.messageBytes,
      admit: (_rpc, connection) => {
        if (this.#draining !== undefined) return this.#draining;
        const waitMs = connection.allowance.rate.take();
        return waitMs === 0 ? undefined : new Promise((resolve) => clock.after(waitMs, resolve));
      },
      onOutcome: (call, outcome) => metrics.rpcs.inc({ method: methodName(call.rpc), outcome }),
      onHandlerError: (cause, call) =>
        log.error({ err: cause, rpc: call.rpc, agent: call.context.identity.agentId }, 'a call failed in the gateway'),
      onViolation: (error, connection) => faults.violation(connection, error.message),
    })
      .add(agentService, agentHandlers(effects, new KeptReader(config)))
      .add(tailnetService, tailnetHandlers());
  }

  #session(socket: WebSocket, connection: AgentConnection): YamuxSession {
    const session: YamuxSession = new YamuxSession({
      role: 'server',
      transport: new SocketTransport(socket, {
        onDrained: () => session.transportDrained(),
        onClose: (reason) => connection.end(endingOf(reason)),
      }),
      limits: this.#limits,
      now: this.#now,
      endOfTurn: this.#endOfTurn.add,
      onStream: (stream) => this.#server.serve(stream, connection, connection.allowance.unfinished),
      onClose: (reason) => {
        if (reason === null) return;
        this.#options.log.debug(
          { agent: connection.identity.agentId, why: reason.message },
          "an agent's session ended",
        );
      },
    });
    return session;
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

/** How a connection ends whose session has ended first. */
function endingOf(reason: YamuxError | null): Ending {
  switch (reason?.code) {
    case undefined:
    case 'REMOTE_ERROR':
      return 'closed';
    case 'KEEP_ALIVE_TIMEOUT':
      return 'lost';
    default:
      return 'protocol_error';
  }
}

/** Closes politely, then for good where the peer does not answer. */
function closeSocket(socket: WebSocket, ending: Ending, clock: Clock): void {
  const { code, text } = closeFrame(ending);
  socket.close(code, text);
  const graceMs = ending === 'revoked' || ending === 'deleted' ? REVOKED_GRACE_MS : CLOSE_GRACE_MS;
  clock.after(graceMs, () => socket.terminate());
}

/** `GetManifest` of `/coder.agent.v2.Agent/GetManifest`; one word for all that no service has, since peers choose them. */
function methodName(rpc: string): string {
  const name = rpc.slice(rpc.lastIndexOf('/') + 1);
  const known = Object.hasOwn(agentService.methods, name) || Object.hasOwn(tailnetService.methods, name);
  return known ? name : 'unknown';
}
