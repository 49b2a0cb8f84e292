import type { AgentChange, AgentId } from '../../db/types.ts';
import type { AgentConnection } from './connection.ts';
import type { Ending } from './endings.ts';

export interface RegistryOptions {
  /** Microseconds on the collection clock. */
  nowUs(): number;
  /** Tells the rest of the gateway that an agent came or went, or that one of its connections ended. */
  onChange(change: AgentChange): void;
  /** A connection of an agent, no helper's, has ended or is about to. */
  onEnded(ending: Ending): void;
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
    const older = this.#open(agentId);
    this.#agents.set(agentId, connection);
    if (older !== undefined) {
      this.#options.onReplaced(older);
      this.#tellReplaced(older);
      older.end('replaced');
    }
    this.#tellHere(connection);
  }

  /** The connection has ended. One that was replaced says nothing: the newer one is the agent's state. */
  remove(connection: AgentConnection): void {
    this.#helpers.delete(connection);
    const { agentId } = connection.identity;
    if (this.#agents.get(agentId) !== connection) return;
    this.#agents.delete(agentId);
    this.#tellGone(connection, connection.ending ?? 'closed');
  }

  /** Ends a connection without saying that the agent is gone: it has been deleted, or is another gateway's now. */
  letGo(connection: AgentConnection, ending: 'deleted' | 'replaced'): void {
    const { agentId } = connection.identity;
    if (this.#agents.get(agentId) === connection) {
      this.#agents.delete(agentId);
      if (ending === 'replaced') this.#tellReplaced(connection);
    }
    connection.end(ending);
  }

  /** The agent has been deleted: lets go of every connection made with its token. */
  letGoOf(agentId: AgentId): void {
    for (const connection of [...this.connections()]) {
      if (connection.identity.agentId === agentId) this.letGo(connection, 'deleted');
    }
  }

  /** Writes the state of every agent again, after an outage in which others may have counted them as gone. */
  tellAll(): void {
    for (const connection of this.#agents.values()) this.#tellHere(connection);
  }

  /** Writes down that every agent is about to be let go, for the last flush of a gateway that ends. */
  tellAllGone(): void {
    for (const connection of this.#agents.values()) this.#tellGone(connection, connection.ending ?? 'draining');
    this.#agents.clear();
  }

  /** The agent's connection. One of which only the end has not been told yet is not replaced: that end is told first. */
  #open(agentId: AgentId): AgentConnection | undefined {
    const connection = this.#agents.get(agentId);
    if (connection === undefined || connection.ending === null) return connection;
    this.remove(connection);
    return undefined;
  }

  #tellHere({ identity, number }: AgentConnection): void {
    this.#options.onChange({
      agentId: identity.agentId,
      connection: { number, connected: true, atUs: this.#options.nowUs() },
      connections: [{ number, endedAtUs: null, reason: null }],
    });
  }

  #tellGone({ identity, number }: AgentConnection, reason: Ending): void {
    const atUs = this.#options.nowUs();
    this.#options.onEnded(reason);
    this.#options.onChange({
      agentId: identity.agentId,
      connection: { number, connected: false, atUs },
      connections: [{ number, endedAtUs: atUs, reason }],
    });
  }

  /** The agent's state is the newer connection's to tell. */
  #tellReplaced({ identity, number }: AgentConnection): void {
    this.#options.onEnded('replaced');
    this.#options.onChange({
      agentId: identity.agentId,
      connections: [{ number, endedAtUs: this.#options.nowUs(), reason: 'replaced' }],
    });
  }
}
