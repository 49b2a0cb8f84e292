import { findLostAgents, type LostAgent } from '../db/agent-tokens.ts';
import { findChanges } from '../db/changes.ts';
import type { Database } from '../db/pool.ts';
import type { AgentConnection } from './agents/connection.ts';
import type { AgentRegistry } from './agents/registry.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** How often: with the time for a close frame's answer, a revoked token's socket is gone within 5 s. */
export const COMPARE_INTERVAL_MS = 3_000;
/** Every so often all that is held is compared, about once a minute: a change by hand carries no revision. */
export const COMPARE_ALL_EVERY = 20;
/** Agents of one statement, and of one turn of the event loop. */
const AGENTS_PER_TURN = 250;

export interface ComparisonOptions {
  clock: Clock;
  db: Database;
  registry: Pick<AgentRegistry, 'connections' | 'letGo'>;
  /** Forgets which tokens were good: some are no longer. */
  forgetTokens(): void;
  /** Closes people's sockets whose token is no longer in force. */
  checkWatchers(): Promise<void>;
  log: Log;
}

/**
 * Compares what this gateway holds with the database, and lets go of agents that have been deleted, revoked or taken over
 * by another, and of people whose token has ended. It does so regularly, so that nothing depends on being notified, and
 * asks only about agents whose row has changed, that are new here, or whose token ends by itself about now.
 */
export class Comparison {
  readonly #options: ComparisonOptions;
  /** How far changes are known; null before the first look. */
  #snapshot: string | null = null;
  #looks = 0;
  /** Connections that have been asked about since they are held: what changed before that is known. */
  readonly #asked = new WeakSet<AgentConnection>();
  /** When the replaced token of a connection ends. */
  readonly #endsAtMs = new WeakMap<AgentConnection, number>();
  #cancel = () => {};
  #stopped = false;
  #running: Promise<void> | null = null;

  constructor(options: ComparisonOptions) {
    this.#options = options;
  }

  start(): void {
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** Compares at once; for what another gateway has announced. Calls that come while one runs share the next. */
  async now(): Promise<void> {
    if (this.#running !== null) await this.#running;
    this.#running ??= this.#compare().finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  #arm(): void {
    this.#cancel = this.#options.clock.after(COMPARE_INTERVAL_MS, () => {
      void this.now().finally(() => {
        if (!this.#stopped) this.#arm();
      });
    });
  }

  async #compare(): Promise<void> {
    const { db, log, forgetTokens, checkWatchers } = this.#options;
    try {
      const { snapshot, agentIds, revoked } = await findChanges(db, this.#snapshot);
      if (revoked) forgetTokens();
      await checkWatchers();
      const all = agentIds === null || this.#looks % COMPARE_ALL_EVERY === 0;
      const doubtful = this.#doubtful(all ? null : new Set(agentIds));
      for (let i = 0; i < doubtful.length; i += AGENTS_PER_TURN) {
        await this.#ask(doubtful.slice(i, i + AGENTS_PER_TURN));
      }
      this.#snapshot = snapshot;
      this.#looks += 1;
    } catch (error) {
      // With the database away nothing new can be known; the next comparison covers it.
      log.debug({ err: error }, 'what is held could not be compared with the database');
    }
  }

  /** The connections to ask about; all of them where it is not known which agents have changed. */
  #doubtful(changed: ReadonlySet<string> | null): AgentConnection[] {
    const held = [...this.#options.registry.connections()];
    if (changed === null) return held;
    const now = this.#options.clock.now();
    return held.filter(
      (connection) =>
        changed.has(connection.identity.agentId) ||
        !this.#asked.has(connection) ||
        (this.#endsAtMs.get(connection) ?? Number.POSITIVE_INFINITY) <= now,
    );
  }

  async #ask(connections: AgentConnection[]): Promise<void> {
    const { db, clock, registry } = this.#options;
    const now = clock.now();
    const lost = await findLostAgents(
      db,
      connections.map(({ identity: { agentId, tokenHash, manifestNumber }, number }) => ({
        agentId,
        connectionNumber: number,
        tokenHash,
        manifestNumber,
      })),
    );
    const verdicts = new Map(lost.map((one) => [`${one.agentId}/${one.connectionNumber}`, one]));
    for (const connection of connections) {
      const verdict = verdicts.get(`${connection.identity.agentId}/${connection.number}`);
      this.#asked.add(connection);
      if (verdict === undefined) this.#endsAtMs.delete(connection);
      else if (verdict.inMs > 0) this.#endsAtMs.set(connection, now + verdict.inMs);
      else letGo(registry, connection, verdict.reason);
    }
  }
}

/** What becomes of a connection that the database no longer stands behind. */
function letGo(
  registry: ComparisonOptions['registry'],
  connection: AgentConnection,
  reason: LostAgent['reason'],
): void {
  switch (reason) {
    case 'deleted':
      registry.letGo(connection, 'deleted');
      break;
    case 'revoked':
      connection.end('revoked');
      break;
    case 'replaced':
      // A helper's connection is none of those that replace each other.
      if (connection.monitored) registry.letGo(connection, 'replaced');
      break;
    case 'described':
      if (connection.monitored) connection.end('manifest_changed');
      break;
  }
}
