import type { AgentChange, AgentId } from '../../db/types.ts';
import type { AgentConnection } from './connection.ts';

/** Close codes of the agents' sockets. */
export const CLOSE_DRAINING = 1001;
/** The connection is not to go on here: replaced by a newer one, its token revoked, its agent deleted. */
export const CLOSE_LET_GO = 4409;

export interface RegistryOptions {
  /** Microseconds on the collection clock. */
  nowUs(): number;
  /** Tells the rest of the gateway that an agent came or went. */
  onChange(change: AgentChange): void;
  /** A newer connection has taken an agent over. */
  onReplaced(replaced: AgentConnection): void;
}

/**
 * The connections that this gateway holds: one of each agent, and those of helpers that dial with an agent's token, whose
 * coming and going says nothing about the agent.
 */
export class AgentRegistry {
  readonly #options: RegistryOptions;
  readonly #agents = new Map<AgentId, AgentConnection>();
  readonly #helpers = new Set<AgentConnection>();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** Agents connected. */
  get size(): number {
    return this.#agents.size;
  }

  /** Every connection, helpers' included. */
  *connections(): IterableIterator<AgentConnection> {
    yield* this.#agents.values();
    yield* this.#helpers;
  }

  /** Takes a connection in; an older one of the same agent is closed. */
  add(connection: AgentConnection): void {
    if (!connection.monitored) {
      this.#helpers.add(connection);
      return;
    }
    const { agentId } = connection.identity;
    const older = this.#agents.get(agentId);
    this.#agents.set(agentId, connection);
    if (older !== undefined) {
      this.#options.onReplaced(older);
      older.end(CLOSE_LET_GO, 'replaced by a newer connection of the same agent');
    }
    this.#tell(connection, true);
  }

  /** The connection has ended. One that was replaced says nothing: the newer one is the agent's state. */
  remove(connection: AgentConnection): void {
    this.#helpers.delete(connection);
    const { agentId } = connection.identity;
    if (this.#agents.get(agentId) !== connection) return;
    this.#agents.delete(agentId);
    this.#tell(connection, false);
  }

  /** Ends a connection without saying that the agent is gone: it has been deleted, or is another gateway's now. */
  letGo(connection: AgentConnection, reason: string): void {
    const { agentId } = connection.identity;
    if (this.#agents.get(agentId) === connection) this.#agents.delete(agentId);
    connection.end(CLOSE_LET_GO, reason);
  }

  /** Lets go of every connection made with this agent's token. */
  letGoOf(agentId: AgentId, reason: string): void {
    for (const connection of [...this.connections()]) {
      if (connection.identity.agentId === agentId) this.letGo(connection, reason);
    }
  }

  /** Writes the state of every agent again, after an outage in which others may have counted them as gone. */
  tellAll(): void {
    for (const connection of this.#agents.values()) this.#tell(connection, true);
  }

  /** Writes down that every agent is about to be let go, for the last flush of a gateway that ends. */
  tellAllGone(): void {
    for (const connection of this.#agents.values()) this.#tell(connection, false);
    this.#agents.clear();
  }

  #tell(connection: AgentConnection, connected: boolean): void {
    this.#options.onChange({
      agentId: connection.identity.agentId,
      connection: { number: connection.number, connected, atUs: this.#options.nowUs() },
    });
  }
}
