import type { AgentId } from '../../db/types.ts';
import type { AgentFacts } from './agent-facts.ts';
import type { FleetFeed } from './feed.ts';
import type { AgentObserver, ObservedAgent } from './observed-agent.ts';

export interface AgentObserversOptions {
  /** An agent as it is known now; null where there is no such agent. */
  agent: (id: AgentId) => ObservedAgent | null;
  /** An observer has thrown; the others are told all the same. */
  onFault: (error: unknown) => void;
}

/** Parts of this gateway that follow one agent each: an event stream over HTTP, say. */
export class AgentObservers {
  readonly #options: AgentObserversOptions;
  readonly #byAgent = new Map<AgentId, Set<AgentObserver>>();
  /** The number of the read before which nothing is told. */
  #waitFor = 1;

  constructor(options: AgentObserversOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#byAgent.size === 0;
  }

  follows(id: AgentId): boolean {
    return this.#byAgent.has(id);
  }

  /**
   * Takes an observer, and tells it of its agent as soon as that is known. Returns how to stop.
   *
   * @param outdated true when wake-ups have been ignored: what is known is as old as the last one who watched
   */
  add(id: AgentId, onAgent: AgentObserver, { feed, outdated }: { feed: FleetFeed; outdated: boolean }): () => void {
    const observers = this.#byAgent.get(id) ?? new Set();
    observers.add(onAgent);
    this.#byAgent.set(id, observers);
    if (outdated && feed.position !== null) this.#waitFor = feed.wake();
    else if (feed.readsDone >= this.#waitFor) this.#tell(id, onAgent);
    return () => {
      observers.delete(onAgent);
      if (observers.size === 0 && this.#byAgent.get(id) === observers) this.#byAgent.delete(id);
    };
  }

  /** A read has been taken in. The one that was waited for is told to all, of agents that do not exist too. */
  afterRead({ readsDone }: FleetFeed): void {
    const isWaitedFor = this.#waitFor > 1 && readsDone >= this.#waitFor;
    if (readsDone !== 1 && !isWaitedFor) return;
    this.#waitFor = 1;
    for (const id of this.#byAgent.keys()) this.#tellThoseOf(id);
  }

  /** Tells the observers of those agents that have changed; of one that no read has shown yet there is nothing to say. */
  changed(agents: readonly AgentFacts[]): void {
    if (this.isEmpty) return;
    for (const { id, listed } of agents) if (listed) this.#tellThoseOf(id);
  }

  /** The agent has been deleted. */
  removed(id: AgentId): void {
    for (const onAgent of this.#byAgent.get(id) ?? []) this.#call(onAgent, null);
  }

  #tellThoseOf(id: AgentId): void {
    for (const onAgent of this.#byAgent.get(id) ?? []) this.#tell(id, onAgent);
  }

  #tell(id: AgentId, onAgent: AgentObserver): void {
    this.#call(onAgent, this.#options.agent(id));
  }

  #call(onAgent: AgentObserver, agent: ObservedAgent | null): void {
    try {
      onAgent(agent);
    } catch (error) {
      this.#options.onFault(error);
    }
  }
}
