import type { AgentChange, AgentId } from '../../db/types.ts';
import type { AgentConnection } from './connection.ts';

/** Close codes of the agents' and watchers' sockets. */
export const CLOSE_DRAINING = 1001;
export const CLOSE_REPLACED = 4409;

export interface RegistryOptions {
  /** Microseconds on the collection clock. */
  nowUs(): number;
  /** Tells the rest of the gateway that an agent came or went. */
  onChange(change: AgentChange): void;
  /** A newer connection has taken an agent over. */
  onReplaced(replaced: AgentConnection): void;
}

/** The agents that this gateway holds, one connection each. */
export class AgentRegistry {
  readonly #options: RegistryOptions;
  readonly #held = new Map<AgentId, AgentConnection>();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#held.size;
  }

  get(agentId: AgentId): AgentConnection | undefined {
    return this.#held.get(agentId);
  }

  connections(): IterableIterator<AgentConnection> {
    return this.#held.values();
  }

  /** Takes a connection in; an older one of the same agent is closed. */
  add(connection: AgentConnection): void {
    const { agentId } = connection.identity;
    const older = this.#held.get(agentId);
    this.#held.set(agentId, connection);
    if (older !== undefined) {
      this.#options.onReplaced(older);
      older.end(CLOSE_REPLACED, 'replaced by a newer connection of the same agent');
    }
    this.#tell(connection, true);
  }

  /** The connection has ended. One that was replaced says nothing: the newer one is the agent's state. */
  remove(connection: AgentConnection): void {
    const { agentId } = connection.identity;
    if (this.#held.get(agentId) !== connection) return;
    this.#held.delete(agentId);
    this.#tell(connection, false);
  }

  /**
   * Ends an agent's connection without saying that the agent is gone: it has been deleted, or is another gateway's now.
   */
  letGo(agentId: AgentId, code: number, reason: string): void {
    const connection = this.#held.get(agentId);
    this.#held.delete(agentId);
    connection?.end(code, reason);
  }

  /** Writes the state of every agent again, after an outage in which others may have counted them as gone. */
  tellAll(): void {
    for (const connection of this.#held.values()) this.#tell(connection, true);
  }

  /** Writes down that every agent is about to be let go, for the last flush of a gateway that ends. */
  tellAllGone(): void {
    for (const connection of this.#held.values()) this.#tell(connection, false);
    this.#held.clear();
  }

  #tell(connection: AgentConnection, connected: boolean): void {
    this.#options.onChange({
      agentId: connection.identity.agentId,
      connection: { number: connection.number, connected, atUs: this.#options.nowUs() },
    });
  }
}
